import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  lennardJones,
  type Mixing,
  morse,
  type PairParameters,
  type PairPotentialFactory,
  type ParameterValues,
  pairPotential,
  softSphere,
  type Truncation,
} from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { float64 } from '../../src/tensor/index.js';
import { coordinates } from '../../systems/index.js';
import { allPairs } from './all-pairs.js';
import { boxOfAnyKind, parameterOfAnyLevel, systemIn } from './random-case.js';
import { type PairFormula, referenceDerivatives, relativeError, rules, type Values } from './reference.js';

const buckingham = pairPotential({
  name: 'Buckingham',
  energy: (r, { A, rho, C }) => tf.sub(tf.mul(A, tf.exp(tf.neg(tf.div(r, rho)))), tf.div(C, tf.pow(r, 6))),
});

/** Every op here has a kink or a gradient of its own; one body serves scalars and lists of pairs. */
function oddEnergy(r: tf.Tensor, { h, k }: Values): tf.Tensor {
  const waves = tf.mul(tf.tanh(tf.sub(r, k)), tf.erf(tf.mul(h, r)));
  const chosen = tf.where(tf.less(r, k), tf.exp(tf.neg(tf.square(r))), tf.div(tf.sigmoid(h), r));
  const bounded = tf.mul(tf.minimum(r, tf.mul(k, 1.25)), tf.clipByValue(tf.mul(r, h), 0.75, 1.5));
  return tf.addN([waves, chosen, bounded, tf.softplus(tf.sub(k, r)), tf.maximum(tf.sin(r), tf.atan(h))]);
}

function oddSlope(r: tf.Tensor, { h, k }: Values): tf.Tensor {
  const t = tf.tanh(tf.sub(r, k));
  const bell = tf.mul(float64(2 / Math.sqrt(Math.PI)), tf.exp(tf.neg(tf.square(tf.mul(h, r)))));
  const waves = tf.add(tf.mul(tf.sub(1, tf.square(t)), tf.erf(tf.mul(h, r))), tf.mul(t, tf.mul(h, bell)));
  const chosen = tf.where(
    tf.less(r, k),
    tf.mul(tf.mul(r, -2), tf.exp(tf.neg(tf.square(r)))),
    tf.neg(tf.div(tf.sigmoid(h), tf.square(r))),
  );
  const below = tf.cast(tf.less(r, tf.mul(k, 1.25)), 'float32');
  const hr = tf.mul(h, r);
  const inside = tf.cast(tf.logicalAnd(tf.greater(hr, 0.75), tf.less(hr, 1.5)), 'float32');
  const bounded = tf.add(
    tf.mul(below, tf.clipByValue(hr, 0.75, 1.5)),
    tf.mul(tf.minimum(r, tf.mul(k, 1.25)), tf.mul(inside, h)),
  );
  const sine = tf.mul(tf.cast(tf.greater(tf.sin(r), tf.atan(h)), 'float32'), tf.cos(r));
  return tf.addN([waves, chosen, bounded, tf.neg(tf.sigmoid(tf.sub(k, r))), sine]);
}

const odd = pairPotential({
  name: 'odd',
  energy: (r, p: PairParameters) => oddEnergy(r, p),
  parameters: ['h', 'k'],
});

interface Case {
  readonly potential: PairPotentialFactory;
  readonly typical: Readonly<Record<string, number>>;
  readonly fixed?: ParameterValues;
  readonly formula: PairFormula;
}

/** (1 − r/σ) to a power, and 0 beyond; the base is 1 there, so that no derivative of it is infinite. */
function overlapPower(r: tf.Tensor, p: Values, exponent: tf.Tensor): tf.Tensor {
  const inside = tf.less(r, p.diameter);
  const overlap = tf.sub(1, tf.div(r, p.diameter));
  const power = tf.pow(tf.where(inside, overlap, tf.onesLike(overlap)), exponent);
  return tf.mul(tf.cast(inside, 'float32'), power);
}

const sphere: PairFormula = {
  energy: (r, p) => tf.mul(tf.div(p.epsilon, p.alpha), overlapPower(r, p, p.alpha)),
  slope: (r, p) => tf.neg(tf.mul(tf.div(p.epsilon, p.diameter), overlapPower(r, p, tf.sub(p.alpha, 1)))),
};

const cases: Readonly<Record<string, Case>> = {
  'harmonic soft sphere': {
    potential: softSphere,
    typical: { diameter: 2, epsilon: 1.3 },
    formula: sphere,
  },
  'Hertzian soft sphere': {
    potential: softSphere,
    typical: { diameter: 2, epsilon: 1.3 },
    fixed: { alpha: 2.5 },
    formula: sphere,
  },
  'soft sphere with an exponent of its own for each pair': {
    potential: softSphere,
    typical: { diameter: 2, epsilon: 1.3, alpha: 3.2 },
    formula: sphere,
  },
  'Lennard-Jones': {
    potential: lennardJones,
    typical: { epsilon: 1.2, sigma: 0.95 },
    formula: {
      energy: (r, { epsilon, sigma }) => {
        const s = tf.div(sigma, r);
        return tf.mul(tf.mul(4, epsilon), tf.sub(tf.pow(s, 12), tf.pow(s, 6)));
      },
      slope: (r, { epsilon, sigma }) => {
        const s = tf.div(sigma, r);
        const bracket = tf.sub(tf.mul(6, tf.pow(s, 6)), tf.mul(12, tf.pow(s, 12)));
        return tf.div(tf.mul(tf.mul(4, epsilon), bracket), r);
      },
    },
  },
  Morse: {
    potential: morse,
    typical: { D: 1.5, alpha: 2.2, r0: 1.1 },
    formula: {
      energy: (r, { D, alpha, r0 }) => {
        const e = tf.exp(tf.mul(alpha, tf.sub(r0, r)));
        return tf.mul(D, tf.sub(tf.square(tf.sub(1, e)), 1));
      },
      slope: (r, { D, alpha, r0 }) => {
        const e = tf.exp(tf.mul(alpha, tf.sub(r0, r)));
        return tf.mul(tf.mul(tf.mul(2, D), alpha), tf.mul(e, tf.sub(1, e)));
      },
    },
  },
  'Buckingham of one’s own': {
    potential: buckingham,
    typical: { A: 30, rho: 0.4, C: 0.8 },
    formula: {
      energy: (r, { A, rho, C }) =>
        tf.sub(tf.mul(A, tf.exp(tf.div(tf.neg(r), rho))), tf.mul(C, tf.pow(r, -6))),
      slope: (r, { A, rho, C }) =>
        tf.sub(tf.mul(tf.mul(C, 6), tf.pow(r, -7)), tf.mul(tf.div(A, rho), tf.exp(tf.div(tf.neg(r), rho)))),
    },
  },
  'a potential of odd ops': {
    potential: odd,
    typical: { h: 0.8, k: 1.4 },
    formula: { energy: oddEnergy, slope: oddSlope },
  },
};

const ownRule = (a: tf.Scalar, b: tf.Scalar) => tf.sqrt(tf.mul(tf.add(tf.square(a), tf.square(b)), 0.5));
const spellings: readonly (readonly [keyof typeof rules, Mixing])[] = [
  ['arithmetic', 'arithmetic'],
  ['geometric', 'geometric'],
  ['harmonic', 'harmonic'],
  ['sixth-power', 'sixth-power'],
  ['own', ownRule],
];

const endings: readonly { truncation: Truncation; cutoff: number | null; onset?: number }[] = [
  { truncation: 'none', cutoff: null },
  { truncation: 'none', cutoff: 2.1 },
  { truncation: 'shift', cutoff: 1.9 },
  { truncation: 'force-shift', cutoff: 1.9 },
  { truncation: 'smooth', cutoff: 2.2 },
  { truncation: 'smooth', cutoff: 2.2, onset: 0.7 },
];

const draws = 3;

describe('energy, forces, Hessian products, parameter gradients and mixed products are those of tfjs', () => {
  for (const [name, { potential, typical, fixed, formula }] of Object.entries(cases)) {
    for (const { truncation, cutoff, onset } of endings) {
      const ending =
        cutoff === null ? 'no cutoff' : `cut off with ${truncation}${onset ? ' from an onset' : ''}`;
      test(`${name}, ${ending}`, () => {
        for (let draw = 0; draw < draws; draw++) {
          const rng = random(7919 * draw + name.length * 31 + ending.length);
          const dimension = draw % 2 === 0 ? 2 : 3;
          const ranged = potential === softSphere;
          let box = boxOfAnyKind(rng, dimension);
          while (cutoff === null && !ranged && box.periodic.some(Boolean)) box = boxOfAnyKind(rng, dimension);
          const system = systemIn(rng, box);
          const values: Record<string, ParameterValues[string]> = { ...fixed };
          const mixing: Record<string, Mixing> = {};
          const rule: Record<string, keyof typeof rules> = {};
          for (const [parameter, value] of Object.entries(typical)) {
            values[parameter] = parameterOfAnyLevel(rng, system, value);
            [rule[parameter], mixing[parameter]] = spellings[rng.integer(spellings.length)];
          }
          const model = potential(values, { cutoff, truncation, onset, mixing }).bind(system);
          expect(model.interpreted).toBeNull();
          const { layout, theta } = model;
          const x = coordinates(system);
          const v = x.map(() => rng.normal());
          const direction = theta.map(() => rng.normal());
          const pairs = allPairs(box, x, cutoff ?? (ranged ? 2.5 : 1e3));
          const all = referenceDerivatives(
            { formula, cutoff, truncation, onset, mixing: (p) => rules[rule[p] ?? 'arithmetic'] },
            box,
            pairs,
            layout,
            x,
            theta,
            v,
            direction,
          );
          const [gradient, product, mixed] = [x.slice(), x.slice(), x.slice()];
          const energy = model.gradient(x, gradient);
          model.hessianProduct(x, v, product);
          model.mixedProduct(x, direction, mixed);
          const errors = {
            energy: relativeError([energy, model.energy(x)], [all.energy, all.energy]),
            gradient: relativeError(gradient, all.gradient),
            hessianProduct: relativeError(product, all.hessianProduct),
            parameterGradient: relativeError(model.parameterGradient(x), all.parameterGradient),
            mixedProduct: relativeError(mixed, all.mixedProduct),
            mixedTransposeProduct: relativeError(
              model.mixedTransposeProduct(x, v),
              all.mixedTransposeProduct,
            ),
          };
          const bad = Object.entries(errors).filter(([, error]) => !(error < 1e-10));
          expect(bad, `draw ${draw}, ${pairs.length} pairs, ${JSON.stringify(values)}`).toEqual([]);
        }
      });
    }
  }
});
