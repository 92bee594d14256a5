/** What every model of this room is: a bilevel problem on data for training and for validation, and its predictions. */
import { checkData, type RegressionData, type Samples, type Split, take } from '../data/index.js';
import { InputError } from '../message/index.js';
import type { BlockObjective, Method, ProjectedObjective } from '../optimize/index.js';
import type { TensorTree } from '../tensor/index.js';
import type { BilevelProblem } from './hypergradient.js';

/** Data to fit to, and data to choose hyperparameters by. */
export interface TrainingPair<D extends Samples> {
  readonly training: D;
  readonly validation: D;
}

/** Ready for `tune`: `tune({ ...ridge({ training, validation }), initial: { l2: 1 } })`. */
export interface Model<X extends TensorTree, H extends TensorTree> extends BilevelProblem<X, H> {
  /** Of each sample, from a solution: a number in regression, a score a class (`outputs` of them) in classification. */
  predict(x: X, hyper: H, samples: Samples): Float64Array;
  readonly outputs: number;
}

/** What the methods of src/optimize may ask of a model: those for objectives, for penalties, for sets, for blocks. */
export interface ModelProblem extends BlockObjective, ProjectedObjective {}

export type ModelMethod = Method<ModelProblem>;

/** One model for each fold, for `tune({ folds: … })`. */
export function perFold<D extends Samples, M>(
  data: D,
  splits: readonly Split[],
  model: (pair: TrainingPair<D>) => M,
): M[] {
  return splits.map(({ training, validation }) =>
    model({ training: take(data, training), validation: take(data, validation) }),
  );
}

/** @throws InputError unless both sets are data, of the same features */
export function checkPair<D extends Samples>(who: string, { training, validation }: TrainingPair<D>): void {
  checkData(`${who}, training`, training);
  checkData(`${who}, validation`, validation);
  if (training.width !== validation.width) {
    throw new InputError(
      `${who}: the training samples have ${training.width} features, the validation samples ${validation.width}`,
    );
  }
}

/** Features and targets less their means over the training samples: an intercept that is not penalised. */
export function centred(
  { training, validation }: TrainingPair<RegressionData>,
  intercept: boolean,
): TrainingPair<RegressionData> & { readonly mean: Float64Array; readonly offset: number } {
  const { count, width, X, y } = training;
  const mean = new Float64Array(width);
  let offset = 0;
  if (intercept) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < width; j++) mean[j] += X[i * width + j] / count;
      offset += y[i] / count;
    }
  }
  const shift = (data: RegressionData): RegressionData => ({
    ...data,
    X: data.X.map((value, k) => value - mean[k % width]),
    y: data.y.map((value) => value - offset),
  });
  return { training: shift(training), validation: shift(validation), mean, offset };
}
