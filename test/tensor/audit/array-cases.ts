/** Ops that reduce, move, choose and multiply arrays. */
import * as tf from '@tensorflow/tfjs';
import { logSoftmax, softmaxCrossEntropy } from '../../../src/tensor/index.js';
import { at, type Case, input, matrix, total } from './case.js';

const columns = (m: readonly number[], width: number) =>
  Array.from({ length: width }, (_, j) => m.filter((_, i) => i % width === j));
const rows = (m: readonly number[], width: number) =>
  Array.from({ length: m.length / width }, (_, i) => m.slice(i * width, i * width + width));
const product = (x: readonly number[]) => x.reduce((p, value) => p * value, 1);
const softmax = (x: readonly number[]) => x.map((value) => Math.exp(value) / total(x.map(Math.exp)));
const logSumExp = (x: readonly number[]) => Math.log(total(x.map(Math.exp)));
const running = (x: readonly number[], combine: (a: number, b: number) => number) => {
  const out: number[] = [];
  for (const value of x) out.push(out.length === 0 ? value : combine(out[out.length - 1], value));
  return out;
};
const plus = (a: number, b: number) => a + b;
const times = (a: number, b: number) => a * b;

const places = (...numbers: number[]) => tf.tensor1d(numbers, 'int32');

const reductions: Case[] = [
  { op: 'sum', inputs: [input([2, 3])], f: (x) => tf.sum(x), reference: (x) => [total(x)] },
  {
    op: 'sum of columns',
    inputs: [input([2, 3])],
    f: (x) => tf.sum(x, 0),
    reference: (x) => columns(x, 3).map(total),
  },
  {
    op: 'mean of rows',
    inputs: [input([2, 3])],
    f: (x) => tf.mean(x, 1),
    reference: (x) => rows(x, 3).map((row) => total(row) / 3),
  },
  { op: 'prod', inputs: [input([2, 3])], f: (x) => tf.prod(x), reference: (x) => [product(x)] },
  {
    op: 'prod of columns',
    inputs: [input([3, 2])],
    f: (x) => tf.prod(x, 0),
    reference: (x) => columns(x, 2).map(product),
  },
  {
    op: 'prod with a zero',
    inputs: [{ values: [0.7, 0, -1.2, 0.4], shape: [4] }],
    f: (x) => tf.prod(x),
    reference: (x) => [product(x)],
  },
  { op: 'max', inputs: [input([2, 3])], f: (x) => tf.max(x), reference: (x) => [Math.max(...x)] },
  {
    op: 'max of columns',
    inputs: [input([3, 2])],
    f: (x) => tf.max(x, 0),
    reference: (x) => columns(x, 2).map((c) => Math.max(...c)),
  },
  {
    op: 'min of rows',
    inputs: [input([2, 3])],
    f: (x) => tf.min(x, -1, true),
    reference: (x) => rows(x, 3).map((row) => Math.min(...row)),
  },
  {
    op: 'logSumExp',
    inputs: [input([2, 3])],
    f: (x) => tf.logSumExp(x, 1),
    reference: (x) => rows(x, 3).map(logSumExp),
  },
  {
    op: 'softmax',
    inputs: [input([2, 3])],
    f: (x) => tf.softmax(x),
    reference: (x) => rows(x, 3).flatMap(softmax),
  },
  {
    op: 'logSoftmax of src/tensor',
    inputs: [input([2, 3])],
    f: (x) => logSoftmax(x),
    reference: (x) => rows(x, 3).flatMap((row) => row.map((value) => value - logSumExp(row))),
  },
  ...[softmaxCrossEntropy, tf.losses.softmaxCrossEntropy].map((f, k) => ({
    op: k === 0 ? 'softmaxCrossEntropy of src/tensor' : 'tf.losses.softmaxCrossEntropy',
    inputs: [input([2, 3], 0.1, 0.9), input([2, 3])],
    f: (labels: tf.Tensor, logits: tf.Tensor): tf.Tensor => f(labels, logits),
    reference: (labels: readonly number[], logits: readonly number[]) => {
      const normalisers = rows(logits, 3).map(logSumExp);
      return [-total(labels.map((label, i) => label * (logits[i] - normalisers[Math.floor(i / 3)]))) / 2];
    },
  })),
  { op: 'norm', inputs: [input([2, 3])], f: (x) => tf.norm(x), reference: (x) => [Math.hypot(...x)] },
  {
    op: 'norm of rows',
    inputs: [input([2, 3])],
    f: (x) => tf.norm(x, 'euclidean', 1),
    reference: (x) => rows(x, 3).map((row) => Math.hypot(...row)),
  },
  {
    op: 'cumsum',
    inputs: [input([2, 3])],
    f: (x) => tf.cumsum(x, 1),
    reference: (x) => rows(x, 3).flatMap((r) => running(r, plus)),
  },
  {
    op: 'cumsum down the columns of a square',
    inputs: [input([3, 3])],
    f: (x) => tf.cumsum(x, 0),
    reference: (x) => matrix(3, 3, (i, j) => total(columns(x, 3)[j].slice(0, i + 1))),
  },
  {
    op: 'cumsum, exclusive, reverse',
    inputs: [input([4])],
    f: (x) => tf.cumsum(x, 0, true, true),
    reference: (x) => x.map((_, i) => total(x.slice(i + 1))),
  },
  {
    op: 'cumprod',
    inputs: [input([2, 3])],
    f: (x) => tf.cumprod(x, 1),
    reference: (x) => rows(x, 3).flatMap((r) => running(r, times)),
  },
  {
    op: 'cumprod down the columns, exclusive, reverse',
    inputs: [input([3, 2])],
    f: (x) => tf.cumprod(x, 0, true, true),
    reference: (x) => matrix(3, 2, (i, j) => product(columns(x, 2)[j].slice(i + 1))),
  },
  {
    op: 'topk',
    inputs: [{ values: [0.3, 1.7, -0.4, 0.9, -1.1, 0.2], shape: [2, 3] }],
    f: (x) => tf.topk(x, 2).values,
    reference: (x) => rows(x, 3).flatMap((row) => [...row].sort((a, b) => b - a).slice(0, 2)),
  },
];

const moves: Case[] = [
  {
    op: 'gather',
    inputs: [input([3, 2])],
    f: (x) => tf.gather(x, places(2, 0, 2, 1, 2)),
    reference: (x) => [2, 0, 2, 1, 2].flatMap((i) => [at(x, 2, i, 0), at(x, 2, i, 1)]),
  },
  {
    op: 'gather along the second axis',
    inputs: [input([2, 3])],
    f: (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 2],
          ],
          [2, 2],
          'int32',
        ),
        1,
      ),
    reference: (x) => [0, 1].flatMap((i) => [2, 0, 1, 2].map((j) => at(x, 3, i, j))),
  },
  {
    op: 'gather in batches',
    inputs: [input([2, 3, 2])],
    f: (x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [2, 0],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        1,
        1,
      ),
    reference: (x) => [2, 0, 4, 4].flatMap((row) => [at(x, 2, row, 0), at(x, 2, row, 1)]),
  },
  {
    op: 'gatherND',
    inputs: [input([2, 3])],
    f: (x) =>
      tf.gatherND(
        x,
        tf.tensor2d(
          [
            [0, 2],
            [1, 0],
            [0, 2],
          ],
          [3, 2],
          'int32',
        ),
      ),
    reference: (x) => [at(x, 3, 0, 2), at(x, 3, 1, 0), at(x, 3, 0, 2)],
  },
  {
    op: 'gatherND of rows',
    inputs: [input([3, 2])],
    f: (x) => tf.gatherND(x, tf.tensor2d([[2], [0], [2]], [3, 1], 'int32')),
    reference: (x) => [2, 0, 2].flatMap((i) => [at(x, 2, i, 0), at(x, 2, i, 1)]),
  },
  {
    op: 'scatterND',
    inputs: [input([3])],
    f: (x) =>
      tf.scatterND(
        tf.tensor2d(
          [
            [0, 1],
            [1, 1],
            [0, 1],
          ],
          [3, 2],
          'int32',
        ),
        x,
        [2, 2],
      ),
    reference: ([a, b, c]) => [0, a + c, 0, b],
  },
  {
    op: 'scatterND of rows',
    inputs: [input([3, 2])],
    f: (x) => tf.scatterND(tf.tensor2d([[2], [0], [2]], [3, 1], 'int32'), x, [4, 2]),
    reference: ([a, b, c, d, e, f]) => [c, d, 0, 0, a + e, b + f, 0, 0],
  },
  {
    op: 'unsortedSegmentSum',
    inputs: [input([4, 2])],
    f: (x) => tf.unsortedSegmentSum(x, places(1, 0, 1, -1), 3),
    reference: ([a, b, c, d, e, f]) => [c, d, a + e, b + f, 0, 0],
  },
  {
    op: 'slice',
    inputs: [input([3, 3])],
    f: (x) => tf.slice(x, [1, 0], [2, 2]),
    reference: (x) => [x[3], x[4], x[6], x[7]],
  },
  {
    op: 'stridedSlice',
    inputs: [input([3, 4])],
    f: (x) => tf.stridedSlice(x, [0, 3], [3, 0], [2, -2]),
    reference: (x) => [x[3], x[1], x[11], x[9]],
  },
  {
    op: 'concat',
    inputs: [input([2, 1]), input([2, 2])],
    f: (a, b) => tf.concat([a, b], 1),
    reference: (a, b) => [a[0], b[0], b[1], a[1], b[2], b[3]],
  },
  {
    op: 'stack',
    inputs: [input([2]), input([2])],
    f: (a, b) => tf.stack([a, b], 1),
    reference: (a, b) => [a[0], b[0], a[1], b[1]],
  },
  {
    op: 'split',
    inputs: [input([4])],
    f: (x) => {
      const [a, b] = tf.split(x, [1, 3]);
      return tf.mul(a, b);
    },
    reference: ([a, ...b]) => b.map((value) => a * value),
  },
  {
    op: 'unstack',
    inputs: [input([2, 3])],
    f: (x) => {
      const [a, b] = tf.unstack(x);
      return tf.mul(a, b);
    },
    reference: (x) => [0, 1, 2].map((j) => x[j] * x[3 + j]),
  },
  {
    op: 'pad',
    inputs: [input([2])],
    f: (x) => tf.pad(x, [[1, 2]], 0.5),
    reference: (x) => [0.5, ...x, 0.5, 0.5],
  },
  {
    op: 'mirrorPad, reflect',
    inputs: [input([3])],
    f: (x) => tf.mirrorPad(x, [[2, 1]], 'reflect'),
    reference: ([a, b, c]) => [c, b, a, b, c, b],
  },
  {
    op: 'mirrorPad, symmetric',
    inputs: [input([3])],
    f: (x) => tf.mirrorPad(x, [[2, 1]], 'symmetric'),
    reference: ([a, b, c]) => [b, a, a, b, c, c],
  },
  {
    op: 'tile',
    inputs: [input([1, 2])],
    f: (x) => tf.tile(x, [2, 2]),
    reference: ([a, b]) => [a, b, a, b, a, b, a, b],
  },
  {
    op: 'transpose',
    inputs: [input([2, 3])],
    f: (x) => tf.transpose(x),
    reference: (x) => matrix(3, 2, (i, j) => at(x, 3, j, i)),
  },
  {
    op: 'transpose of three axes',
    inputs: [input([2, 2, 2])],
    f: (x) => tf.transpose(x, [2, 0, 1]),
    reference: (x) => [0, 2, 4, 6, 1, 3, 5, 7].map((k) => x[k]),
  },
  {
    op: 'broadcastTo',
    inputs: [input([2, 1])],
    f: (x) => tf.broadcastTo(x, [2, 2]),
    reference: ([a, b]) => [a, a, b, b],
  },
  {
    op: 'reverse',
    inputs: [input([2, 2])],
    f: (x) => tf.reverse(x, 1),
    reference: ([a, b, c, d]) => [b, a, d, c],
  },
  { op: 'reshape', inputs: [input([2, 2])], f: (x) => tf.reshape(x, [4]), reference: (x) => [...x] },
  { op: 'clone', inputs: [input([3])], f: (x) => tf.clone(x), reference: (x) => [...x] },
  { op: 'cast', inputs: [input([3])], f: (x) => tf.cast(x, 'float32'), reference: (x) => [...x] },
  { op: 'diag', inputs: [input([2])], f: (x) => tf.diag(x), reference: ([a, b]) => [a, 0, 0, b] },
  {
    op: 'spaceToBatchND and back',
    inputs: [input([1, 2, 2, 1])],
    f: (x) => {
      const batches = tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      );
      return tf.batchToSpaceND(
        tf.square(batches),
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      );
    },
    reference: (x) => x.map((value) => value * value),
  },
];

/** All four ways to transpose the factors of a 2×3 by 3×2 product. */
const products: Case[] = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({
    op: `matMul, ${transposeA ? 'aᵀ' : 'a'} ${transposeB ? 'bᵀ' : 'b'}`,
    inputs: [input(transposeA ? [3, 2] : [2, 3]), input(transposeB ? [2, 3] : [3, 2])],
    f: (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a, b, transposeA, transposeB),
    reference: (a: readonly number[], b: readonly number[]) =>
      matrix(2, 2, (i, j) =>
        total(
          [0, 1, 2].map(
            (k) =>
              (transposeA ? at(a, 2, k, i) : at(a, 3, i, k)) * (transposeB ? at(b, 3, j, k) : at(b, 2, k, j)),
          ),
        ),
      ),
  })),
);

const contractions: Case[] = [
  {
    op: 'matMul of a batch with one matrix',
    inputs: [input([2, 1, 2]), input([1, 2, 1])],
    f: (a, b) => tf.matMul(a, b),
    reference: (a, b) => [a[0] * b[0] + a[1] * b[1], a[2] * b[0] + a[3] * b[1]],
  },
  {
    op: 'fused.matMul, linear, with a bias',
    inputs: [input([2, 2]), input([2, 2]), input([2])],
    f: (a, b, bias) => tf.fused.matMul({ a, b, bias }),
    reference: (a, b, bias) =>
      matrix(2, 2, (i, j) => at(a, 2, i, 0) * at(b, 2, 0, j) + at(a, 2, i, 1) * at(b, 2, 1, j) + bias[j]),
  },
  {
    op: 'fused.matMul, sigmoid',
    inputs: [input([1, 2]), input([2, 1])],
    f: (a, b) => tf.fused.matMul({ a, b, activation: 'sigmoid' }),
    reference: (a, b) => [1 / (1 + Math.exp(-a[0] * b[0] - a[1] * b[1]))],
  },
  {
    op: 'dot',
    inputs: [input([3]), input([3])],
    f: (a, b) => tf.dot(a, b),
    reference: (a, b) => [total(a.map((value, i) => value * b[i]))],
  },
  {
    op: 'einsum of a product',
    inputs: [input([2, 3]), input([3, 2])],
    f: (a, b) => tf.einsum('ij,jk->ik', a, b),
    reference: (a, b) => matrix(2, 2, (i, k) => total([0, 1, 2].map((j) => at(a, 3, i, j) * at(b, 2, j, k)))),
  },
  {
    op: 'einsum of one operand, summed',
    inputs: [input([2, 3])],
    f: (a) => tf.einsum('ij->j', a),
    reference: (a) => columns(a, 3).map(total),
  },
  {
    op: 'einsum with an axis of one operand summed away',
    inputs: [input([2, 2]), input([2])],
    f: (a, b) => tf.einsum('ij,k->i', a, b),
    reference: (a, b) => rows(a, 2).map((row) => total(row) * total(b)),
  },
  {
    op: 'batchNorm',
    inputs: [input([2, 1, 1, 2]), input([2]), input([2], 0.5, 2), input([2]), input([2])],
    f: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.001,
      ),
    reference: (x, mean, variance, offset, scale) =>
      x.map(
        (value, i) =>
          ((value - mean[i % 2]) * scale[i % 2]) / Math.sqrt(variance[i % 2] + 0.001) + offset[i % 2],
      ),
  },
  {
    op: 'moments',
    inputs: [input([4])],
    f: (x) => tf.moments(x).variance,
    reference: (x) => [total(x.map((value) => (value - total(x) / 4) ** 2)) / 4],
  },
];

export const arrayCases: Case[] = [...reductions, ...moves, ...products, ...contractions];
