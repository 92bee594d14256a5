/** A function of expressions over arrays of numbers: its vector code in a loop of its own. */
import type { FunctionName } from '../../expression/index.js';
import { defineFunction, encodeModule, i32, v128 } from '../../wasm/index.js';
import { vectorFunctions } from './vector-functions.js';

export interface Elementwise {
  /** Size of the module. */
  readonly bytes: number;
  /** First operands, second operands, results: each `count` numbers, one after the other. */
  readonly memory: Float64Array;
  /** Reads from index 0 and from `count`, writes from `2 · count` on; `count` is even. */
  run(count: number): void;
}

/** @param capacity the largest `count` */
export function elementwise(name: FunctionName, operands: 1 | 2, capacity: number): Elementwise {
  const parameters = { first: 'i32', second: 'i32', result: 'i32', bytes: 'i32' } as const;
  const loop = defineFunction('loop', parameters, null, (f, p) => {
    const k = f.local('i32');
    f.for(k, 0, p.bytes, 16, () => {
      const x = f.let(v128.load(i32.add(p.first, k)));
      const values = operands === 1 ? [x] : [x, f.let(v128.load(i32.add(p.second, k)))];
      f.store(i32.add(p.result, k), vectorFunctions[name](f, ...values));
    });
    return null;
  });
  const pages = Math.ceil((3 * 8 * capacity) / 65536);
  const size = { initial: pages, maximum: pages };
  const memory = new WebAssembly.Memory(size);
  const code = encodeModule([loop], { ...size, shared: false });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const run = instance.exports.loop as (first: number, second: number, result: number, bytes: number) => void;
  return {
    bytes: code.length,
    memory: new Float64Array(memory.buffer),
    run: (count) => run(0, 8 * count, 16 * count, 8 * count),
  };
}
