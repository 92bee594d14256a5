/**
 * Dictionaries for sparse codes: one that rebuilds the samples, and one that is learnt, through the codes, for a
 * classifier of two classes that works on them.
 *
 * Source: Mairal, Bach and Ponce, "Task-driven dictionary learning", IEEE Trans. Pattern Anal. Mach. Intell. 34, 791 (2012);
 * as a bilevel problem, Blondel et al., NeurIPS 2022, section 4.3.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, checkData, type Samples } from '../data/index.js';
import { identity, type TuneResult, type TuneSettings, tune } from '../hyperparameter/index.js';
import { logisticLoss } from '../loss/index.js';
import { InputError } from '../message/index.js';
import { random } from '../random/index.js';
import { constant, float64, toFloat64, withoutLeaks } from '../tensor/index.js';
import { type CodeOptions, sparseCodes, unitAtoms } from './codes.js';

/** Atoms as rows of length 1: `atoms` × `width`. */
export interface Dictionary {
  readonly atoms: number;
  readonly width: number;
  readonly values: Float64Array;
  /** With which the codes are found. */
  readonly coding: Required<CodeOptions>;
}

/** A dictionary, and a linear classifier of the codes: a score above 0 speaks for class 1. */
export interface CodeClassifier {
  readonly dictionary: Dictionary;
  readonly weights: Float64Array;
  readonly offset: number;
}

export interface DictionaryOptions extends CodeOptions, Pick<TuneSettings<never>, 'budget' | 'signal'> {
  /** Default 10. */
  readonly atoms?: number;
  /** Steps of L-BFGS; 40 by default. */
  readonly maxSteps?: number;
  /** Of the gradient; 1e-4 by default. */
  readonly tolerance?: number;
  /** Of the first dictionary, which is of samples drawn from the data. Default 0. */
  readonly seed?: number;
}

export interface TaskDrivenOptions extends DictionaryOptions {
  /** Where the dictionary begins; by default one that rebuilds the samples, `learnDictionary`. */
  readonly start?: Dictionary;
  /** Penalty ½ penalty ‖w‖² of the classifier. Default 1e-2. */
  readonly penalty?: number;
}

type Outcome = Pick<TuneResult<never, never>, 'result' | 'message' | 'converged' | 'evaluations' | 'seconds'>;

/** What is learnt; a dictionary by itself needs no classifier. */
type Learnt = { readonly dictionary: tf.Tensor; readonly [name: string]: tf.Tensor };

/** A dictionary whose sparse codes rebuild the samples best: the labels, if there are any, are not looked at. */
export function learnDictionary(data: Samples, options: DictionaryOptions = {}): Dictionary & Outcome {
  checkData('learnDictionary', data);
  const { atoms = 10, l1 = 0.5, l2 = 0.1, seed = 0 } = options;
  const { count, width } = data;
  if (!(Number.isInteger(atoms) && atoms >= 1)) {
    throw new InputError(`learnDictionary: atoms must be a whole number of 1 or more, found ${atoms}`);
  }
  return withoutLeaks(() => {
    const X = float64(data.X, [count, width]);
    const share = constant(1 / count);
    const found = tune<tf.Tensor, Learnt>({
      inner: sparseCodes<Learnt>(X, atoms, { l1, l2 }),
      outer: (codes, { dictionary }) => {
        const rest = tf.sub(X, tf.matMul(codes as tf.Tensor2D, unitAtoms(dictionary) as tf.Tensor2D));
        return tf.mul(share, tf.sum(tf.square(rest)));
      },
      initial: { dictionary: drawnAtoms(data, atoms, seed) },
      ...settings(options),
    });
    return { ...dictionaryOf(found, atoms, width, { l1, l2 }), ...outcomeOf(found) };
  });
}

/**
 * A dictionary and a classifier of its codes, learnt together: the logistic loss on the labels goes through the codes to the
 * atoms by implicit differentiation.
 *
 * @throws InputError where there are not two classes
 */
export function learnTaskDictionary(
  data: ClassificationData,
  options: TaskDrivenOptions = {},
): CodeClassifier & Outcome {
  checkData('learnTaskDictionary', data);
  const { count, width, classes } = data;
  if (classes !== 2) throw new InputError(`learnTaskDictionary is for two classes, found ${classes}`);
  const { penalty = 1e-2, start = learnDictionary(data, options) } = options;
  const { atoms } = start;
  if (start.width !== width) {
    throw new InputError(
      `learnTaskDictionary: the dictionary is of ${start.width} features, the data have ${width}`,
    );
  }
  const coding = { l1: options.l1 ?? start.coding.l1, l2: options.l2 ?? start.coding.l2 };
  return withoutLeaks(() => {
    const X = float64(data.X, [count, width]);
    const y = float64(Float64Array.from(data.labels), [count, 1]);
    const half = constant(penalty / 2);
    const found = tune<tf.Tensor, Learnt>({
      inner: sparseCodes<Learnt>(X, atoms, coding),
      outer: (codes, { weights, offset }) =>
        tf.add(
          tf.mean(logisticLoss(y, tf.add(tf.matMul(codes as tf.Tensor2D, weights as tf.Tensor2D), offset))),
          tf.mul(half, tf.sum(tf.square(weights))),
        ),
      initial: {
        dictionary: float64(start.values, [atoms, width]),
        weights: float64(new Float64Array(atoms), [atoms, 1]),
        offset: float64([0]),
      },
      ...settings(options),
    });
    const { weights, offset } = found.hyperparameters as { readonly [name: string]: Float64Array };
    const dictionary = dictionaryOf(found, atoms, width, coding);
    return { dictionary, weights, offset: offset[0], ...outcomeOf(found) };
  });
}

/** The codes of samples, samples × atoms. */
export function encodeSamples(dictionary: Dictionary, samples: Samples): Float64Array {
  checkData('encodeSamples', samples);
  const { atoms, width, values, coding } = dictionary;
  if (samples.width !== width) {
    throw new InputError(`the dictionary is of ${width} features, the samples have ${samples.width}`);
  }
  return withoutLeaks(() => {
    const problem = sparseCodes<Learnt>(float64(samples.X, [samples.count, width]), atoms, coding);
    const { x } = problem.solve(problem.start(), { dictionary: float64(values, [atoms, width]) }, 1e-8);
    return x instanceof Float64Array ? x : toFloat64(x);
  });
}

/** Scores of samples: above 0 they speak for class 1. */
export function codeScores({ dictionary, weights, offset }: CodeClassifier, samples: Samples): Float64Array {
  const codes = encodeSamples(dictionary, samples);
  const { atoms } = dictionary;
  return Float64Array.from({ length: samples.count }, (_, i) => {
    let score = offset;
    for (let k = 0; k < atoms; k++) score += codes[i * atoms + k] * weights[k];
    return score;
  });
}

/** Random samples, with a little noise so that no two atoms are the same. */
function drawnAtoms({ X, count, width }: Samples, atoms: number, seed: number): tf.Tensor {
  const source = random(seed);
  const values = new Float64Array(atoms * width);
  for (let k = 0; k < atoms; k++) {
    const i = source.integer(count);
    for (let j = 0; j < width; j++) values[k * width + j] = X[i * width + j] + 0.01 * source.normal();
  }
  return float64(values, [atoms, width]);
}

function settings({ maxSteps = 40, tolerance = 1e-4, budget, signal }: DictionaryOptions) {
  return {
    transform: identity,
    maxSteps,
    tolerance,
    innerTolerance: { first: 1e-4, last: 1e-6 },
    ...(budget && { budget }),
    ...(signal && { signal }),
  };
}

function dictionaryOf(
  found: TuneResult<tf.Tensor, Learnt>,
  atoms: number,
  width: number,
  coding: Required<CodeOptions>,
): Dictionary {
  const { dictionary } = found.hyperparameters as { readonly dictionary: Float64Array };
  const values = toFloat64(unitAtoms(float64(dictionary, [atoms, width])));
  return { atoms, width, values, coding };
}

function outcomeOf({ result, message, converged, evaluations, seconds }: Outcome): Outcome {
  return { result, message, converged, evaluations, seconds };
}
