/** Every model, by every adjoint and condition that it has: the hypergradient of finite differences, to 1e-6. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  elasticNet,
  hypergradient,
  kernelRidge,
  lasso,
  logisticRegression,
  type Model,
  ridge,
  svm,
} from '../../src/hyperparameter/index.js';
import { type Adjoint, implicit, unrolled } from '../../src/implicit/index.js';
import { bicgstab, gmres, lsmr } from '../../src/linear/index.js';
import { lbfgs } from '../../src/optimize/index.js';
import { float64 } from '../../src/tensor/index.js';
import { difference, fewSamples, regression, threeClasses, twoClasses } from './numbers.js';

type Hyper = { readonly [name: string]: tf.Tensor };
type AnyModel = Model<tf.Tensor, Hyper>;
type Numbers = Readonly<Record<string, number | readonly number[]>>;

interface Case {
  readonly name: string;
  readonly hyper: Numbers;
  readonly models: Readonly<Record<string, () => unknown>>;
  /** Those under which every model of the case is differentiated. */
  readonly adjoints: Readonly<Record<string, Adjoint>>;
  /** Of the hypergradients, against differences: 1e-6, unless the steps that are unrolled end before that. */
  readonly tolerance?: number;
}

const each = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => value * (1 + 0.1 * i));
const width = regression.training.width;

const cases: Case[] = [
  {
    name: 'ridge',
    hyper: { l2: 0.2 },
    models: { 'by CG': () => ridge(regression), 'by L-BFGS': () => ridge(regression, { method: lbfgs() }) },
    adjoints: {
      implicit: implicit(),
      'by GMRES': implicit({ solve: gmres }),
      unrolled: unrolled({ steps: 100 }),
    },
  },
  {
    name: 'ridge, a penalty a feature',
    hyper: { l2: each(0.2, width) },
    models: { 'by CG': () => ridge(regression) },
    adjoints: { implicit: implicit(), unrolled: unrolled({ steps: 100 }) },
  },
  {
    name: 'lasso',
    hyper: { l1: 0.15 },
    models: { 'by proximal gradient': () => lasso(regression) },
    adjoints: {
      implicit: implicit(),
      'on all unknowns': implicit({ restrict: false, solve: bicgstab, symmetric: false }),
      unrolled: unrolled({ steps: 80 }),
    },
  },
  {
    name: 'lasso, a penalty a feature',
    hyper: { l1: each(0.1, width) },
    models: { 'by proximal gradient': () => lasso(regression) },
    adjoints: { implicit: implicit(), unrolled: unrolled({ steps: 80 }) },
  },
  {
    name: 'elastic net',
    hyper: { l1: 0.1, l2: 0.1 },
    models: { 'by proximal gradient': () => elasticNet(regression) },
    adjoints: { implicit: implicit(), unrolled: unrolled({ steps: 80 }) },
  },
  {
    name: 'logistic regression of two classes',
    hyper: { l2: 0.2 },
    models: { 'by L-BFGS': () => logisticRegression(twoClasses) },
    adjoints: { implicit: implicit(), unrolled: unrolled({ steps: 100 }) },
  },
  {
    name: 'logistic regression, a penalty a class',
    hyper: { l2: each(0.2, 3) },
    models: { 'by L-BFGS': () => logisticRegression(threeClasses, { penalty: 'class', intercept: false }) },
    adjoints: { implicit: implicit(), unrolled: unrolled({ steps: 100 }) },
  },
  {
    name: 'logistic regression, a penalty a feature',
    hyper: { l2: each(0.2, width) },
    models: { 'by L-BFGS': () => logisticRegression(threeClasses, { penalty: 'feature' }) },
    // A constant common to all classes changes nothing: LSMR takes the smallest answer.
    adjoints: { implicit: implicit(), 'by LSMR': implicit({ solve: lsmr }) },
  },
  {
    name: 'kernel ridge',
    hyper: { l2: 10, gamma: 0.2 },
    models: { 'by Cholesky': () => kernelRidge(regression) },
    adjoints: { implicit: implicit(), unrolled: unrolled({ steps: 100 }) },
  },
  ...(
    [
      ['more samples than features', threeClasses],
      ['more features than samples', fewSamples],
    ] as const
  ).map(
    ([what, pair]): Case => ({
      name: `support vector machine, ${what}`,
      hyper: { theta: 20 },
      models: Object.fromEntries(
        (['face', 'projected-gradient', 'mirror-descent'] as const).flatMap((condition) =>
          [true, false].map((gram) => [
            `${condition}, ${gram ? 'with' : 'without'} the Gram matrix`,
            () => svm(pair, { condition, gram }),
          ]),
        ),
      ),
      adjoints: { implicit: implicit() },
    }),
  ),
  {
    name: 'support vector machine, unrolled',
    hyper: { theta: 20 },
    models: {
      'projected gradient': () => svm(fewSamples, { condition: 'projected-gradient' }),
      face: () => svm(fewSamples),
    },
    adjoints: { unrolled: unrolled({ steps: 200 }) },
  },
  {
    name: 'support vector machine, mirror descent unrolled',
    hyper: { theta: 20 },
    models: { 'mirror descent': () => svm(fewSamples, { condition: 'mirror-descent' }) },
    adjoints: { unrolled: unrolled({ steps: 300 }) },
    tolerance: 1e-4,
  },
  {
    name: 'support vector machine, by each solver',
    hyper: { theta: 20 },
    models: Object.fromEntries(
      (['block-coordinate-descent', 'projected-gradient', 'mirror-descent'] as const).map((solver) => [
        solver,
        () => svm(fewSamples, { solver, maxSteps: 100_000 }),
      ]),
    ),
    adjoints: { implicit: implicit() },
  },
];

function evaluated(model: AnyModel, hyper: Numbers, adjoint?: Adjoint) {
  return tf.tidy(() => {
    const tensors = Object.fromEntries(
      Object.entries(hyper).map(([name, value]) => [name, float64(value as number)]),
    );
    return hypergradient(model, tensors, {
      tolerance: 1e-12,
      ...(adjoint === undefined ? {} : { adjoint }),
    }) as never;
  }) as ReturnType<typeof hypergradient>;
}

/** Central differences of the loss, by Richardson's extrapolation. */
function differences(model: AnyModel, hyper: Numbers): Float64Array {
  const flat = Object.entries(hyper).flatMap(([name, value]) =>
    [value].flat().map((_, index) => ({ name, index })),
  );
  const moved = (name: string, index: number, by: number): Numbers => ({
    ...hyper,
    [name]:
      typeof hyper[name] === 'number'
        ? hyper[name] + by
        : hyper[name].map((v, i) => (i === index ? v + by : v)),
  });
  return Float64Array.from(flat, ({ name, index }) => {
    const size = [hyper[name]].flat()[index];
    const slope = (h: number) =>
      (evaluated(model, moved(name, index, h)).loss - evaluated(model, moved(name, index, -h)).loss) /
      (2 * h);
    return (4 * slope(1e-3 * size) - slope(2e-3 * size)) / 3;
  });
}

describe.each(cases)('$name', ({ hyper, models, adjoints, tolerance = 1e-6 }) => {
  const expected = differences(Object.values(models)[0]() as AnyModel, hyper);

  test.each(
    Object.entries(models).flatMap(([what, make]) =>
      Object.entries(adjoints).map(([how, adjoint]) => [what, how, make, adjoint] as const),
    ),
  )('%s, %s', (_what, _how, make, adjoint) => {
    const { gradient, linear } = evaluated(make() as AnyModel, hyper, adjoint);
    expect(linear?.result ?? 'converged', linear?.message).toBe('converged');
    expect(difference(gradient, expected)).toBeLessThan(tolerance);
  });
});

test('no tensor is left behind', () => {
  const before = tf.memory().numTensors;
  evaluated(lasso(regression) as unknown as AnyModel, { l1: 0.1 });
  evaluated(svm(fewSamples) as unknown as AnyModel, { theta: 5 }, unrolled({ steps: 3 }));
  expect(tf.memory().numTensors).toBe(before);
});
