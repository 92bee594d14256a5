/**
 * The inner loops of a product of a matrix and a vector.
 *
 * Four rows at a time, so that each number of the vector is read once for four of the matrix. A result does not depend on
 * which rows, or columns of a weighted sum, are asked for at once.
 */
import {
  defineFunction,
  f64,
  f64x2,
  type I32,
  i32,
  type V128,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';

const four = [0, 1, 2, 3] as const;

const parameters = {
  a: 'i32',
  /** Bytes from a row of A to the next. */
  rowBytes: 'i32',
  x: 'i32',
  out: 'i32',
  rows: 'i32',
  columns: 'i32',
} as const;

/** dots(a, rowBytes, x, out, rows, columns): out = A x, each result a sum along a row. */
export function writeDots(): WasmFunction {
  return defineFunction('dots', parameters, null, (f, p) => {
    const row = f.local('i32');
    const at = four.map(() => f.local('i32'));
    const x = f.local('i32');
    const factor = f.local('v128');
    const sums = four.map(() => f.local('v128'));
    const end = f.let(i32.add(p.x, i32.shl(i32.and(p.columns, -2), 3)));
    /** The sums of so many rows from p.a on, each in two lanes that are yet to be added. */
    const pass = (rows: number): void => {
      const used = four.slice(0, rows);
      for (const r of used) f.set(at[r], r === 0 ? p.a : i32.add(at[r - 1], p.rowBytes));
      f.set(p.a, i32.add(at[rows - 1], p.rowBytes));
      for (const r of used) f.set(sums[r], f64x2.const(0));
      f.set(x, p.x);
      const step = (load: (address: I32) => V128): void => {
        f.set(factor, load(x));
        for (const r of used) f.set(sums[r], f64x2.add(sums[r], f64x2.mul(factor, load(at[r]))));
      };
      f.while(
        () => i32.ne(x, end),
        () => {
          step((address) => v128.load(address));
          for (const r of used) f.set(at[r], i32.add(at[r], 16));
          f.set(x, i32.add(x, 16));
        },
      );
      f.if(i32.and(p.columns, 1), () => step((address) => v128.load64Zero(address)));
    };
    const total = (a: V128, b: V128): V128 => f64x2.add(f64x2.shuffle(a, b, 0, 2), f64x2.shuffle(a, b, 1, 3));
    const whole = f.let(i32.and(p.rows, -4));
    f.for(row, 0, whole, 4, () => {
      pass(4);
      for (const r of [0, 2]) f.store(p.out, total(sums[r], sums[r + 1]), 8 * r);
      f.set(p.out, i32.add(p.out, 32));
    });
    f.for(row, whole, p.rows, 1, () => {
      pass(1);
      f.storeLane(p.out, total(sums[0], sums[0]), 0);
      f.set(p.out, i32.add(p.out, 8));
    });
    return null;
  });
}

/** weightedSum(a, rowBytes, x, out, rows, columns): out = Σ xᵢ aᵢ over the rows aᵢ of A. */
export const writeWeightedSum = (): WasmFunction => writeSumOfRows('weightedSum', true);

/** rowsAdded(a, rowBytes, –, out, rows, columns): out = Σ aᵢ over the rows aᵢ of A. */
export const writeRowsAdded = (): WasmFunction => writeSumOfRows('rowsAdded', false);

function writeSumOfRows(name: string, weighted: boolean): WasmFunction {
  return defineFunction(name, parameters, null, (f, p) => {
    const row = f.local('i32');
    const out = f.local('i32');
    const end = f.let(i32.add(p.out, i32.shl(i32.and(p.columns, -2), 3)));
    const odd = f.let(i32.and(p.columns, 1));
    f.for(out, p.out, end, 16, () => f.store(out, f64x2.const(0)));
    f.if(odd, () => f.storeLane(out, f64x2.const(0), 0));
    const pass = (rows: number): void => {
      const used = four.slice(0, rows);
      const weights = weighted ? used.map((r) => f.let(v128.load64Splat(p.x, 8 * r))) : [];
      const at = used.map(() => f.local('i32'));
      for (const r of used) f.set(at[r], r === 0 ? p.a : i32.add(at[r - 1], p.rowBytes));
      f.set(p.a, i32.add(at[rows - 1], p.rowBytes));
      const sum = (load: (address: I32) => V128): V128 => {
        const terms = at.map((address, r) =>
          weighted ? f64x2.mul(weights[r], load(address)) : load(address),
        );
        return f64x2.add(
          load(out),
          terms.reduce((all, term) => f64x2.add(all, term)),
        );
      };
      f.for(out, p.out, end, 16, () => {
        f.store(
          out,
          sum((address) => v128.load(address)),
        );
        for (const pointer of at) f.set(pointer, i32.add(pointer, 16));
      });
      f.if(odd, () =>
        f.storeLane(
          out,
          sum((address) => v128.load64Zero(address)),
          0,
        ),
      );
      if (weighted) f.set(p.x, i32.add(p.x, 8 * rows));
    };
    const whole = f.let(i32.and(p.rows, -4));
    f.for(row, 0, whole, 4, () => pass(4));
    f.for(row, whole, p.rows, 1, () => pass(1));
    return null;
  });
}

/** rowSums(a, out, rows, columns): the sum of each of some rows one after another, eight sums at a time. */
export function writeRowSums(): WasmFunction {
  const parameters = { a: 'i32', out: 'i32', rows: 'i32', columns: 'i32' } as const;
  return defineFunction('rowSums', parameters, null, (f, p) => {
    const row = f.local('i32');
    const end = f.local('i32');
    const sums = four.map(() => f.local('v128'));
    const eights = f.let(i32.shl(i32.and(p.columns, -8), 3));
    const twos = f.let(i32.shl(i32.and(p.columns, 6), 3));
    const odd = f.let(i32.and(p.columns, 1));
    const along = (bytes: I32, step: number, body: () => void): void => {
      f.set(end, i32.add(p.a, bytes));
      f.while(
        () => i32.ne(p.a, end),
        () => {
          body();
          f.set(p.a, i32.add(p.a, step));
        },
      );
    };
    const addTo = (sum: (typeof sums)[number], term: V128): void => f.set(sum, f64x2.add(sum, term));
    f.for(row, 0, p.rows, 1, () => {
      for (const sum of sums) f.set(sum, f64x2.const(0));
      along(eights, 64, () => {
        for (const [k, sum] of sums.entries()) addTo(sum, v128.load(p.a, 16 * k));
      });
      along(twos, 16, () => addTo(sums[0], v128.load(p.a)));
      f.if(odd, () => {
        addTo(sums[1], v128.load64Zero(p.a));
        f.set(p.a, i32.add(p.a, 8));
      });
      const all = f.let(f64x2.add(f64x2.add(sums[0], sums[1]), f64x2.add(sums[2], sums[3])));
      f.store(p.out, f64.add(f64x2.extractLane(all, 0), f64x2.extractLane(all, 1)));
      f.set(p.out, i32.add(p.out, 8));
    });
    return null;
  });
}
