import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import {
  type BidispersePackingOptions,
  bidispersePacking,
  coordinates,
  createBox,
  createSystem,
  freeBox,
  type LatticeOptions,
  lattice,
  latticeSites,
  numberColumn,
  perturb,
  type RandomGasOptions,
  randomGas,
  type Structure,
  type System,
  supercell,
  withColumn,
} from '../../systems/index.js';

/** Distances from an atom to all images of all atoms within `reach` cells, ascending; written without the library's own minimum image. */
function imageDistances(system: System, atom: number, reach: number): number[] {
  const { dimension: d, count, box } = system;
  const x = coordinates(system);
  const all: number[] = [];
  const shifts = box.periodic.map((repeats) =>
    repeats ? Array.from({ length: 2 * reach + 1 }, (_, n) => n - reach) : [0],
  );
  const cells = shifts.reduce<number[][]>(
    (rows, steps) => rows.flatMap((row) => steps.map((n) => [...row, n])),
    [[]],
  );
  for (let j = 0; j < count; j++) {
    for (const cell of cells) {
      let squared = 0;
      for (let c = 0; c < d; c++) {
        let dx = x[j * d + c] - x[atom * d + c];
        for (let k = 0; k < d; k++) dx += cell[k] * box.vectors[k * d + c];
        squared += dx * dx;
      }
      if (squared > 0) all.push(Math.sqrt(squared));
    }
  }
  return all.sort((a, b) => a - b);
}

/** Shells of neighbours: [number, distance]. */
function shells(distances: readonly number[], howMany: number): [number, number][] {
  const found: [number, number][] = [];
  for (const r of distances) {
    const last = found.at(-1);
    if (last !== undefined && Math.abs(r - last[1]) < 1e-9) last[0]++;
    else if (found.length === howMany) break;
    else found.push([1, r]);
  }
  return found;
}

const a = 1.7;
// Closed forms: atoms in the cell, cell volume / a^d, and the first two shells of neighbours.
const crystals: [Structure, number, number, [number, number][]][] = [
  [
    'sc',
    1,
    1,
    [
      [6, 1],
      [12, Math.SQRT2],
    ],
  ],
  [
    'bcc',
    2,
    1,
    [
      [8, Math.sqrt(3) / 2],
      [6, 1],
    ],
  ],
  [
    'fcc',
    4,
    1,
    [
      [12, Math.SQRT1_2],
      [6, 1],
    ],
  ],
  [
    'diamond',
    8,
    1,
    [
      [4, Math.sqrt(3) / 4],
      [12, Math.SQRT1_2],
    ],
  ],
  [
    'hcp',
    4,
    Math.SQRT2 * 2,
    [
      [12, 1],
      [6, Math.SQRT2],
    ],
  ],
  [
    'square',
    1,
    1,
    [
      [4, 1],
      [4, Math.SQRT2],
    ],
  ],
  [
    'hexagonal',
    2,
    Math.sqrt(3),
    [
      [6, 1],
      [6, Math.sqrt(3)],
    ],
  ],
];

describe('crystal lattices', () => {
  test.each(crystals)(
    '%s has the atoms, the volume and the neighbours of its closed form',
    (structure, atoms, volume, expected) => {
      for (const repeat of [1, 2]) {
        const system = lattice({ structure, latticeConstant: a, repeat });
        const cells = repeat ** system.dimension;
        expect(system.count).toBe(atoms * cells);
        expect(latticeSites(structure)).toHaveLength(atoms);
        expect((system.box.volume ?? 0) / cells).toBeCloseTo(volume * a ** system.dimension, 12);
        // Every site has the same surroundings.
        for (let atom = 0; atom < system.count; atom++) {
          const found = shells(imageDistances(system, atom, 3), 2);
          expect(found.map(([number]) => number)).toEqual(expected.map(([number]) => number));
          for (const [shell, [, distance]] of found.entries())
            expect(distance).toBeCloseTo(expected[shell][1] * a, 12);
        }
      }
    },
  );

  test('hcp has six neighbours in the plane and six out of it when c/a is not ideal', () => {
    const system = lattice({ structure: 'hcp', latticeConstant: 1, cOverA: 1.58 });
    expect(Array.from(system.box.vectors)).toEqual([1, 0, 0, 0, Math.sqrt(3), 0, 0, 0, 1.58]);
    const found = shells(imageDistances(system, 0, 3), 2);
    expect(found).toEqual([
      [6, expect.closeTo(Math.sqrt(1 / 3 + 1.58 ** 2 / 4), 12)],
      [6, expect.closeTo(1, 12)],
    ]);
  });

  test('may have another species on each site', () => {
    // Zinc blende: each atom has four neighbours, all of the other kind.
    const species = ['Zn', 'Zn', 'Zn', 'Zn', 'S', 'S', 'S', 'S'];
    const system = lattice({ structure: 'diamond', latticeConstant: 1, repeat: [1, 2, 3], species });
    expect(system.count).toBe(48);
    expect(system.species.filter((label) => label === 'S')).toHaveLength(24);
    expect(system.species.slice(8, 16)).toEqual(species);
  });

  test('refuse what they cannot be made from', () => {
    const make = (options: Partial<LatticeOptions>) => () =>
      lattice({ structure: 'fcc', latticeConstant: 1, ...options });
    expect(make({ structure: 'fccc' as Structure })).toThrow(
      'no structure "fccc"; choose one of sc, bcc, fcc',
    );
    expect(make({ latticeConstant: -1 })).toThrow('latticeConstant must be a positive number, found -1');
    expect(make({ repeat: [1, 2] })).toThrow('repeat needs 3 numbers, one a lattice vector, found 2');
    expect(make({ repeat: 0 })).toThrow('repeat must be a whole number from 1 on, found 0');
    expect(make({ species: ['A', 'B'] })).toThrow('the fcc cell has 4 sites, found 2 species');
    expect(make({ cOverA: 1.6 })).toThrow('cOverA is for hcp');
  });
});

describe('a supercell', () => {
  test('of a triclinic cell has the same surroundings for every copy, and its columns', () => {
    const cell = createSystem({
      positions: [
        [0, 0, 0],
        [0.3, 0.4, 0.5],
      ],
      species: ['A', 'B'],
      box: createBox([
        [1, 0, 0],
        [0.4, 1.1, 0],
        [-0.2, 0.3, 1.3],
      ]),
      columns: { charge: [1, -1], label: ['x', 'y'] },
      info: { energy: 3 },
    });
    const large = supercell(cell, [3, 1, 2]);
    expect(large.count).toBe(12);
    expect(large.box.volume).toBeCloseTo(6 * (cell.box.volume ?? 0), 12);
    expect(large.info.size).toBe(0);
    expect(Array.from(numberColumn(large, 'charge'))).toEqual(
      Array.from({ length: 6 }, () => [1, -1]).flat(),
    );
    expect(large.columns.get('label')?.values.slice(0, 4)).toEqual(['x', 'y', 'x', 'y']);
    const near = (system: System, atom: number): number[] => imageDistances(system, atom, 6).slice(0, 40);
    for (let atom = 0; atom < large.count; atom++) {
      const expected = near(cell, atom % 2);
      for (const [k, r] of near(large, atom).entries()) expect(r).toBeCloseTo(expected[k], 10);
    }
  });

  test('of one copy is the system itself, and along a missing vector there is none', () => {
    const system = lattice({ structure: 'fcc', latticeConstant: 1 });
    expect(supercell(system, 1)).toEqual(system);
    const free = createSystem({ positions: [[0, 0, 0]] });
    expect(() => supercell(free, [1, 2, 1])).toThrow('no lattice vector 2 to repeat along');
    const slab = createSystem({
      positions: [[0, 0, 0]],
      box: createBox(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 0],
        ],
        [true, true, false],
      ),
    });
    expect(supercell(slab, [2, 3, 1]).box.volume).toBeNull();
    expect(Array.from(supercell(slab, [2, 3, 1]).box.vectors)).toEqual([2, 0, 0, 0, 3, 0, 0, 0, 1]);
  });
});

describe('the bidisperse packing', () => {
  const options = { count: 128, dimension: 2, diameters: [1, 0.6], packingFraction: 0.98, seed: 0 } as const;

  test('is that of the reference: 64 and 64 discs in a box of edge 8.352', () => {
    const { bidispersePacking: reference } = JSON.parse(readFileSync('test/data/values.json', 'utf8'));
    expect(reference.source).toContain('L = 8.352');
    const system = bidispersePacking(options);
    expect(system.box.vectors[0]).toBeCloseTo(8.352, 3);
    expect(system.box.periodic).toEqual([true, true]);
    expect(system.species).toEqual([...new Array(64).fill('A'), ...new Array(64).fill('B')]);
    const diameter = numberColumn(system, 'diameter');
    expect(Array.from(diameter)).toEqual([...new Array(64).fill(1), ...new Array(64).fill(0.6)]);
    const area = diameter.reduce((sum, d) => sum + (Math.PI * d * d) / 4, 0);
    expect(area / (system.box.volume ?? 0)).toBeCloseTo(0.98, 14);
  });

  test('has the packing fraction in three dimensions too, and gives an odd atom to A', () => {
    const system = bidispersePacking({ count: 31, dimension: 3, diameters: [1.4, 1], packingFraction: 0.6 });
    const volume = numberColumn(system, 'diameter').reduce((sum, d) => sum + (Math.PI * d ** 3) / 6, 0);
    expect(volume / (system.box.volume ?? 0)).toBeCloseTo(0.6, 14);
    expect(system.species.filter((label) => label === 'A')).toHaveLength(16);
  });

  test('spreads evenly over the box, another way for another seed and the same way for the same', () => {
    const one = bidispersePacking(options);
    expect(coordinates(bidispersePacking(options))).toEqual(coordinates(one));
    expect(coordinates(bidispersePacking({ ...options, seed: 1 }))).not.toEqual(coordinates(one));
    const many = bidispersePacking({ ...options, count: 20_000 });
    const edge = many.box.vectors[0];
    const x = coordinates(many);
    const quarter = [0, 0, 0, 0];
    for (let i = 0; i < many.count; i++)
      quarter[2 * Math.floor((2 * x[2 * i]) / edge) + Math.floor((2 * x[2 * i + 1]) / edge)]++;
    // Four standard deviations of a binomial with n = 20,000 and p = 1/4.
    for (const atoms of quarter) expect(Math.abs(atoms - 5000)).toBeLessThan(4 * 61.3);
  });

  test('refuses numbers that are not positive', () => {
    expect(() => bidispersePacking({ ...options, packingFraction: 0 })).toThrow(
      'packingFraction must be a positive number',
    );
    expect(() => bidispersePacking({ ...options, diameters: [1, -1] })).toThrow('each diameter');
    expect(() => bidispersePacking({ ...options, count: 2.5 })).toThrow('count must be a whole number');
  });
});

describe('a random gas', () => {
  const boxes = {
    square: createBox([10, 10]),
    cube: createBox([7, 7, 7]),
    triclinic: createBox([
      [6, 0, 0],
      [4, 5, 0],
      [-3, 2, 5],
    ]),
    'very oblique': createBox([
      [20, 0],
      [52, 20],
    ]),
    thin: createBox([30, 1.7, 3]),
    slab: createBox([6, 6, 6], [true, true, false]),
    'box of walls': createBox(
      [
        [6, 0, 0],
        [2, 6, 0],
        [0, 0, 6],
      ],
      false,
    ),
  };

  test.each(Object.entries(boxes))('keeps the minimum distance between all images in a %s', (_, box) => {
    const minimumDistance = 1.1;
    const count = Math.floor(
      ((box.dimension === 2 ? 0.4 : 0.42) * (box.volume ?? 0)) / minimumDistance ** box.dimension,
    );
    const system = randomGas({ count, box, minimumDistance, seed: 5 });
    expect(system.count).toBe(count);
    // No face distance is below minimumDistance, so that images two cells away are the farthest that matter.
    let closest = Number.POSITIVE_INFINITY;
    for (let atom = 0; atom < count; atom++) closest = Math.min(closest, imageDistances(system, atom, 2)[0]);
    expect(closest).toBeGreaterThanOrEqual(minimumDistance * (1 - 1e-12));
    // It is dense enough for the rule to have been at work.
    expect(closest).toBeLessThan(1.1 * minimumDistance);
  });

  test('is the same for the same seed', () => {
    const options = { count: 50, box: boxes.cube, minimumDistance: 1 };
    expect(coordinates(randomGas(options))).toEqual(coordinates(randomGas({ ...options, seed: 0 })));
    expect(coordinates(randomGas(options))).not.toEqual(coordinates(randomGas({ ...options, seed: 1 })));
  });

  test('takes time in proportion to the atoms: 100,000 are a matter of seconds', () => {
    const start = performance.now();
    const system = randomGas({
      count: 100_000,
      box: createBox([80, 80, 80]),
      minimumDistance: 1,
      species: 'Ar',
    });
    expect(system.species[99_999]).toBe('Ar');
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('says so when the box is full, cannot hold one atom, or has no volume', () => {
    expect(() => randomGas({ count: 200, box: boxes.square, minimumDistance: 1 })).toThrow(
      /the box is full after \d+ of 200 atoms/,
    );
    expect(() => randomGas({ count: 1, box: boxes.thin, minimumDistance: 1.8 })).toThrow(
      'closer to its own image',
    );
    expect(() => randomGas({ count: 1, box: freeBox(3) })).toThrow('needs a box with a volume');
    expect(() => randomGas({ count: 1, box: boxes.cube, minimumDistance: -1 })).toThrow(
      'minimumDistance must be',
    );
  });
});

describe('perturbing', () => {
  test('moves each coordinate by a normal deviate of the given width, and keeps all else', () => {
    const crystal = lattice({ structure: 'fcc', latticeConstant: 1.5, repeat: 12 });
    const system = withColumn(crystal, 'mass', new Float64Array(crystal.count).fill(2));
    const moved = perturb(system, 0.05, 3);
    const step = coordinates(moved).map((x, k) => x - coordinates(system)[k]);
    const mean = step.reduce((sum, x) => sum + x, 0) / step.length;
    const variance = step.reduce((sum, x) => sum + x * x, 0) / step.length;
    // Four standard errors of the mean and of the variance.
    expect(Math.abs(mean)).toBeLessThan((4 * 0.05) / Math.sqrt(step.length));
    expect(Math.abs(variance - 0.0025)).toBeLessThan(4 * 0.0025 * Math.sqrt(2 / step.length));
    expect(moved.columns).toBe(system.columns);
    expect(moved.box).toBe(system.box);
    expect(coordinates(perturb(system, 0.05, 3))).toEqual(coordinates(moved));
    expect(coordinates(perturb(system, 0))).toEqual(coordinates(system));
    expect(() => perturb(system, -1)).toThrow('amplitude must be a number from 0 on');
  });

  test('draws from the seed, not from the clock', () => {
    const { normal } = random(9);
    const system = createSystem({ positions: [[1, 2]] });
    expect(Array.from(coordinates(perturb(system, 0.5, 9)))).toEqual([
      1 + 0.5 * normal(),
      2 + 0.5 * normal(),
    ]);
  });
});

test('an option that there is not is told by builders, with the one that was meant', () => {
  const misspelt = { structure: 'fcc', latticeConstant: 1, repat: 3 } as LatticeOptions;
  expect(() => lattice(misspelt)).toThrow('lattice has no option "repat" (did you mean "repeat"?)');
  const box = createBox([5, 5, 5]);
  expect(() => randomGas({ count: 3, box, minimumDistanc: 1 } as RandomGasOptions)).toThrow(
    '"minimumDistance"',
  );
  const spheres = {
    count: 4,
    diameter: [1, 0.6],
    packingFraction: 0.9,
  } as unknown as BidispersePackingOptions;
  expect(() => bidispersePacking(spheres)).toThrow('(did you mean "diameters"?)');
});
