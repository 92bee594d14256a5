import * as tf from '@tensorflow/tfjs';
import { describe, test } from 'vitest';
import * as p from '../../src/projection/index.js';
import { checkDerivatives, normal, type Operation, positive } from './harness.js';

type Row = [name: string, f: Operation, inputs: () => tf.Tensor[]];

const rows: Row[] = [
  ['non-negative', ([x]) => p.projectNonNegative(x), () => [normal([3, 4])]],
  [
    'box',
    ([x, lower, upper]) => p.projectBox(x, { lower, upper }),
    () => [normal([5, 4], 2), normal([4], 0.1), positive([5, 1])],
  ],
  ['hypercube', ([x, unit]) => p.projectHypercube(x, unit), () => [normal([9], 2), positive([])]],
  ['simplex', ([x, scale]) => p.projectSimplex(x, scale), () => [normal([9]), positive([])]],
  [
    'simplex of rows',
    ([x, scale]) => p.projectSimplex(x, scale),
    () => [normal([2, 3, 6]), positive([2, 3])],
  ],
  ['l1 ball outside', ([x, r]) => p.projectL1Ball(x, r), () => [normal([4, 6]), positive([4])]],
  ['l1 ball inside', ([x, r]) => p.projectL1Ball(x, r), () => [normal([4, 6], 0.01), positive([4])]],
  ['l1 sphere', ([x, r]) => p.projectL1Sphere(x, r), () => [normal([4, 6], 0.3), positive([4])]],
  ['l2 ball', ([x, r]) => p.projectL2Ball(x, r), () => [normal([6, 2]), positive([6])]],
  ['l2 sphere', ([x, r]) => p.projectL2Sphere(x, r), () => [normal([6, 3]), positive([6])]],
  ['linf ball', ([x, r]) => p.projectLinfBall(x, r), () => [normal([6, 3], 2), positive([])]],
  [
    'hyperplane',
    ([x, normal, offset]) => p.projectHyperplane(x, { normal, offset }),
    () => [normal([6, 3]), normal([3]), normal([6])],
  ],
  [
    'half-space',
    ([x, normal, offset]) => p.projectHalfSpace(x, { normal, offset }),
    () => [normal([6, 3]), normal([6, 3]), normal([])],
  ],
  ['second-order cone', ([x]) => p.projectSecondOrderCone(x), () => [normal([12, 4])]],
  ['KL simplex', ([x, scale]) => p.projectKlSimplex(x, scale), () => [normal([3, 5]), positive([3])]],
  [
    'affine set',
    ([x, matrix, rightHandSide]) => p.projectAffineSet(x, { matrix, rightHandSide }),
    () => [normal([4, 6]), normal([3, 6]), normal([3])],
  ],
  [
    'affine set, a right-hand side a vector',
    ([x, matrix, rightHandSide]) => p.projectAffineSet(x, { matrix, rightHandSide }),
    () => [normal([4, 6]), normal([2, 6]), normal([4, 2])],
  ],
  [
    'box section',
    ([x, lower, upper, weights, total]) => p.projectBoxSection(x, { lower, upper, weights, total }),
    () => [normal([5, 7]), normal([7], 0.1), positive([5, 7], 1, 2), normal([7]), normal([5], 0.5)],
  ],
  [
    'transport',
    ([x, rows, difference]) => p.projectTransport(x, { rows, columns: balanced(rows, difference) }),
    () => [normal([2, 4, 5]), positive([2, 4]), normal([2, 5], 0.1)],
  ],
  ['Birkhoff', ([x]) => p.projectBirkhoff(x), () => [normal([5, 5], 0.3)]],
  [
    'KL transport',
    ([x, rows, difference]) => p.projectKlTransport(x, { rows, columns: balanced(rows, difference) }),
    () => [normal([2, 4, 5]), positive([2, 4]), normal([2, 5], 0.1)],
  ],
];

/** Marginals of columns that add up to those of the rows. */
function balanced(rows: tf.Tensor, difference: tf.Tensor): tf.Tensor {
  const raw = tf.add(tf.sub(difference, tf.mean(difference, -1, true)), 1);
  return tf.mul(raw, tf.div(tf.sum(rows, -1, true), tf.sum(raw, -1, true)));
}

describe('first and second derivatives agree with differences, in x and in every parameter', () => {
  test.each(rows)('%s', (_, f, inputs) => {
    for (let trial = 0; trial < 5; trial++) checkDerivatives(f, inputs());
  });
});
