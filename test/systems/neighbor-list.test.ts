import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import { type Random, random } from '../../src/random/index.js';
import { type Box, createBox, freeBox, NeighborList } from '../../systems/index.js';
import { allPairs, isPositive } from '../potentials/all-pairs.js';
import { randomBox } from './random-box.js';

/** Pairs closer than the cutoff as the list has them, each as "atom, atom, lattice shift". */
function listed(list: NeighborList, box: Box, x: Float64Array, cutoff: number): string[] {
  const d = box.dimension;
  const { positions, stride, count, order, owners } = list;
  const keys: string[] = [];
  const visit = (i: number, site: number): void => {
    const owner = site < count ? site : owners[site - count];
    const apart = Array.from(
      { length: d },
      (_, k) => positions[site * stride + k] - positions[i * stride + k],
    );
    if (!(Math.hypot(...apart) < cutoff)) return;
    const [a, b] = [order[i], order[owner]];
    const shift = apart.map((value, k) => value - (x[b * d + k] - x[a * d + k]));
    const cells = Array.from({ length: d }, (_, k) =>
      shift.reduce((sum, value, m) => sum + box.inverse[k * d + m] * value, 0),
    );
    if (cells.some((c) => Math.abs(c - Math.round(c)) > 1e-7))
      throw new Error(`${a}-${b} is no lattice shift: ${cells}`);
    keys.push(key(a, b, cells.map(Math.round)));
  };
  for (let i = 0; i < count; i++) {
    if (list.list) for (let k = list.first[i]; k < list.first[i + 1]; k++) visit(i, list.list[k] / stride);
    else for (let j = i + 1; j < count; j++) visit(i, j);
  }
  return keys.sort();
}

function key(a: number, b: number, n: readonly number[]): string {
  const turned = a > b || (a === b && !isPositive(n));
  const shift = n.map((cells) => (turned ? 0 - cells : cells + 0));
  return `${Math.min(a, b)}-${Math.max(a, b)} ${shift}`;
}

function expected(box: Box, x: Float64Array, cutoff: number): string[] {
  return allPairs(box, x, cutoff)
    .map(({ i, j, n }) => key(i, j, n))
    .sort();
}

function check(box: Box, x: Float64Array, cutoff: number, skin?: number): NeighborList {
  const list = new NeighborList(box, x.length / box.dimension, { cutoff, skin });
  list.update(x);
  expect(listed(list, box, x, cutoff)).toEqual(expected(box, x, cutoff));
  return list;
}

function scattered(rng: Random, box: Box, count: number, spread: number): Float64Array {
  const d = box.dimension;
  const x = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    const f = Array.from({ length: d }, () => spread * (rng.uniform() - 0.3));
    for (let m = 0; m < d; m++)
      x[i * d + m] = f.reduce((sum, value, k) => sum + value * box.vectors[k * d + m], 0);
  }
  return x;
}

describe('the neighbour list equals brute force', () => {
  for (const dimension of [2, 3] as const) {
    test(`in ${dimension} dimensions, in random boxes of every kind, thin and skewed ones with several images`, () => {
      for (let seed = 0; seed < 100; seed++) {
        const rng = random(1000 * dimension + seed);
        const box = randomBox(rng, dimension);
        const cutoff = 0.1 + (dimension === 2 ? 3 : 1.6) * rng.uniform();
        const count = 1 + rng.integer(dimension === 2 ? 30 : 14);
        const skin = rng.integer(3) === 0 ? 0 : 0.5 * rng.uniform();
        check(box, scattered(rng, box, count, 1), cutoff, skin);
      }
    });
  }

  test('for atoms many cells outside of the box', () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = random(seed);
      const box = randomBox(rng, seed % 2 === 0 ? 2 : 3);
      check(box, scattered(rng, box, 10, 1 + 10 ** rng.integer(4)), 1.1, 0.2);
    }
  });

  test('for atoms on the faces, edges and corners of the cell', () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = random(seed);
      const d = seed % 2 === 0 ? 2 : 3;
      const box = randomBox(rng, d);
      const x = new Float64Array(12 * d);
      for (let i = 0; i < 12; i++) {
        const f = Array.from(
          { length: d },
          () => [0, 1, 0.5, -1, 1 - 2 ** -53, -(2 ** -60), rng.uniform()][rng.integer(7)],
        );
        for (let m = 0; m < d; m++) {
          x[i * d + m] = f.reduce((sum, value, k) => sum + value * box.vectors[k * d + m], 0);
        }
      }
      check(box, x, 0.873, 0.1);
    }
  });

  test('for a dense system of many cells', () => {
    const rng = random(5);
    const flat = createBox([
      [20, 0],
      [13, 17],
    ]);
    check(flat, scattered(rng, flat, 500, 1), 1.3);
    const solid = createBox(
      [
        [9, 0, 0],
        [4, 8, 0],
        [-3, 5, 7],
      ],
      [true, false, true],
    );
    check(solid, scattered(rng, solid, 400, 1), 1.3);
  });

  test('for lists that outgrow what was first set aside for them, one after the other', () => {
    const rng = random(6);
    for (const [count, dimension, reach] of [
      [150, 3, 0.6],
      [60, 2, 0.8],
      [4, 3, 0.2],
      [150, 2, 0.5],
      [120, 3, 0.7],
    ] as const) {
      const box = createBox(new Array<number>(dimension).fill(1), [true, true, false].slice(0, dimension));
      const list = check(box, scattered(rng, box, count, 1), reach, 0.01);
      if (count > 4) expect(list.list?.length).toBeGreaterThan(24 * count);
    }
  });

  test('for cells so skewed that their rows lie thirty cells apart', () => {
    const flat = createBox([
      [1, 0],
      [30.3, 0.9],
    ]);
    check(flat, scattered(random(1), flat, 6, 1), 2.1, 0.3);
    const solid = createBox([
      [1, 0, 0],
      [-10.4, 1.2, 0],
      [21.7, 8.3, 1.1],
    ]);
    check(solid, scattered(random(2), solid, 5, 1), 1.6, 0.1);
  });

  test('for one atom and its own images, for a cutoff of several cells, and for no atoms at all', () => {
    const box = createBox([
      [1, 0, 0],
      [0.3, 0.8, 0],
      [0.1, 0.2, 0.9],
    ]);
    const one = check(box, Float64Array.of(0.2, 5.4, -3.1), 2.9);
    expect(one.list?.length).toBeGreaterThan(50);
    expect(check(box, new Float64Array(0), 1).sites).toBe(0);
    expect(check(freeBox(2), new Float64Array(0), 1).sites).toBe(0);
    expect(check(freeBox(3), new Float64Array(0), Infinity).sites).toBe(0);
    expect(check(freeBox(3), Float64Array.of(1, 2, 3), 5).list?.length).toBe(0);
  });

  test('for a free system without a cutoff, where every pair is one', () => {
    const rng = random(3);
    check(freeBox(3), scattered(rng, freeBox(3), 12, 100), Infinity);
    check(freeBox(2), scattered(rng, freeBox(2), 12, 100), Infinity);
  });

  test('for atoms that share one place', () => {
    check(createBox([1.5, 1.5]), new Float64Array(10).fill(0.3), 1);
    check(freeBox(3), new Float64Array(9), 1);
  });

  test('for a few atoms scattered over a huge free volume', () => {
    const x = scattered(random(8), freeBox(3), 40, 1e9);
    x.set([x[0] + 0.5, x[1], x[2]], 3);
    expect(check(freeBox(3), x, 1).list?.length).toBe(1);
  });
});

describe('the neighbour list while atoms move', () => {
  test('is not rebuilt before an atom has moved half the skin, is complete all the same, and is rebuilt then', () => {
    for (let seed = 0; seed < 40; seed++) {
      const rng = random(seed);
      const d = seed % 2 === 0 ? 2 : 3;
      const box = randomBox(rng, d);
      const [cutoff, skin] = [0.9, 0.4];
      const x = scattered(rng, box, 12, 1.5);
      const list = check(box, x, cutoff, skin);
      const moved = (length: number): Float64Array => {
        const y = Float64Array.from(x);
        for (let i = 0; i < 12; i++) {
          const direction = Array.from({ length: d }, () => rng.normal());
          const norm = Math.hypot(...direction);
          for (let k = 0; k < d; k++) y[i * d + k] += (direction[k] / norm) * length;
        }
        return y;
      };
      for (const y of [moved(0.1), moved(0.199999), moved(0.199999), x]) {
        expect(list.update(y)).toBe(false);
        expect(listed(list, box, y, cutoff)).toEqual(expected(box, y, cutoff));
      }
      expect(list.builds).toBe(1);
      const far = Float64Array.from(x);
      far[d * rng.integer(12)] += 0.200001;
      expect(list.update(far)).toBe(true);
      expect(list.builds).toBe(2);
      expect(listed(list, box, far, cutoff)).toEqual(expected(box, far, cutoff));
      // The displacement counts from the last build, not from the first.
      expect(list.update(x)).toBe(true);
      expect(listed(list, box, x, cutoff)).toEqual(expected(box, x, cutoff));
    }
  });

  test('follows an atom across many cells without a rebuild being missed', () => {
    const box = createBox([
      [2, 0],
      [1.1, 1.7],
    ]);
    const rng = random(4);
    const x = scattered(rng, box, 9, 1);
    const list = new NeighborList(box, 9, { cutoff: 0.8, skin: 0.3 });
    for (let step = 0; step < 200; step++) {
      list.update(x);
      expect(listed(list, box, x, 0.8)).toEqual(expected(box, x, 0.8));
      for (let k = 0; k < x.length; k++) x[k] += 0.05 * (k < 4 ? 1 : rng.normal());
    }
    expect(list.builds).toBeGreaterThan(10);
    expect(list.builds).toBeLessThan(200);
  });

  test('without a skin is built anew for every update', () => {
    const x = Float64Array.of(0, 0, 1, 1);
    const list = new NeighborList(createBox([3, 3]), 2, { cutoff: 1, skin: 0 });
    expect([list.update(x), list.update(x)]).toEqual([true, true]);
  });
});

describe('values on the sites of the list', () => {
  test('are spread to every image, and folded back as the transpose of that', () => {
    for (let seed = 0; seed < 30; seed++) {
      const rng = random(seed);
      const d = seed % 2 === 0 ? 2 : 3;
      const box = randomBox(rng, d);
      const count = 1 + rng.integer(10);
      const list = check(box, scattered(rng, box, count, 1), 1.2, 0.1);
      const v = Float64Array.from({ length: count * d }, () => rng.normal());
      const w = Float64Array.from({ length: list.sites * list.stride }, () => rng.normal());
      if (list.stride === 4) for (let k = 3; k < w.length; k += 4) w[k] = 0;
      const spread = new Float64Array(w.length);
      list.spread(v, spread);
      const before = spread.reduce((sum, value, k) => sum + value * w[k], 0);
      const folded = new Float64Array(v.length);
      const sums = Float64Array.from(w);
      list.fold(sums, folded);
      expect(sums).toEqual(new Float64Array(w.length));
      expect(folded.reduce((sum, value, k) => sum + value * v[k], 0)).toBeCloseTo(before, 10);

      const scalars = Float64Array.from({ length: count }, () => rng.normal());
      const weights = Float64Array.from({ length: list.sites }, () => rng.normal());
      const spreadScalars = new Float64Array(list.sites);
      list.spreadScalars(scalars, spreadScalars);
      const product = spreadScalars.reduce((sum, value, k) => sum + value * weights[k], 0);
      const foldedScalars = new Float64Array(count);
      list.foldScalars(Float64Array.from(weights), foldedScalars);
      expect(foldedScalars.reduce((sum, value, k) => sum + value * scalars[k], 0)).toBeCloseTo(product, 10);
    }
  });
});

describe('what a neighbour list cannot be made of', () => {
  test('is refused with the number that is wrong', () => {
    const box = createBox([1, 1]);
    for (const cutoff of [0, -1, Number.NaN, 1e-170]) {
      expect(() => new NeighborList(box, 3, { cutoff })).toThrow(InputError);
      expect(() => new NeighborList(box, 3, { cutoff })).toThrow(`found ${cutoff}`);
    }
    expect(() => new NeighborList(box, 3, { cutoff: 1, skin: -0.1 })).toThrow('found -0.1');
    expect(() => new NeighborList(box, 3, { cutoff: 1, skin: Number.NaN })).toThrow(InputError);
    expect(() => new NeighborList(box, 3, { cutoff: Infinity })).toThrow('without a cutoff');
  });

  test('names the atom whose position is not finite, also when it was finite before', () => {
    const list = new NeighborList(createBox([5, 5]), 2, { cutoff: 1 });
    list.update(Float64Array.of(0, 0, 1, 1));
    expect(() => list.update(Float64Array.of(0, 0, 1, Number.NaN))).toThrow(
      'atom 1 is at the coordinate NaN',
    );
    expect(() => list.update(Float64Array.of(0, Infinity, 1, 1))).toThrow(
      'atom 0 is at the coordinate Infinity',
    );
    // What has been refused leaves no half of a list behind.
    expect(list.update(Float64Array.of(0, 0, 0.5, 0.5))).toBe(true);
    expect(list.list?.length).toBe(1);
  });
});
