/** WebAssembly and JavaScript kernels are emitted from the same instructions: they differ by rounding only. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  type EnergyModel,
  lennardJones,
  morse,
  type PairPotentialFactory,
  pairPotential,
  softSphere,
} from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, freeBox } from '../../systems/index.js';
import { boxOfAnyKind, parameterOfAnyLevel, systemIn } from './random-case.js';
import { relativeError } from './reference.js';

const functions = pairPotential({
  name: 'functions',
  energy: (r, { a }) =>
    tf.addN([
      tf.exp(tf.neg(tf.mul(a, r))),
      tf.tanh(tf.sub(r, a)),
      tf.mul(tf.sin(r), tf.log1p(r)),
      tf.pow(r, a),
      tf.where(tf.less(r, a), tf.erf(r), tf.cos(r)),
    ]),
});

const potentials: Readonly<Record<string, [PairPotentialFactory, Readonly<Record<string, number>>]>> = {
  'Lennard-Jones': [lennardJones, { epsilon: 1, sigma: 1 }],
  Morse: [morse, { D: 1, alpha: 2, r0: 1.2 }],
  'soft spheres': [softSphere, { diameter: 1.3, epsilon: 1 }],
  'Hertzian spheres': [softSphere, { diameter: 1.3, epsilon: 1, alpha: 2.5 }],
  'functions of all kinds': [functions, { a: 1.1 }],
};

/** Everything that a model computes, in a row. */
function results(model: EnergyModel, seed: number): Float64Array[] {
  const x = coordinates(model.system);
  const rng = random(seed);
  const draw = (length: number) => Float64Array.from({ length }, () => rng.normal());
  const [v, w, direction] = [draw(x.length), draw(x.length), draw(model.layout.size)];
  const [gradient, product, mixed] = [x, x, x].map((a) => new Float64Array(a.length));
  const energy = model.gradient(x, gradient);
  model.hessianProduct(x, v, product);
  model.mixedProduct(x, direction, mixed);
  const strain = model.strainGradient(x)?.strain ?? new Float64Array(0);
  return [
    Float64Array.of(energy, model.energy(x)),
    gradient,
    strain,
    product,
    mixed,
    model.parameterGradient(x),
    model.mixedTransposeProduct(x, w),
  ];
}

describe('kernels in WebAssembly and in JavaScript', () => {
  for (const [name, [potential, typical]] of Object.entries(potentials)) {
    test.each(['none', 'force-shift', 'smooth'] as const)(
      `agree on ${name}, truncated with %s`,
      (truncation) => {
        const rng = random(7);
        let worst = 0;
        for (let round = 0; round < 24; round++) {
          const box = boxOfAnyKind(rng, round % 2 === 0 ? 3 : 2);
          const system = systemIn(rng, box, 12);
          const parameters = Object.fromEntries(
            Object.entries(typical).map(([key, value]) => [key, parameterOfAnyLevel(rng, system, value)]),
          );
          const bound = potential(parameters, { cutoff: 1.8, truncation });
          const [fast, plain] = (['webassembly', 'javascript'] as const).map((kernels) =>
            results(bound.bind(system, { kernels }), round),
          );
          fast.forEach((found, k) => {
            worst = Math.max(worst, relativeError(found, plain[k]));
          });
        }
        expect(worst).toBeLessThan(1e-13);
      },
    );
  }

  test('agree without a cutoff on free systems, with odd and even numbers of atoms', () => {
    const rng = random(3);
    for (let round = 0; round < 12; round++) {
      const system = systemIn(rng, freeBox(round % 2 === 0 ? 2 : 3), 9);
      const [fast, plain] = (['webassembly', 'javascript'] as const).map((kernels) =>
        results(lennardJones().bind(system, { kernels }), round),
      );
      fast.forEach((found, k) => {
        expect(relativeError(found, plain[k])).toBeLessThan(1e-13);
      });
    }
  });

  test('agree on a system that is moved about, whose list is pruned and rebuilt on the way', () => {
    const rng = random(11);
    const system = systemIn(rng, boxOfAnyKind(random(2), 3), 12);
    const [fast, plain] = (['webassembly', 'javascript'] as const).map((kernels) =>
      lennardJones({}, { cutoff: 1.8, truncation: 'smooth' }).bind(system, { kernels }),
    );
    const x = Float64Array.from(coordinates(system));
    for (let step = 0; step < 200; step++) {
      // Now still, now slow, now fast.
      const speed = [0, 1e-5, 3e-3, 0.05][Math.floor(step / 10) % 4];
      for (let k = 0; k < x.length; k++) x[k] += speed * rng.normal();
      const [a, b] = [fast, plain].map((model) => {
        const gradient = new Float64Array(x.length);
        return Float64Array.of(model.gradient(x, gradient), ...gradient);
      });
      expect(relativeError(a, b)).toBeLessThan(1e-12);
    }
  });
});
