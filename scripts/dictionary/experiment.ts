/**
 * Task-driven dictionary learning beside logistic regression on the features themselves and on the codes of a dictionary
 * that knows no labels: the area under the ROC on test data, over random splits.
 *
 * Every method chooses its penalty in the same way: by the area on a fifth of the training samples, held out for that.
 */
import * as tf from '@tensorflow/tfjs';
import { type ClassificationData, rocArea, splitSamples, standardizer, take } from '../../src/data/index.js';
import {
  codeScores,
  encodeSamples,
  learnDictionary,
  learnTaskDictionary,
} from '../../src/dictionary/index.js';
import { logisticLoss } from '../../src/loss/index.js';
import { lbfgs, proximalGradient, tensorSolver } from '../../src/optimize/index.js';
import { proxLasso } from '../../src/proximal/index.js';
import { constant, float64, toFloat64 } from '../../src/tensor/index.js';

export const methods = ['l1', 'l2', 'unsupervised', 'taskDriven'] as const;
export type MethodName = (typeof methods)[number];

export const titles: Readonly<Record<MethodName, string>> = {
  l1: 'logistic regression, L1',
  l2: 'logistic regression, L2',
  unsupervised: 'unsupervised dictionary, then L2',
  taskDriven: 'task-driven dictionary',
};

export interface ExperimentOptions {
  readonly data: ClassificationData;
  readonly splits: number;
  readonly testShare: number;
  readonly atoms: number;
  readonly l1: number;
  readonly steps: number;
  readonly seed: number;
  readonly onSplit?: (split: number) => void;
  readonly signal?: AbortSignal;
}

/** Scores of the samples of a set: high ones speak for class 1. */
type Scorer = (samples: ClassificationData) => Float64Array;
/** Learns from samples with a penalty. */
type Learner = (data: ClassificationData, penalty: number) => Scorer;

const penalties = [1e-3, 1e-2, 1e-1];

/** The area under the ROC of each method, one a split; fewer where the signal comes. */
export async function dictionaryExperiment(
  options: ExperimentOptions,
): Promise<Record<MethodName, number[]>> {
  const { data, splits, testShare, atoms, l1, steps: maxSteps, seed, onSplit, signal } = options;
  const areas: Record<MethodName, number[]> = { l1: [], l2: [], unsupervised: [], taskDriven: [] };
  for (let split = 0; split < splits; split++) {
    onSplit?.(split);
    // A signal arrives when others have their turn.
    await new Promise((go) => setImmediate(go));
    if (signal?.aborted) break;
    const [training, test] = parts(data, testShare, seed + split);
    const [fitting, held] = parts(training, 0.2, seed + split);
    const dictionaryOf = remembered((samples: ClassificationData) =>
      learnDictionary(samples, { atoms, l1, maxSteps, seed: seed + split }),
    );
    const learners: Record<MethodName, Learner> = {
      l1: (samples, penalty) => logistic(samples, penalty, 'l1'),
      l2: (samples, penalty) => logistic(samples, penalty, 'l2'),
      unsupervised: (samples, penalty) => {
        const dictionary = dictionaryOf(samples);
        const coded = (of: ClassificationData): ClassificationData => ({
          ...of,
          width: atoms,
          X: encodeSamples(dictionary, of),
        });
        const scorer = logistic(coded(samples), penalty, 'l2');
        return (of) => scorer(coded(of));
      },
      taskDriven: (samples, penalty) => {
        const classifier = learnTaskDictionary(samples, { start: dictionaryOf(samples), penalty, maxSteps });
        return (of) => codeScores(classifier, of);
      },
    };
    for (const method of methods) {
      const learn = learners[method];
      const area = (scorer: Scorer, of: ClassificationData): number => rocArea(scorer(of), of.labels);
      const tried = penalties.map((penalty) => area(learn(fitting, penalty), held));
      const best = penalties[tried.indexOf(Math.max(...tried))];
      areas[method].push(area(learn(training, best), test));
    }
  }
  return areas;
}

/** Two parts, standardised by the first. */
function parts(
  data: ClassificationData,
  share: number,
  seed: number,
): [ClassificationData, ClassificationData] {
  const { training, validation } = splitSamples(data.count, share, { seed, labels: data.labels });
  const first = take(data, training);
  const { apply } = standardizer(first);
  return [apply(first), apply(take(data, validation))];
}

function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** The mean logistic loss with an offset, plus penalty · ‖w‖₁ or ½ penalty ‖w‖²; the offset is not penalised. */
function logistic(data: ClassificationData, penalty: number, kind: 'l1' | 'l2'): Scorer {
  type Parameters = { readonly weights: tf.Tensor; readonly offset: tf.Tensor };
  const { weights, offset } = tf.tidy(() => {
    const X = float64(data.X, [data.count, data.width]) as tf.Tensor2D;
    const y = float64(Float64Array.from(data.labels), [data.count, 1]);
    const half = constant(kind === 'l2' ? penalty / 2 : 0);
    const objective = ({ weights, offset }: Parameters): tf.Tensor =>
      tf.add(
        tf.mean(logisticLoss(y, tf.add(tf.matMul(X, weights as tf.Tensor2D), offset))),
        tf.mul(half, tf.sum(tf.square(weights))),
      );
    const solve = tensorSolver<Parameters, [], { readonly size: number }>(
      (kind === 'l1' ? proximalGradient() : lbfgs()) as never,
      objective,
      {
        tolerance: 1e-6,
        prox: (at, step) => ({ weights: proxLasso(at.weights, penalty, constant(step)), offset: at.offset }),
      },
    );
    const found = solve({
      weights: float64(new Float64Array(data.width), [data.width, 1]),
      offset: float64([0]),
    });
    return { weights: toFloat64(found.weights), offset: toFloat64(found.offset)[0] } as never;
  }) as { weights: Float64Array; offset: number };
  return ({ X, count, width }) =>
    Float64Array.from({ length: count }, (_, i) => {
      let score = offset;
      for (let j = 0; j < width; j++) score += X[i * width + j] * weights[j];
      return score;
    });
}
