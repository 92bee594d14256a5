/**
 * Logistic regression of two classes or more, with an l2 penalty: one for all, one a feature, or one a class.
 *
 * min over W, b of the mean of −log p(label) + ½ Σ l2 W²; scikit-learn's LogisticRegression has l2 = 1/(C m). Two classes
 * have one column of scores, more have one a class. The constants b are not penalised.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, oneHot, type Samples } from '../../data/index.js';
import { stationaryCondition } from '../../implicit/index.js';
import { logisticLoss, multiclassLogisticLoss } from '../../loss/index.js';
import { lbfgs } from '../../optimize/index.js';
import { constant, toFloat64 } from '../../tensor/index.js';
import { hostSolve } from '../inner.js';
import { knownByGradient } from '../known-gradient.js';
import { denseMap, largestEigenvalue, productWith, tensorOf, transposed } from '../matrix.js';
import { checkPair, type Model, type ModelMethod, type ModelProblem, type TrainingPair } from '../model.js';
import { demandClasses, penaltyMatrix } from './classes.js';

export interface LogisticRegressionOptions {
  /** Any method of src/optimize for smooth objectives; `lbfgs()` by default. */
  readonly method?: ModelMethod;
  readonly maxSteps?: number;
  /** Fit a constant a column of scores, too, without a penalty: true by default. */
  readonly intercept?: boolean;
  /** What l2 has an entry for: everything ('one', default), each 'feature', each 'class' (of three or more). */
  readonly penalty?: 'one' | 'feature' | 'class';
}

type L2 = { readonly l2: tf.Tensor };

/** The unknown is a matrix of a row a feature (and one for the constants), a column of scores a class (one of two). */
export function logisticRegression(
  pair: TrainingPair<ClassificationData>,
  { method = lbfgs(), maxSteps, intercept = true, penalty = 'one' }: LogisticRegressionOptions = {},
): Model<tf.Tensor, L2> {
  const who = 'logisticRegression';
  checkPair(who, pair);
  const classes = demandClasses(who, pair);
  const { training, validation } = pair;
  const columns = classes === 2 ? 1 : classes;
  const rows = training.width + (intercept ? 1 : 0);
  const shape: [number, number] = [rows, columns];
  const featuresOf = (data: Samples): Float64Array => (intercept ? withOnes(data) : data.X);
  const map = denseMap(featuresOf(training), training.count, rows);
  const m = training.count;
  const X = productWith(map);
  const Xt = productWith(transposed(map));
  const labels = columns === 1 ? Float64Array.from(training.labels) : oneHot(training);
  const Y = (): tf.Tensor => tensorOf(labels, [m, columns]);
  // The curvature of softmax is at most a half, that of the logistic function a quarter.
  const products = new Float64Array(m);
  const largest =
    ((columns === 1 ? 0.25 : 0.5) / m) *
    largestEigenvalue((v, out) => {
      map.apply(v, 1, products);
      map.applyTranspose(products, 1, out);
    }, rows);
  const penaltyOf = penaltyMatrix(who, penalty, training.width, columns, intercept);
  const scale = (l2: tf.Tensor): tf.Tensor => tf.add(constant(largest), tf.max(l2));
  const slope = (W: tf.Tensor, { l2 }: L2): tf.Tensor => {
    const scores = X(W);
    const chances = columns === 1 ? tf.sigmoid(scores) : tf.softmax(scores);
    const data = tf.mul(Xt(tf.sub(chances, Y())), constant(1 / m));
    return tf.div(tf.add(data, tf.mul(penaltyOf(l2), W)), scale(l2));
  };
  const scoresOf = productWith(denseMap(featuresOf(validation), validation.count, rows));
  const validationLabels = Array.from(validation.labels);
  return {
    inner: {
      start: () => tensorOf(new Float64Array(rows * columns), shape),
      condition: stationaryCondition<tf.Tensor, [L2]>(knownByGradient(slope)),
      solve: hostSolve(
        method,
        ({ l2 }: L2) => {
          const weights = tf.tidy(() => toFloat64(penaltyOf(l2)) as never) as Float64Array;
          const most = toFloat64(l2).reduce((top, value) => Math.max(top, value), 0);
          return hostProblem(map, labels, columns, weights, largest + most);
        },
        maxSteps === undefined ? {} : { maxSteps },
      ),
    },
    outer: (W) => {
      const scores = scoresOf(W);
      return columns === 1
        ? tf.mean(logisticLoss(validationLabels, tf.reshape(scores, [validation.count])))
        : tf.mean(multiclassLogisticLoss(tf.tensor1d(validationLabels, 'int32'), scores));
    },
    outputs: classes,
    predict(W, _hyper, samples) {
      const scores = new Float64Array(samples.count * columns);
      denseMap(featuresOf(samples), samples.count, rows).apply(toFloat64(W), columns, scores);
      if (columns > 1) return scores;
      // Two columns: the other class is where the score is zero.
      const both = new Float64Array(2 * samples.count);
      scores.forEach((score, i) => {
        both[2 * i + 1] = score;
      });
      return both;
    },
  };
}

function withOnes({ count, width, X }: Samples): Float64Array {
  const out = new Float64Array(count * (width + 1)).fill(1);
  for (let i = 0; i < count; i++) out.set(X.subarray(i * width, (i + 1) * width), i * (width + 1));
  return out;
}

/** The objective over its largest curvature. */
function hostProblem(
  map: ReturnType<typeof denseMap>,
  labels: Float64Array,
  columns: number,
  l2: Float64Array,
  scale: number,
): ModelProblem {
  const m = map.rows;
  const size = map.width * columns;
  const scores = new Float64Array(m * columns);
  return {
    size,
    gradient(W, g) {
      map.apply(W, columns, scores);
      let value = 0;
      for (let i = 0; i < m; i++) value += toResidual(scores, labels, i * columns, columns);
      map.applyTranspose(scores, columns, g);
      value /= m;
      for (let i = 0; i < size; i++) {
        value += 0.5 * l2[i] * W[i] * W[i];
        g[i] = (g[i] / m + l2[i] * W[i]) / scale;
      }
      return value / scale;
    },
    prox: (v, _step, out) => out.set(v),
    projection: (v, out) => out.set(v),
  };
}

/** A sample's scores become probabilities less its label; returns its loss. */
function toResidual(scores: Float64Array, labels: Float64Array, from: number, columns: number): number {
  if (columns === 1) {
    const z = scores[from];
    const small = Math.exp(-Math.abs(z));
    const loss = Math.log1p(small) + Math.max(z, 0) - labels[from] * z;
    scores[from] = (z > 0 ? 1 : small) / (1 + small) - labels[from];
    return loss;
  }
  let most = -Infinity;
  for (let k = from; k < from + columns; k++) most = Math.max(most, scores[k]);
  let sum = 0;
  let own = 0;
  for (let k = from; k < from + columns; k++) {
    own += labels[k] * (scores[k] - most);
    scores[k] = Math.exp(scores[k] - most);
    sum += scores[k];
  }
  for (let k = from; k < from + columns; k++) scores[k] = scores[k] / sum - labels[k];
  return Math.log(sum) - own;
}
