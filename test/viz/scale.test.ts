/** How large things are taken to be, from what stands in a file alone. */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { bidispersePacking, createBox, createSystem, lattice } from '../../systems/index.js';
import {
  atomRadii,
  createRun,
  createSession,
  elementOf,
  frameOfSystem,
  scaleOf,
  spacing,
  speciesColors,
} from '../../viz/index.js';

const frame = (options: Parameters<typeof createSystem>[0]) => frameOfSystem(createSystem(options));

const water = frame({
  positions: [
    [0, 0, 0],
    [0.9572, 0, 0],
    [-0.24, 0.9266, 0],
  ],
  species: ['O', 'H', 'H'],
});

describe('the distance of neighbours', () => {
  test('is that of a cubic lattice of the same density where atoms fill their space', () => {
    const crystal = frameOfSystem(lattice({ structure: 'fcc', latticeConstant: 4, repeat: 5 }));
    expect(spacing(crystal)).toBeCloseTo(4 / 4 ** (1 / 3), 10);
    // Whichever cell describes it: the primitive one is skewed.
    const primitive = frame({
      positions: [[0, 0, 0]],
      box: createBox([
        [0, 2, 2],
        [2, 0, 2],
        [2, 2, 0],
      ]),
    });
    expect(spacing(primitive)).toBeCloseTo(4 / 4 ** (1 / 3), 10);
  });

  test('does not grow with the empty space around a cluster', () => {
    const { positions } = lattice({ structure: 'fcc', latticeConstant: 1.55, repeat: 2 });
    const cluster = Array.from({ length: 32 }, (_, i) => [0, 1, 2].map((k) => positions.get(i, k) + 20));
    const distance = 1.55 / Math.SQRT2;
    for (const side of [40, 400]) {
      const lonely = frame({ positions: cluster, box: createBox([side, side, side]) });
      expect(spacing(lonely)).toBeCloseTo(distance, 4);
    }
    const free = spacing(frame({ positions: cluster }));
    expect(free).toBeGreaterThan(0.88 * distance);
    expect(free).toBeLessThan(1.2 * distance);
  });

  test('is about the same for packings, and for points thrown at random', () => {
    const packing = bidispersePacking({ count: 256, diameters: [1, 0.6], packingFraction: 0.98, seed: 1 });
    const even = Math.sqrt((packing.box.volume ?? 0) / 256);
    expect(spacing(frameOfSystem(packing))).toBeCloseTo(even, 10);
    const { uniform } = random(3);
    const points = Array.from({ length: 1000 }, () => [uniform(), uniform(), uniform()].map((x) => 10 * x));
    expect(spacing(frame({ positions: points, box: createBox([10, 10, 10]) }))).toBeCloseTo(1, 10);
  });

  test('is one of a single atom, and takes no notice of atoms at one place', () => {
    expect(spacing(frame({ positions: [[3, 3, 3]] }))).toBe(1);
    const twice = frame({
      positions: [
        [0, 0, 0],
        [0, 0, 0],
        [2, 0, 0],
      ],
    });
    expect(spacing(twice)).toBeCloseTo(0.89 * 2, 10);
  });
});

describe('what is shown at first', () => {
  test('is balls and sticks for molecules, and spheres for everything else', () => {
    const shown = (of: typeof water) => createSession(createRun('shown', [of]));
    expect(shown(water)).toMatchObject({ bonds: { kind: 'radii' }, radiusScale: 0.5 });
    const copper = frameOfSystem(
      lattice({ structure: 'fcc', latticeConstant: 3.61, repeat: 2, species: 'Cu' }),
    );
    expect(shown(copper)).toMatchObject({ bonds: null, radiusScale: 1 });
    // An element's name in units of its own.
    const reduced = frameOfSystem(
      lattice({ structure: 'fcc', latticeConstant: 1.5, repeat: 2, species: 'I' }),
    );
    expect(shown(reduced).bonds).toBeNull();
    const packing = bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.9, seed: 1 });
    expect(shown(frameOfSystem(packing)).bonds).toBeNull();
  });
});

describe('radii', () => {
  test('are those of the elements where neighbours are as far apart as in ångströms', () => {
    expect(scaleOf(water).inAngstroms).toBe(true);
    expect([...atomRadii(water, scaleOf(water))]).toEqual([0.66, 0.31, 0.31].map(Math.fround));
    const salt = frame({
      positions: [
        [0, 0, 0],
        [2.82, 0, 0],
      ],
      species: ['Na', 'Cl'],
      box: createBox([5.64, 2.82, 2.82]),
    });
    expect([...atomRadii(salt, scaleOf(salt))]).toEqual([1.66, 1.02].map(Math.fround));
  });

  test('fill the space between neighbours in reduced units', () => {
    const argon = frameOfSystem(
      lattice({ structure: 'fcc', latticeConstant: 1.56, repeat: 3, species: 'Ar' }),
    );
    expect(scaleOf(argon).inAngstroms).toBe(false);
    expect(atomRadii(argon, scaleOf(argon))[0]).toBeCloseTo(0.4 * spacing(argon), 6);
  });

  test('of species A, B, C are not those of boron and carbon, nor are their colours', () => {
    const named = frame({
      positions: [
        [0, 0, 0],
        [1.6, 0, 0],
        [3.2, 0, 0],
      ],
      species: ['A', 'B', 'C'],
    });
    const radii = atomRadii(named, scaleOf(named));
    expect(new Set(radii).size).toBe(1);
    const colors = speciesColors(createRun('named', [named]));
    expect(colors.get('C')).not.toEqual(elementOf('C')?.color);
    expect(speciesColors(createRun('water', [water])).get('O')).toEqual(elementOf('O')?.color);
  });

  test('of a species whose name is a property of every object are those of any other', () => {
    const odd = frame({ positions: [[0, 0, 0]], species: ['constructor'] });
    expect(atomRadii(odd, scaleOf(odd))[0]).toBeCloseTo(0.4, 6);
    expect(speciesColors(createRun('odd', [odd])).get('constructor')).toHaveLength(3);
    expect(elementOf('toString')).toBeNull();
  });
});
