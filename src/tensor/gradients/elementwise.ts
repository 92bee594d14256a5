/** Gradients of elementwise kernels, each from its inputs, so that they can be differentiated any number of times. */
import * as tf from '@tensorflow/tfjs';
import { constant, SELU_ALPHA, SELU_SCALE } from '../constants.js';
import { type Gradient, type GradientTable, indicator, unbroadcast, zeros } from './gradient.js';

/** A kernel of one input, from its derivative. */
// biome-ignore lint/suspicious/noExplicitAny: attributes differ from kernel to kernel, and tfjs types none of them
export function unary(derivative: (x: tf.Tensor, attrs: any) => tf.Tensor): Gradient {
  return {
    inputs: ['x'],
    pull: (dy, [x], attrs) => ({ x: () => tf.mul(dy, derivative(tf.cast(x, 'float32'), attrs)) }),
  };
}

/** A kernel of the broadcast inputs a and b, from its two partial derivatives times the cotangent. */
function binary(
  toA: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  toB: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): Gradient {
  return {
    inputs: ['a', 'b'],
    pull: (dy, [a, b]) => ({
      a: () => unbroadcast(toA(dy, a, b), a.shape),
      b: () => unbroadcast(toB(dy, a, b), b.shape),
    }),
  };
}

const negativePart = (x: tf.Tensor) => tf.minimum(x, 0);

export const elementwiseGradients: GradientTable = {
  ClipByValue: unary((x, { clipValueMin, clipValueMax }) =>
    indicator(
      tf.logicalAnd(tf.greaterEqual(x, constant(clipValueMin)), tf.lessEqual(x, constant(clipValueMax))),
    ),
  ),
  Elu: unary((x) => tf.exp(negativePart(x))),
  Erf: unary((x) => tf.mul(constant(2 / Math.sqrt(Math.PI)), tf.exp(tf.neg(tf.square(x))))),
  Exp: unary((x) => tf.exp(x)),
  // Between integers tf.div is this kernel, and tfjs lets the derivative of the quotient stand for it.
  FloorDiv: binary(
    (dy, a, b) => (a.dtype === 'int32' ? tf.div(dy, tf.cast(b, 'float32')) : tf.zerosLike(dy)),
    (dy, a, b) => {
      if (a.dtype !== 'int32') return tf.zerosLike(dy);
      const divisor = tf.cast(b, 'float32');
      return tf.neg(tf.div(tf.mul(dy, tf.cast(a, 'float32')), tf.square(divisor)));
    },
  ),
  LeakyRelu: unary((x, { alpha }) => tf.where(tf.greater(x, 0), tf.onesLike(x), constant(alpha))),
  Maximum: binary(
    (dy, a, b) => tf.mul(dy, indicator(tf.greaterEqual(a, b))),
    (dy, a, b) => tf.mul(dy, indicator(tf.less(a, b))),
  ),
  Minimum: binary(
    (dy, a, b) => tf.mul(dy, indicator(tf.lessEqual(a, b))),
    (dy, a, b) => tf.mul(dy, indicator(tf.greater(a, b))),
  ),
  Pow: binary(
    (dy, a, b) => {
      const exponent = tf.cast(b, 'float32');
      return tf.mul(dy, tf.mul(exponent, tf.pow(a, tf.sub(exponent, 1))));
    },
    (dy, a, b) => {
      // The logarithm of 1 stands in where there is none, so that its derivative is 0 there and not NaN.
      const base = tf.cast(a, 'float32');
      const logarithm = tf.log(tf.where(tf.greater(base, 0), base, tf.onesLike(base)));
      return tf.mul(dy, tf.mul(tf.pow(a, b), logarithm));
    },
  ),
  Relu6: unary((x) => tf.mul(indicator(tf.lessEqual(x, 6)), tf.step(x))),
  Selu: unary((x) =>
    tf.mul(
      constant(SELU_SCALE),
      tf.where(tf.greater(x, 0), tf.onesLike(x), tf.mul(constant(SELU_ALPHA), tf.exp(negativePart(x)))),
    ),
  ),
  Sigmoid: unary((x) => tf.mul(tf.sigmoid(x), tf.sigmoid(tf.neg(x)))),
  SquaredDifference: binary(
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  ),
  Tanh: unary((x) => tf.sub(1, tf.square(tf.tanh(x)))),
  Select: {
    inputs: ['condition'],
    pull: (dy, [condition]) => ({
      condition: () => zeros(condition),
      t: () => tf.where(condition, dy, tf.zerosLike(dy)),
      e: () => tf.where(condition, tf.zerosLike(dy), dy),
    }),
  },
};
