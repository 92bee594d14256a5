import type * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as p from '../../src/projection/index.js';
import { proxElasticNet, proxGroupLasso, proxLasso, proxOfProjection } from '../../src/proximal/index.js';
import { float64 } from '../../src/tensor/index.js';
import { jacobian, normal, values } from './harness.js';

type Operator = (x: tf.Tensor) => tf.Tensor;

/** An operator with its parameters, and its support with the same ones. */
function bound<P>(
  operator: ((x: tf.Tensor, parameters: P) => tf.Tensor) & { readonly support?: p.Support<P> },
  parameters: P,
): [Operator, Operator] {
  return [(x) => operator(x, parameters), (x) => p.supportOf(operator)(x, parameters)];
}

const cases: [name: string, operator: Operator, support: Operator, scale: number][] = [
  ['non-negative', ...bound(p.projectNonNegative, undefined), 1],
  ['box', ...bound(p.projectBox, { lower: -0.5, upper: 0.5 }), 1],
  ['hypercube', ...bound(p.projectHypercube, 0.5), 1],
  ['linf ball', ...bound(p.projectLinfBall, 0.5), 1],
  ['simplex', ...bound(p.projectSimplex, 1), 1],
  ['l1 ball, outside', ...bound(p.projectL1Ball, 1), 1],
  ['l1 ball, inside', ...bound(p.projectL1Ball, 1), 0.01],
  ['box section', ...bound(p.projectBoxSection, { lower: -0.5, upper: 0.5, total: 0.3 }), 1],
  ['lasso', ...bound(proxLasso, 0.5), 1],
  ['elastic net', ...bound(proxElasticNet, { l1: 0.5, l2: 1 }), 1],
  ['a projection as a proximal operator', ...bound(proxOfProjection(p.projectSimplex), 1), 1],
];

describe('the support holds the entries of the result that answer to x', () => {
  test.each(cases)('%s', (_, operator, support, scale) => {
    for (let trial = 0; trial < 20; trial++) {
      const x = normal([6], scale);
      const moves = jacobian(operator, x).map((row) => (row.some((value) => value !== 0) ? 1 : 0));
      const free = values(support(operator(x)));
      // A single entry that makes up a sum by itself has no other to answer with.
      const alone = free.reduce((sum, value) => sum + value, 0) === 1;
      expect(alone ? moves.map((value, i) => Math.max(value, free[i])) : moves).toEqual(free);
    }
  });

  test('of the group lasso: whole groups', () => {
    const x = float64([
      [3, 0],
      [0.3, 0.4],
    ]);
    expect(values(proxGroupLasso.support(proxGroupLasso(x, 1), 1))).toEqual([1, 1, 0, 0]);
  });

  test('of a plan: its entries', () => {
    const plan = p.projectBirkhoff(normal([4, 4], 3));
    expect(values(p.projectBirkhoff.support(plan, undefined))).toEqual(
      values(plan).map((v) => (v > 0 ? 1 : 0)),
    );
  });
});

test('an operator that carries no support has all of it', () => {
  const operator = (x: tf.Tensor, _: undefined) => x;
  expect(values(p.supportOf(operator)(float64([0, 1]), undefined))).toEqual([1, 1]);
});

test('one of your own can be given one', () => {
  const operator = p.withSupport((x: tf.Tensor) => x.relu(), p.supportNonzero);
  expect(values(p.supportOf(operator)(float64([0, 1]), undefined))).toEqual([0, 1]);
});

test('a tolerance counts what is nearly held as held', () => {
  expect(values(p.supportNonzero(float64([1e-9, 1]), undefined, 1e-8))).toEqual([0, 1]);
  expect(values(p.supportBetween(float64([1e-9, 0.5, 1]), { lower: 0, upper: 1 }, 1e-8))).toEqual([0, 1, 0]);
});
