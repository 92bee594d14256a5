import { describe, expect, test } from 'vitest';
import {
  lennardJones,
  morse,
  type ParameterValues,
  type Potential,
  softSphere,
  type Truncation,
} from '../../potentials/index.js';
import { type Random, random } from '../../src/random/index.js';
import { type Box, coordinates, createBox, createSystem, type System } from '../../systems/index.js';
import { boxOfAnyKind, systemIn } from './random-case.js';
import { relativeError } from './reference.js';

/** Atoms and cell under x ↦ x + strain · x; `strain` is d × d, row by row. */
function strained(system: System, strain: readonly number[]): System {
  const d = system.dimension;
  const map = (v: Float64Array): Float64Array =>
    v.map((value, k) => {
      const [row, at] = [k % d, k - (k % d)];
      return value + strain.slice(row * d, row * d + d).reduce((sum, e, m) => sum + e * v[at + m], 0);
    });
  const { vectors, periodic } = system.box;
  const rows = Array.from({ length: d }, (_, k) => [...map(vectors.slice(k * d, k * d + d))]);
  const box: Box = periodic.some(Boolean) ? createBox(rows, periodic) : system.box;
  return createSystem({ ...system, positions: map(coordinates(system)), dimension: d, box });
}

/** ∂E/∂strain by central differences with Richardson's extrapolation. */
function byDifferences(potential: Potential, system: System, h: number): number[] {
  const d = system.dimension;
  return Array.from({ length: d * d }, (_, entry) => {
    const energy = (e: number): number => {
      const strain = Array.from({ length: d * d }, (_, k) => (k === entry ? e : 0));
      const moved = strained(system, strain);
      return potential.bind(moved).energy(coordinates(moved));
    };
    const slope = (step: number): number => (energy(step) - energy(-step)) / (2 * step);
    return (4 * slope(h) - slope(2 * h)) / 3;
  });
}

const potentials: readonly (readonly [string, (rng: Random, truncation: Truncation) => Potential])[] = [
  ['Lennard-Jones', (_, truncation) => lennardJones({ sigma: 0.9 }, { cutoff: 2, truncation })],
  ['Morse', (rng, truncation) => morse({ alpha: 2 + rng.uniform() }, { cutoff: 1.9, truncation })],
];

describe('the derivative of the energy with respect to strain', () => {
  // Without forces that end at the cutoff the energy would jump while a box is strained.
  for (const truncation of ['force-shift', 'smooth'] as const) {
    for (const [name, make] of potentials) {
      test(`of ${name} with ${truncation} is that of strained boxes and atoms, of every kind`, () => {
        for (let draw = 0; draw < 10; draw++) {
          const rng = random(100 + draw);
          const system = systemIn(rng, boxOfAnyKind(rng, draw % 2 === 0 ? 2 : 3));
          const potential = make(rng, truncation);
          const { strain, energy } = potential.bind(system).strainGradient(coordinates(system)) ?? {
            strain: new Float64Array(1),
            energy: Number.NaN,
          };
          expect(energy).toBeCloseTo(potential.bind(system).energy(coordinates(system)), 9);
          const expected = byDifferences(potential, system, 1e-4);
          expect(relativeError(strain, expected), `draw ${draw}`).toBeLessThan(1e-6);
        }
      });
    }
  }

  test('of spheres of three species and a diameter for each atom is, too', () => {
    for (let draw = 0; draw < 10; draw++) {
      const rng = random(draw);
      const system = systemIn(rng, boxOfAnyKind(rng, draw % 2 === 0 ? 2 : 3), 12);
      const diameter = Float64Array.from({ length: system.count }, () => 1 + rng.uniform());
      const variants: ParameterValues[] = [
        { diameter },
        { diameter: { A: 1.2, B: 1.5, C: 1.8 }, epsilon: 2, alpha: 2.5 },
      ];
      for (const values of variants) {
        const potential = softSphere(values);
        const { strain } = potential.bind(system).strainGradient(coordinates(system)) ?? {
          strain: [Number.NaN],
        };
        const size = Math.max(1, ...Array.from(strain, Math.abs));
        const expected = byDifferences(potential, system, 1e-5);
        expected.forEach((value, k) => {
          // A harmonic contact that opens or closes within the step leaves an error of its order.
          expect(Math.abs(strain[k] - value) / size).toBeLessThan(1e-6);
        });
      }
    }
  });

  test('is symmetric, and the pressure that the virial gives', () => {
    const rng = random(7);
    const box = createBox([
      [3, 0, 0],
      [1, 2.5, 0],
      [-0.5, 0.7, 2.8],
    ]);
    const system = systemIn(rng, box);
    const model = lennardJones({ sigma: 0.8 }, { cutoff: 2.2, truncation: 'force-shift' }).bind(system);
    const { strain } = model.strainGradient(coordinates(system)) ?? { strain: [] };
    for (const [a, b] of [
      [1, 3],
      [2, 6],
      [5, 7],
    ]) {
      expect(strain[a]).toBeCloseTo(strain[b], 9);
    }
    // −Σ r u′ = −3 V ∂E/∂V
    const energy = (scale: number): number => {
      const grown = strained(system, [scale, 0, 0, 0, scale, 0, 0, 0, scale]);
      return lennardJones({ sigma: 0.8 }, { cutoff: 2.2, truncation: 'force-shift' })
        .bind(grown)
        .energy(coordinates(grown));
    };
    const trace = strain[0] + strain[4] + strain[8];
    const expected = (energy(1e-5) - energy(-1e-5)) / 2e-5;
    expect(Math.abs(trace / expected - 1)).toBeLessThan(1e-7);
  });
});
