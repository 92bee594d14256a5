/**
 * Data set distillation: a few samples, learnt so that a model trained on them alone does well on the whole training
 * set. A bilevel problem for `tune`: the samples are its hyperparameters, training on them is its inner problem, and the
 * loss on the training set is its outer loss.
 *
 * Source: Wang, Zhu, Torralba and Efros, "Dataset distillation" (arXiv 1811.10959), in the formulation of Blondel et al.,
 * "Efficient and modular implicit differentiation" (NeurIPS 2022), section 4.2.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, checkData } from '../data/index.js';
import {
  type EvaluationRecord,
  identity,
  type TuneOptions,
  type TuneResult,
  type TuneSettings,
  tune,
  tuneAsync,
} from '../hyperparameter/index.js';
import { InputError } from '../message/index.js';
import { lbfgs, type Minimizer } from '../optimize/index.js';
import { flatten, float64, type TensorTree, toFloat64, unflatten } from '../tensor/index.js';
import {
  type DistillationOptions,
  distillationProblem,
  type LabelledSamples,
  type Learnt,
  trainingSet,
} from './problem.js';
import { classesOf, featuresOf, shareRight } from './train.js';

export interface DistillOptions<P extends TensorTree>
  extends DistillationOptions<P>,
    Pick<TuneSettings<Learnt>, 'adjoint' | 'budget' | 'innerTolerance' | 'warmStart' | 'signal'> {
  /** For the accuracy in the history and the result; not learnt from. Classes as in the training set. */
  readonly test?: LabelledSamples;
  /** What moves the samples; `lbfgs()` by default. */
  readonly outer?: Minimizer;
  /** Steps of the outer method; 50 by default. */
  readonly maxSteps?: number;
  /** Done when no entry of the gradient by the samples is larger; 1e-5 by default. */
  readonly tolerance?: number;
  /** Called after each evaluation of the outer loss; a returned `false` stops the run. */
  readonly onProgress?: (progress: DistillProgress) => unknown;
}

export interface DistillProgress {
  /** Evaluations of the outer loss so far: a step takes one, or a few where the line search has to look twice. */
  readonly evaluation: number;
  /** Mean cross entropy over the training set. */
  readonly loss: number;
  /** Largest entry of its gradient by what is learnt. */
  readonly gradient: number;
  /** Null where there is no test set. */
  readonly testAccuracy: number | null;
  readonly seconds: number;
}

export interface Distillation<P extends TensorTree>
  extends Pick<
    TuneResult<P, Learnt>,
    'result' | 'message' | 'converged' | 'evaluations' | 'unsolved' | 'seconds'
  > {
  /** perClass samples of class 0, of class 1, … */
  readonly samples: ClassificationData;
  /** Weights of the classes, samples × classes: one-hot where they are fixed. */
  readonly labels: Float64Array;
  /** The model's parameters when trained on the samples: new tensors, the caller's to dispose of. */
  readonly parameters: P;
  /** The mean cross entropy over the training set with these parameters. */
  readonly outerLoss: number;
  readonly testAccuracy: number | null;
  readonly history: readonly DistillProgress[];
}

/**
 * Learns samples. The best seen come back, also where the steps did not suffice: `result` says how it ended.
 *
 * @throws InputError for data that cannot be learnt from, and options that do not fit them
 */
export function distill<P extends TensorTree = tf.Tensor>(options: DistillOptions<P>): Distillation<P> {
  const { settings, finish, dispose } = prepare(options);
  try {
    return finish(tune(settings));
  } finally {
    dispose();
  }
}

/** As `distill`, but lets other work have its turn between steps: a page stays alive, and a signal can arrive. */
export async function distillAsync<P extends TensorTree = tf.Tensor>(
  options: DistillOptions<P>,
): Promise<Distillation<P>> {
  const { settings, finish, dispose } = prepare(options);
  try {
    return finish(await tuneAsync(settings));
  } finally {
    dispose();
  }
}

/** What `tune` is asked, and what is made of its answer. */
function prepare<P extends TensorTree>(
  options: DistillOptions<P>,
): {
  settings: TuneOptions<P, Learnt>;
  finish(found: TuneResult<P, Learnt>): Distillation<P>;
  dispose(): void;
} {
  const { test, outer: method = lbfgs(), maxSteps = 50, tolerance = 1e-5, onProgress } = options;
  const { adjoint, budget, innerTolerance, warmStart, signal } = options;
  const data = trainingSet(options);
  if (test) checkTest(data, test);
  const problem = distillationProblem({ ...options, data });
  const testX = test && featuresOf(test);
  const testAccuracy = (parameters: P): number | null =>
    test && testX ? shareRight(classesOf(problem.model, parameters, testX), test.labels) : null;
  // The inner solution at the last evaluation, for the accuracy on the test set.
  let solution: ReturnType<typeof flatten> | undefined;
  const history: DistillProgress[] = [];
  const record = ({ evaluation, loss, gradient, seconds }: EvaluationRecord<Learnt>): unknown => {
    const { vector, structure } = solution as ReturnType<typeof flatten>;
    const parameters = unflatten(vector, structure) as P;
    const progress = { evaluation, loss, gradient, testAccuracy: testAccuracy(parameters), seconds };
    tf.dispose(parameters as never);
    history.push(progress);
    return onProgress?.(progress);
  };
  return {
    settings: {
      inner: problem.inner,
      outer: (parameters, learnt) => {
        solution = flatten(parameters);
        return problem.outer(parameters, learnt);
      },
      initial: problem.initial,
      transform: identity,
      method,
      maxSteps,
      tolerance,
      onEvaluation: record,
      ...(adjoint && { adjoint }),
      ...(budget && { budget }),
      ...(innerTolerance !== undefined && { innerTolerance }),
      ...(warmStart !== undefined && { warmStart }),
      ...(signal && { signal }),
    },
    finish({ hyperparameters, validationLoss, solutions, ...found }) {
      const { result, message, converged, evaluations, unsolved, seconds } = found;
      const learnt = hyperparameters as { readonly [name: string]: Float64Array };
      const { width, classes } = data;
      const count = problem.classOf.length;
      const [parameters] = solutions;
      const logits: Learnt = learnt.logits ? { logits: float64(learnt.logits, [count, classes]) } : {};
      const labels = tf.tidy(() => problem.labels(logits));
      const values = toFloat64(labels);
      tf.dispose([labels, logits]);
      return {
        samples: { count, width, X: learnt.features, labels: problem.classOf, classes },
        labels: values,
        parameters,
        outerLoss: validationLoss,
        testAccuracy: testAccuracy(parameters),
        history,
        ...{ result, message, converged, evaluations, unsolved, seconds },
      };
    },
    dispose() {
      problem.dispose();
      testX?.dispose();
    },
  };
}

function checkTest({ width, classes }: ClassificationData, test: LabelledSamples): void {
  const found = test.classes ?? classes;
  if (test.width !== width || found > classes) {
    throw new InputError(
      `distill: the training set has ${width} features and ${classes} classes, the test set ${test.width} and ${found}; ` +
        'both must come from the same source',
    );
  }
  const labelled: ClassificationData = { ...test, classes };
  checkData('distill: test', labelled);
}
