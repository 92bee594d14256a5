/** What is tuned: a model by its name, on the splits of a table. */
import type * as tf from '@tensorflow/tfjs';
import {
  type ClassificationData,
  foldSamples,
  type RegressionData,
  type Samples,
  type Split,
  splitSamples,
  standardizer,
  take,
} from '../../src/data/index.js';
import {
  bounds,
  elasticNet,
  kernelRidge,
  lasso,
  log,
  logisticRegression,
  type Model,
  ridge,
  svm,
  type TrainingPair,
  type Transform,
} from '../../src/hyperparameter/index.js';
import { InputError } from '../../src/message/index.js';
import { type ReadOptions, readClassification, readRegression } from '../table-data.js';

export const modelNames = ['ridge', 'lasso', 'elastic-net', 'kernel-ridge', 'logistic', 'svm'] as const;
export type ModelName = (typeof modelNames)[number];
export const penalties = ['one', 'feature', 'class'] as const;
export type Penalty = (typeof penalties)[number];

export type Hyper = { readonly [name: string]: tf.Tensor };
export type AnyModel = Model<tf.Tensor, Hyper>;

export interface Subject {
  readonly folds: readonly AnyModel[];
  /** The model fitted to all rows. */
  readonly whole: AnyModel;
  readonly initial: Readonly<Record<string, number | Float64Array>>;
  readonly transform: Readonly<Record<string, Transform>>;
  /** Hyperparameters that grow with the number of samples, for the model of all rows: by how much. */
  readonly growth: number;
  readonly rows: number;
  readonly training: number;
  readonly validation: number;
  readonly features: readonly string[];
  readonly target: string;
  readonly classNames: readonly string[] | null;
  /** Of all rows, for the model that is written. */
  readonly scaling: { readonly mean: Float64Array; readonly scale: Float64Array };
  /** Validation samples of each fold, standardised as their model has them. */
  readonly pairs: readonly TrainingPair<Samples>[];
  readonly standardised: Samples;
}

export interface SubjectOptions extends ReadOptions {
  readonly file: string;
  readonly model: ModelName;
  readonly penalty: Penalty;
  readonly seed: number;
  readonly validation: number;
  readonly folds?: number | undefined;
  readonly standardize: boolean;
}

export function readSubject(options: SubjectOptions): Subject {
  const { file, model, penalty, seed, folds: foldCount } = options;
  const classification = model === 'logistic' || model === 'svm';
  checkPenalty(model, penalty);
  const table = classification
    ? readClassification(
        file,
        options,
        'choose a model of regression (ridge, lasso, elastic-net, kernel-ridge), or another --target',
      )
    : readRegression(file, options);
  const { data } = table;
  const labels = 'labels' in data ? { labels: data.labels } : {};
  const splits = located(file, (): Split[] =>
    foldCount === undefined
      ? [splitSamples(data.count, options.validation, { seed, ...labels })]
      : foldSamples(data.count, foldCount, { seed, ...labels }),
  );
  const prepared = <D extends Samples>(pair: TrainingPair<D>): TrainingPair<D> => {
    if (!options.standardize) return pair;
    const { apply } = standardizer(pair.training);
    return { training: apply(pair.training), validation: apply(pair.validation) };
  };
  const pairs = splits.map(({ training, validation }) =>
    prepared<RegressionData | ClassificationData>({
      training: take(data, training),
      validation: take(data, validation),
    }),
  );
  const all = prepared<RegressionData | ClassificationData>({ training: data, validation: data });
  const build = (pair: TrainingPair<RegressionData | ClassificationData>): AnyModel =>
    located(file, () => modelOf(model, penalty, pair));
  const { initial, transform } = beginning(model, penalty, pairs[0].training);
  const training = splits[0].training.length;
  const identityScaling = { mean: new Float64Array(data.width), scale: new Float64Array(data.width).fill(1) };
  return {
    folds: pairs.map(build),
    whole: build(all),
    initial,
    transform,
    growth: model === 'svm' ? data.count / training : 1,
    rows: data.count,
    training,
    validation: splits[0].validation.length,
    features: table.features,
    target: table.target,
    classNames: table.classNames ?? null,
    scaling: options.standardize ? standardizer(data) : identityScaling,
    pairs,
    standardised: all.training,
  };
}

function modelOf(
  name: ModelName,
  penalty: Penalty,
  pair: TrainingPair<RegressionData | ClassificationData>,
): AnyModel {
  const regression = pair as TrainingPair<RegressionData>;
  const classification = pair as TrainingPair<ClassificationData>;
  const make: Record<ModelName, () => unknown> = {
    ridge: () => ridge(regression),
    lasso: () => lasso(regression),
    'elastic-net': () => elasticNet(regression),
    'kernel-ridge': () => kernelRidge(regression),
    logistic: () => logisticRegression(classification, { penalty }),
    svm: () => svm(classification),
  };
  return make[name]() as AnyModel;
}

/** Where the outer loop begins, from the size of the data; many hyperparameters are kept within bounds. */
function beginning(
  model: ModelName,
  penalty: Penalty,
  data: RegressionData | ClassificationData,
): Pick<Subject, 'initial' | 'transform'> {
  const { count, width } = data;
  const size = penalty === 'feature' ? width : penalty === 'class' ? (data as ClassificationData).classes : 0;
  const each = (value: number) => (size === 0 ? value : new Float64Array(size).fill(value));
  const transformOf = (value: number) => (size === 0 ? log : bounds(value * 1e-4, value * 1e4));
  const strongest = 'y' in data ? strongestCorrelation(data) : 1;
  const values: Record<ModelName, Record<string, number>> = {
    ridge: { l2: 0.1 },
    lasso: { l1: 0.1 * strongest },
    'elastic-net': { l1: 0.1 * strongest, l2: 0.1 },
    'kernel-ridge': { l2: 0.1, gamma: 1 / width },
    logistic: { l2: 0.01 },
    svm: { theta: count },
  };
  const names = Object.entries(values[model]);
  return {
    initial: Object.fromEntries(names.map(([name, value]) => [name, each(value)])),
    transform: Object.fromEntries(names.map(([name, value]) => [name, transformOf(value)])),
  };
}

/** The l1 penalty at which the last weight becomes zero. */
function strongestCorrelation({ count, width, X, y }: RegressionData): number {
  const mean = y.reduce((sum, value) => sum + value / count, 0);
  let most = 0;
  for (let j = 0; j < width; j++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (X[i * width + j] * (y[i] - mean)) / count;
    most = Math.max(most, Math.abs(sum));
  }
  return most > 0 ? most : 1;
}

function checkPenalty(model: ModelName, penalty: Penalty): void {
  const possible: Record<ModelName, readonly Penalty[]> = {
    ridge: ['one', 'feature'],
    lasso: ['one', 'feature'],
    'elastic-net': ['one', 'feature'],
    'kernel-ridge': ['one'],
    logistic: ['one', 'feature', 'class'],
    svm: ['one'],
  };
  if (possible[model].includes(penalty)) return;
  throw new InputError(
    `--penalty ${penalty} does not go with --model ${model}; expected ${possible[model].join(' or ')}`,
  );
}

/** What is wrong with the samples of a file is told with its name. */
function located<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
