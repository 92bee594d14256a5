/** What a tuning run is asked, and what is taken where nothing is said. */
import * as tf from '@tensorflow/tfjs';
import { type Adjoint, implicit } from '../implicit/index.js';
import { InputError } from '../message/index.js';
import { lbfgs, type Minimizer, zoom } from '../optimize/index.js';
import { isDoublePrecision, type TensorTree } from '../tensor/index.js';
import type { Checkpoint } from './checkpoint.js';
import type { BilevelProblem } from './hypergradient.js';
import type { EvaluationRecord } from './result.js';
import type { Given, Transforms } from './values.js';

export interface TuneSettings<H extends TensorTree> {
  /** Where to begin: numbers, lists of them, tensors, in a tree like what `inner` and `outer` take. */
  readonly initial: Given<H>;
  /** How each hyperparameter is kept in its range; `log` by default, for penalties. */
  readonly transform?: Transforms<H>;
  /**
   * The outer optimiser: `gradientDescent()`, `adam()`, or any minimiser. By default L-BFGS, with steps of 2 at the most (of
   * log θ, a factor of 7) and line searches that do not insist.
   */
  readonly method?: Minimizer;
  /** `implicit()` by default, or `unrolled({ steps })`. */
  readonly adjoint?: Adjoint;
  /** Done when no entry of the gradient, in the transform's numbers, is larger; 1e-5 by default. */
  readonly tolerance?: number;
  /** Of the outer method; 100 by default. */
  readonly maxSteps?: number;
  /** What may be spent: evaluations are inner solves with their derivative, line searches included. */
  readonly budget?: { readonly evaluations?: number; readonly seconds?: number };
  /**
   * Of the inner solves: `first` at the start, `last` at the end. 1e-6 and 1e-10 by default (in single precision
   * 1e-3 and 1e-4); one number is both.
   */
  readonly innerTolerance?: number | { readonly first?: number; readonly last?: number };
  /** Begin each inner solve at the last solution: by default with implicit derivatives, not with unrolled ones. */
  readonly warmStart?: boolean;
  /** Called after each evaluation; a returned `false` stops the run. */
  readonly onEvaluation?: (record: EvaluationRecord<H>) => unknown;
  readonly signal?: AbortSignal;
  /** `save` is handed a new checkpoint after every `every`th evaluation (1 by default) and at the end. */
  readonly checkpoint?: {
    readonly resume?: unknown;
    readonly save?: (checkpoint: Checkpoint) => void;
    readonly every?: number;
  };
}

/** One problem, or the folds of a cross-validation, whose mean loss is minimised. */
export type TuneOptions<X extends TensorTree, H extends TensorTree> = TuneSettings<H> &
  (BilevelProblem<X, H> | { readonly folds: readonly BilevelProblem<X, H>[] });

/** The numbers and methods that a run goes by. */
export interface Settled {
  readonly method: Minimizer;
  readonly adjoint: Adjoint;
  readonly tolerance: number;
  readonly maxSteps: number;
  readonly budget: { readonly evaluations: number; readonly seconds: number };
  /** Of the inner solves, at first and at last. */
  readonly roughest: number;
  readonly last: number;
  readonly warmStart: boolean;
}

/** @throws InputError for numbers that are not positive, and options that do not go together */
export function settled<H extends TensorTree>(options: TuneSettings<H>): Settled {
  const { adjoint = implicit(), budget, innerTolerance, checkpoint } = options;
  const double = isDoublePrecision(tf.backend());
  const range =
    typeof innerTolerance === 'number' ? { first: innerTolerance, last: innerTolerance } : innerTolerance;
  const last = positive('innerTolerance', range?.last ?? (double ? 1e-10 : 1e-4));
  if (checkpoint && adjoint.kind === 'implicit' && adjoint.options.warmStart) {
    throw new InputError(
      'tune: linear solves that start warm are not in a checkpoint, and a resumed run would differ; leave warmStart of ' +
        'the adjoint, or the checkpoint, out',
    );
  }
  return {
    method: options.method ?? lbfgs({ maxStep: 2, lineSearch: zoom({ maxTrials: 8 }) }),
    adjoint,
    tolerance: positive('tolerance', options.tolerance ?? 1e-5),
    maxSteps: positive('maxSteps', options.maxSteps ?? 100),
    budget: {
      evaluations: positive('budget.evaluations', budget?.evaluations ?? Infinity),
      seconds: positive('budget.seconds', budget?.seconds ?? Infinity),
    },
    roughest: Math.max(last, positive('innerTolerance', range?.first ?? (double ? 1e-6 : 1e-3))),
    last,
    warmStart: options.warmStart ?? adjoint.kind === 'implicit',
  };
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new InputError(`tune: ${name} must be a positive number, found ${value}`);
}
