/** The outer loop: where it ends, what it reports, how it resumes. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { foldSamples, take } from '../../src/data/index.js';
import {
  adam,
  bounds,
  type Checkpoint,
  identity,
  innerProblem,
  lasso,
  perFold,
  ridge,
  softplus,
  type TuneSettings,
  tune,
  tuneAsync,
} from '../../src/hyperparameter/index.js';
import { implicit, stationaryCondition, unrolled } from '../../src/implicit/index.js';
import { onWarning } from '../../src/message/index.js';
import { gradientDescent, lbfgs } from '../../src/optimize/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { regression, sklearn } from './numbers.js';

type L2 = { readonly l2: tf.Tensor };

/**
 * x* = 2 / (1 + θ), and the loss (x* − ½)²: the best θ is 3, where the loss is 0. Everything is known in closed form.
 */
const closedForm = (method = lbfgs()) => {
  const objective = (x: tf.Tensor, { l2 }: L2): tf.Tensor =>
    tf.add(
      tf.mul(float64(0.5), tf.square(tf.sub(x, float64(2)))),
      tf.mul(tf.mul(float64(0.5), l2), tf.square(x)),
    );
  return {
    inner: innerProblem<tf.Tensor, L2>({
      method: method as never,
      objective,
      condition: stationaryCondition<tf.Tensor, [L2]>(objective, { stepSize: 0.2 }),
      start: float64(0),
    }),
    outer: (x: tf.Tensor) => tf.square(tf.sub(x, float64(0.5))),
  };
};

function warnings<T>(work: () => T): { result: T; said: string[] } {
  const said: string[] = [];
  const previous = onWarning((message) => said.push(message));
  try {
    return { result: work(), said };
  } finally {
    onWarning(previous);
  }
}

describe('tune', () => {
  test.each([
    ['L-BFGS', {}],
    ['gradient descent', { method: gradientDescent({ firstStep: 1 }) }],
    ['Adam', { method: adam({ stepSize: 0.3 }), maxSteps: 500 }],
    ['softplus', { transform: softplus }],
    ['the identity', { transform: identity }],
    ['bounds', { transform: bounds(0.01, 100) }],
    ['bounds that begin at zero', { transform: { l2: bounds(0, 10) } }],
    ['unrolled steps', { adjoint: unrolled({ steps: 60 }), innerTolerance: 1e-7 }],
    ['one inner tolerance', { innerTolerance: 1e-9 }],
    ['cold starts', { warmStart: false }],
  ] as [string, Partial<TuneSettings<L2>>][])('finds the best hyperparameter with %s', (_, settings) => {
    const { hyperparameters, validationLoss, result, message, solutions } = tune({
      ...closedForm(),
      initial: { l2: 1 },
      ...settings,
    });
    expect(result, message).toBe('converged');
    expect(hyperparameters.l2).toBeCloseTo(3, 3);
    expect(validationLoss).toBeLessThan(1e-8);
    expect(toFloat64(solutions[0])[0]).toBeCloseTo(0.5, 4);
    tf.dispose(solutions as tf.Tensor[]);
  });

  test('is right for a closed form: the loss and its slope in log θ', () => {
    const { history } = tune({
      ...closedForm(),
      initial: { l2: 1 },
      innerTolerance: 1e-12,
      budget: { evaluations: 1 },
    });
    // x* = 1, dx*/dθ = −2 / (1 + θ)² = −½
    expect(history[0].loss).toBeCloseTo(0.25, 10);
    expect(history[0].gradient).toBeCloseTo(0.5, 8);
  });

  test('takes the mean over folds', () => {
    const data = take(regression.training, [...Array(sklearn.training).keys()]);
    const folds = perFold(data, foldSamples(data.count, 5, { seed: 1 }), (pair) => ridge(pair));
    const whole = tune({ folds, initial: { l2: 0.1 }, innerTolerance: 1e-10, budget: { evaluations: 1 } });
    const each = folds.map((fold) =>
      tune({ ...fold, initial: { l2: 0.1 }, innerTolerance: 1e-10, budget: { evaluations: 1 } }),
    );
    const mean = each.reduce((sum, { history }) => sum + history[0].loss / 5, 0);
    expect(whole.history[0].loss).toBeCloseTo(mean, 12);
    expect(whole.history[0].inner).toHaveLength(5);
  });

  test('tightens inner solves as the gradient becomes small', () => {
    const { history } = tune({
      ...closedForm(),
      initial: { l2: 0.01 },
      innerTolerance: { first: 1e-2, last: 1e-9 },
    });
    const tolerances = history.map(({ innerTolerance }) => innerTolerance);
    expect(tolerances[0]).toBeCloseTo(1e-2, 10);
    expect(tolerances[tolerances.length - 1]).toBe(1e-9);
    expect(tolerances).toEqual([...tolerances].sort((a, b) => b - a));
  });

  test('keeps to its budget, and says so', () => {
    const { result, message, evaluations } = tune({
      ...lasso(regression),
      initial: { l1: 1e-3 },
      budget: { evaluations: 3 },
    });
    expect(result).toBe('budget');
    expect(message).toMatch(/budget is spent after 3 evaluations/);
    expect(evaluations).toBe(3);
    const timed = tune({ ...lasso(regression), initial: { l1: 1e-3 }, budget: { seconds: 1e-9 } });
    expect([timed.result, timed.evaluations]).toEqual(['budget', 1]);
  });

  test('stops when a callback says so, and when a signal comes', async () => {
    const seen: number[] = [];
    const stopped = tune({
      ...lasso(regression),
      initial: { l1: 1e-3 },
      onEvaluation: ({ evaluation }) => {
        seen.push(evaluation);
        return evaluation < 2;
      },
    });
    expect([stopped.result, seen]).toEqual(['aborted', [1, 2]]);
    const controller = new AbortController();
    const later = tuneAsync({
      ...lasso(regression),
      initial: { l1: 1e-3 },
      method: adam(),
      tolerance: 1e-12,
      maxSteps: 100_000,
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    expect((await later).result).toBe('aborted');
  });

  test('reports inner solves that did not converge', () => {
    const { result, said } = warnings(() =>
      tune({ ...lasso(regression, { maxSteps: 2 }), initial: { l1: 0.01 }, budget: { evaluations: 2 } }),
    );
    expect(result.result).toBe('inner-failed');
    expect(result.unsolved).toBe(2);
    expect(result.history[0].solved).toBe(false);
    expect(result.history[0].inner[0].result).toBe('step-limit');
    expect(result.message).toMatch(/not converged in 2 steps/);
    expect(said.join()).toMatch(/tune: .*2 of 2 evaluations/);
  });

  test('reports linear systems that were not solved', () => {
    const { result, said } = warnings(() =>
      tune({
        ...ridge(regression),
        initial: { l2: 1e-3 },
        adjoint: implicit({ maxIterations: 1 }),
        budget: { evaluations: 1 },
      }),
    );
    expect(result.history[0].linear[0]?.result).toBe('iteration-limit');
    expect(result.unsolved).toBe(1);
    expect(said.join()).toMatch(/was not solved/);
  });

  test('reports a loss that is not finite', () => {
    const { result } = warnings(() =>
      tune({ ...closedForm(), outer: (x) => tf.log(tf.sub(x, float64(100))), initial: { l2: 1 } }),
    );
    expect(result.result).toBe('not-finite');
    expect(result.message).toMatch(/not finite/);
  });

  test.each([
    ['no hyperparameters', { initial: {} }, /no hyperparameters/],
    ['a penalty of zero', { initial: { l2: 0 } }, /l2 must be above 0 \(log\), found 0/],
    ['a value out of bounds', { initial: { l2: 7 }, transform: bounds(1, 5) }, /between 1 and 5/],
    ['text', { initial: { l2: 'much' } }, /numbers, lists of them or tensors; found much/],
    ['a tolerance of zero', { tolerance: 0 }, /tolerance must be a positive number/],
    ['no folds', { folds: [] }, /no folds/],
    ['another checkpoint', { checkpoint: { resume: { format: 'x' } } }, /no checkpoint of a tuning run/],
  ])('refuses %s', (_, settings, complaint) => {
    expect(() => tune({ ...closedForm(), initial: { l2: 1 }, ...(settings as object) })).toThrow(complaint);
  });

  test('leaves no tensors but the solutions', () => {
    const problem = lasso(regression);
    const before = tf.memory().numTensors;
    const { solutions } = tune({ ...problem, initial: { l1: 0.1 }, budget: { evaluations: 3 } });
    expect(tf.memory().numTensors).toBe(before + solutions.length);
    tf.dispose(solutions as tf.Tensor[]);
  });
});

describe('a run that is resumed', () => {
  const runs: [string, Partial<TuneSettings<{ readonly l1: tf.Tensor }>>][] = [
    ['L-BFGS', {}],
    ['Adam', { method: adam(), maxSteps: 12 }],
    ['gradient descent', { method: gradientDescent({ firstStep: 1 }), maxSteps: 6 }],
  ];
  test.each(runs)('equals one that was not interrupted, to the bit: %s', (_, settings) => {
    const options = { ...lasso(regression), initial: { l1: 0.01 }, ...settings };
    const whole = tune({ ...options, budget: { evaluations: 12 } });
    let kept = '';
    const part = tune({
      ...options,
      budget: { evaluations: 5 },
      checkpoint: {
        save: (checkpoint: Checkpoint) => {
          kept = JSON.stringify(checkpoint);
        },
      },
    });
    expect(part.evaluations).toBe(5);
    const resumed = tune({
      ...options,
      budget: { evaluations: 12 },
      checkpoint: { resume: JSON.parse(kept) },
    });
    const bits = ({ history, hyperparameters, validationLoss }: typeof whole) => ({
      history: history.map(({ seconds: _, ...record }) => record),
      hyperparameters,
      validationLoss,
    });
    expect(bits(resumed)).toEqual(bits(whole));
    expect(resumed.solutions.map((x) => toFloat64(x))).toEqual(whole.solutions.map((x) => toFloat64(x)));
    tf.dispose([...whole.solutions, ...part.solutions, ...resumed.solutions]);
  });

  test('is refused with other data, other options, or a linear warm start', () => {
    const options = { ...lasso(regression), initial: { l1: 0.01 }, budget: { evaluations: 3 } };
    const { checkpoint } = tune(options);
    const again = (changed: object) => () =>
      tune({ ...options, ...changed, checkpoint: { resume: checkpoint } });
    expect(again({ initial: { l1: 0.02 } })).toThrow(/belongs to another run/);
    const other = { ...regression, training: take(regression.training, [...Array(20).keys()]) };
    expect(again(lasso(other))).toThrow(/belongs to another run/);
    expect(again({ adjoint: unrolled({ steps: 3 }) })).toThrow(/belongs to another run/);
    expect(again({ method: lbfgs({ maxStep: 1e-4 }) })).toThrow(/was at other hyperparameters/);
    expect(again({ method: adam() })).toThrow(/belongs to another run/);
    expect(again({ adjoint: implicit({ warmStart: true }) })).toThrow(/warmStart/);
  });
});
