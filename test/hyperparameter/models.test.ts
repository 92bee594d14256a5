/** Solutions of the models against scikit-learn, hypergradients against JAXopt. */
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
  solveAt,
  svm,
} from '../../src/hyperparameter/index.js';
import { blockCoordinateDescent, lbfgs, proximalGradient } from '../../src/optimize/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { difference, jaxopt, regression, sklearn, threeClasses, twoClasses } from './numbers.js';

type Hyper = { readonly [name: string]: tf.Tensor };
type AnyModel = Model<tf.Tensor, Hyper>;

function solution(model: unknown, hyper: Record<string, number>, tolerance = 1e-12): Float64Array {
  const tensors = Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, float64(value)]));
  const { x, inner } = solveAt(model as AnyModel, tensors, { tolerance });
  expect(inner.result, inner.message).toBe('converged');
  return toFloat64(x);
}

const { width } = regression.training;

describe('the weights of scikit-learn come out', () => {
  test.each<{ l2: number; w: number[] }>(sklearn.ridge)('of ridge at $l2', ({ l2, w }) => {
    expect(difference(solution(ridge(regression), { l2 }), w)).toBeLessThan(1e-9);
    expect(difference(solution(ridge(regression, { method: lbfgs() }), { l2 }), w)).toBeLessThan(1e-9);
  });

  test.each<{ l1: number; w: number[] }>(sklearn.lasso)('of the lasso at $l1', ({ l1, w }) => {
    expect(difference(solution(lasso(regression), { l1 }), w)).toBeLessThan(1e-8);
    const blockwise = lasso(regression, { method: blockCoordinateDescent() });
    expect(difference(solution(blockwise, { l1 }), w)).toBeLessThan(1e-8);
  });

  test.each<{ l1: number; l2: number; w: number[] }>(sklearn.elasticNet)(
    'of the elastic net at $l1',
    ({ l1, l2, w }) => {
      const slow = elasticNet(regression, { method: proximalGradient({ accelerated: false }) });
      for (const model of [elasticNet(regression), slow]) {
        expect(difference(solution(model, { l1, l2 }, 1e-10), w)).toBeLessThan(1e-8);
      }
    },
  );

  type Logistic = { l2: number; W: number[]; b: number[] };
  test.each<Logistic>(sklearn.logistic)('of logistic regression of three classes at $l2', ({ l2, W, b }) => {
    const found = solution(logisticRegression(threeClasses), { l2 });
    expect(difference(found.subarray(0, 3 * width), W)).toBeLessThan(1e-7);
    // Constants are known up to a common one.
    const own = found.subarray(3 * width);
    const off = (own[0] + own[1] + own[2] - b[0] - b[1] - b[2]) / 3;
    expect(
      difference(
        own.map((value) => value - off),
        b,
      ),
    ).toBeLessThan(1e-7);
  });

  test.each<Logistic>(sklearn.binaryLogistic)(
    'of logistic regression of two classes at $l2',
    ({ l2, W, b }) => {
      expect(difference(solution(logisticRegression(twoClasses), { l2 }), [...W, ...b])).toBeLessThan(1e-7);
    },
  );

  test.each<{ theta: number; W: number[] }>(sklearn.svm)(
    'of the support vector machine at $theta',
    ({ theta, W }) => {
      for (const solver of ['block-coordinate-descent', 'projected-gradient'] as const) {
        for (const gram of [true, false]) {
          const model = svm(threeClasses, { solver, gram, maxSteps: 100_000 });
          const dual = float64(solution(model, { theta }, 1e-10), [sklearn.training, 3]);
          const units = new Float64Array(width * width);
          for (let j = 0; j < width; j++) units[j * (width + 1)] = 1;
          const weights = model.predict(dual, { theta: float64(theta) }, { count: width, width, X: units });
          // LinearSVC itself is exact to its tolerance.
          expect(difference(weights, W)).toBeLessThan(1e-5);
        }
      }
    },
  );

  test.each<{ l2: number; gamma: number; dual: number[] }>(sklearn.kernelRidge)(
    'of kernel ridge at $l2, $gamma',
    ({ l2, gamma, dual }) => {
      expect(difference(solution(kernelRidge(regression), { l2, gamma }), dual)).toBeLessThan(1e-9);
    },
  );
});

describe('the losses and hypergradients of JAXopt come out', () => {
  const at = (model: unknown, hyper: Record<string, number | number[]>) =>
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(hyper).map(([name, value]) => [name, float64(value)]),
      );
      return hypergradient(model as AnyModel, tensors, { tolerance: 1e-12 }) as never;
    }) as ReturnType<typeof hypergradient>;

  test.each([
    ['ridge, a penalty a feature', () => at(ridge(regression), { l2: jaxopt.ridge.l2 }), jaxopt.ridge],
    ['lasso', () => at(lasso(regression), { l1: jaxopt.lasso.l1 }), jaxopt.lasso],
    [
      'logistic regression',
      () => at(logisticRegression(threeClasses), { l2: jaxopt.logistic.l2 }),
      jaxopt.logistic,
    ],
    ['support vector machine', () => at(svm(threeClasses), { theta: jaxopt.svm.theta }), jaxopt.svm],
  ] as const)('of %s', (_, run, expected) => {
    const { loss, gradient, linear } = run();
    expect(linear?.result).toBe('converged');
    expect(loss / expected.loss - 1).toBeCloseTo(0, 8);
    expect(difference(gradient, [expected.gradient].flat())).toBeLessThan(1e-6);
  });

  test('of the dual solution of the support vector machine', () => {
    const x = solution(svm(threeClasses), { theta: jaxopt.svm.theta }, 1e-11);
    // The dual solution is not unique, X Xᵀ being singular: what is, are the weights.
    const weights = (dual: ArrayLike<number>): Float64Array => {
      const out = new Float64Array(width * 3);
      for (let i = 0; i < sklearn.training; i++) {
        for (let j = 0; j < width; j++) {
          for (let k = 0; k < 3; k++)
            out[j * 3 + k] += regression.training.X[i * width + j] * dual[i * 3 + k];
        }
      }
      return out;
    };
    expect(difference(weights(x), weights(jaxopt.svm.x))).toBeLessThan(1e-6);
  });
});
