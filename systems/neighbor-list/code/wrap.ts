/** Atoms brought into the cell: the region that they fill, the cell that each is in, and their place in the list. */
import { defineFunction, f64, i32, type WasmFunction } from '../../../src/wasm/index.js';
import { cellOf, type Frame, fraction, intAt, siteShift, wrappedAtom } from './frame.js';

/**
 * Writes the smallest and the largest coordinates and fractional coordinates of the atoms to `out`, four times
 * `dimension` doubles. Returns the first atom whose coordinates are not all finite, or −1.
 */
export function extentFunction(frame: Frame): WasmFunction {
  const d = frame.dimension;
  const parameters = { from: 'i32', to: 'i32', plan: 'i32', x: 'i32', out: 'i32' } as const;
  return defineFunction('extent', parameters, 'i32', (f, p) => {
    const i = f.local('i32');
    const low = Array.from({ length: 2 * d }, () => f.let(f64.const(Infinity)));
    const high = Array.from({ length: 2 * d }, () => f.let(f64.const(-Infinity)));
    f.for(i, p.from, p.to, 1, () => {
      const { own, point } = wrappedAtom(f, frame, p.plan, p.x, i);
      // x − x is 0, or not a number.
      const spoilt = own.map((x) => f64.sub(x, x)).reduce((a, b) => f64.add(a, b));
      f.if(f64.ne(spoilt, 0), () => f.return(i));
      const values = [...point, ...point.map((_, k) => f.let(fraction(frame, p.plan, point, k)))];
      values.forEach((value, k) => {
        f.if(f64.lt(value, low[k]), () => f.set(low[k], value));
        f.if(f64.gt(value, high[k]), () => f.set(high[k], value));
      });
    });
    [...low, ...high].forEach((value, k) => {
      f.store(p.out, value, 8 * k);
    });
    return i32.const(-1);
  });
}

/** Writes the cell of each atom. */
export function atomCellsFunction(frame: Frame): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    plan: 'i32',
    x: 'i32',
    rowPlaces: 'i32',
    cell: 'i32',
  } as const;
  return defineFunction('atomCells', parameters, null, (f, p) => {
    const i = f.local('i32');
    f.for(i, p.from, p.to, 1, () => {
      const { point } = wrappedAtom(f, frame, p.plan, p.x, i);
      f.store(intAt(p.cell, i), cellOf(f, frame, p.plan, p.rowPlaces, point));
    });
    return null;
  });
}

/** Fills the list's places: where each atom is, what brought it there, and where it was in the caller's coordinates. */
export function arrangeFunction(frame: Frame): WasmFunction {
  const d = frame.dimension;
  const parameters = {
    from: 'i32',
    to: 'i32',
    plan: 'i32',
    x: 'i32',
    order: 'i32',
    wraps: 'i32',
    built: 'i32',
    positions: 'i32',
  } as const;
  return defineFunction('arrange', parameters, null, (f, p) => {
    const i = f.local('i32');
    f.for(i, p.from, p.to, 1, () => {
      const { own, wrap, point } = wrappedAtom(f, frame, p.plan, p.x, i32.load(intAt(p.order, i)));
      const packed = f.let(i32.mul(i, 8 * d));
      const site = f.let(i32.add(p.positions, i32.shl(i, siteShift(d))));
      for (let m = 0; m < d; m++) {
        f.store(i32.add(p.wraps, packed), wrap[m], 8 * m);
        f.store(i32.add(p.built, packed), own[m], 8 * m);
        f.store(site, point[m], 8 * m);
      }
      if (d === 3) f.store(site, f64.const(0), 24);
    });
    return null;
  });
}
