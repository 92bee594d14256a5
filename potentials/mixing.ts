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

/** A rule in numbers, and its derivative by the first of the two values; it is symmetric. */
interface NumericRule {
  value(a: number, b: number): number;
  slope(a: number, b: number): number;
}

const numericRules: Readonly<Record<string, NumericRule>> = {
  arithmetic: { value: (a, b) => (a + b) / 2, slope: () => 0.5 },
  geometric: {
    value: (a, b) => Math.sqrt(a * b),
    // √(ab) with b = 0 is 0 for every a.
    slope: (a, b) => (b === 0 ? 0 : (0.5 * b) / Math.sqrt(a * b)),
  },
  harmonic: {
    value: (a, b) => (2 * a * b) / (a + b),
    slope: (a, b) => 2 * (b / (a + b)) ** 2,
  },
  'sixth-power': {
    value: sixthPowerMean,
    slope: (a, b) => 0.5 * (a / sixthPowerMean(a, b)) ** 5,
  },
};

function sixthPowerMean(a: number, b: number): number {
  return ((a ** 6 + b ** 6) / 2) ** (1 / 6);
}

/** Of two zeros, as of any two equal values: the value itself, and half of its change for each. */
const ofZeros: MixedValue = { value: 0, first: 0.5, second: 0.5 };

/**
 * A rule that is known by name, in numbers; null for a tfjs function. Where one of two values is 0 the geometric mean
 * has an infinite derivative by it.
 */
export function numericMixing(mixing: Mixing): ((a: number, b: number) => MixedValue) | null {
  if (typeof mixing !== 'string' || !Object.hasOwn(numericRules, mixing)) return null;
  const { value, slope } = numericRules[mixing];
  return (a, b) =>
    a === 0 && b === 0 ? ofZeros : { value: value(a, b), first: slope(a, b), second: slope(b, a) };
}

const rules: Readonly<Record<string, MixingFunction>> = {
  arithmetic: (a, b) => tf.mul(tf.add(a, b), 0.5),
  geometric: (a, b) => zeroAtZero(tf.mul(a, b), tf.sqrt),
  harmonic: (a, b) => zeroAtZero(tf.add(a, b), (sum) => tf.div(tf.mul(tf.mul(a, b), 2), sum)),
  // tf.pow with a fractional literal would carry 1/6 in single precision
  'sixth-power': (a, b) => zeroAtZero(tf.mul(tf.add(tf.pow(a, 6), tf.pow(b, 6)), 0.5), sixthRoot),
};

/**
 * f(x), and 0 with the derivative 0 where x is 0, whose own derivative there is infinite or no number: an atom without
 * a well would spoil the derivatives by everything else.
 */
function zeroAtZero(x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const zero = tf.equal(x, 0);
  return tf.where(zero, tf.zerosLike(x), f(tf.where(zero, tf.onesLike(x), x)));
}

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
