/** Adds the sums of all threads to those of the first, each thread a share of them, and clears them for the next time. */
import { defineFunction, f64x2, i32, v128, type WasmFunction } from '../../wasm/index.js';

/**
 * `reduce(from, to, sums, others, stride, count)`: bytes `from … to − 1` of `sums` take up those of `count` arrays, the
 * first at `others` and each `stride` bytes after the one before, always in this order.
 */
export function reduceFunction(): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    sums: 'i32',
    others: 'i32',
    stride: 'i32',
    count: 'i32',
  } as const;
  return defineFunction('reduce', parameters, null, (f, p) => {
    const at = f.local('i32');
    const k = f.local('i32');
    const zero = f64x2.const(0);
    f.for(at, p.from, p.to, 16, () => {
      const target = f.let(i32.add(p.sums, at));
      const sum = f.let(v128.load(target));
      const other = f.let(i32.add(p.others, at));
      f.for(k, 0, p.count, 1, () => {
        f.set(sum, f64x2.add(sum, v128.load(other)));
        f.store(other, zero);
        f.set(other, i32.add(other, p.stride));
      });
      f.store(target, sum);
    });
    return null;
  });
}
