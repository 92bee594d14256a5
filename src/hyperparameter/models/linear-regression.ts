/**
 * Linear regression with a penalty: ridge, lasso, elastic net. One penalty for all features, or one a feature.
 *
 * min over w of (1/2m) ‖X w − y‖² + Σ l1 |w| + ½ Σ l2 w², as scikit-learn's ElasticNet has it with l1 = alpha · l1_ratio
 * and l2 = alpha · (1 − l1_ratio); its Ridge has l2 = alpha / m. What is differentiated is scaled by the largest curvature,
 * so that a step of size 1 suits.
 */
import * as tf from '@tensorflow/tfjs';
import type { RegressionData, Samples } from '../../data/index.js';
import { proximalGradientCondition, stationaryCondition } from '../../implicit/index.js';
import { cg } from '../../linear/index.js';
import { InputError } from '../../message/index.js';
import { type Method, proximalGradient } from '../../optimize/index.js';
import { supportNonzero } from '../../projection/index.js';
import { proxLasso } from '../../proximal/index.js';
import { constant, toFloat64 } from '../../tensor/index.js';
import { hostSolve, type InnerProblem } from '../inner.js';
import { knownByGradient } from '../known-gradient.js';
import { broadcast, denseMap, productWith, tensorOf } from '../matrix.js';
import {
  centred,
  checkPair,
  type Model,
  type ModelMethod,
  type ModelProblem,
  type TrainingPair,
} from '../model.js';
import { leastSquares, type Quadratic } from './least-squares.js';

export interface LinearRegressionOptions {
  /** Any method of src/optimize; see each model for its default. */
  readonly method?: ModelMethod;
  readonly maxSteps?: number;
  /** Fit a constant, too, without a penalty: true by default. */
  readonly intercept?: boolean;
}

export type L2 = { readonly l2: tf.Tensor };
export type L1 = { readonly l1: tf.Tensor };
export type L1L2 = { readonly l1: tf.Tensor; readonly l2: tf.Tensor };
type Penalties = Partial<L1L2> & { readonly [key: string]: tf.Tensor };

/** Σ ½ l2 w²: solved by CG unless a method is given, differentiated by its stationarity. */
export function ridge(
  pair: TrainingPair<RegressionData>,
  options: LinearRegressionOptions = {},
): Model<tf.Tensor, L2> {
  return regression('ridge', pair, options, (problem) => {
    const { quadratic, smooth } = problem;
    const { map, right, size } = quadratic;
    const condition = stationaryCondition<tf.Tensor, [L2]>(smooth);
    if (options.method) return { condition, solve: problem.solveBy(options.method) };
    return {
      condition,
      solve: (start, hyper, tolerance) => {
        const l2 = broadcast('ridge', hyper.l2, size);
        const operator = {
          size,
          symmetric: true,
          definite: 'positive' as const,
          apply(v: Float64Array, out: Float64Array) {
            map.apply(v, 1, out);
            for (let i = 0; i < size; i++) out[i] += l2[i] * v[i];
          },
        };
        const { value, result, message, iterations, residual } = cg(operator, right, {
          tolerance,
          start: toFloat64(start),
        });
        return { x: value, outcome: { result, message, steps: iterations, error: residual } };
      },
    };
  });
}

/** Σ l1 |w|: proximal gradient with momentum by default, differentiated on the support. */
export function lasso(
  pair: TrainingPair<RegressionData>,
  options: LinearRegressionOptions = {},
): Model<tf.Tensor, L1> {
  return regression('lasso', pair, options, sparse(options));
}

/** Σ l1 |w| + ½ l2 w²: as `lasso`. */
export function elasticNet(
  pair: TrainingPair<RegressionData>,
  options: LinearRegressionOptions = {},
): Model<tf.Tensor, L1L2> {
  return regression('elasticNet', pair, options, sparse(options));
}

type Solver<H extends Penalties> = Pick<InnerProblem<tf.Tensor, H>, 'condition' | 'solve' | 'implicit'>;

function sparse<H extends Penalties>(options: LinearRegressionOptions): (problem: Scaled<H>) => Solver<H> {
  return (problem) => {
    const prox = (w: tf.Tensor, step: number, hyper: H): tf.Tensor =>
      proxLasso(w, tf.div(hyper.l1 as tf.Tensor, problem.scale(hyper)), constant(step));
    return {
      condition: proximalGradientCondition<tf.Tensor, [H]>(problem.smooth, prox, {
        // What the step leaves above zero: at a rough solution not quite the same as what is above zero there.
        support: (w, hyper) => supportNonzero(prox(tf.sub(w, problem.slope(w, hyper)), 1, hyper), undefined),
      }),
      solve: problem.solveBy(options.method ?? proximalGradient()),
      // On the support I − ∂₁T is a block of the scaled Hessian.
      implicit: { solve: cg, symmetric: true },
    };
  };
}

interface Scaled<H extends Penalties> {
  readonly quadratic: Quadratic;
  /** The largest curvature: of the squares, and of the l2 penalty. */
  scale(hyper: H): tf.Tensor;
  /** The gradient of the smooth part, over `scale`. */
  slope(w: tf.Tensor, hyper: H): tf.Tensor;
  /** That smooth part. */
  smooth(w: tf.Tensor, hyper: H): tf.Tensor;
  solveBy(method: Method<ModelProblem>): InnerProblem<tf.Tensor, H>['solve'];
}

function regression<H extends Penalties>(
  who: string,
  pair: TrainingPair<RegressionData>,
  { intercept = true, maxSteps }: LinearRegressionOptions,
  solver: (problem: Scaled<H>) => Solver<H>,
): Model<tf.Tensor, H> {
  checkPair(who, pair);
  const { training, validation, mean, offset } = centred(pair, intercept);
  const { width: p } = training;
  const quadratic = leastSquares(training);
  if (quadratic.largest === 0) {
    throw new InputError(
      `${who}: the features are ${intercept ? 'the same in' : 'zero in'} all training samples; there is nothing to learn from`,
    );
  }
  const A = productWith(quadratic.map);
  const scale = (hyper: H): tf.Tensor =>
    hyper.l2 === undefined
      ? constant(quadratic.largest)
      : tf.add(constant(quadratic.largest), tf.max(hyper.l2));
  const slope = (w: tf.Tensor, hyper: H): tf.Tensor => {
    const form = tf.sub(A(w), tensorOf(quadratic.right, [p]));
    return tf.div(hyper.l2 === undefined ? form : tf.add(form, tf.mul(hyper.l2, w)), scale(hyper));
  };
  const problem: Scaled<H> = {
    quadratic,
    scale,
    slope,
    smooth: knownByGradient(slope),
    solveBy: (method) =>
      hostSolve(
        method,
        (hyper: H) => hostProblem(who, quadratic, hyper),
        maxSteps === undefined ? {} : { maxSteps },
      ),
  };
  const X = productWith(denseMap(validation.X, validation.count, p));
  const zero = new Float64Array(p);
  return {
    inner: { start: () => tensorOf(zero, [p]), ...solver(problem) },
    outer: (w) => tf.mean(tf.square(tf.sub(X(w), tensorOf(validation.y, [validation.count])))),
    outputs: 1,
    predict(w, _hyper, samples: Samples) {
      const shifted = samples.X.map((value, k) => value - mean[k % p]);
      const out = new Float64Array(samples.count);
      denseMap(shifted, samples.count, p).apply(toFloat64(w), 1, out);
      return out.map((value) => value + offset);
    },
  };
}

/** The scaled problem on the host. */
function hostProblem(
  who: string,
  { size, map, matrix, right, largest }: Quadratic,
  hyper: Penalties,
): ModelProblem {
  const l2 = hyper.l2 === undefined ? new Float64Array(size) : broadcast(who, hyper.l2, size);
  const l1 = hyper.l1 === undefined ? new Float64Array(size) : broadcast(who, hyper.l1, size);
  const scale = largest + (hyper.l2 === undefined ? 0 : l2.reduce((most, each) => Math.max(most, each), 0));
  const soften = (value: number, by: number): number =>
    Math.abs(value) <= by && by > 0 ? 0 : value - Math.sign(value) * by;
  return {
    size,
    gradient(w, g) {
      map.apply(w, 1, g);
      let value = 0;
      for (let i = 0; i < size; i++) {
        value += 0.5 * g[i] * w[i] - right[i] * w[i] + 0.5 * l2[i] * w[i] * w[i];
        g[i] = (g[i] - right[i] + l2[i] * w[i]) / scale;
      }
      return value / scale;
    },
    hessianProduct(_w, v, out) {
      map.apply(v, 1, out);
      for (let i = 0; i < size; i++) out[i] = (out[i] + l2[i] * v[i]) / scale;
    },
    prox(v, step, out) {
      for (let i = 0; i < size; i++) out[i] = soften(v[i], (step * l1[i]) / scale);
    },
    penalty: (w) => w.reduce((sum, value, i) => sum + (l1[i] / scale) * Math.abs(value), 0),
    projection(v, out) {
      out.set(v);
    },
    ...(matrix === null
      ? {}
      : {
          partialGradient(w: Float64Array, from: number, to: number, out: Float64Array) {
            for (let i = from; i < to; i++) {
              let sum = 0;
              for (let j = 0; j < size; j++) sum += matrix[i * size + j] * w[j];
              out[i - from] = (sum - right[i] + l2[i] * w[i]) / scale;
            }
          },
        }),
  };
}
