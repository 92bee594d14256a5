/** Compiled functions: once a process for those that know no pair function, once a pair function for the others. */
import { encodeModule, mostPages, type WasmFunction } from '../../wasm/index.js';

export type Exported = (...addresses: number[]) => number | undefined;

/** Compiled functions by name, for memories that are shared and for those that are not. */
export class Modules {
  private readonly known = new Map<string, WebAssembly.Module>();

  get(name: string, shared: boolean, write: () => WasmFunction): WebAssembly.Module {
    const key = `${name}${shared ? ', shared' : ''}`;
    const known = this.known.get(key);
    if (known) return known;
    const made = new WebAssembly.Module(encodeModule([write()], { initial: 1, maximum: mostPages, shared }));
    this.known.set(key, made);
    return made;
  }
}

/** Functions that do not depend on the pair function. */
export const commonModules = new Modules();

export function instantiate(module: WebAssembly.Module, name: string, memory: WebAssembly.Memory): Exported {
  return new WebAssembly.Instance(module, { env: { memory } }).exports[name] as Exported;
}
