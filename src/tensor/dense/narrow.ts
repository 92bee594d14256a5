/**
 * The inner loop of a product with few columns: a row of results in registers, each number of A read once where it lies.
 *
 * A step takes one number of A in both lanes times a row of B. Nothing of A is packed: with few columns that would take
 * as long as the product. Rows go one after another. Two at a time take fewer loads, but more registers than there are:
 * they, loops written out, and loads ahead of pages to come were no faster (60,000 × 784 × 10), or far slower.
 */
import { defineFunction, f64x2, i32, type V128, v128, type WasmFunction } from '../../wasm/index.js';

/** Columns of a product that one pass makes, at the most: two in each vector. */
export const mostNarrow = 12;

/** Chains of additions that hide the time of one. */
const leastChains = 4;

/** Where matrices lie, and how much of them is meant. */
const matrices = {
  a: 'i32',
  rowBytes: 'i32',
  stepBytes: 'i32',
  b: 'i32',
  bBytes: 'i32',
  c: 'i32',
  cBytes: 'i32',
  rows: 'i32',
  steps: 'i32',
} as const;

/**
 * narrow‹vectors›(a, rowBytes, stepBytes, b, bBytes, c, cBytes, rows, steps, add, odd): C = A B, or C += A B, for B in
 * rows of `vectors` pairs, `bBytes` apart. Where `odd` is not 0 the last column of C is not there.
 */
export function writeNarrow(vectors: number): WasmFunction {
  const parameters = { ...matrices, add: 'i32', odd: 'i32' } as const;
  const unrolled = Math.ceil(leastChains / vectors);
  return defineFunction(`narrow${vectors}`, parameters, null, (f, p) => {
    const row = f.local('i32');
    const a = f.local('i32');
    const b = f.local('i32');
    const sums = Array.from({ length: unrolled }, () =>
      Array.from({ length: vectors }, () => f.local('v128')),
    );
    const whole = f.let(i32.sub(p.steps, i32.remU(p.steps, i32.const(unrolled))));
    const wholeEnd = f.let(i32.add(p.b, i32.mul(whole, p.bBytes)));
    const end = f.let(i32.add(p.b, i32.mul(p.steps, p.bBytes)));
    const step = (into: readonly (typeof sums)[number][number][]): void => {
      const factor = f.let(v128.load64Splat(a));
      for (const [k, sum] of into.entries())
        f.set(sum, f64x2.add(sum, f64x2.mul(factor, v128.load(b, 16 * k))));
      f.set(a, i32.add(a, p.stepBytes));
      f.set(b, i32.add(b, p.bBytes));
    };
    f.for(row, 0, p.rows, 1, () => {
      f.set(a, p.a);
      f.set(b, p.b);
      for (const sum of sums.flat()) f.set(sum, f64x2.const(0));
      f.while(
        () => i32.ne(b, wholeEnd),
        () => sums.forEach(step),
      );
      if (unrolled > 1) {
        f.while(
          () => i32.ne(b, end),
          () => step(sums[0]),
        );
      }
      for (let k = 0; k < vectors; k++) {
        const total = sums.map((part) => part[k] as V128).reduce((all, part) => f64x2.add(all, part));
        const result = f.let(total);
        const store = (): void => {
          f.if(p.add, () => f.set(result, f64x2.add(v128.load(p.c, 16 * k), result)));
          f.store(p.c, result, 16 * k);
        };
        if (k < vectors - 1) store();
        else {
          f.if(
            p.odd,
            () => {
              f.if(p.add, () => f.set(result, f64x2.add(v128.load64Zero(p.c, 16 * k), result)));
              f.storeLane(p.c, result, 0, 16 * k);
            },
            store,
          );
        }
      }
      f.set(p.a, i32.add(p.a, p.rowBytes));
      f.set(p.c, i32.add(p.c, p.cBytes));
    });
    return null;
  });
}

/** touch(a, rowBytes, bytes, rows): brings rows into the cache in the order in which they lie. */
export function writeTouch(): WasmFunction {
  const parameters = { a: 'i32', rowBytes: 'i32', bytes: 'i32', rows: 'i32' } as const;
  return defineFunction('touch', parameters, 'i32', (f, p) => {
    const row = f.local('i32');
    const at = f.local('i32');
    const all = f.local('i32');
    f.for(row, 0, p.rows, 1, () => {
      f.for(at, p.a, i32.add(p.a, p.bytes), 64, () => f.set(all, i32.or(all, i32.load(at))));
      f.set(p.a, i32.add(p.a, p.rowBytes));
    });
    // The result keeps the loads from being left out.
    return all;
  });
}

const partParameters = {
  ...matrices,
  odd: 'i32',
  /** Steps that are taken at once. */
  most: 'i32',
  /** Whether the rows of A are neighbours, so that it lies step by step. */
  across: 'i32',
} as const;

/** narrowPart‹vectors›(…): all of C = A B, some steps at a time. */
export function writeNarrowPart(vectors: number, narrow: WasmFunction, touch: WasmFunction): WasmFunction {
  return defineFunction(`narrowPart${vectors}`, partParameters, null, (f, p) => {
    const done = f.local('i32');
    const size = f.local('i32');
    f.while(
      () => i32.ltU(done, p.steps),
      () => {
        f.set(size, i32.sub(p.steps, done));
        f.if(i32.gtU(size, p.most), () => f.set(size, p.most));
        f.if(p.across, () => void f.call(touch, 'i32', p.a, p.stepBytes, i32.shl(p.rows, 3), size));
        f.callVoid(
          narrow,
          ...[p.a, p.rowBytes, p.stepBytes, p.b, p.bBytes, p.c, p.cBytes, p.rows, size, done, p.odd],
        );
        f.set(p.a, i32.add(p.a, i32.mul(size, p.stepBytes)));
        f.set(p.b, i32.add(p.b, i32.mul(size, p.bBytes)));
        f.set(done, i32.add(done, size));
      },
    );
    return null;
  });
}
