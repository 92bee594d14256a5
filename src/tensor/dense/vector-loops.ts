/**
 * The inner loops of a product of a matrix and a vector, in WebAssembly.
 *
 * Four rows at a time, so that each number of the vector is read once for four of the matrix.
 */
import {
  defineFunction,
  f64x2,
  type I32,
  i32,
  type V128,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';

const four = [0, 1, 2, 3] as const;

const parameters = { a: 'i32', x: 'i32', out: 'i32', rows: 'i32', columns: 'i32', add: 'i32' } as const;

/**
 * dots(a, x, out, rows, columns, add): out = A x, or out += A x, for rows one after another. Works on whole fours of
 * rows, and writes as many results: what lies beyond the last row must be readable, and its results are of no use.
 */
export function writeDots(): WasmFunction {
  return defineFunction('dots', parameters, null, (f, p) => {
    const row = f.local('i32');
    const at = four.map(() => f.local('i32'));
    const x = f.local('i32');
    const factor = f.local('v128');
    const sums = four.map(() => f.local('v128'));
    const rowBytes = f.let(i32.shl(p.columns, 3));
    const end = f.let(i32.add(p.x, i32.shl(i32.and(p.columns, -2), 3)));
    f.for(row, 0, p.rows, 4, () => {
      for (const r of four) f.set(at[r], r === 0 ? p.a : i32.add(at[r - 1], rowBytes));
      f.set(p.a, i32.add(at[3], rowBytes));
      for (const sum of sums) f.set(sum, f64x2.const(0));
      f.set(x, p.x);
      const step = (load: (address: I32) => V128): void => {
        f.set(factor, load(x));
        for (const r of four) f.set(sums[r], f64x2.add(sums[r], f64x2.mul(factor, load(at[r]))));
      };
      f.while(
        () => i32.ne(x, end),
        () => {
          step((address) => v128.load(address));
          for (const r of four) f.set(at[r], i32.add(at[r], 16));
          f.set(x, i32.add(x, 16));
        },
      );
      f.if(i32.and(p.columns, 1), () => step((address) => v128.load64Zero(address)));
      for (const r of [0, 2]) {
        const sum = f64x2.add(
          f64x2.shuffle(sums[r], sums[r + 1], 0, 2),
          f64x2.shuffle(sums[r], sums[r + 1], 1, 3),
        );
        const result = f.let(sum);
        f.if(p.add, () => f.set(result, f64x2.add(v128.load(p.out, 8 * r), result)));
        f.store(p.out, result, 8 * r);
      }
      f.set(p.out, i32.add(p.out, 32));
    });
    return null;
  });
}

/**
 * weightedSum(a, x, out, rows, columns, add): out += Σ xᵢ aᵢ over the rows aᵢ of A, or out = … where `add` is 0.
 * `columns` is rounded up to even: what lies beyond the last must be readable, and writable in `out`.
 */
export function writeWeightedSum(): WasmFunction {
  return defineFunction('weightedSum', parameters, null, (f, p) => {
    const row = f.local('i32');
    const at = f.local('i32');
    const out = f.local('i32');
    const rowBytes = f.let(i32.shl(p.columns, 3));
    const end = f.let(i32.add(p.out, i32.and(i32.add(rowBytes, 8), -16)));
    f.if(i32.eqz(p.add), () => f.for(at, p.out, end, 16, () => f.store(at, f64x2.const(0))));
    const pass = (rows: number): void => {
      const weights = four.slice(0, rows).map((r) => f.let(v128.load64Splat(p.x, 8 * r)));
      const rest = four.slice(1, rows).map(() => f.local('i32'));
      const pointers = [at, ...rest];
      // From the number of the row: a pointer that has gone along a row of odd length stands past its end.
      f.set(at, i32.add(p.a, i32.mul(row, rowBytes)));
      for (const [r, pointer] of rest.entries()) f.set(pointer, i32.add(pointers[r], rowBytes));
      f.for(out, p.out, end, 16, () => {
        const sum = weights
          .map((weight, r) => f64x2.mul(weight, v128.load(pointers[r])))
          .reduce((total, term) => f64x2.add(total, term));
        f.store(out, f64x2.add(v128.load(out), sum));
        for (const pointer of pointers) f.set(pointer, i32.add(pointer, 16));
      });
      f.set(p.x, i32.add(p.x, 8 * rows));
    };
    const whole = f.let(i32.and(p.rows, -4));
    f.for(row, 0, whole, 4, () => pass(4));
    f.for(row, whole, p.rows, 1, () => pass(1));
    return null;
  });
}
