/**
 * The multiclass linear support vector machine, solved and differentiated through its dual: the experiment of section 4.1 of
 * Blondel et al., NeurIPS 2022.
 *
 * min over W of (θ/2) ‖W‖² + Σ over samples of max over classes of (score + 1 − [its class]) − its score; scikit-learn's
 * LinearSVC(multi_class='crammer_singer') has C = 1/θ. With the dual solution x, W = Xᵀ (Y − x)/θ. Where there are more features than
 * samples, X Xᵀ and the products of validation with training samples are formed once, and no step of the outer loop depends on
 * the number of features.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, oneHot } from '../../data/index.js';
import {
  mirrorDescentCondition,
  type OptimalityMapping,
  projectedGradientCondition,
} from '../../implicit/index.js';
import { InputError } from '../../message/index.js';
import { klSimplex, type Method, mirrorDescent, projectedGradient } from '../../optimize/index.js';
import { projectSimplex } from '../../projection/index.js';
import { constant, hostMatrix, toFloat64 } from '../../tensor/index.js';
import { faceCondition } from '../face.js';
import { hostSolve } from '../inner.js';
import { knownByGradient } from '../known-gradient.js';
import {
  composed,
  crossGram,
  denseMap,
  type LinearMap,
  largestEigenvalue,
  productWith,
  symmetric,
  tensorOf,
  transposed,
} from '../matrix.js';
import { checkPair, type Model, type TrainingPair } from '../model.js';
import { demandClasses } from './classes.js';
import { dualBlockDescent } from './dual-block-descent.js';
import { type SvmData, type SvmDual, svmDual } from './svm-dual.js';

export const svmSolvers = ['block-coordinate-descent', 'projected-gradient', 'mirror-descent'] as const;
export const svmConditions = ['face', 'projected-gradient', 'mirror-descent'] as const;

export interface SvmOptions {
  /** A name, or any method of src/optimize that takes a projected objective; 'block-coordinate-descent' by default. */
  readonly solver?: (typeof svmSolvers)[number] | Method<SvmDual>;
  /**
   * What is differentiated: stationarity on the face that the solution lies on, whose linear system is symmetric and as small as
   * the support vectors are few ('face', default), or the fixed point of a step. With 'face' and unrolling, steps of projected
   * gradient are unrolled.
   */
  readonly condition?: (typeof svmConditions)[number];
  readonly maxSteps?: number;
  /** Whether X Xᵀ is formed: by default where there are more features than samples. */
  readonly gram?: boolean;
}

type Theta = { readonly theta: tf.Tensor };

/** The unknown is the dual x, a row a sample, a column a class. */
export function svm(
  pair: TrainingPair<ClassificationData>,
  {
    solver = 'block-coordinate-descent',
    condition = 'face',
    maxSteps = 10_000,
    gram: asked,
  }: SvmOptions = {},
): Model<tf.Tensor, Theta> {
  const who = 'svm';
  checkPair(who, pair);
  const classes = demandClasses(who, pair);
  const { training, validation } = pair;
  const { count: m, width: p } = training;
  const Y = oneHot(training);
  const shape: [number, number] = [m, classes];
  const formed = asked ?? p > m;
  const K = formed ? hostMatrix(training.X, m, p).rowProducts() : null;
  const X = denseMap(training.X, m, p);
  const map = K === null ? composed(X, transposed(X)) : denseMap(K, m, m);
  const diagonal = Float64Array.from({ length: m }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < p; j++) sum += training.X[i * p + j] ** 2;
    return sum;
  });
  const largest = largestEigenvalue((v, out) => map.apply(v, 1, out), m);
  if (largest === 0) throw new InputError('svm: all features of the training samples are zero');
  const data: SvmData = {
    samples: m,
    classes,
    Y,
    gram: symmetric(map),
    kept: K === null ? { matrix: training.X, rows: p, isGram: false } : { matrix: K, rows: m, isGram: true },
    diagonal,
    largest,
  };

  const product = productWith(data.gram);
  const slope = (x: tf.Tensor, { theta }: Theta): tf.Tensor => {
    const labels = tensorOf(Y, shape);
    return tf.mul(tf.add(product(tf.sub(x, labels)), tf.mul(theta, labels)), constant(1 / largest));
  };
  const byProjection = (): OptimalityMapping<tf.Tensor, [Theta]> & {
    fixedPoint: OptimalityMapping<tf.Tensor, [Theta]>;
  } => projectedGradientCondition<tf.Tensor, [Theta]>(knownByGradient(slope), (x) => projectSimplex(x, 1));
  const conditions: Record<(typeof svmConditions)[number], () => OptimalityMapping<tf.Tensor, [Theta]>> = {
    face: () => faceCondition(data, byProjection().fixedPoint),
    'projected-gradient': byProjection,
    'mirror-descent': () => mirrorDescentCondition<tf.Tensor, [Theta]>(knownByGradient(slope)),
  };
  const methods: Record<(typeof svmSolvers)[number], () => Method<SvmDual>> = {
    'block-coordinate-descent': dualBlockDescent,
    'projected-gradient': () => projectedGradient(),
    'mirror-descent': () => mirrorDescent({ geometry: klSimplex({ width: classes }) }),
  };
  const scoresOf = productWith(validationMap(pair, X, formed));
  const wanted = oneHot(validation);
  return {
    inner: {
      start: () => tensorOf(new Float64Array(m * classes).fill(1 / classes), shape),
      condition: conditions[condition](),
      solve: hostSolve(
        typeof solver === 'string' ? methods[solver]() : solver,
        ({ theta }: Theta) => svmDual(data, toFloat64(theta)[0]),
        {
          maxSteps,
          // Entries of zero stay zero in mirror descent: it begins inside.
          ...(solver === 'mirror-descent' ? { enter: (x) => inside(x, classes) } : {}),
        },
      ),
    },
    outer: (x, { theta }) => {
      const scores = tf.div(scoresOf(tf.sub(tensorOf(Y, shape), x)), theta);
      const squares = tf.sum(tf.square(tf.sub(scores, tensorOf(wanted, [validation.count, classes]))));
      return tf.mul(constant(0.5 / validation.count), squares);
    },
    outputs: classes,
    predict(x, { theta }, samples) {
      const dual = toFloat64(x);
      const [scale] = toFloat64(theta);
      const weights = new Float64Array(p * classes);
      X.applyTranspose(
        Y.map((label, i) => (label - dual[i]) / scale),
        classes,
        weights,
      );
      const scores = new Float64Array(samples.count * classes);
      denseMap(samples.X, samples.count, p).apply(weights, classes, scores);
      return scores;
    },
  };
}

/** v ↦ X_validation Xᵀ v */
function validationMap(
  { training, validation }: TrainingPair<ClassificationData>,
  X: LinearMap,
  formed: boolean,
): LinearMap {
  const { count: m, width: p } = training;
  const n = validation.count;
  if (formed) return denseMap(crossGram(validation.X, n, training.X, m, p), n, m);
  return composed(denseMap(validation.X, n, p), transposed(X));
}

function inside(x: Float64Array, classes: number): void {
  for (let i = 0; i < x.length; i++) x[i] = (1 - 1e-6) * x[i] + 1e-6 / classes;
}
