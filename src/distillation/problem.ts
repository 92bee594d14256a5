/**
 * Distillation as a bilevel problem: what is learnt, the training that depends on it, and the loss that judges it. `distill`
 * hands it to `tune`; by itself it gives the outer loss with its gradient, for other optimisers and for comparisons.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, checkData } from '../data/index.js';
import { type BilevelProblem, innerProblem } from '../hyperparameter/index.js';
import {
  type Adjoint,
  customRoot,
  implicit,
  type OptimalityMapping,
  stationaryCondition,
} from '../implicit/index.js';
import { InputError } from '../message/index.js';
import { lbfgs, type Minimizer, type Objective, tensorObjective } from '../optimize/index.js';
import { float64, type TensorTree } from '../tensor/index.js';
import { type Classifier, meanLoss, softmaxRegression } from './model.js';
import { classMeans, noiseLike } from './start.js';
import { featuresOf, labelsOf } from './train.js';

export interface DistillationOptions<P extends TensorTree> {
  /** The training set. */
  readonly data: LabelledSamples;
  /** How many classes there are, 2 or more; by default what the data say, or else one more than the largest label. */
  readonly classes?: number;
  /** Distilled samples of each class; 1 by default. */
  readonly perClass?: number;
  /** The model that is trained on the samples; `softmaxRegression()` by default. */
  readonly inner?: Classifier<P>;
  /** What trains it; `lbfgs()` by default. */
  readonly innerMethod?: Minimizer;
  /**
   * 'means' (the default): of each class, or of equal random parts of it. 'noise': normal, with each feature's mean and
   * spread over the data. Or the features of all samples, class by class.
   */
  readonly start?: 'means' | 'noise' | Float64Array;
  /** 'fixed' (the default): one class a sample. 'learnt': probabilities of the classes, learnt with the features. */
  readonly labels?: 'fixed' | 'learnt';
  /** Of the noise, and of the parts of the classes. Default 0. */
  readonly seed?: number;
}

/** Samples with classes, whose number may be left to the option. */
export type LabelledSamples = Omit<ClassificationData, 'classes'> & { readonly classes?: number };

/** The tensors that are learnt: `features`, and `logits` where the labels are. */
export type Learnt = { readonly [name: string]: tf.Tensor };

export interface DistillationProblem<P extends TensorTree> extends BilevelProblem<P, Learnt> {
  readonly model: Classifier<P>;
  readonly initial: Learnt;
  /** The class that each sample belongs to at the start: 0 … 0, 1 … 1, … */
  readonly classOf: Int32Array;
  /** Weights of the classes, [samples, classes]. */
  labels(learnt: Learnt): tf.Tensor;
  /** The outer loss and its gradient by all that is learnt, flat; training begins anew at each place. */
  objective(options?: { adjoint?: Adjoint; innerTolerance?: number }): Objective;
  /** Frees the tensors that it holds. */
  dispose(): void;
}

/** How sure labels that are learnt are of their class at the start: their logits must be finite. */
const confidence = 0.9;

/** @throws InputError for data that cannot be learnt from, and options that do not fit them */
export function distillationProblem<P extends TensorTree = tf.Tensor>(
  options: DistillationOptions<P>,
): DistillationProblem<P> {
  const { perClass = 1, innerMethod = lbfgs(), labels: labelling = 'fixed' } = options;
  const data = trainingSet(options);
  const model = options.inner ?? (softmaxRegression() as Classifier<TensorTree> as Classifier<P>);
  checkClasses(data, perClass);
  const { classes, width } = data;
  const count = classes * perClass;
  const classOf = Int32Array.from({ length: count }, (_, s) => Math.floor(s / perClass));
  // First, because it is refused where it does not fit: nothing is held yet.
  const begin = startOf({ ...options, data }, count);
  const [X, Y] = [featuresOf(data), labelsOf(data)];
  const start = model.start(width, classes);
  const oneHot = labelsOf({ count, width, X: new Float64Array(0), labels: classOf, classes });
  const initial: Learnt = {
    features: float64(begin, [count, width]),
    ...(labelling === 'learnt' ? { logits: unsureLogits(classOf, classes) } : {}),
  };
  const labels = ({ logits }: Learnt): tf.Tensor => (logits ? tf.softmax(logits) : oneHot);
  const objective = (parameters: P, learnt: Learnt): tf.Tensor =>
    model.objective(parameters, learnt.features, labels(learnt));
  const inner = innerProblem<P, Learnt>({
    method: innerMethod as never,
    objective,
    condition: conditionOf(model, objective),
    start,
  });
  const outer = (parameters: P): tf.Tensor => meanLoss(model.scores(parameters, X), Y);
  return {
    model,
    inner,
    outer,
    initial,
    classOf,
    labels,
    objective({ adjoint = implicit(), innerTolerance = 1e-8 } = {}) {
      const solve = customRoot<P, [Learnt], P>(
        inner.condition,
        (from, learnt) => inner.solve(from, learnt, innerTolerance).x,
        { adjoint },
      );
      return tensorObjective((learnt: Learnt) => outer(solve(start, learnt)), initial);
    },
    dispose() {
      tf.dispose([X, Y, oneHot, ...Object.values(initial)]);
      tf.dispose(start as never);
    },
  };
}

/** The root of the gradient; its fixed point is a gradient step as long as the model allows, for adjoints that unroll. */
function conditionOf<P extends TensorTree>(
  { stepSize }: Classifier<P>,
  objective: (parameters: P, learnt: Learnt) => tf.Tensor,
): OptimalityMapping<P, [Learnt]> {
  const condition = stationaryCondition<P, [Learnt]>(objective);
  const { system } = condition;
  const gradient = (parameters: P, learnt: Learnt): P => condition(parameters, learnt);
  // Without a step that is known to descend, customRoot asks for one.
  if (!stepSize) return Object.assign(gradient, { system });
  // A step of 1 along the gradient of η f is one of η along that of f.
  const { fixedPoint } = stationaryCondition<P, [Learnt]>((parameters, learnt) =>
    tf.mul(stepSize(learnt.features), objective(parameters, learnt)),
  );
  return Object.assign(gradient, { system, fixedPoint });
}

function unsureLogits(classOf: Int32Array, classes: number): tf.Tensor {
  const [own, other] = [Math.log(confidence), Math.log((1 - confidence) / (classes - 1))];
  const values = Float64Array.from({ length: classOf.length * classes }, (_, k) =>
    k % classes === classOf[Math.floor(k / classes)] ? own : other,
  );
  return float64(values, [classOf.length, classes]);
}

function startOf<P extends TensorTree>(
  {
    data,
    perClass = 1,
    start = 'means',
    seed = 0,
  }: DistillationOptions<P> & { readonly data: ClassificationData },
  count: number,
): Float64Array {
  if (start === 'means') return classMeans(data, perClass, seed).X;
  if (start === 'noise') return noiseLike(data, perClass, seed).X;
  if (start.length === count * data.width) return start;
  throw new InputError(
    `distill: the start must have ${count} × ${data.width} = ${count * data.width} values, ${perClass} of each class in ` +
      `turn; found ${start.length}`,
  );
}

/**
 * The data with the number of their classes.
 *
 * @throws InputError for a number that is none, labels beyond it, or data that cannot be learnt from
 */
export function trainingSet({
  data,
  classes: asked,
}: Pick<DistillationOptions<never>, 'data' | 'classes'>): ClassificationData {
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 2)) {
    throw new InputError(`distill: classes must be a whole number of 2 or more, found ${asked}`);
  }
  const most = data.labels.reduce((top, label) => Math.max(top, label), 0);
  const classes = asked ?? data.classes ?? most + 1;
  const found = { ...data, classes };
  checkData('distill', found);
  return found;
}

function checkClasses(data: ClassificationData, perClass: number): void {
  if (!(Number.isInteger(perClass) && perClass >= 1)) {
    throw new InputError(`distill: perClass must be a whole number of 1 or more, found ${perClass}`);
  }
  const sizes = new Int32Array(data.classes);
  for (const label of data.labels) sizes[label]++;
  if (sizes.filter((size) => size > 0).length < 2) {
    throw new InputError('distill: all samples are of one class; expected two classes or more');
  }
  const small = sizes.findIndex((size) => size < perClass);
  if (small >= 0) {
    throw new InputError(
      `distill: class ${small} has ${sizes[small]} samples, fewer than the ${perClass} asked for; leave the class out, or ` +
        'ask for fewer',
    );
  }
}
