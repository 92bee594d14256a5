import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import {
  type Box,
  coordinates,
  createBox,
  createSystem,
  displacement,
  distance,
  freeBox,
  lattice,
  minimumImage,
  shortestPeriod,
  wrap,
} from '../../systems/index.js';
import { randomBox } from './random-box.js';

const norm = (v: ArrayLike<number>): number => Math.hypot(...Array.from(v));

/** Every image with up to `reach` cells along each periodic direction. */
function images(box: Box, dx: readonly number[], reach: number): number[][] {
  let all = [[...dx]];
  for (let k = 0; k < box.dimension; k++) {
    if (!box.periodic[k]) continue;
    const vector = box.vectors.subarray(k * box.dimension, (k + 1) * box.dimension);
    all = all.flatMap((v) =>
      Array.from({ length: 2 * reach + 1 }, (_, n) => v.map((x, c) => x + (n - reach) * vector[c])),
    );
  }
  return all;
}

describe('the minimum image', () => {
  test('is the published one where rounding the components is wrong', () => {
    const { minimumImage: reference } = JSON.parse(readFileSync('test/data/values.json', 'utf8'));
    const { a, b, fractional, true: expected, componentRounding } = reference.case;
    const plane = createBox([a.slice(0, 2), b.slice(0, 2)]);
    const space = createBox([a, b, [0, 0, 10]]);
    const dx = [0, 1, 2].map((c) => fractional[0] * a[c] + fractional[1] * b[c]);
    expect(norm(minimumImage(plane, dx.slice(0, 2)))).toBeCloseTo(expected, 6);
    expect(norm(minimumImage(space, dx))).toBeCloseTo(expected, 6);
    const rounded = [0, 1].map((c) => (fractional[0] - 1) * a[c] + (fractional[1] - 1) * b[c]);
    expect(norm(rounded)).toBeCloseTo(componentRounding, 6);
  });

  test('is the shortest of all images within three cells of the vector, in boxes of every kind', () => {
    const rng = random(1);
    for (let trial = 0; trial < 4000; trial++) {
      const dimension = rng.uniform() < 0.4 ? 2 : 3;
      const box = randomBox(rng, dimension);
      const dx = Array.from({ length: dimension }, () => 3 * rng.normal());
      const found = minimumImage(box, dx);
      const around = images(box, Array.from(found), 3);
      const shortest = Math.min(...around.map(norm));
      expect(norm(found)).toBeLessThanOrEqual(shortest * (1 + 1e-12));
      // And it is an image: it differs by whole cells along the periodic directions and by nothing else.
      const shift = dx.map((x, c) => x - found[c]);
      for (let k = 0; k < dimension; k++) {
        const cells = shift.reduce((sum, x, c) => sum + x * box.inverse[k * dimension + c], 0);
        expect(Math.abs(cells - (box.periodic[k] ? Math.round(cells) : 0))).toBeLessThan(1e-9);
      }
    }
  });

  test('is right in a box that leans over twenty times its width', () => {
    // The same lattice from other vectors: the cubic cell of edge 1.
    const box = createBox([
      [1, 0, 0],
      [20, 1, 0],
      [-7, 13, 1],
    ]);
    const rng = random(2);
    for (let trial = 0; trial < 500; trial++) {
      const dx = [0, 1, 2].map(() => 4 * rng.normal());
      const cubic = dx.map((x) => x - Math.round(x));
      expect(norm(minimumImage(box, dx))).toBeCloseTo(norm(cubic), 10);
    }
  });

  test('leaves a vector alone in a free box and along directions that do not repeat', () => {
    expect(Array.from(minimumImage(freeBox(3), [50, -60, 70]))).toEqual([50, -60, 70]);
    const slab = createBox([2, 2, 2], [true, true, false]);
    expect(Array.from(minimumImage(slab, [1.5, -1.5, 99]))).toEqual([-0.5, 0.5, 99]);
  });

  test('may be written over the vector that was given', () => {
    const box = createBox([
      [1, 0],
      [0.9, 1],
    ]);
    const apart = minimumImage(box, [3.3, 2.2]);
    const dx = Float64Array.of(3.3, 2.2);
    expect(minimumImage(box, dx, dx)).toBe(dx);
    expect(norm(dx)).toBeCloseTo(norm(apart), 14);
  });

  test('refuses a vector of another dimension', () => {
    expect(() => minimumImage(freeBox(3), [1, 2])).toThrow('3 coordinates, found 2');
  });
});

describe('distances', () => {
  test('are the same in both directions, and zero from an atom to itself', () => {
    const system = lattice({ structure: 'diamond', latticeConstant: 1, repeat: 2 });
    expect(distance(system, 0, 0)).toBe(0);
    for (let j = 1; j < system.count; j++) {
      expect(distance(system, 0, j)).toBeCloseTo(distance(system, j, 0), 14);
    }
  });

  test('come with their direction, from the first atom to the second', () => {
    const system = createSystem({
      positions: [[0.1], [0.9]].map((x) => [...x, 0, 0]),
      box: createBox([1, 1, 1]),
    });
    expect(Array.from(displacement(system, 0, 1))).toEqual([expect.closeTo(-0.2), 0, 0]);
    expect(() => distance(system, 0, 2)).toThrow('there is no atom 2; the system has atoms 0 to 1');
  });
});

describe('the shortest period', () => {
  test('is the edge of a cube, whatever vectors describe its lattice', () => {
    expect(shortestPeriod(createBox([2, 3, 4]))).toBe(2);
    expect(shortestPeriod(createBox([2, 3, 4], [false, true, true]))).toBe(3);
    expect(shortestPeriod(freeBox(2))).toBe(Number.POSITIVE_INFINITY);
    const leaning = createBox([
      [1, 0, 0],
      [20, 1, 0],
      [-7, 13, 1],
    ]);
    expect(shortestPeriod(leaning)).toBeCloseTo(1, 12);
  });

  test('agrees with the shortest of the lattice vectors within three cells', () => {
    const rng = random(3);
    for (let trial = 0; trial < 200; trial++) {
      const edges = [0, 1, 2].map(() => 0.5 + rng.uniform());
      const rows = edges.map((edge, k) =>
        edges.map((_, m) => (m === k ? edge : m < k ? rng.uniform() - 0.5 : 0)),
      );
      const box = createBox(rows);
      const all = images(box, [0, 0, 0], 3).map(norm);
      expect(shortestPeriod(box)).toBeCloseTo(Math.min(...all.filter((length) => length > 1e-9)), 12);
    }
  });
});

describe('wrapping', () => {
  test('brings all atoms into the cell and changes no distance', () => {
    const rng = random(4);
    for (let trial = 0; trial < 50; trial++) {
      const dimension = trial % 2 === 0 ? 2 : 3;
      const box = randomBox(rng, dimension);
      const positions = Float64Array.from({ length: 20 * dimension }, () => 5 * rng.normal());
      const system = createSystem({ positions, box });
      const wrapped = wrap(system);
      const x = coordinates(wrapped);
      for (let i = 0; i < 20; i++) {
        for (let k = 0; k < dimension; k++) {
          const fraction = Array.from(x.subarray(i * dimension, (i + 1) * dimension)).reduce(
            (sum, value, c) => sum + value * box.inverse[k * dimension + c],
            0,
          );
          if (!box.periodic[k]) continue;
          expect(fraction).toBeGreaterThanOrEqual(-1e-12);
          expect(fraction).toBeLessThan(1 + 1e-12);
        }
        expect(distance(wrapped, 0, i)).toBeCloseTo(distance(system, 0, i), 10);
      }
    }
  });

  test('leaves atoms that are inside as they are, and puts one on the upper face on the lower', () => {
    const box = createBox([3, 3, 3]);
    const system = createSystem({
      positions: [
        [0.1, 0.2, 0.3],
        [3, 0, 1.5],
        [-1e-20, 1, 1],
      ],
      box,
    });
    const wrapped = Array.from(coordinates(wrap(system)));
    expect(wrapped).toEqual([0.1, 0.2, 0.3, 0, 0, 1.5, 0, 1, 1]);
  });
});
