/** What the machine does at most in WebAssembly: arithmetic on registers, and reading memory from end to end. */
import {
  Arena,
  defineFunction,
  encodeModule,
  f64x2,
  i32,
  mostPages,
  type V128,
  v128,
  type WasmFunction,
} from '../src/wasm/index.js';
import { processorSeconds } from './timing.js';

/** Samples of which the fastest counts. */
const tries = 5;

/** A loop that does nothing but arithmetic on registers: the best that WebAssembly's vectors can do. */
export function openPeak(): { secondsPerOperation(): number } {
  const chains = 6;
  const peak = defineFunction('peak', { steps: 'i32' }, null, (f, p) => {
    const step = f.let(f64x2.splat(1));
    // From memory, because chains that begin alike would be computed once for all.
    const all = Array.from({ length: 2 * chains }, (_, k) => ({
      operation: k < chains ? f64x2.add : f64x2.mul,
      value: f.let(v128.load(0, 16 * k)),
    }));
    const i = f.local('i32');
    f.for(i, 0, p.steps, 1, () => {
      for (const { operation, value } of all) f.set(value, operation(value, step));
    });
    for (const [k, { value }] of all.entries()) f.store(i32.const(0), value, 16 * k);
    return null;
  });
  const arena = new Arena(false);
  arena.float64(64).fill(1);
  const run = exported(peak, arena);
  const steps = 1_000_000;
  return { secondsPerOperation: () => fastest(() => run(steps)) / (steps * 2 * 2 * chains) };
}

/** A loop that only reads `bytes` of memory, one vector after the other; what it reads lies there from before. */
export function openStream(bytes: number): { secondsPerByte(): number } {
  const sums = 8;
  const turn = 16 * sums;
  const stream = defineFunction('stream', { from: 'i32', to: 'i32' }, null, (f, p) => {
    const all = Array.from({ length: sums }, () => f.let(f64x2.const(0)));
    const at = f.local('i32');
    f.for(at, p.from, p.to, turn, () => {
      for (const [k, sum] of all.entries()) f.set(sum, v128.xor(sum, v128.load(at, 16 * k)));
    });
    f.store(
      i32.const(0),
      all.reduce<V128>((a, b) => v128.xor(a, b), f64x2.const(0)),
    );
    return null;
  });
  const length = Math.ceil(bytes / turn) * turn;
  const arena = new Arena(false);
  arena.reset(length + turn);
  arena.float64((length + turn) / 8).fill(1);
  const run = exported(stream, arena);
  // The first vector takes the result. A short stream is read again and again, so that the clock can tell.
  const passes = Math.max(1, Math.round(5e7 / length));
  return {
    secondsPerByte: () =>
      fastest(() => {
        for (let k = 0; k < passes; k++) run(turn, turn + length);
      }) /
      (passes * length),
  };
}

function fastest(work: () => void): number {
  return Math.min(...Array.from({ length: tries }, () => processorSeconds(1, work)));
}

function exported(f: WasmFunction, { memory }: Arena): (...operands: number[]) => void {
  const bytes = encodeModule([f], { initial: 1, maximum: mostPages, shared: false });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return instance.exports[f.name] as (...operands: number[]) => void;
}
