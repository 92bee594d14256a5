/** What pair loops sum up: energies, vectors of sites, gradients of parameters. Pieces that several kernels share. */
import { type F64, f64, f64x2, type I32, i32, type V128, type Variable, v128 } from '../../wasm/index.js';
import type { KernelOptions, PairFunction } from '../pair-kernel.js';
import type { Couple, PairWriter, Site } from './couples.js';

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

type AddVectors = ((couple: Couple, along: (axis: number) => V128) => void) & { begin(): void };

/**
 * Adds a vector to the site and subtracts it from its neighbours, in coordinate arrays.
 * Hooks itself on the sites' beginnings and ends; a kernel with a hook of its own calls `begin` in it.
 */
export function addVectors(w: PairWriter, sums: Variable<'i32'>): AddVectors {
  const { f } = w;
  const totals = Array.from({ length: 3 }, () => f.local('v128'));
  let axes = 0;
  const begin = (): void => {
    for (const total of totals) f.set(total, zero);
  };
  w.siteBefore(begin);
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
  return Object.assign(add, { begin });
}

type Differences = ((couple: Couple) => V128[]) & { begin(site: Site): void };

/** Differences of a coordinate array between the site and its neighbours. */
export function siteDifferences(
  w: PairWriter,
  array: Variable<'i32'>,
  { dimension }: KernelOptions,
): Differences {
  const { f } = w;
  const own = Array.from({ length: dimension }, () => f.local('v128'));
  const begin = (site: Site): void => {
    const at = f.let(i32.add(array, site.offset));
    own.forEach((variable, axis) => {
      f.set(variable, v128.load64Splat(at, 8 * axis));
    });
  };
  const differences = ({ offsets }: Couple): V128[] => {
    const at = offsets.map((offset) => f.let(i32.add(array, offset)));
    const [a, b] = at.map((address) => f.let(v128.load(address)));
    const others = [f64x2.shuffle(a, b, 0, 2), f64x2.shuffle(a, b, 1, 3)];
    if (dimension === 3) others.push(v128.load64Lane(at[1], v128.load64Zero(at[0], 16), 1, 16));
    return others.map((other, axis) => f.let(f64x2.sub(own[axis], other)));
  };
  return Object.assign(differences, { begin });
}

/** Adds values to the tables' and the sites' arrays; `alsoBefore` runs where a site begins. */
export function addParameters(
  w: PairWriter,
  pair: PairFunction,
  options: KernelOptions,
  alsoBefore?: (site: Site) => void,
): (couple: Couple, values: readonly V128[]) => void {
  const { f } = w;
  const totals = options.classes ? [] : pair.tables.map(() => f.let(zero));
  const own = pair.sites.map(() => f.local('v128'));
  w.siteBefore((site) => {
    for (const sum of own) f.set(sum, zero);
    alsoBefore?.(site);
  });
  w.siteAfter((site) => {
    own.forEach((sum, k) => {
      const at = f.let(i32.add(w.address(`out${k}`), site.scalarOffset));
      f.store(at, f64.add(f64.load(at), sumOfLanes(sum)));
    });
  });
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
    pair.sites.forEach((_, k) => {
      const at = pair.tables.length + 2 * k;
      f.set(own[k], f64x2.add(own[k], masked[at]));
      for (const lane of [0, 1] as const) {
        const address = f.let(i32.add(w.address(`out${k}`), couple.scalarOffset(lane)));
        f.store(address, f64.add(f64.load(address), f64x2.extractLane(masked[at + 1], lane)));
      }
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
