/** What is done at each evaluation: atoms to their sites and a look at how far they have moved, vectors to sites and back. */
import { defineFunction, f64, f64x2, type I32, i32, type WasmFunction } from '../../../src/wasm/index.js';
import { type Frame, intAt, loadPoint, siteShift } from './frame.js';

/**
 * Places atoms at the caller's coordinates `x`. Writes the squares of the largest displacements since the list was
 * built, and since `mark` (site by site) where that is not 0, to `out`. What is not a number stays so.
 */
export function placeFunction({ dimension: d }: Frame): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    x: 'i32',
    order: 'i32',
    wraps: 'i32',
    built: 'i32',
    mark: 'i32',
    positions: 'i32',
    out: 'i32',
  } as const;
  return defineFunction('place', parameters, null, (f, p) => {
    const i = f.local('i32');
    const sinceBuilt = f.local('f64');
    const sinceMark = f.local('f64');
    f.for(i, p.from, p.to, 1, () => {
      const own = loadPoint(f, d, i32.add(p.x, i32.mul(i32.load(intAt(p.order, i)), 8 * d)));
      const packed = f.let(i32.mul(i, 8 * d));
      const built = f.let(i32.add(p.built, packed));
      const wrap = f.let(i32.add(p.wraps, packed));
      const offset = f.let(i32.shl(i, siteShift(d)));
      const site = f.let(i32.add(p.positions, offset));
      const moved = own.map((x, m) => {
        const change = f.let(f64.sub(x, f64.load(built, 8 * m)));
        return f64.mul(change, change);
      });
      f.set(
        sinceBuilt,
        f64.max(
          sinceBuilt,
          moved.reduce((a, b) => f64.add(a, b)),
        ),
      );
      const point = own.map((x, m) => f.let(f64.add(x, f64.load(wrap, 8 * m))));
      point.forEach((value, m) => {
        f.store(site, value, 8 * m);
      });
      f.if(p.mark, () => {
        const mark = f.let(i32.add(p.mark, offset));
        const away = point.map((value, m) => {
          const change = f.let(f64.sub(value, f64.load(mark, 8 * m)));
          return f64.mul(change, change);
        });
        f.set(
          sinceMark,
          f64.max(
            sinceMark,
            away.reduce((a, b) => f64.add(a, b)),
          ),
        );
      });
    });
    f.store(p.out, sinceBuilt);
    f.store(p.out, sinceMark, 8);
    return null;
  });
}

/** Copies a vector an atom from the caller's order to the list's. */
export function spreadFunction({ dimension: d }: Frame): WasmFunction {
  const parameters = { from: 'i32', to: 'i32', values: 'i32', order: 'i32', out: 'i32' } as const;
  return defineFunction('spread', parameters, null, (f, p) => {
    const i = f.local('i32');
    f.for(i, p.from, p.to, 1, () => {
      const own = loadPoint(f, d, i32.add(p.values, i32.mul(i32.load(intAt(p.order, i)), 8 * d)));
      const site = f.let(i32.add(p.out, i32.shl(i, siteShift(d))));
      own.forEach((value, m) => {
        f.store(site, value, 8 * m);
      });
    });
    return null;
  });
}

/** Copies each owner's vector to its ghosts, `ghosts` being the place of the first. */
export function spreadGhostsFunction({ dimension: d }: Frame): WasmFunction {
  const parameters = { from: 'i32', to: 'i32', out: 'i32', owners: 'i32', ghosts: 'i32' } as const;
  return defineFunction('spreadGhosts', parameters, null, (f, p) => {
    const g = f.local('i32');
    f.for(g, p.from, p.to, 1, () => {
      const owner = i32.load(intAt(p.owners, g));
      const value = loadPoint(f, d, i32.add(p.out, i32.shl(owner, siteShift(d))));
      const site = f.let(i32.add(p.ghosts, i32.shl(g, siteShift(d))));
      value.forEach((x, m) => {
        f.store(site, x, 8 * m);
      });
    });
    return null;
  });
}

/**
 * Adds to atoms `from … to − 1` what stands on their ghosts, in the order of the ghosts, and writes the sums in the
 * caller's order. Leaves zeros where the sums were, for those of the next time.
 */
export function foldFunction({ dimension: d }: Frame): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    sums: 'i32',
    order: 'i32',
    owners: 'i32',
    ownersEnd: 'i32',
    ghosts: 'i32',
    out: 'i32',
  } as const;
  return defineFunction('fold', parameters, null, (f, p) => {
    const ghost = f.local('i32');
    const site = f.let(p.ghosts);
    const clear = (at: I32): void => {
      f.store(at, f64x2.const(0));
      if (d === 3) f.store(at, f64.const(0), 16);
    };
    // Every thread looks at all ghosts and takes those of its own atoms: they are few, and come in a fixed order.
    f.for(ghost, p.owners, p.ownersEnd, 4, () => {
      const owner = f.let(i32.load(ghost));
      f.if(i32.and(i32.geU(owner, p.from), i32.ltU(owner, p.to)), () => {
        const at = f.let(i32.add(p.sums, i32.shl(owner, siteShift(d))));
        for (let m = 0; m < d; m++) f.store(at, f64.add(f64.load(at, 8 * m), f64.load(site, 8 * m)), 8 * m);
        clear(site);
      });
      f.set(site, i32.add(site, 1 << siteShift(d)));
    });
    const i = f.local('i32');
    f.for(i, p.from, p.to, 1, () => {
      const at = f.let(i32.add(p.sums, i32.shl(i, siteShift(d))));
      const sum = loadPoint(f, d, at);
      clear(at);
      const to = f.let(i32.add(p.out, i32.mul(i32.load(intAt(p.order, i)), 8 * d)));
      sum.forEach((value, m) => {
        f.store(to, value, 8 * m);
      });
    });
    return null;
  });
}
