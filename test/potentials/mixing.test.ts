/** Mixing rules in numbers against the same rules as tfjs functions, and where a value is zero. */
import { describe, expect, test } from 'vitest';
import { lennardJones } from '../../potentials/index.js';
import { mixingFunction, numericMixing } from '../../potentials/mixing.js';
import { computeDerivatives, type ScalarFunction } from '../../src/expression/index.js';
import { relax } from '../../src/relax/index.js';
import { coordinates, createSystem } from '../../systems/index.js';

describe('mixing rules in numbers', () => {
  test.each(['arithmetic', 'geometric', 'harmonic', 'sixth-power'] as const)(
    '%s: value and derivatives are those of the tfjs function',
    (name) => {
      const rule = mixingFunction(name);
      const f: ScalarFunction = ({ a, b }) => rule(a, b);
      for (const [a, b] of [
        [1, 0.6],
        [0.3, 2.5],
        [1.7, 1.7],
      ]) {
        const { value, gradient } = computeDerivatives(f, { a, b }, 'a');
        const found = numericMixing(name)?.(a, b);
        expect(found?.value).toBeCloseTo(value, 14);
        expect(found?.first).toBeCloseTo(gradient.a, 14);
        expect(found?.second).toBeCloseTo(gradient.b, 14);
      }
    },
  );

  test('are not there for a rule of one’s own', () => {
    expect(numericMixing((a) => a)).toBeNull();
  });
});

describe('species and atoms without a well, as the hydrogens of water models are', () => {
  const water = createSystem({
    positions: [
      [0, 0, 0],
      [1.1, 0, 0],
      [0.5, 1, 0],
      [0.5, 0.3, 0.4],
      [0.2, 0.4, 0.3],
    ],
    species: ['O', 'O', 'O', 'H', 'H'],
    columns: { well: [1, 1, 1, 0, 0] },
  });
  const oxygen = createSystem({
    positions: [0, 1, 2].map((i) => [...coordinates(water).subarray(3 * i, 3 * i + 3)]),
  });

  test.each([
    ['by species', { O: 1, H: 0 }],
    ['by atoms', { column: 'well' }],
  ])('do not spoil what the others answer: %s', (_, epsilon) => {
    const all = relax(water, lennardJones({ epsilon }), { maxForce: 1e-10 });
    const alone = relax(oxygen, lennardJones({ epsilon: { A: 1 } }), { maxForce: 1e-10 });
    const moved = all.jvp({ sigma: 1 }).data;
    alone.jvp({ sigma: 1 }).data.forEach((value, k) => {
      expect(moved[k]).toBeCloseTo(value, 8);
    });
    const { energy } = alone.sensitivity({ sigma: 1 });
    expect(all.sensitivity({ sigma: 1 }).energy).toBeCloseTo(energy, 8);
    const w = Float64Array.from({ length: 15 }, (_, k) => (k < 9 ? Math.sin(k) : 0));
    expect(all.vjp(w).sigma.get()).toBeCloseTo(alone.vjp(w.subarray(0, 9)).sigma.get(), 8);
  });

  test('the energy’s derivative by the wells of the others is that of finite differences', () => {
    const model = lennardJones({ epsilon: { column: 'well' } }).bind(water);
    const gradient = model.parameterGradient(coordinates(water));
    const h = 1e-6;
    for (const atom of [0, 1, 2]) {
      const energyAt = (step: number): number =>
        model
          .withTheta(model.theta.map((value, k) => (k === atom ? value + step : value)))
          .energy(coordinates(water));
      expect(gradient[atom]).toBeCloseTo((energyAt(h) - energyAt(-h)) / (2 * h), 7);
    }
    const bySpecies = lennardJones({ epsilon: [0, 1] })
      .bind(water)
      .parameterGradient(coordinates(water));
    expect(bySpecies[1]).toBeCloseTo(gradient[0] + gradient[1] + gradient[2], 12);
    expect(bySpecies[0]).toBe(Infinity);
  });

  test.each(['geometric', 'harmonic', 'sixth-power'] as const)('two zeros mix to zero: %s', (name) => {
    expect(numericMixing(name)?.(0, 0)).toEqual({ value: 0, first: 0.5, second: 0.5 });
    const f: ScalarFunction = ({ a, b }) => mixingFunction(name)(a, b);
    expect(computeDerivatives(f, { a: 0, b: 0 }, 'a')).toMatchObject({ value: 0, gradient: { a: 0, b: 0 } });
  });
});
