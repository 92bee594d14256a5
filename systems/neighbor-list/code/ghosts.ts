/** Periodic images: which are near enough, the cells that they are in, and their places. */
import {
  defineFunction,
  type F64,
  type FunctionWriter,
  f64,
  type I32,
  i32,
  type WasmFunction,
} from '../../../src/wasm/index.js';
import { cellOf, type Frame, fraction, intAt, loadPoint, plan, planned, siteShift } from './frame.js';

/** Doubles of a lattice shift in its table: whole numbers of lattice vectors, then the vector. */
export const shiftLength = (d: 2 | 3): number => 2 * d;

/**
 * The images of atoms `from … to − 1` within the plan's limits and the grid, on the shifts of the table: atom by atom,
 * and for each in the order of the shifts. Returns how many; where `owners` is not 0 they are written, the atom to
 * `owners` and the shift to `shiftOf`, `first` and the following ones.
 */
export function ghostsFunction(frame: Frame): WasmFunction {
  const d = frame.dimension;
  const parameters = {
    from: 'i32',
    to: 'i32',
    plan: 'i32',
    positions: 'i32',
    shifts: 'i32',
    shiftsEnd: 'i32',
    owners: 'i32',
    shiftOf: 'i32',
    first: 'i32',
  } as const;
  return defineFunction('ghosts', parameters, 'i32', (f, p) => {
    const axes = Array.from({ length: d }, (_, k) => k);
    const i = f.local('i32');
    const shift = f.local('i32');
    const n = f.let(p.first);
    f.for(i, p.from, p.to, 1, () => {
      const point = loadPoint(f, d, i32.add(p.positions, i32.shl(i, siteShift(d))));
      const fractions = axes.map((k) => f.let(fraction(frame, p.plan, point, k)));
      // An atom that one lattice vector takes out of the region along every axis has no image in it.
      const near = frame.periodic
        .flatMap((periodic, k) =>
          periodic
            ? [
                f64.le(f64.add(fractions[k], 1), planned(p.plan, plan.high, k)),
                f64.ge(f64.sub(fractions[k], 1), planned(p.plan, plan.low, k)),
              ]
            : [],
        )
        .reduce<I32>((a, b) => i32.or(a, b), i32.const(0));
      f.if(near, () => {
        f.for(shift, p.shifts, p.shiftsEnd, 8 * shiftLength(d), () => {
          const take = (): void => {
            f.if(p.owners, () => {
              f.store(intAt(p.owners, n), i);
              f.store(intAt(p.shiftOf, n), i32.sub(shift, p.shifts));
            });
            f.set(n, i32.add(n, 1));
          };
          // One axis after the other, since most shifts fail at the first.
          const inGrid = axes.map((k) => {
            const moved = f64.add(point[k], f64.load(shift, 8 * (d + k)));
            const apart = f64.sub(moved, planned(p.plan, plan.origin, k));
            const cell = f64.mul(apart, planned(p.plan, plan.cellsPerLength, k));
            return i32.and(f64.ge(cell, 0), f64.le(cell, planned(p.plan, plan.shape, k)));
          });
          const wanted = axes.map((k) => {
            const place = f64.add(fractions[k], f64.load(shift, 8 * k));
            const above = f64.ge(place, planned(p.plan, plan.low, k));
            return i32.and(above, f64.le(place, planned(p.plan, plan.high, k)));
          });
          const test = [...wanted, ...inGrid].reduceRight<() => void>(
            (then, condition) => () => f.if(condition, then),
            take,
          );
          test();
        });
      });
    });
    return i32.sub(n, p.first);
  });
}

/** Where ghost g is: its owner's place and its shift. */
function ghostPoint(
  f: FunctionWriter,
  d: 2 | 3,
  p: { readonly positions: I32; readonly owners: I32; readonly shiftOf: I32; readonly shifts: I32 },
  g: I32,
): F64[] {
  const owner = f.let(i32.add(p.positions, i32.shl(i32.load(intAt(p.owners, g)), siteShift(d))));
  const shift = f.let(i32.add(p.shifts, i32.load(intAt(p.shiftOf, g))));
  return Array.from({ length: d }, (_, k) =>
    f.let(f64.add(f64.load(owner, 8 * k), f64.load(shift, 8 * (d + k)))),
  );
}

/** Writes the cell of each ghost. */
export function ghostCellsFunction(frame: Frame): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    plan: 'i32',
    positions: 'i32',
    owners: 'i32',
    shiftOf: 'i32',
    shifts: 'i32',
    rowPlaces: 'i32',
    cell: 'i32',
  } as const;
  return defineFunction('ghostCells', parameters, null, (f, p) => {
    const g = f.local('i32');
    f.for(g, p.from, p.to, 1, () => {
      const point = ghostPoint(f, frame.dimension, p, g);
      f.store(intAt(p.cell, g), cellOf(f, frame, p.plan, p.rowPlaces, point));
    });
    return null;
  });
}

/** Brings ghosts into the order of their cells. */
export function permuteFunction(): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    order: 'i32',
    owners: 'i32',
    shiftOf: 'i32',
    newOwners: 'i32',
    newShiftOf: 'i32',
  } as const;
  return defineFunction('permute', parameters, null, (f, p) => {
    const g = f.local('i32');
    f.for(g, p.from, p.to, 1, () => {
      const source = f.let(i32.load(intAt(p.order, g)));
      f.store(intAt(p.newOwners, g), i32.load(intAt(p.owners, source)));
      f.store(intAt(p.newShiftOf, g), i32.load(intAt(p.shiftOf, source)));
    });
    return null;
  });
}

/** Puts ghosts in their places, `sites` being that of the first. */
export function placeGhostsFunction({ dimension: d }: Frame): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    positions: 'i32',
    owners: 'i32',
    shiftOf: 'i32',
    shifts: 'i32',
    ghosts: 'i32',
  } as const;
  return defineFunction('placeGhosts', parameters, null, (f, p) => {
    const g = f.local('i32');
    f.for(g, p.from, p.to, 1, () => {
      const point = ghostPoint(f, d, p, g);
      const site = f.let(i32.add(p.ghosts, i32.shl(g, siteShift(d))));
      point.forEach((value, k) => {
        f.store(site, value, 8 * k);
      });
      if (d === 3) f.store(site, f64.const(0), 24);
    });
    return null;
  });
}
