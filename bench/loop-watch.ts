/**
 * Sees one WebAssembly function from outside the library: the bytes that the engine was given for it, and the processor
 * time that calls of it take. For functions of one thread.
 */
import { processorSeconds } from './timing.js';

export interface WatchedFunction {
  /** The module that it is exported from. */
  readonly module: Uint8Array;
  /** Calls since the last reset, and the processor seconds that they took. */
  readonly calls: number;
  readonly seconds: number;
  reset(): void;
}

/** Bytes of modules that were compiled while something was watched: libraries keep modules. */
const sources = new WeakMap<WebAssembly.Module, Uint8Array>();

type Exported = (...operands: number[]) => unknown;

/**
 * Runs `work`, which makes and first calls the function `name`; later calls of the same function are timed too.
 *
 * @throws Error when no such function was made, or its module was compiled before anything was watched
 */
export function watchFunction(name: string, work: () => void): WatchedFunction {
  const { Module, Instance } = WebAssembly;
  const watched = { module: null as Uint8Array | null, calls: 0, seconds: 0 };
  WebAssembly.Module = class extends Module {
    constructor(bytes: BufferSource) {
      super(bytes);
      const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
      const [offset, length] = ArrayBuffer.isView(bytes)
        ? [bytes.byteOffset, bytes.byteLength]
        : [0, bytes.byteLength];
      sources.set(this, new Uint8Array(buffer, offset, length).slice());
    }
  };
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      const { exports } = this;
      const run = exports[name] as Exported | undefined;
      if (!run) return;
      watched.module = sources.get(module) ?? null;
      const timed: Exported = (...operands) => {
        let result: unknown;
        watched.seconds += processorSeconds(1, () => {
          result = run(...operands);
        });
        watched.calls++;
        return result;
      };
      Object.defineProperty(this, 'exports', { value: { ...exports, [name]: timed } });
    }
  };
  try {
    work();
  } finally {
    Object.assign(WebAssembly, { Module, Instance });
  }
  const { module } = watched;
  if (!module) throw new Error(`the function "${name}" was not made, or compiled before it was watched`);
  return {
    module,
    get calls() {
      return watched.calls;
    },
    get seconds() {
      return watched.seconds;
    },
    reset() {
      watched.calls = 0;
      watched.seconds = 0;
    },
  };
}
