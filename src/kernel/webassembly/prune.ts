/**
 * A shorter list out of a list: the pairs that are within reach now.
 *
 * A list reaches a skin farther than the potential, so that it lasts; with a skin of a tenth, three pairs in ten are out
 * of range. While sites hardly move, as near an equilibrium, a list without them serves as well.
 */
import { defineFunction, f64, f64x2, i32, i64x2, v128, type WasmFunction } from '../../wasm/index.js';

/**
 * `prune(begin, end, positions, first, list, newFirst, newList, padding, limit)`: the pairs of rows `begin … end − 1` whose
 * squared distance is below the double at `limit`, written from `newList` on; `newFirst[i + 1]` is where those of row i
 * end, counted from there. Rows are filled up to even lengths with `padding`, as those of the old list are, and so need
 * no more room than there.
 */
export function pruneFunction(dimension: 2 | 3): WasmFunction {
  const shift = dimension === 2 ? 4 : 5;
  const parameters = {
    begin: 'i32',
    end: 'i32',
    positions: 'i32',
    first: 'i32',
    list: 'i32',
    newFirst: 'i32',
    newList: 'i32',
    padding: 'i32',
    limit: 'i32',
  } as const;
  return defineFunction('prune', parameters, null, (f, p) => {
    const limit = f.let(f64x2.splat(f64.load(p.limit)));
    const out = f.let(p.newList);
    const i = f.local('i32');
    f.for(i, p.begin, p.end, 1, () => {
      const at = f.let(i32.add(p.positions, i32.shl(i, shift)));
      const x = Array.from({ length: dimension }, (_, k) => f.let(v128.load64Splat(at, 8 * k)));
      const row = f.let(i32.add(p.first, i32.shl(i, 2)));
      const k = f.local('i32');
      const stop = f.let(i32.add(p.list, i32.shl(i32.load(row, 4), 2)));
      f.for(k, i32.add(p.list, i32.shl(i32.load(row), 2)), stop, 8, () => {
        const offsets = [f.let(i32.load(k)), f.let(i32.load(k, 4))];
        const [a, b] = offsets.map((offset) => f.let(i32.add(p.positions, offset)));
        const [low, high] = [f.let(v128.load(a)), f.let(v128.load(b))];
        const others = [f64x2.shuffle(low, high, 0, 2), f64x2.shuffle(low, high, 1, 3)];
        if (dimension === 3) others.push(v128.load64Lane(b, v128.load64Zero(a, 16), 1, 16));
        const squares = others.map((other, n) => {
          const d = f.let(f64x2.sub(other, x[n]));
          return f64x2.mul(d, d);
        });
        const near = f64x2.lt(
          squares.reduce((sum, square) => f64x2.add(sum, square)),
          limit,
        );
        const bits = f.let(i64x2.bitmask(near));
        f.store(out, offsets[0]);
        f.set(out, i32.add(out, i32.shl(i32.and(bits, 1), 2)));
        f.store(out, offsets[1]);
        f.set(out, i32.add(out, i32.shl(i32.shrU(bits, 1), 2)));
      });
      f.if(i32.and(i32.sub(out, p.newList), 4), () => {
        f.store(out, p.padding);
        f.set(out, i32.add(out, 4));
      });
      f.store(i32.add(p.newFirst, i32.shl(i, 2)), i32.shrU(i32.sub(out, p.newList), 2), 4);
    });
    return null;
  });
}
