/** What pair loops sum up: energies, vectors of sites, gradients of parameters. Pieces that several kernels share. */
import { type F64, f64, f64x2, type I32, i32, type V128, type Variable, v128 } from '../../wasm/index.js';
import type { KernelOptions, PairFunction } from '../pair-kernel.js';
import type { Couple, PairWriter } from './couples.js';

export const sumOfLanes = (x: V128): F64 => f64.add(f64x2.extractLane(x, 0), f64x2.extractLane(x, 1));
export const zero = f64x2.const(0);

/** Sums the first value of each couple into the function's result; `then` may do more with the values. */
export function addEnergy(w: PairWriter, then?: (couple: Couple, values: readonly V128[]) => void): void {
  const { f } = w;
  const energy = f.let(zero);
  w.pair((couple, values) => {
    f.set(energy, f64x2.add(energy, v128.andNot(values[0], couple.outside)));
    then?.(couple, values);
  });
  w.result = sumOfLanes(energy);
}

/** Adds a vector to the site and subtracts it from its neighbours, in coordinate arrays. */
export function addVectors(
  w: PairWriter,
  sums: Variable<'i32'>,
): (couple: Couple, along: (axis: number) => V128) => void {
  const { f } = w;
  const totals = Array.from({ length: 3 }, () => f.local('v128'));
  let axes = 0;
  w.siteBefore(() => {
    for (const total of totals) f.set(total, zero);
  });
  const add = (couple: Couple, along: (axis: number) => V128): void => {
    axes = couple.d.length;
    const vectors = couple.d.map((_, axis) => f.let(v128.andNot(along(axis), couple.outside)));
    vectors.forEach((vector, axis) => {
      f.set(totals[axis], f64x2.add(totals[axis], vector));
    });
    const [x, y, z] = vectors;
    // One neighbour after the other: both may be ghosts of one site, or the padding site twice.
    for (const lane of [0, 1] as const) {
      const at = f.let(i32.add(sums, couple.offsets[lane]));
      const xy = lane === 0 ? f64x2.shuffle(x, y, 0, 2) : f64x2.shuffle(x, y, 1, 3);
      f.store(at, f64x2.sub(v128.load(at), xy));
      if (z) f.store(at, f64.sub(f64.load(at, 16), f64x2.extractLane(z, lane)), 16);
    }
  };
  w.siteAfter((site) => {
    const at = f.let(i32.add(sums, site.offset));
    for (let axis = 0; axis < axes; axis++) {
      f.store(at, f64.add(f64.load(at, 8 * axis), sumOfLanes(totals[axis])), 8 * axis);
    }
  });
  return add;
}

/** Differences of a coordinate array between the site and its neighbours. */
export function siteDifferences(
  w: PairWriter,
  array: Variable<'i32'>,
  { dimension }: KernelOptions,
): (couple: Couple) => V128[] {
  const { f } = w;
  const own = Array.from({ length: dimension }, () => f.local('v128'));
  w.siteBefore((site) => {
    const at = f.let(i32.add(array, site.offset));
    own.forEach((variable, axis) => {
      f.set(variable, v128.load64Splat(at, 8 * axis));
    });
  });
  return ({ offsets }) => {
    const at = offsets.map((offset) => f.let(i32.add(array, offset)));
    const [a, b] = at.map((address) => f.let(v128.load(address)));
    const others = [f64x2.shuffle(a, b, 0, 2), f64x2.shuffle(a, b, 1, 3)];
    if (dimension === 3) others.push(v128.load64Lane(at[1], v128.load64Zero(at[0], 16), 1, 16));
    return others.map((other, axis) => f.let(f64x2.sub(own[axis], other)));
  };
}

/** Adds a value to the site's entry of an array, and another to its neighbours'. */
export function addScalars(
  w: PairWriter,
  address: I32,
): (couple: Couple, ofSite: V128, ofNeighbours: V128) => void {
  const { f } = w;
  const own = f.local('v128');
  w.siteBefore(() => f.set(own, zero));
  w.siteAfter((site) => {
    const at = f.let(i32.add(address, site.scalarOffset));
    f.store(at, f64.add(f64.load(at), sumOfLanes(own)));
  });
  return (couple, ofSite, ofNeighbours) => {
    f.set(own, f64x2.add(own, ofSite));
    for (const lane of [0, 1] as const) {
      const at = f.let(i32.add(address, couple.scalarOffset(lane)));
      f.store(at, f64.add(f64.load(at), f64x2.extractLane(ofNeighbours, lane)));
    }
  };
}

/** Adds values to the tables' and the sites' arrays. */
export function addParameters(
  w: PairWriter,
  pair: PairFunction,
  options: KernelOptions,
): (couple: Couple, values: readonly V128[]) => void {
  const { f } = w;
  const totals = options.classes ? [] : pair.tables.map(() => f.let(zero));
  const sites = pair.sites.map((_, k) => addScalars(w, w.address(`out${k}`)));
  w.after(() => {
    totals.forEach((sum, k) => {
      const at = w.address('tables');
      f.store(at, f64.add(f64.load(at, 8 * k), sumOfLanes(sum)), 8 * k);
    });
  });
  return (couple, values) => {
    const masked = values.map((value) => f.let(v128.andNot(value, couple.outside)));
    pair.tables.forEach((_, k) => {
      if (!options.classes) {
        f.set(totals[k], f64x2.add(totals[k], masked[k]));
        return;
      }
      for (const lane of [0, 1] as const) {
        const at = f.let(i32.add(tableBase(w, k, 'tables'), couple.tableOffset(lane)));
        f.store(at, f64.add(f64.load(at), f64x2.extractLane(masked[k], lane)));
      }
    });
    sites.forEach((add, k) => {
      const at = pair.tables.length + 2 * k;
      add(couple, masked[at], masked[at + 1]);
    });
  };
}

function tableBase(w: PairWriter, k: number, name: string): I32 {
  const classes = w.address('classCount');
  return i32.add(w.address(name), i32.mul(i32.mul(classes, classes), 8 * k));
}

export function tableLanes(w: PairWriter, couple: Couple, k: number, name: string): V128 {
  const base = tableBase(w, k, name);
  return v128.load64Lane(
    i32.add(base, couple.tableOffset(1)),
    v128.load64Zero(i32.add(base, couple.tableOffset(0))),
    1,
  );
}
