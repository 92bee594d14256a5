/**
 * The inner loop of a product of matrices, in WebAssembly: tiles of 4 × 4 results held in registers.
 *
 * Each step along the inner dimension takes four numbers of A and four of B, as two vectors of two doubles each. A
 * vector of A times one of B gives two of the four products of their numbers; times the same vector with its numbers
 * exchanged it gives the other two. So sixteen products take four loads, two exchanges, eight multiplications and eight
 * additions, and arithmetic sets the time. (Repeating a number of A in both places instead takes six loads, and is a
 * tenth slower.) Eight sums, six operands and one product fill the registers that V8 has: larger tiles spill, and so
 * does a loop written out, because V8 moves the loads of all its steps to the front.
 *
 * Not for choosing blocks; product.ts does. The scheme is that of Goto and van de Geijn, ACM Trans. Math. Softw. 34, 12
 * (2008).
 */
import { defineFunction, f64x2, i32, v128, type WasmFunction } from '../../wasm/index.js';

/** Rows and columns of a tile: the lanes of a panel. */
export const lanes = 4;

/**
 * multiply(a, b, c, cRow, rows, inner, panels, add): C = A B, or C += A B where `add` is not 0.
 *
 * A and B are packed (packing.ts): A in panels of four rows, B in `panels` panels of `width` columns, `inner` steps
 * each. `rows` is a multiple of four; `cRow` is the length of a row of C in bytes.
 */
export function writeTiles(name: string, width: 2 | 4): WasmFunction {
  const parameters = {
    a: 'i32',
    b: 'i32',
    c: 'i32',
    cRow: 'i32',
    rows: 'i32',
    inner: 'i32',
    panels: 'i32',
    add: 'i32',
  } as const;
  const pairs = width / 2;
  return defineFunction(name, parameters, null, (f, p) => {
    const panel = f.local('i32');
    const row = f.local('i32');
    const a = f.local('i32');
    const b = f.local('i32');
    const end = f.local('i32');
    const c = f.local('i32');
    const left = [f.local('v128'), f.local('v128')];
    const right = Array.from({ length: pairs }, () => f.local('v128'));
    const exchanged = Array.from({ length: pairs }, () => f.local('v128'));
    /** sums[i][j] is left i times right j lane by lane, crossed[i][j] that with the lanes of right exchanged. */
    const sums = left.map(() => right.map(() => f.local('v128')));
    const crossed = left.map(() => right.map(() => f.local('v128')));
    const panelBytes = f.let(i32.mul(p.inner, width * 8));

    f.for(panel, 0, p.panels, 1, () => {
      f.set(a, p.a);
      f.for(row, 0, p.rows, lanes, () => {
        for (const sum of [...sums.flat(), ...crossed.flat()]) f.set(sum, f64x2.const(0));
        f.set(b, p.b);
        f.set(end, i32.add(b, panelBytes));
        f.while(
          () => i32.ne(b, end),
          () => {
            for (const [i, l] of left.entries()) f.set(l, v128.load(a, 16 * i));
            for (const [j, r] of right.entries()) f.set(r, v128.load(b, 16 * j));
            for (const [j, e] of exchanged.entries()) f.set(e, f64x2.shuffle(right[j], right[j], 1, 0));
            for (const [i, l] of left.entries()) {
              for (let j = 0; j < pairs; j++) {
                f.set(sums[i][j], f64x2.add(sums[i][j], f64x2.mul(l, right[j])));
                f.set(crossed[i][j], f64x2.add(crossed[i][j], f64x2.mul(l, exchanged[j])));
              }
            }
            f.set(a, i32.add(a, lanes * 8));
            f.set(b, i32.add(b, width * 8));
          },
        );
        const tile = left.flatMap((_, i) => [
          right.map((_, j) => f.let(f64x2.shuffle(sums[i][j], crossed[i][j], 0, 2))),
          right.map((_, j) => f.let(f64x2.shuffle(crossed[i][j], sums[i][j], 1, 3))),
        ]);
        f.set(c, i32.add(p.c, i32.add(i32.mul(row, p.cRow), i32.mul(panel, width * 8))));
        const write = (add: boolean): void => {
          tile.forEach((results, i) => {
            if (i > 0) f.set(c, i32.add(c, p.cRow));
            results.forEach((result, j) => {
              f.store(c, add ? f64x2.add(v128.load(c, 16 * j), result) : result, 16 * j);
            });
          });
        };
        f.if(
          p.add,
          () => write(true),
          () => write(false),
        );
      });
      f.set(p.b, i32.add(p.b, panelBytes));
    });
    return null;
  });
}
