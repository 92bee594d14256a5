/**
 * Kernel ridge regression with a Gaussian kernel: both the penalty and the kernel's width are hyperparameters.
 *
 * (K + l2 I) α = y with K = exp(−gamma ‖x − x′‖²), as scikit-learn's KernelRidge(alpha=l2, kernel='rbf') has it, on targets less
 * their mean. In the number of training samples it is quadratic.
 */
import * as tf from '@tensorflow/tfjs';
import type { RegressionData, Samples } from '../../data/index.js';
import { stationaryCondition } from '../../implicit/index.js';
import { cholesky, matrixOperator } from '../../linear/index.js';
import { constant, toFloat64 } from '../../tensor/index.js';
import { hostSolve } from '../inner.js';
import { knownByGradient } from '../known-gradient.js';
import { crossGram, denseMap, tensorOf } from '../matrix.js';
import { centred, checkPair, type Model, type ModelMethod, type TrainingPair } from '../model.js';

export interface KernelRidgeOptions {
  /** By default the system is solved by Cholesky's factorisation; any method for smooth objectives will do. */
  readonly method?: ModelMethod;
  readonly maxSteps?: number;
}

type Hyper = { readonly l2: tf.Tensor; readonly gamma: tf.Tensor };

/** The unknown are the weights α of the training samples. */
export function kernelRidge(
  pair: TrainingPair<RegressionData>,
  { method, maxSteps }: KernelRidgeOptions = {},
): Model<tf.Tensor, Hyper> {
  checkPair('kernelRidge', pair);
  const { offset } = centred(pair, true);
  const { training, validation } = pair;
  const { count: m } = training;
  const y = training.y.map((value) => value - offset);
  const squares = squaredDistances(training, training);
  const across = squaredDistances(validation, training);
  const kernel = (D: Float64Array, rows: number, gamma: tf.Tensor): tf.Tensor =>
    tf.exp(tf.neg(tf.mul(gamma, tensorOf(D, [rows, m]))));
  const times = (K: tf.Tensor, a: tf.Tensor, rows: number): tf.Tensor =>
    tf.reshape(tf.matMul(K, tf.reshape(a, [m, 1])), [rows]);
  const system = (hyper: Hyper): { matrix: Float64Array; scale: number } => {
    const [[gamma], [l2]] = [toFloat64(hyper.gamma), toFloat64(hyper.l2)];
    const matrix = squares.map((distance) => Math.exp(-gamma * distance));
    for (let i = 0; i < m; i++) matrix[i * m + i] += l2;
    return { matrix, scale: m + l2 };
  };
  return {
    inner: {
      start: () => tensorOf(new Float64Array(m), [m]),
      condition: stationaryCondition<tf.Tensor, [Hyper]>(
        // The eigenvalues of K add up to m.
        knownByGradient((a, { l2, gamma }) => {
          const image = tf.add(times(kernel(squares, m, gamma), a, m), tf.mul(l2, a));
          return tf.div(tf.sub(image, tensorOf(y, [m])), tf.add(constant(m), l2));
        }),
      ),
      solve: method
        ? hostSolve(
            method,
            (hyper: Hyper) => {
              const { matrix, scale } = system(hyper);
              const map = denseMap(matrix, m, m);
              return {
                size: m,
                gradient(a: Float64Array, g: Float64Array) {
                  map.apply(a, 1, g);
                  let value = 0;
                  for (let i = 0; i < m; i++) {
                    value += (0.5 * g[i] - y[i]) * a[i];
                    g[i] = (g[i] - y[i]) / scale;
                  }
                  return value / scale;
                },
                prox: (v: Float64Array, _step: number, out: Float64Array) => out.set(v),
                projection: (v: Float64Array, out: Float64Array) => out.set(v),
              };
            },
            maxSteps === undefined ? {} : { maxSteps },
          )
        : (_start, hyper, tolerance) => {
            const operator = matrixOperator(system(hyper).matrix, m, { symmetric: true });
            const { value, result, message, iterations, residual } = cholesky(operator, y, { tolerance });
            return { x: value, outcome: { result, message, steps: iterations, error: residual } };
          },
    },
    outer: (a, { gamma }) => {
      const predicted = times(kernel(across, validation.count, gamma), a, validation.count);
      const wanted = tensorOf(
        validation.y.map((value) => value - offset),
        [validation.count],
      );
      return tf.mean(tf.square(tf.sub(predicted, wanted)));
    },
    outputs: 1,
    predict: (a, { gamma }, samples) =>
      tf.tidy(() => {
        const distances = squaredDistances(samples, training);
        return toFloat64(times(kernel(distances, samples.count, gamma), a, samples.count)).map(
          (value) => value + offset,
        ) as never;
      }) as Float64Array,
  };
}

/** Between each sample of one set and each of another, row-major. */
function squaredDistances(a: Samples, b: Samples): Float64Array {
  const squares = ({ count, width, X }: Samples): Float64Array => {
    const out = new Float64Array(count);
    for (let i = 0; i < count; i++) for (let j = 0; j < width; j++) out[i] += X[i * width + j] ** 2;
    return out;
  };
  const [own, others] = [squares(a), squares(b)];
  return crossGram(a.X, a.count, b.X, b.count, a.width).map((product, k) =>
    Math.max(0, own[Math.floor(k / b.count)] + others[k % b.count] - 2 * product),
  );
}
