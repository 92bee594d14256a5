/**
 * Gradients of kernels that move elements about: each is a sum of what went to several places, or its inverse.
 * Gathering and scattering are the gradients of one another, by kernels that exist on every backend.
 */
import * as tf from '@tensorflow/tfjs';
import { type Gradient, type GradientTable, unbroadcast, zeros } from './gradient.js';

const product = (lengths: readonly number[]): number => lengths.reduce((size, length) => size * length, 1);

/** Sums rows of `values` that have the same number in `places` (int32, one a row) into `count` rows. */
function scatterRows(values: tf.Tensor2D, places: tf.Tensor, count: number): tf.Tensor2D {
  return tf.scatterND(tf.reshape(places, [-1, 1]), values, [count, values.shape[1]]) as tf.Tensor2D;
}

const gather: Gradient = {
  inputs: ['x', 'indices'],
  pull: (dy, [x, indices], { axis, batchDims = 0 }) => ({
    x: () => {
      if (dy.size === 0) return zeros(x);
      const [along] = tf.util.parseAxisParam(axis, x.shape);
      const batch = product(x.shape.slice(0, batchDims < 0 ? batchDims + indices.rank : batchDims));
      const outer = product(x.shape.slice(0, along)) / batch;
      const inner = product(x.shape.slice(along + 1));
      const count = x.shape[along];
      const chosen = indices.size / batch;
      const starts = tf.range(0, batch, 1, 'int32').mul(tf.scalar(count, 'int32'));
      const places = tf.add(
        tf.reshape(tf.cast(indices, 'int32'), [batch, chosen]),
        tf.reshape(starts, [batch, 1]),
      );
      const swap = (t: tf.Tensor) => (outer === 1 ? t : tf.transpose(t, [0, 2, 1, 3]));
      const rows = swap(tf.reshape(dy, [batch, outer, chosen, inner]));
      const sums = scatterRows(tf.reshape(rows, [batch * chosen, outer * inner]), places, batch * count);
      return tf.reshape(swap(tf.reshape(sums, [batch, count, outer, inner])), x.shape);
    },
    indices: () => zeros(indices),
  }),
};

/** Numbers outside 0 … n − 1 were left out of the sums, and get nothing back. */
const unsortedSegmentSum: Gradient = {
  inputs: ['segmentIds'],
  pull: (dy, [ids]) => ({
    x: () => {
      const last = tf.scalar(dy.shape[0] - 1, 'int32');
      const first = tf.scalar(0, 'int32');
      const counted = tf.logicalAnd(tf.greaterEqual(ids, first), tf.lessEqual(ids, last));
      const rows = tf.gather(dy, tf.minimum(tf.maximum(ids, first), last));
      const shape = [...ids.shape, ...rows.shape.slice(ids.rank).map(() => 1)];
      return tf.mul(rows, tf.cast(tf.reshape(counted, shape), 'float32'));
    },
    segmentIds: () => zeros(ids),
  }),
};

const gatherNd: Gradient = {
  inputs: ['params', 'indices'],
  pull: (dy, [params, indices]) => ({
    params: () => {
      const depth = indices.shape[indices.rank - 1];
      const vectors = tf.reshape(indices, [-1, depth]);
      return tf.scatterND(
        vectors,
        tf.reshape(dy, [vectors.shape[0], ...params.shape.slice(depth)]),
        params.shape,
      );
    },
    indices: () => zeros(indices),
  }),
};

const scatterNd: Gradient = {
  inputs: ['indices'],
  pull: (dy, [indices]) => ({
    updates: () => tf.gatherND(dy, indices.rank === 1 ? tf.expandDims(indices, 1) : indices),
    indices: () => zeros(indices),
  }),
};

/** Of a kernel each of whose results is one of the elements of x: `rearrange` does to numbers of elements the same. */
function picked(
  // biome-ignore lint/suspicious/noExplicitAny: attributes differ from kernel to kernel, and tfjs types none of them
  rearrange: (numbers: tf.Tensor, attrs: any) => tf.Tensor,
): Gradient {
  return {
    inputs: ['x'],
    pull: (dy, [x], attrs) => ({
      x: () => {
        const places = rearrange(tf.reshape(tf.range(0, x.size, 1, 'int32'), x.shape), attrs);
        return tf.reshape(scatterRows(tf.reshape(dy, [-1, 1]), places, x.size), x.shape);
      },
    }),
  };
}

/** Each axis of the result is a pair (repetition, element); the repetitions are summed. */
const tile: Gradient = {
  inputs: ['x'],
  pull: (dy, [x], { reps }: { reps: number[] }) => ({
    x: () => {
      const pairs = x.shape.flatMap((length, k) => (reps[k] === 1 ? [length] : [reps[k], length]));
      const repeated: number[] = [];
      let at = 0;
      for (const count of reps) {
        if (count !== 1) repeated.push(at++);
        at++;
      }
      if (repeated.length === 0) return tf.clone(dy);
      return tf.reshape(tf.sum(tf.reshape(dy, pairs), repeated), x.shape);
    },
  }),
};

const diag: Gradient = {
  inputs: ['x'],
  pull: (dy, [x]) => ({
    x: () => tf.reshape(tf.sum(tf.mul(tf.reshape(dy, [x.size, x.size]), tf.eye(x.size)), 1), x.shape),
  }),
};

/** Of a product of matrices, whose batch axes may have been broadcast. */
const matMul: Gradient = {
  inputs: ['a', 'b'],
  pull: (dy, [a, b], { transposeA, transposeB }) => ({
    a: () =>
      unbroadcast(
        transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
        a.shape,
      ),
    b: () =>
      unbroadcast(
        transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
        b.shape,
      ),
  }),
};

/** Of a sum over products: the same sum with the result's cotangent in the place of the operand. */
const einsum: Gradient = {
  inputs: 'all',
  pull: (dy, operands, { equation }: { equation: string }) => {
    const [left, result] = equation.replaceAll(' ', '').split('->');
    const terms = left.split(',');
    const pull = (k: number) => (): tf.Tensor => {
      const others = terms.flatMap((term, m) => (m === k ? [] : [{ term, tensor: operands[m] }]));
      // An axis that only this operand has was summed away: its cotangent is the same all along it.
      const seen = new Set([...result, ...others.flatMap(({ term }) => [...term])]);
      const known = [...terms[k]].filter((letter) => seen.has(letter)).join('');
      const parts = [result, ...others.map(({ term }) => term)].join(',');
      const partial = tf.einsum(`${parts}->${known}`, dy, ...others.map(({ tensor }) => tensor));
      const shape = [...terms[k]].map((letter, m) => (seen.has(letter) ? operands[k].shape[m] : 1));
      return tf.mul(tf.reshape(partial, shape), tf.onesLike(operands[k]));
    };
    return Object.fromEntries(terms.map((_, k) => [String(k), pull(k)]));
  },
};

export const indexingGradients: GradientTable = {
  BatchMatMul: matMul,
  Diag: diag,
  Einsum: einsum,
  GatherNd: gatherNd,
  GatherV2: gather,
  MirrorPad: picked((numbers, { paddings, mode }) => tf.mirrorPad(numbers, paddings, mode)),
  ScatterNd: scatterNd,
  StridedSlice: picked((numbers, a) =>
    tf.stridedSlice(
      numbers,
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    ),
  ),
  Tile: tile,
  UnsortedSegmentSum: unsortedSegmentSum,
};
