/** One model, asked for one thing after the other: what it gives does not depend on what it was asked before. */
import { describe, expect, test } from 'vitest';
import { type EnergyModel, lennardJones } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, lattice, perturb } from '../../systems/index.js';
import { relativeError } from './reference.js';

function questions(count: number, dimension: number): ((model: EnergyModel, x: Float64Array) => number[])[] {
  const v = Float64Array.from({ length: count * dimension }, (_, k) => Math.sin(k));
  const out = new Float64Array(v.length);
  return [
    (model, x) => [model.gradient(x, out), ...out],
    (model, x) => {
      model.hessianProduct(x, v, out);
      return [...out];
    },
    (model, x) => {
      const products = [0, 1, 2].map(() => new Float64Array(v.length));
      model.hessianProducts?.(x, [v, v.map(Math.cos), v.map(Math.abs)], products);
      return products.flatMap((product) => [...product]);
    },
    (model, x) => [...(model.hessianBlocks?.(x) ?? [])],
    (model, x) => [...(model.strainGradient?.(x)?.strain ?? [])],
    (model, x) => [...(model.atomEnergies?.(x) ?? [])],
    (model, x) => {
      model.mixedProduct(x, new Float64Array(model.layout.size).fill(1), out);
      return [...out];
    },
  ];
}

describe('a model', () => {
  test.each([
    [2, 1, 3],
    [2, 2, 11],
  ])(
    'gives the same, but for rounding, whatever it was asked before (%i rounds, %i threads, %i³ cells)',
    (rounds, threads, repeat) => {
      const crystal = perturb(lattice({ structure: 'fcc', latticeConstant: 1.6, repeat }), 0.05, 1);
      const x = coordinates(crystal);
      const bound = (): EnergyModel => lennardJones({}, { cutoff: 1.9 }).bind(crystal, { threads });
      const asked = questions(crystal.count, 3);
      const alone = asked.map((ask) => ask(bound(), x));
      const model = bound();
      model.energy(x);
      const source = random(threads);
      for (let turn = 0; turn < rounds * asked.length; turn++) {
        const k = source.integer(asked.length);
        expect(
          relativeError(Float64Array.from(asked[k](model, x)), Float64Array.from(alone[k])),
          `question ${k} in turn ${turn}`,
        ).toBeLessThan(1e-12);
      }
    },
  );
});
