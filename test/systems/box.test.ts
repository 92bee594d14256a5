import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { createBox, faceDistance, freeBox } from '../../systems/index.js';

describe('a box', () => {
  test('knows its volume and the inverse of its vectors, left-handed ones included', () => {
    const rng = random(7);
    for (let trial = 0; trial < 200; trial++) {
      const d = trial % 2 === 0 ? 2 : 3;
      const rows = Array.from({ length: d }, () => Array.from({ length: d }, () => rng.normal()));
      const box = createBox(rows);
      for (let k = 0; k < d; k++) {
        for (let m = 0; m < d; m++) {
          const product = rows[m].reduce((sum, x, c) => sum + x * box.inverse[k * d + c], 0);
          expect(product).toBeCloseTo(k === m ? 1 : 0, 9);
        }
      }
    }
    expect(
      createBox([
        [2, 0, 0],
        [1, 3, 0],
        [5, 6, 4],
      ]).volume,
    ).toBe(24);
    expect(
      createBox([
        [0, 1],
        [1, 0],
      ]).volume,
    ).toBe(1);
  });

  test('takes edge lengths for a rectangular cell and measures the distance of its faces', () => {
    const box = createBox([2, 3, 4], [true, false, true]);
    expect(Array.from(box.vectors)).toEqual([2, 0, 0, 0, 3, 0, 0, 0, 4]);
    expect(box.periodic).toEqual([true, false, true]);
    expect([0, 1, 2].map((k) => faceDistance(box, k))).toEqual([2, 3, 4]);
    // Both heights of the rhombus of edge 1 and 60 degrees are √3/2.
    const rhombus = createBox([
      [1, 0],
      [0.5, Math.sqrt(3) / 2],
    ]);
    expect(faceDistance(rhombus, 0)).toBeCloseTo(Math.sqrt(3) / 2, 14);
    expect(faceDistance(rhombus, 1)).toBeCloseTo(Math.sqrt(3) / 2, 14);
  });

  test('may have no extent where it does not repeat: it is completed by unit normals and has no volume', () => {
    const slab = createBox(
      [
        [2, 0, 0],
        [1, 2, 0],
        [0, 0, 0],
      ],
      [true, true, false],
    );
    expect(slab.volume).toBeNull();
    expect(Array.from(slab.vectors)).toEqual([2, 0, 0, 1, 2, 0, 0, 0, 1]);
    const wire = createBox(
      [
        [0, 0, 0],
        [1, 1, 0],
        [0, 0, 0],
      ],
      [false, true, false],
    );
    const [a, b, c] = [0, 1, 2].map((k) => Array.from(wire.vectors.subarray(3 * k, 3 * k + 3)));
    const dot = (u: number[], v: number[]): number => u.reduce((sum, x, k) => sum + x * v[k], 0);
    expect([dot(a, b), dot(a, c), dot(b, c)]).toEqual([0, 0, 0].map(() => expect.closeTo(0, 14)));
    expect([dot(a, a), dot(c, c)]).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14)]);
    const strip = createBox(
      [
        [0, 3],
        [0, 0],
      ],
      [true, false],
    );
    expect(Array.from(strip.vectors, Math.abs)).toEqual([0, 3, 1, 0]);
    expect(
      createBox(
        [
          [0, 0],
          [0, 0],
        ],
        false,
      ),
    ).toEqual(freeBox(2));
  });

  test('of no volume is refused, as are numbers that are not finite and a wrong count', () => {
    expect(() =>
      createBox([
        [1, 0, 0],
        [0, 1, 0],
        [1, 1, 0],
      ]),
    ).toThrow('span no volume');
    expect(() =>
      createBox([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ]),
    ).toThrow('span no volume');
    expect(() =>
      createBox(
        [
          [1, 0, 0],
          [2, 0, 0],
          [0, 0, 0],
        ],
        [true, true, false],
      ),
    ).toThrow('span no volume');
    expect(() => createBox([1, Number.NaN])).toThrow(
      'lattice vector 2 must be 2 finite numbers, found [0, NaN]',
    );
    expect(() => createBox([1, 1, 1, 1])).toThrow('2 or 3 lattice vectors, found 4');
    expect(() => createBox([1, 1], [true])).toThrow('periodic needs 2 values');
  });
});
