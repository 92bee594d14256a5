/** Ops that act on each element. */
import * as tf from '@tensorflow/tfjs';
import { type Case, elementwise, input, pairwise } from './case.js';

/** erf by its Taylor series (Abramowitz and Stegun 7.1.5), which is good enough up to 2. */
function erf(x: number): number {
  let sum = 0;
  let power = x;
  for (let n = 0; n < 60; n++) {
    sum += power / (2 * n + 1);
    power *= (-x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

export const elementwiseCases: Case[] = [
  elementwise('exp', tf.exp, Math.exp),
  elementwise('sigmoid', tf.sigmoid, sigmoid),
  elementwise('tanh', tf.tanh, Math.tanh),
  elementwise('elu', tf.elu, (x) => (x > 0 ? x : Math.exp(x) - 1)),
  elementwise(
    'pow(constant, x)',
    (x) => tf.pow(1.7, x),
    (x) => 1.7 ** x,
  ),
  elementwise(
    'leakyRelu',
    (x) => tf.leakyRelu(x, 0.3),
    (x) => (x > 0 ? x : 0.3 * x),
  ),
  elementwise('relu6', tf.relu6, (x) => Math.min(Math.max(x, 0), 6), -3, 9),
  elementwise('selu', tf.selu, (x) => seluScale * (x > 0 ? x : seluAlpha * (Math.exp(x) - 1))),
  elementwise(
    'clipByValue',
    (x) => tf.clipByValue(x, -0.5, 1),
    (x) => Math.min(Math.max(x, -0.5), 1),
  ),
  elementwise('neg', tf.neg, (x) => -x),
  elementwise('square', tf.square, (x) => x * x),
  elementwise('sqrt', tf.sqrt, Math.sqrt, 0.5, 3),
  elementwise('rsqrt', tf.rsqrt, (x) => 1 / Math.sqrt(x), 0.5, 3),
  elementwise('reciprocal', tf.reciprocal, (x) => 1 / x, 0.5, 3),
  elementwise(
    'pow(x, 6)',
    (x) => tf.pow(x, 6),
    (x) => x ** 6,
  ),
  elementwise(
    'pow(x, 2.5)',
    (x) => tf.pow(x, 2.5),
    (x) => x ** 2.5,
    0.5,
    3,
  ),
  elementwise('log', tf.log, Math.log, 0.5, 3),
  elementwise('log1p', tf.log1p, Math.log1p, -0.5, 3),
  elementwise('expm1', tf.expm1, Math.expm1),
  elementwise('softplus', tf.softplus, (x) => Math.log(1 + Math.exp(x))),
  elementwise('relu', tf.relu, (x) => Math.max(x, 0)),
  elementwise('abs', tf.abs, Math.abs),
  elementwise(
    'step',
    (x) => tf.step(x),
    (x) => (x > 0 ? 1 : 0),
  ),
  elementwise('sin', tf.sin, Math.sin),
  elementwise('cos', tf.cos, Math.cos),
  elementwise('tan', tf.tan, Math.tan, -1.2, 1.2),
  elementwise('sinh', tf.sinh, Math.sinh),
  elementwise('cosh', tf.cosh, Math.cosh),
  elementwise('asin', tf.asin, Math.asin, -0.8, 0.8),
  elementwise('acos', tf.acos, Math.acos, -0.8, 0.8),
  elementwise('atan', tf.atan, Math.atan),
  elementwise('asinh', tf.asinh, Math.asinh),
  elementwise('acosh', tf.acosh, Math.acosh, 1.2, 3),
  elementwise('atanh', tf.atanh, Math.atanh, -0.8, 0.8),
  elementwise('erf', tf.erf, erf),
  elementwise('round', tf.round, Math.round),
  elementwise('floor', tf.floor, Math.floor),
  elementwise('ceil', tf.ceil, Math.ceil),
  elementwise('sign', tf.sign, Math.sign),
  elementwise(
    'where(less)',
    (x) => tf.where(tf.less(x, 0.5), tf.square(x), tf.exp(x)),
    (x) => (x < 0.5 ? x * x : Math.exp(x)),
  ),
  elementwise(
    'where(greater and not equal)',
    (x) =>
      tf.where(tf.logicalAnd(tf.greater(x, -1), tf.logicalNot(tf.equal(x, 1))), tf.sin(x), tf.zerosLike(x)),
    (x) => (x > -1 ? Math.sin(x) : 0),
  ),
  elementwise(
    'a mask by greaterEqual',
    (x) => tf.mul(tf.cast(tf.greaterEqual(x, 0), 'float32'), tf.exp(x)),
    (x) => (x >= 0 ? Math.exp(x) : 0),
  ),
  ...pairwise('add', tf.add, (a, b) => a + b),
  ...pairwise('sub', tf.sub, (a, b) => a - b),
  ...pairwise('mul', tf.mul, (a, b) => a * b),
  ...pairwise('div', tf.div, (a, b) => a / b, [-2, 2, 0.5, 2]),
  ...pairwise('divNoNan', tf.divNoNan, (a, b) => a / b, [-2, 2, 0.5, 2]),
  ...pairwise('pow', tf.pow, (a, b) => a ** b, [0.5, 2, -2, 2]),
  ...pairwise('maximum', tf.maximum, Math.max),
  ...pairwise('minimum', tf.minimum, Math.min),
  ...pairwise('atan2', tf.atan2, Math.atan2, [0.5, 2, -2, 2]),
  ...pairwise('squaredDifference', tf.squaredDifference, (a, b) => (a - b) ** 2),
  ...pairwise('mod', tf.mod, (a, b) => a - b * Math.floor(a / b), [3.1, 3.4, 0.86, 0.96]),
  ...pairwise('prelu', tf.prelu, (a, b) => (a > 0 ? a : a * b)).slice(0, 1),
  {
    op: 'huberLoss',
    inputs: [
      { values: [0.3, -1.2, 0.8, 1.9, -0.4, 0.1], shape: [6] },
      { values: [-0.2, 0.7, 0.2, -0.6, -1.1, 1.7], shape: [6] },
    ],
    f: (a, b) => tf.losses.huberLoss(a, b),
    reference: mean((a, b) =>
      a.map((value, i) => {
        const error = Math.abs(value - b[i]);
        return error <= 1 ? error ** 2 / 2 : error - 0.5;
      }),
    ),
  },
  ...pairwise(
    'sigmoidCrossEntropy',
    (a, b) => tf.losses.sigmoidCrossEntropy(a, b),
    (a, b) => -a * Math.log(sigmoid(b)) - (1 - a) * Math.log(1 - sigmoid(b)),
    [0.1, 0.9, -2, 2],
  )
    .slice(0, 1)
    .map((item) => ({ ...item, reference: mean(item.reference) })),
  {
    op: 'addN',
    inputs: [input([4]), input([4]), input([4])],
    f: (...x) => tf.addN(x),
    reference: (a, b, c) => a.map((value, i) => value + b[i] + c[i]),
  },
];

function mean(reference: Case['reference']): Case['reference'] {
  return (...x) => {
    const values = reference(...x);
    return [values.reduce((sum, value) => sum + value, 0) / values.length];
  };
}
