/**
 * The inner loops of a product of a matrix and a vector, and of sums along an axis.
 *
 * One row at a time, so that memory is read in one stream: two rows at once take four times as long where they do not lie
 * in the cache, because processors fetch ahead along one stream far better. A result does not depend on which rows, or
 * columns of a weighted sum, are asked for at once.
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

/** dots(a, rowBytes, x, out, rows, columns): out = A x, each result a sum along a row, eight sums at a time. */
export const writeDots = (): WasmFunction => writeRowSums('dots', true);

/** rowsSummed(a, rowBytes, –, out, rows, columns): the sum along each row. */
export const writeRowsSummed = (): WasmFunction => writeRowSums('rowsSummed', false);

function writeRowSums(name: string, weighted: boolean): WasmFunction {
  return defineFunction(name, parameters, null, (f, p) => {
    const row = f.local('i32');
    const a = f.local('i32');
    const x = f.local('i32');
    const end = f.local('i32');
    const sums = four.map(() => f.local('v128'));
    const eights = f.let(i32.shl(i32.and(p.columns, -8), 3));
    const twos = f.let(i32.shl(i32.and(p.columns, 6), 3));
    const add = (k: number, load: (address: I32, offset: number) => V128, offset = 0): void => {
      const term = load(a, offset);
      f.set(sums[k], f64x2.add(sums[k], weighted ? f64x2.mul(load(x, offset), term) : term));
    };
    const along = (bytes: I32, step: number, body: () => void): void => {
      f.set(end, i32.add(a, bytes));
      f.while(
        () => i32.ne(a, end),
        () => {
          body();
          f.set(a, i32.add(a, step));
          if (weighted) f.set(x, i32.add(x, step));
        },
      );
    };
    f.for(row, 0, p.rows, 1, () => {
      f.set(a, p.a);
      f.set(x, p.x);
      for (const sum of sums) f.set(sum, f64x2.const(0));
      along(eights, 64, () => {
        for (const k of four) add(k, v128.load, 16 * k);
      });
      along(twos, 16, () => add(0, v128.load));
      f.if(i32.and(p.columns, 1), () => add(1, v128.load64Zero));
      const all = f.let(f64x2.add(f64x2.add(sums[0], sums[1]), f64x2.add(sums[2], sums[3])));
      f.store(p.out, f64.add(f64x2.extractLane(all, 0), f64x2.extractLane(all, 1)));
      f.set(p.a, i32.add(p.a, p.rowBytes));
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
    const a = f.local('i32');
    const out = f.local('i32');
    const weight = f.local('v128');
    const eightsEnd = f.let(i32.add(p.out, i32.shl(i32.and(p.columns, -8), 3)));
    const twosEnd = f.let(i32.add(p.out, i32.shl(i32.and(p.columns, -2), 3)));
    const odd = f.let(i32.and(p.columns, 1));
    f.for(out, p.out, twosEnd, 16, () => f.store(out, f64x2.const(0)));
    f.if(odd, () => f.storeLane(out, f64x2.const(0), 0));
    const sum = (load: (address: I32, offset: number) => V128, offset = 0): V128 => {
      const term = load(a, offset);
      return f64x2.add(load(out, offset), weighted ? f64x2.mul(weight, term) : term);
    };
    const pass = (end: I32, step: number): void => {
      f.while(
        () => i32.ne(out, end),
        () => {
          for (let at = 0; at < step; at += 16) f.store(out, sum(v128.load, at), at);
          f.set(a, i32.add(a, step));
          f.set(out, i32.add(out, step));
        },
      );
    };
    f.for(row, 0, p.rows, 1, () => {
      f.set(a, p.a);
      f.set(out, p.out);
      if (weighted) f.set(weight, v128.load64Splat(p.x));
      pass(eightsEnd, 64);
      pass(twosEnd, 16);
      f.if(odd, () => f.storeLane(out, sum(v128.load64Zero), 0));
      f.set(p.a, i32.add(p.a, p.rowBytes));
      if (weighted) f.set(p.x, i32.add(p.x, 8));
    });
    return null;
  });
}
