/**
 * Energies that nobody wrote: random trees of tfjs ops, by tfjs in double precision op by op, by JavaScript kernels and
 * by WebAssembly kernels. The road through the trace, its derivatives, the lowering and each emitter is another one.
 */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { type EnergyModel, energyFunction, pairPotential } from '../../potentials/index.js';
import { type Random, random } from '../../src/random/index.js';
import { float64 } from '../../src/tensor/index.js';
import { coordinates, createSystem, freeBox, type System } from '../../systems/index.js';
import { randomEnergy, ranges } from './random-energy.js';

const count = 5;

/** Atoms with all distances in the range that the energies are made for. */
function someAtoms(rng: Random): System {
  for (;;) {
    const positions = Float64Array.from({ length: 3 * count }, () => 2.4 * rng.uniform());
    const distances = pairs().map(([i, j]) =>
      Math.hypot(...[0, 1, 2].map((k) => positions[3 * i + k] - positions[3 * j + k])),
    );
    if (distances.every((r) => r > ranges.r[0] && r < ranges.r[1])) {
      return createSystem({ positions, box: freeBox(3) });
    }
  }
}

function pairs(): [number, number][] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    Array.from({ length: count - i - 1 }, (_, k): [number, number] => [i, i + k + 1]),
  );
}

/** Distances of all pairs as one tensor, by a matrix of ones and minus ones. */
function distancesOf(positions: tf.Tensor): tf.Tensor {
  const incidence = new Float64Array(pairs().length * count);
  for (const [k, [i, j]] of pairs().entries()) {
    incidence[k * count + i] = 1;
    incidence[k * count + j] = -1;
  }
  const d = tf.matMul(float64(incidence, [pairs().length, count]) as tf.Tensor2D, positions as tf.Tensor2D);
  return tf.sqrt(tf.sum(tf.square(d), 1));
}

/** Everything that a model computes. */
function results(model: EnergyModel, seed: number): Record<string, Float64Array> {
  const x = coordinates(model.system);
  const rng = random(seed);
  const draw = (length: number) => Float64Array.from({ length }, () => rng.normal());
  const [v, w, direction] = [draw(x.length), draw(x.length), draw(model.layout.size)];
  const [gradient, product, mixed] = [x, x, x].map((a) => new Float64Array(a.length));
  const energy = Float64Array.of(model.gradient(x, gradient));
  model.hessianProduct(x, v, product);
  model.mixedProduct(x, direction, mixed);
  const transposed = model.mixedTransposeProduct(x, w);
  return { energy, gradient, product, mixed, parameters: model.parameterGradient(x), transposed };
}

/** The largest difference, against the largest value or one. */
function difference(found: Float64Array, expected: Float64Array): number {
  const size = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  // NaN stays NaN, and fails every comparison.
  return found.reduce((most, value, k) => Math.max(most, Math.abs(value - expected[k])), 0) / size;
}

describe.each([2, 3, 4, 5])('random energies of depth %i', (depth) => {
  test('are the same to tfjs, in JavaScript and in WebAssembly, with all derivatives', () => {
    for (let seed = 0; seed < 25; seed++) {
      const rng = random(1000 * depth + seed);
      const tree = randomEnergy(rng, depth);
      const system = someAtoms(rng);
      const values = { p: 0.9 + 0.2 * rng.uniform(), q: 0.45 + 0.2 * rng.uniform() };
      const potential = pairPotential({ energy: (r, { p, q }) => tree.build(r, p, q) })(values);
      const [fast, plain] = (['webassembly', 'javascript'] as const).map((kernels) =>
        potential.bind(system, { kernels }),
      );
      expect(fast.interpreted, tree.text).toBeNull();
      const whole = energyFunction({
        energy: (positions, { p, q }) => tf.sum(tree.build(distancesOf(positions), p, q)),
      })(values);
      const [vectors, loops, ops] = [fast, plain, whole.bind(system)].map((model) => results(model, seed));
      for (const key of Object.keys(ops)) {
        expect(difference(vectors[key], loops[key]), `${key} of ${tree.text}`).toBeLessThan(1e-13);
        expect(difference(loops[key], ops[key]), `${key} of ${tree.text}`).toBeLessThan(1e-10);
      }
    }
  });
});
