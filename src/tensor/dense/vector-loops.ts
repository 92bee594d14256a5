/**
 * The inner loops of a product of a matrix and a vector, and of sums along an axis.
 *
 * Four rows at a time, which lie a quarter of all rows apart: they share what is loaded of the vector, and each is a
 * stream of its own to the processor, which fetches ahead page by page. (Neighbouring rows at once, in one page, take up
 * to four times as long where they do not lie in the cache.) A result along a row does not depend on which rows are asked
 * for at once.
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

/** Rows at a time. */
const streams = [0, 1, 2, 3] as const;

const parameters = {
  a: 'i32',
  /** Bytes from a row of A to the next. */
  rowBytes: 'i32',
  x: 'i32',
  out: 'i32',
  rows: 'i32',
  columns: 'i32',
} as const;

/** dots(a, rowBytes, x, out, rows, columns): out = A x, each result a sum along a row, four sums at a time. */
export const writeDots = (): WasmFunction => writeRowSums('dots', true);

/** rowsSummed(a, rowBytes, –, out, rows, columns): the sum along each row, four sums at a time. */
export const writeRowsSummed = (): WasmFunction => writeRowSums('rowsSummed', false);

function writeRowSums(name: string, weighted: boolean): WasmFunction {
  return defineFunction(name, parameters, null, (f, p) => {
    const row = f.local('i32');
    const x = f.local('i32');
    const end = f.local('i32');
    const fours = f.let(i32.shl(i32.and(p.columns, -4), 3));
    const two = f.let(i32.shl(i32.and(p.columns, 2), 3));
    /** The sums along rows that begin `apart` bytes from each other; row k's goes to `out` and k times `outApart`. */
    const sumRows = (count: number, apart: I32, outApart: I32): void => {
      const at = Array.from({ length: count }, () => f.local('i32'));
      const sums = at.map(() => [f.local('v128'), f.local('v128')]);
      for (const [k, address] of at.entries()) f.set(address, k === 0 ? p.a : i32.add(at[k - 1], apart));
      for (const sum of sums.flat()) f.set(sum, f64x2.const(0));
      f.set(x, p.x);
      const add = (half: 0 | 1, load: (address: I32, offset: number) => V128): void => {
        const weight = weighted ? f.let(load(x, 16 * half)) : null;
        for (const [k, address] of at.entries()) {
          const term = load(address, 16 * half);
          f.set(sums[k][half], f64x2.add(sums[k][half], weight ? f64x2.mul(weight, term) : term));
        }
      };
      const along = (bytes: I32, step: number, body: () => void): void => {
        f.set(end, i32.add(at[0], bytes));
        f.while(
          () => i32.ne(at[0], end),
          () => {
            body();
            for (const address of at) f.set(address, i32.add(address, step));
            if (weighted) f.set(x, i32.add(x, step));
          },
        );
      };
      along(fours, 32, () => {
        add(0, v128.load);
        add(1, v128.load);
      });
      along(two, 16, () => add(0, v128.load));
      f.if(i32.and(p.columns, 1), () => add(0, v128.load64Zero));
      const out = f.let(p.out);
      for (const [even, odd] of sums) {
        const all = f.let(f64x2.add(even, odd));
        f.store(out, f64.add(f64x2.extractLane(all, 0), f64x2.extractLane(all, 1)));
        f.set(out, i32.add(out, outApart));
      }
    };
    const quarter = f.let(i32.shrU(p.rows, 2));
    const apart = f.let(i32.mul(quarter, p.rowBytes));
    const outApart = f.let(i32.shl(quarter, 3));
    const next = (): void => {
      f.set(p.a, i32.add(p.a, p.rowBytes));
      f.set(p.out, i32.add(p.out, 8));
    };
    f.for(row, 0, quarter, 1, () => {
      sumRows(streams.length, apart, outApart);
      next();
    });
    f.set(p.a, i32.add(p.a, i32.mul(apart, i32.const(streams.length - 1))));
    f.set(p.out, i32.add(p.out, i32.mul(outApart, i32.const(streams.length - 1))));
    f.for(row, 0, i32.and(p.rows, streams.length - 1), 1, () => {
      sumRows(1, i32.const(0), i32.const(0));
      next();
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
    const foursEnd = f.let(i32.add(p.out, i32.shl(i32.and(p.columns, -4), 3)));
    const twosEnd = f.let(i32.add(p.out, i32.shl(i32.and(p.columns, -2), 3)));
    const odd = f.let(i32.and(p.columns, 1));
    f.for(out, p.out, twosEnd, 16, () => f.store(out, f64x2.const(0)));
    f.if(odd, () => f.storeLane(out, f64x2.const(0), 0));
    /** Adds rows that begin `apart` bytes from each other, with weights `weightsApart` bytes from each other. */
    const addRows = (count: number, apart: I32, weightsApart: I32): void => {
      const at = Array.from({ length: count }, () => f.local('i32'));
      for (const [k, address] of at.entries()) f.set(address, k === 0 ? p.a : i32.add(at[k - 1], apart));
      const weights = at.map(() => f.local('v128'));
      if (weighted) {
        const weightAt = f.let(p.x);
        for (const weight of weights) {
          f.set(weight, v128.load64Splat(weightAt));
          f.set(weightAt, i32.add(weightAt, weightsApart));
        }
      }
      const sum = (load: (address: I32, offset: number) => V128, offset = 0): V128 =>
        at.reduce(
          (all: V128, address, k) => {
            const term = load(address, offset);
            return f64x2.add(all, weighted ? f64x2.mul(weights[k], term) : term);
          },
          load(out, offset),
        );
      const pass = (to: I32, step: number): void => {
        f.while(
          () => i32.ne(out, to),
          () => {
            for (let offset = 0; offset < step; offset += 16) f.store(out, sum(v128.load, offset), offset);
            for (const address of at) f.set(address, i32.add(address, step));
            f.set(out, i32.add(out, step));
          },
        );
      };
      f.set(out, p.out);
      pass(foursEnd, 32);
      pass(twosEnd, 16);
      f.if(odd, () => f.storeLane(out, sum(v128.load64Zero), 0));
    };
    const quarter = f.let(i32.shrU(p.rows, 2));
    const apart = f.let(i32.mul(quarter, p.rowBytes));
    const weightsApart = f.let(i32.shl(quarter, 3));
    const next = (): void => {
      f.set(p.a, i32.add(p.a, p.rowBytes));
      if (weighted) f.set(p.x, i32.add(p.x, 8));
    };
    f.for(row, 0, quarter, 1, () => {
      addRows(streams.length, apart, weightsApart);
      next();
    });
    f.set(p.a, i32.add(p.a, i32.mul(apart, i32.const(streams.length - 1))));
    if (weighted) f.set(p.x, i32.add(p.x, i32.mul(weightsApart, i32.const(streams.length - 1))));
    f.for(row, 0, i32.and(p.rows, streams.length - 1), 1, () => {
      addRows(1, i32.const(0), i32.const(0));
      next();
    });
    return null;
  });
}
