/** How the values of two atoms or two species make the value of their pair. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../src/message/index.js';

/** A symmetric tfjs function of two scalars. */
export type MixingFunction = (a: tf.Scalar, b: tf.Scalar) => tf.Tensor;

/**
 * - arithmetic: (a + b) / 2 (Lorentz 1881, for diameters)
 * - geometric: √(a b) (Berthelot 1898, for well depths)
 * - harmonic: 2 a b / (a + b)
 * - sixth-power: ((a⁶ + b⁶) / 2)^(1/6) (Waldman and Hagler, J. Comput. Chem. 14, 1077, 1993)
 */
export type Mixing = 'arithmetic' | 'geometric' | 'harmonic' | 'sixth-power' | MixingFunction;

/** A mixed value and its derivatives by the first and by the second of the two. */
export interface MixedValue {
  readonly value: number;
  readonly first: number;
  readonly second: number;
}

/** The rules in numbers. */
const numericRules: Readonly<Record<string, (a: number, b: number) => MixedValue>> = {
  arithmetic: (a, b) => ({ value: (a + b) / 2, first: 0.5, second: 0.5 }),
  geometric: (a, b) => {
    const value = Math.sqrt(a * b);
    return { value, first: (0.5 * b) / value, second: (0.5 * a) / value };
  },
  harmonic: (a, b) => ({
    value: (2 * a * b) / (a + b),
    first: 2 * (b / (a + b)) ** 2,
    second: 2 * (a / (a + b)) ** 2,
  }),
  'sixth-power': (a, b) => {
    const value = ((a ** 6 + b ** 6) / 2) ** (1 / 6);
    return { value, first: 0.5 * (a / value) ** 5, second: 0.5 * (b / value) ** 5 };
  },
};

/** A rule that is known by name, in numbers; null for a tfjs function. */
export function numericMixing(mixing: Mixing): ((a: number, b: number) => MixedValue) | null {
  return typeof mixing === 'string' && Object.hasOwn(numericRules, mixing) ? numericRules[mixing] : null;
}

const rules: Readonly<Record<string, MixingFunction>> = {
  arithmetic: (a, b) => tf.mul(tf.add(a, b), 0.5),
  geometric: (a, b) => tf.sqrt(tf.mul(a, b)),
  harmonic: (a, b) => tf.div(tf.mul(tf.mul(a, b), 2), tf.add(a, b)),
  // tf.pow with a fractional literal would carry 1/6 in single precision
  'sixth-power': (a, b) => sixthRoot(tf.mul(tf.add(tf.pow(a, 6), tf.pow(b, 6)), 0.5)),
};

/** @throws InputError for a name that is no rule */
export function mixingFunction(mixing: Mixing): MixingFunction {
  if (typeof mixing === 'function') return mixing;
  if (Object.hasOwn(rules, mixing)) return rules[mixing];
  throw new InputError(
    `there is no mixing rule "${mixing}"; expected ${Object.keys(rules).join(', ')} or a tfjs function`,
  );
}

function sixthRoot(x: tf.Tensor): tf.Tensor {
  return tf.exp(tf.div(tf.log(x), 6));
}
