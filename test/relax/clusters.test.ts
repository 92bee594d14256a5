import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { lennardJones, pairPotential } from '../../potentials/index.js';
import { onWarning } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import { type Equilibrium, relax, relaxMethods } from '../../src/relax/index.js';
import {
  coordinates,
  createBox,
  createSystem,
  lattice,
  perturb,
  removeAtoms,
  type System,
  withPositions,
} from '../../systems/index.js';
import { differenceOfPositions, flat } from './differences.js';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const values = read('../data/values.json');
const starts = read('lennard-jones-clusters.json').positions as Readonly<Record<string, number[][]>>;
const sizes = Array.from({ length: 12 }, (_, k) => k + 2);

const cluster = (n: number, seed = n): System => perturb(createSystem({ positions: starts[n] }), 0.04, seed);
const distance = 2 ** (1 / 6);

describe('Lennard-Jones clusters', () => {
  for (const method of relaxMethods) {
    test(`of 2 to 13 atoms, shaken off their minima, come back to the published energies by ${method}`, () => {
      for (const n of sizes) {
        const rest = relax(cluster(n), lennardJones(), { method, maxForce: 1e-8 });
        expect(rest.result, `${n} atoms: ${rest.message}`).toBe('converged');
        // the published values have six decimals
        expect(Math.abs(rest.energy - values.lennardJonesClusters.energy[n]), `${n} atoms`).toBeLessThan(
          1e-6,
        );
      }
    });
  }

  test('in their own units: energies scale with epsilon and lengths with sigma', () => {
    const scaled = withPositions(
      cluster(7),
      coordinates(cluster(7)).map((x) => 3.4 * x),
    );
    const rest = relax(scaled, lennardJones({ epsilon: 0.0104, sigma: 3.4 }), {
      maxForce: 1e-9,
      timeStep: 1,
      maxStep: 0.3,
    });
    expect(rest.energy / 0.0104).toBeCloseTo(values.lennardJonesClusters.energy[7], 5);
  });

  test('have three translations and three rotations that cost nothing, and are minima', () => {
    for (const n of sizes) {
      const { zeroModes, stability } = relax(cluster(n), lennardJones(), { maxForce: 1e-10 }).curvature();
      const rotations = n === 2 ? 2 : 3;
      expect(zeroModes, `${n} atoms`).toEqual({
        count: 3 + rotations,
        translations: 3,
        rotations,
        rattlers: [],
        others: 0,
      });
      expect(stability).toBe('minimum');
    }
  });

  test('have them as well at a looser tolerance on the forces', () => {
    for (const n of [3, 7, 13]) {
      const { zeroModes, stability } = relax(cluster(n), lennardJones(), { maxForce: 1e-6 }).curvature();
      expect(zeroModes).toMatchObject({ count: 6, translations: 3, rotations: 3, others: 0 });
      expect(stability).toBe('minimum');
    }
  });

  test('in the plane have two translations and one rotation', () => {
    const triangle = createSystem({
      positions: [
        [0, 0],
        [1.1, 0.1],
        [0.5, 1],
      ],
    });
    const rest = relax(triangle, lennardJones(), { maxForce: 1e-10 });
    expect(rest.energy).toBeCloseTo(-3, 12);
    expect(rest.curvature().zeroModes).toMatchObject({ count: 3, translations: 2, rotations: 1, others: 0 });
    const pair = relax(
      createSystem({
        positions: [
          [0, 0],
          [1, 0.3],
        ],
      }),
      lennardJones(),
      { maxForce: 1e-10 },
    );
    expect(pair.curvature().zeroModes).toMatchObject({ count: 3, translations: 2, rotations: 1, others: 0 });
  });

  test('that lie on a line have five zero modes in space', () => {
    const line = createSystem({
      positions: [
        [0, 0, 0],
        [1.1, 0, 0],
      ],
    });
    const rest = relax(line, lennardJones(), { maxForce: 1e-12 });
    expect(rest.curvature().zeroModes).toMatchObject({ count: 5, translations: 3, rotations: 2, others: 0 });
    expect(rest.maxForce).toBeLessThanOrEqual(1e-12);
    expect(flat(rest.positions)[3] - flat(rest.positions)[0]).toBeCloseTo(distance, 12);
  });

  test('held by too few springs have further zero modes, which are counted apart', () => {
    const spring = pairPotential({ energy: (r) => tf.square(tf.sub(r, 1)), cutoff: 1.3 });
    const square = createSystem({
      positions: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    });
    const { zeroModes, stability } = relax(square, spring(), { maxForce: 1e-12 }).curvature();
    // eight coordinates and four springs: the square can be sheared
    expect(zeroModes).toEqual({ count: 4, translations: 2, rotations: 1, rattlers: [], others: 1 });
    expect(stability).toBe('minimum');
  });

  test('answer sigma by growing about their centre', () => {
    const rest = relax(cluster(13), lennardJones(), { maxForce: 1e-12 });
    const x = coordinates(rest.system);
    const centre = [0, 1, 2].map((k) => x.reduce((sum, value, i) => sum + (i % 3 === k ? value : 0), 0) / 13);
    const moved = flat(rest.jvp({ sigma: 1 }));
    moved.forEach((value, k) => {
      expect(value).toBeCloseTo(x[k] - centre[k % 3], 9);
    });
    const still = flat(rest.jvp({ epsilon: 1 }));
    expect(Math.max(...still.map(Math.abs))).toBeLessThan(1e-9);
  });

  test('of two species answer the sigma of one as re-relaxed clusters do, turned back', () => {
    const system = createSystem({
      ...cluster(7),
      positions: cluster(7).positions,
      species: ['A', 'B', 'A', 'A', 'B', 'A', 'A'],
    });
    const at = (sigma: number, from = system): Equilibrium =>
      relax(from, lennardJones({ sigma: { A: 1, B: sigma }, epsilon: [1, 0.8] }), {
        maxForce: 1e-12,
        maxSteps: 20_000,
      });
    const rest = at(1.1);
    expect(rest.curvature().stability).toBe('minimum');
    const difference = differenceOfPositions((h) => at(1.1 + h, rest.system).system, 1e-5);
    const moved = flat(rest.jvp({ sigma: { B: 1 } }));
    // FIRE conserves neither angular momentum nor angle: compare what rotations do not touch, all distances.
    const x = coordinates(rest.system);
    for (let i = 0; i < 7; i++) {
      for (let j = 0; j < i; j++) {
        const rate = (v: Float64Array): number =>
          [0, 1, 2].reduce(
            (sum, k) => sum + (x[3 * i + k] - x[3 * j + k]) * (v[3 * i + k] - v[3 * j + k]),
            0,
          );
        expect(rate(moved)).toBeCloseTo(rate(difference), 7);
      }
    }
  });
});

describe('a start that symmetry holds in a saddle', () => {
  const square = [
    [0, 0, 0],
    [1.1, 0, 0],
    [1.1, 1.1, 0],
    [0, 1.1, 0],
  ];
  const line = [
    [0, 0, 0],
    [1.1, 0, 0],
    [2.2, 0, 0],
  ];

  test('is reported as one, with a negative eigenvalue', () => {
    for (const positions of [square, line]) {
      const rest = relax(createSystem({ positions }), lennardJones(), { maxForce: 1e-12 });
      expect(rest.converged).toBe(true);
      const { stability, lowestEigenvalue, largestEigenvalue, zeroModes } = rest.curvature();
      expect(stability).toBe('saddle');
      expect(lowestEigenvalue).toBeLessThan(-1e-2);
      expect(largestEigenvalue).toBeGreaterThan(10);
      expect(zeroModes.count).toBe(positions === line ? 5 : 6);
    }
  });

  test('has a derivative that comes with a warning, or with an error where that is asked for', () => {
    const rest = relax(createSystem({ positions: line }), lennardJones(), { maxForce: 1e-13 });
    const warnings: string[] = [];
    const former = onWarning((message) => warnings.push(message));
    try {
      const moved = flat(rest.jvp({ sigma: 1 }));
      // The line grows like any other equilibrium.
      const x = coordinates(rest.system);
      moved.forEach((value, k) => {
        expect(value).toBeCloseTo(x[k] - x[3 + (k % 3)], 8);
      });
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('is a saddle point');
      expect(() => rest.jvp({ sigma: 1 }, { strict: true })).toThrow('is a saddle point');
    } finally {
      onWarning(former);
    }
  });

  test('falls to the minimum when it is shaken', () => {
    const rest = relax(perturb(createSystem({ positions: square }), 1e-3, 1), lennardJones(), {
      maxForce: 1e-9,
    });
    expect(rest.energy).toBeCloseTo(-6, 9);
    expect(rest.curvature().stability).toBe('minimum');
  });
});

describe('crystals', () => {
  const { latticeConstant } = values.latticeSums['fccTruncated_rc2.5'];

  test('fcc with a vacancy relaxes to the energy that LAMMPS finds, to 1e-9', () => {
    const crystal = removeAtoms(lattice({ structure: 'fcc', latticeConstant, repeat: 5 }), [0]);
    const options = { cutoff: 2.5, truncation: 'shift' } as const;
    const rest = relax(crystal, lennardJones({}, options), { maxForce: 1e-9 });
    expect(rest.result).toBe('converged');
    expect(Math.abs(rest.energy - values.vacancyRelaxation.relaxed)).toBeLessThan(1e-9);
    expect(rest.steps).toBeLessThan(400);
  });

  test('fcc shaken a little comes back to its lattice', () => {
    const crystal = perturb(lattice({ structure: 'fcc', latticeConstant, repeat: 3 }), 0.03, 2);
    const rest = relax(crystal, lennardJones({}, { cutoff: 2.5 }), { maxForce: 1e-7 });
    const expected = values.latticeSums['fccTruncated_rc2.5'].energyPerAtom;
    // At the rim of the cutoff, which is not smooth, no neighbour lies.
    expect(rest.energy / crystal.count).toBeCloseTo(expected, 9);
    expect(rest.curvature().zeroModes).toMatchObject({ count: 3, translations: 3, rotations: 0 });
  });

  test('a cluster in a periodic box has no rotations that cost nothing', () => {
    const rng = random(1);
    const positions = starts[7].map((row) => row.map((x) => x + 0.01 * rng.normal()));
    const boxed = createSystem({ positions, box: createBox([4, 4.2, 4.4]) });
    const potential = lennardJones({}, { cutoff: 3, truncation: 'smooth' });
    const { zeroModes } = relax(boxed, potential, { maxForce: 1e-10 }).curvature();
    expect(zeroModes).toMatchObject({ translations: 3, rotations: 0 });
  });
});
