/** Gradients of reductions, running sums and products, and of what is built from them. */
import * as tf from '@tensorflow/tfjs';
import { type Gradient, type GradientTable, indicator } from './gradient.js';

const withOnes = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((length, k) => (axes.includes(k) ? 1 : length));

/** Of the largest or the smallest element: equal ones share the cotangent equally. */
function extreme(reduce: (x: tf.Tensor, axes: number[]) => tf.Tensor): Gradient {
  return {
    inputs: ['x'],
    pull: (dy, [x], { axis, reductionIndices }) => ({
      x: () => {
        const axes = tf.util.parseAxisParam(reductionIndices ?? axis, x.shape);
        const among = indicator(tf.equal(x, reduce(x, axes)));
        const share = tf.div(among, tf.sum(among, axes, true));
        return tf.mul(tf.reshape(dy, withOnes(x.shape, axes)), share);
      },
    }),
  };
}

/** The product of all the other elements along the last axis, without a division. */
function productOfOthers(x: tf.Tensor): tf.Tensor {
  const last = x.rank - 1;
  return tf.mul(tf.cumprod(x, last, true, false), tf.cumprod(x, last, true, true));
}

/** `x` with the given axes moved to the end and made one there, and the way back. */
function gatheredLast(x: tf.Tensor, axes: readonly number[]) {
  const rest = x.shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const permutation = [...rest, ...axes];
  const moved = tf.transpose(x, permutation);
  const back = permutation.map((_, k) => permutation.indexOf(k));
  const lengths = rest.map((k) => x.shape[k]);
  return {
    flat: tf.reshape(moved, [...lengths, axes.reduce((size, k) => size * x.shape[k], 1)]),
    lengths,
    restore: (flat: tf.Tensor) => tf.transpose(tf.reshape(flat, moved.shape), back),
  };
}

const prod: Gradient = {
  inputs: ['x'],
  pull: (dy, [x], { axis }) => ({
    x: () => {
      const { flat, lengths, restore } = gatheredLast(
        tf.cast(x, 'float32'),
        tf.util.parseAxisParam(axis, x.shape),
      );
      return restore(tf.mul(tf.reshape(dy, [...lengths, 1]), productOfOthers(flat)));
    },
  }),
};

/**
 * Of a running product along an axis of length n: the derivative of element i with respect to element k is
 * the product before k times the product between k and i, which needs n × n numbers but no division.
 */
const cumprod: Gradient = {
  inputs: ['x'],
  pull: (dy, [x], { axis, exclusive, reverse }) => ({
    x: () => {
      const [along] = tf.util.parseAxisParam(axis, x.shape);
      const turned = (t: tf.Tensor) => (reverse ? tf.reverse(t, [along]) : t);
      const { flat, restore } = gatheredLast(turned(tf.cast(x, 'float32')), [along]);
      const cotangent = gatheredLast(turned(dy), [along]).flat;
      const last = flat.rank - 1;
      const n = flat.shape[last];
      const places = tf.range(0, n, 1, 'int32');
      const [row, column] = [tf.expandDims(places, 1), tf.expandDims(places, 0)];
      const later = tf.where(
        tf.less(row, column),
        tf.expandDims(flat, last),
        tf.onesLike(tf.expandDims(flat, last)),
      );
      const between = tf.cumprod(later, last + 1, exclusive);
      const reached = indicator(exclusive ? tf.less(row, column) : tf.lessEqual(row, column));
      const behind = tf.sum(tf.mul(tf.mul(between, reached), tf.expandDims(cotangent, last)), last + 1);
      return turned(restore(tf.mul(tf.cumprod(flat, last, true), behind)));
    },
  }),
};

const cumsum: Gradient = {
  pull: (dy, _, { axis, exclusive, reverse }) => ({ x: () => tf.cumsum(dy, axis, exclusive, !reverse) }),
};

const softmax: Gradient = {
  inputs: ['logits'],
  pull: (dy, [logits], { dim }) => ({
    logits: () => {
      const y = tf.softmax(logits, dim);
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, dim, true), y));
    },
  }),
};

/** tfjs's own makes the ones as an array of JavaScript's and copies them in. */
const sum: Gradient = {
  inputs: ['x'],
  pull: (dy, [x], { axis }) => ({
    x: () => {
      const ones = x.dtype === 'float32' ? tf.onesLike(x) : tf.ones(x.shape);
      return tf.mul(tf.reshape(dy, withOnes(x.shape, tf.util.parseAxisParam(axis, x.shape))), ones);
    },
  }),
};

/** Of the k largest values: back to where they came from. The places carry no derivative. */
const topK: Gradient = {
  inputs: ['x'],
  outputs: [false, true],
  pull: ([dy], [x, places]) => ({
    x: () => {
      // The wasm backend fills a oneHot of dtype float32 with the bits of integers.
      const chosen = tf.cast(tf.oneHot(places as tf.Tensor1D, x.shape[x.rank - 1]), 'float32');
      return tf.sum(tf.mul(tf.expandDims(dy, -1), chosen), -2);
    },
  }),
};

export const reductionGradients: GradientTable = {
  Cumprod: cumprod,
  Cumsum: cumsum,
  Max: extreme((x, axes) => tf.max(x, axes, true)),
  Min: extreme((x, axes) => tf.min(x, axes, true)),
  Prod: prod,
  Softmax: softmax,
  Sum: sum,
  TopK: topK,
};
