/**
 * A weight for each training sample, learnt so that a model trained on the weighted samples does well on clean ones:
 * samples with wrong labels lose their weight. The same bilevel problem as distillation, with other things learnt.
 *
 * Source: Franceschi, Donini, Frasconi and Pontil, "Forward and reverse gradient-based hyperparameter optimization" (ICML
 * 2017), section 5.1, data hyper-cleaning.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, checkData } from '../data/index.js';
import {
  bounds,
  type EvaluationRecord,
  innerProblem,
  type TuneResult,
  type TuneSettings,
  tune,
} from '../hyperparameter/index.js';
import { stationaryCondition } from '../implicit/index.js';
import { InputError } from '../message/index.js';
import { lbfgs, type Minimizer } from '../optimize/index.js';
import type { TensorTree } from '../tensor/index.js';
import { type Classifier, meanLoss, softmaxRegression } from './model.js';
import { featuresOf, labelsOf } from './train.js';

export interface DataWeightsOptions<P extends TensorTree>
  extends Pick<TuneSettings<tf.Tensor>, 'adjoint' | 'budget' | 'innerTolerance' | 'signal'> {
  /** The samples to be weighed, some of them with wrong labels. */
  readonly training: ClassificationData;
  /** Samples whose labels can be trusted. */
  readonly clean: ClassificationData;
  /** The model that is trained on the weighted samples; `softmaxRegression()` by default. */
  readonly inner?: Classifier<P>;
  readonly innerMethod?: Minimizer;
  /** What moves the weights; `lbfgs()` by default. */
  readonly outer?: Minimizer;
  /** Steps of the outer method; 30 by default. Many steps fit the clean samples too well. */
  readonly maxSteps?: number;
  /** Done when no entry of the gradient is larger; 1e-6 by default. */
  readonly tolerance?: number;
  readonly onEvaluation?: (record: EvaluationRecord<tf.Tensor>) => unknown;
}

export interface DataWeights<P extends TensorTree>
  extends Pick<TuneResult<P, tf.Tensor>, 'result' | 'message' | 'converged' | 'evaluations' | 'seconds'> {
  /** From 0 to 1, one a training sample. */
  readonly weights: Float64Array;
  /** The model's parameters when trained on the weighted samples: new tensors, the caller's to dispose of. */
  readonly parameters: P;
  /** Mean cross entropy on the clean samples. */
  readonly cleanLoss: number;
}

/**
 * All weights begin at ½.
 *
 * @throws InputError for data that cannot be learnt from
 */
export function learnDataWeights<P extends TensorTree = tf.Tensor>(
  options: DataWeightsOptions<P>,
): DataWeights<P> {
  const { training, clean, innerMethod = lbfgs(), outer: method = lbfgs(), maxSteps = 30 } = options;
  const { tolerance = 1e-6, adjoint, budget, innerTolerance, signal, onEvaluation } = options;
  checkData('learnDataWeights: training', training);
  checkData('learnDataWeights: clean', clean);
  if (clean.width !== training.width || clean.classes !== training.classes) {
    throw new InputError(
      `learnDataWeights: the training samples have ${training.width} features and ${training.classes} classes, the clean ` +
        `ones ${clean.width} and ${clean.classes}`,
    );
  }
  const model = options.inner ?? (softmaxRegression() as Classifier<TensorTree> as Classifier<P>);
  const [X, Y, cleanX, cleanY] = [
    featuresOf(training),
    labelsOf(training),
    featuresOf(clean),
    labelsOf(clean),
  ];
  const start = model.start(training.width, training.classes);
  const objective = (parameters: P, weights: tf.Tensor): tf.Tensor =>
    model.objective(parameters, X, tf.mul(Y, tf.reshape(weights, [training.count, 1])));
  try {
    const found = tune<P, tf.Tensor>({
      inner: innerProblem<P, tf.Tensor>({
        method: innerMethod as never,
        objective,
        condition: stationaryCondition<P, [tf.Tensor]>(objective),
        start,
      }),
      outer: (parameters) => meanLoss(model.scores(parameters, cleanX), cleanY),
      initial: new Float64Array(training.count).fill(0.5),
      transform: bounds(0, 1),
      method,
      maxSteps,
      tolerance,
      ...(adjoint && { adjoint }),
      ...(budget && { budget }),
      ...(innerTolerance !== undefined && { innerTolerance }),
      ...(signal && { signal }),
      ...(onEvaluation && { onEvaluation }),
    });
    const { result, message, converged, evaluations, seconds } = found;
    return {
      weights: found.hyperparameters as Float64Array,
      parameters: found.solutions[0],
      cleanLoss: found.validationLoss,
      ...{ result, message, converged, evaluations, seconds },
    };
  } finally {
    tf.dispose([X, Y, cleanX, cleanY]);
    tf.dispose(start as never);
  }
}
