/** Hyperparameters with a range, as functions of numbers without one: what the outer optimiser moves in. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { constant } from '../tensor/index.js';

export interface Transform {
  readonly name: string;
  /** From the outer optimiser's numbers to the hyperparameter; in tfjs operations, elementwise. */
  forward(u: tf.Tensor): tf.Tensor;
  /** From a value of the hyperparameter to the optimiser's number; NaN outside the range. */
  inverse(value: number): number;
  /** For messages: 'above 0'. */
  readonly range: string;
}

/** θ = exp(u), above 0. A step of the optimiser is a factor: right for penalties, whose order of magnitude is unknown. */
export const log: Transform = {
  name: 'log',
  forward: (u) => tf.exp(u),
  inverse: (value) => (value > 0 ? Math.log(value) : Number.NaN),
  range: 'above 0',
};

/** θ = log(1 + exp(u)), above 0: like `log` near zero, like θ itself where it is large. */
export const softplus: Transform = {
  name: 'softplus',
  forward: (u) => tf.softplus(u),
  // log(exp(value) − 1), without overflow.
  inverse: (value) => (value > 0 ? value + Math.log(-Math.expm1(-value)) : Number.NaN),
  range: 'above 0',
};

/** θ = u, any number. */
export const identity: Transform = {
  name: 'identity',
  forward: (u) => tf.clone(u),
  inverse: (value) => value,
  range: 'a finite number',
};

/**
 * lower < θ < upper, by a logistic curve; where lower is above 0, the curve is one of log θ, so that a range over orders of
 * magnitude is crossed evenly.
 */
export function bounds(lower: number, upper: number): Transform {
  if (!(Number.isFinite(lower) && Number.isFinite(upper) && lower < upper)) {
    throw new InputError(`bounds need two finite numbers, the lower first; found ${lower} and ${upper}`);
  }
  const logarithmic = lower > 0;
  const [from, to] = logarithmic ? [Math.log(lower), Math.log(upper)] : [lower, upper];
  return {
    name: `bounds(${lower}, ${upper})`,
    forward: (u) => {
      const inside = tf.add(constant(from), tf.mul(constant(to - from), tf.sigmoid(u)));
      return logarithmic ? tf.exp(inside) : inside;
    },
    inverse: (value) => {
      const share = ((logarithmic ? Math.log(value) : value) - from) / (to - from);
      return share > 0 && share < 1 ? Math.log(share / (1 - share)) : Number.NaN;
    },
    range: `between ${lower} and ${upper}, without the ends`,
  };
}
