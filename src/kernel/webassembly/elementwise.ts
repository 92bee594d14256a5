/** A function of expressions over arrays of numbers: its vector code in a loop of its own. */
import type { FunctionName } from '../../expression/index.js';
import { defineFunction, encodeModule, i32, v128 } from '../../wasm/index.js';
import { functionTable, writeFunction } from './vector-functions.js';

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
  const parameters = { first: 'i32', second: 'i32', result: 'i32', bytes: 'i32', table: 'i32' } as const;
  const loop = defineFunction('loop', parameters, null, (f, p) => {
    const k = f.local('i32');
    f.for(k, 0, p.bytes, 16, () => {
      const x = f.let(v128.load(i32.add(p.first, k)));
      const values = operands === 1 ? [x] : [x, f.let(v128.load(i32.add(p.second, k)))];
      f.store(i32.add(p.result, k), writeFunction(f, p.table, name, ...values));
    });
    return null;
  });
  const table = functionTable();
  const tableAt = 3 * 8 * capacity;
  const pages = Math.ceil((tableAt + table.byteLength) / 65536);
  const size = { initial: pages, maximum: pages };
  const memory = new WebAssembly.Memory(size);
  const code = encodeModule([loop], { ...size, shared: false });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  const run = instance.exports.loop as (...operands: number[]) => void;
  const numbers = new Float64Array(memory.buffer);
  numbers.set(table, 3 * capacity);
  return {
    bytes: code.length,
    memory: numbers.subarray(0, 3 * capacity),
    run: (count) => run(0, 8 * count, 16 * count, 8 * count, tableAt),
  };
}
