/**
 * Hyperparameters by the gradient of a validation loss: an outer method of src/optimize moves them, an inner problem is
 * solved at each place, and the derivative of its solution comes from `customRoot`.
 *
 * Inner solves begin at the last solution, and are only as exact as the outer loop needs: roughly at first, to the final
 * tolerance where the gradient has become small (Pedregosa, ICML 2016).
 */
import * as tf from '@tensorflow/tfjs';
import { type Adjoint, implicit } from '../implicit/index.js';
import { InputError, warn } from '../message/index.js';
import {
  lbfgs,
  type Minimizer,
  type Objective,
  type RunOptions,
  run,
  runAsync,
  type Solution,
  zoom,
} from '../optimize/index.js';
import { isDoublePrecision, type TensorTree, unflatten, withoutLeaks } from '../tensor/index.js';
import { type Checkpoint, decode, encode, readCheckpoint, type StoredEvaluation } from './checkpoint.js';
import {
  type BilevelProblem,
  type Differentiator,
  differentiator,
  type LinearOutcome,
} from './hypergradient.js';
import type { InnerOutcome } from './inner.js';
import { type Given, type HyperSpace, hyperSpace, type Transforms, type Values } from './values.js';

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

export interface EvaluationRecord<H extends TensorTree = TensorTree> {
  /** From 1. */
  readonly evaluation: number;
  readonly hyperparameters: Values<H>;
  readonly loss: number;
  /** Largest entry of the gradient in the transform's numbers. */
  readonly gradient: number;
  /** That the inner solves were asked for. */
  readonly innerTolerance: number;
  /** One a fold. */
  readonly inner: readonly InnerOutcome[];
  /** One a fold, null where none was solved. */
  readonly linear: readonly (LinearOutcome | null)[];
  /** Whether all inner problems and linear systems were solved as asked. */
  readonly solved: boolean;
  /** Since the start, those of the run that was resumed included. */
  readonly seconds: number;
}

/** 'budget': the evaluations or seconds are spent. 'inner-failed': the best point's inner problem was not solved. */
export type TuneResultCode =
  | 'converged'
  | 'step-limit'
  | 'budget'
  | 'stuck'
  | 'not-finite'
  | 'unbounded'
  | 'aborted'
  | 'inner-failed';

export interface TuneResult<X extends TensorTree, H extends TensorTree> {
  /** Of the lowest loss that was seen where everything was solved as asked. */
  readonly hyperparameters: Values<H>;
  /** There, with the inner problem solved to the last tolerance. */
  readonly validationLoss: number;
  /** Inner solutions there, one a fold: new tensors, the caller's to dispose of. */
  readonly solutions: readonly X[];
  readonly result: TuneResultCode;
  /** What happened and what to do next. */
  readonly message: string;
  readonly converged: boolean;
  readonly evaluations: number;
  /** Evaluations with an inner problem or a linear system that was not solved as asked. */
  readonly unsolved: number;
  readonly seconds: number;
  readonly history: readonly EvaluationRecord<H>[];
  readonly checkpoint: Checkpoint;
}

/**
 * Minimises outer(x*(θ), θ) over θ, where x*(θ) solves the inner problem.
 *
 * Does not throw where it does not converge: `result` and `message` say how it ended.
 *
 * @throws InputError on options that cannot be, and a checkpoint of another run
 */
export function tune<X extends TensorTree, H extends TensorTree>(
  options: TuneOptions<X, H>,
): TuneResult<X, H> {
  const session = new Session(options);
  while (!session.ended) {
    session.attempt(() => run(session.method, session.objective, session.place, session.runOptions));
  }
  return session.finish();
}

/** As `tune`, but lets other work have its turn between the outer method's steps: a page stays alive, a signal can arrive. */
export async function tuneAsync<X extends TensorTree, H extends TensorTree>(
  options: TuneOptions<X, H>,
): Promise<TuneResult<X, H>> {
  const session = new Session(options);
  while (!session.ended) {
    // What the signal has to interrupt are evaluations, each of them long: every one is followed by a pause.
    const solution = runAsync(session.method, session.objective, session.place, {
      ...session.runOptions,
      pause: 0,
    });
    await solution.then(
      (found) => session.attempt(() => found),
      (error) =>
        session.attempt(() => {
          throw error;
        }),
    );
  }
  return session.finish();
}

/** Thrown out of a method's step, to end it. */
class Ended extends Error {
  constructor(readonly result: 'budget' | 'aborted') {
    super(result);
  }
}

/** What a run knows: its evaluations, the last inner solutions, how exact the next one has to be. */
class Session<X extends TensorTree, H extends TensorTree> {
  readonly method: Minimizer;
  readonly objective: Objective;
  /** Where the outer method begins, or begins again. */
  place: Float64Array;
  ended: Pick<TuneResult<X, H>, 'result' | 'message'> | null = null;

  private readonly space: HyperSpace<H>;
  private readonly folds: readonly Differentiator<H>[];
  private readonly adjoint: Adjoint;
  private readonly tolerance: number;
  private readonly last: number;
  private readonly roughest: number;
  private innerTolerance: number;
  private firstError: number | null = null;
  private stepsLeft: number;
  private readonly records: EvaluationRecord<H>[] = [];
  private readonly stored: StoredEvaluation[] = [];
  private readonly description: string;
  private readonly resumed: Checkpoint | null;
  private solutions: (Float64Array | null)[];
  private readonly began = performance.now();

  constructor(private readonly options: TuneOptions<X, H>) {
    const { tolerance = 1e-5, maxSteps = 100, innerTolerance, checkpoint } = options;
    this.space = hyperSpace<H>(options.initial, options.transform);
    this.adjoint = options.adjoint ?? implicit();
    this.method = options.method ?? lbfgs({ maxStep: 2, lineSearch: zoom({ maxTrials: 8 }) });
    this.tolerance = positive('tolerance', tolerance);
    this.stepsLeft = positive('maxSteps', maxSteps);
    if (options.budget?.evaluations !== undefined) positive('budget.evaluations', options.budget.evaluations);
    if (options.budget?.seconds !== undefined) positive('budget.seconds', options.budget.seconds);
    const double = isDoublePrecision(tf.backend());
    const range =
      typeof innerTolerance === 'number' ? { first: innerTolerance, last: innerTolerance } : innerTolerance;
    this.last = positive('innerTolerance', range?.last ?? (double ? 1e-10 : 1e-4));
    this.roughest = Math.max(this.last, positive('innerTolerance', range?.first ?? (double ? 1e-6 : 1e-3)));
    this.innerTolerance = this.roughest;
    const problems = 'folds' in options ? options.folds : [options];
    if (problems.length === 0) throw new InputError('tune: there are no folds; give one problem or more');
    this.folds = problems.map((problem) => differentiator(problem, this.adjoint));
    this.solutions = problems.map(() => null);
    this.place = this.space.start;
    const adjoint = this.adjoint.kind === 'unrolled' ? `${this.adjoint.steps} steps unrolled` : 'implicit';
    this.description =
      `${this.space.description} with ${this.method.name}, ${adjoint}, ${plural(problems.length, 'problem')} ` +
      `(${this.fingerprint()})`;
    this.resumed =
      checkpoint?.resume === undefined ? null : readCheckpoint(checkpoint.resume, this.description);
    if (checkpoint && this.adjoint.kind === 'implicit' && this.adjoint.options.warmStart) {
      throw new InputError(
        'tune: linear solves that start warm are not in a checkpoint, and a resumed run would differ; leave warmStart of ' +
          'the adjoint, or the checkpoint, out',
      );
    }
    this.objective = { size: this.space.size, gradient: (u, g) => this.evaluate(u, g) };
  }

  get runOptions(): RunOptions {
    return {
      tolerance: this.tolerance,
      maxSteps: this.stepsLeft,
      onStep: ({ step, error }) => {
        if (step > 0) this.stepsLeft--;
        this.tighten(error);
      },
    };
  }

  /** One run of the outer method. Where it ended on inner solutions that were rough, there is another from its end. */
  attempt(work: () => Solution): void {
    try {
      const { result, message, value } = work();
      const again = (result === 'converged' || result === 'stuck') && this.innerTolerance > this.last;
      if (again && this.stepsLeft > 0) {
        this.innerTolerance = this.last;
        this.place = value;
        return;
      }
      // There is no certificate of infeasibility without constraints.
      this.ended = { result: result === 'infeasible' ? 'stuck' : result, message };
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      const count = plural(this.records.length, 'evaluation');
      const message =
        error.result === 'budget'
          ? `the budget is spent after ${count}, ${this.seconds().toPrecision(3)} s: give more, or take what there is`
          : `stopped by the caller after ${count}`;
      this.ended = { result: error.result, message };
    }
  }

  finish(): TuneResult<X, H> {
    const ending = this.ended as Pick<TuneResult<X, H>, 'result' | 'message'>;
    const checkpoint = this.checkpoint();
    this.options.checkpoint?.save?.(checkpoint);
    const finite = this.records.filter(({ loss }) => Number.isFinite(loss));
    const trusted = finite.filter(({ solved }) => solved);
    const best = lowest(trusted) ?? lowest(finite) ?? this.records[0];
    const u = decode(this.stored[best.evaluation - 1].u);
    const found = withoutLeaks(() => {
      const hyper = this.space.transformed(this.space.tree(u));
      return this.folds.map((fold, k) => fold.solve(hyper, this.startOf(k), this.last));
    });
    const unsolved = this.records.length - this.records.filter(({ solved }) => solved).length;
    const failed = found.find(({ inner }) => inner.result !== 'converged');
    let { result, message } = ending;
    if (unsolved > 0) {
      const complaint = complaintOf(this.records.find(({ solved }) => !solved) as EvaluationRecord<H>);
      message += `. In ${unsolved} of ${plural(this.records.length, 'evaluation')} not all was solved as asked, at first: ${complaint}`;
    }
    if (failed || (trusted.length === 0 && result !== 'not-finite')) {
      if (result !== 'not-finite') result = 'inner-failed';
      if (failed)
        message = `the inner problem at the best point was not solved: ${failed.inner.message}. ${message}`;
    }
    if (unsolved > 0 || failed) warn(`tune: ${message}`);
    return {
      hyperparameters: this.space.values(u),
      validationLoss: mean(found.map(({ loss }) => loss)),
      solutions: found.map(({ solution }, k) => unflatten(solution, this.folds[k].structure) as X),
      result,
      message,
      converged: result === 'converged',
      evaluations: this.records.length,
      unsolved,
      seconds: this.seconds(),
      history: this.records,
      checkpoint,
    };
  }

  private evaluate(u: Float64Array, g: Float64Array): number {
    const answered = this.resumed?.evaluations[this.records.length];
    return answered ? this.replay(answered, u, g) : this.live(u, g);
  }

  private live(u: Float64Array, g: Float64Array): number {
    this.checkBudget();
    const { innerTolerance } = this;
    const place = Float64Array.from(u);
    const found = withoutLeaks(() => {
      const tree = this.space.tree(place);
      const careful = innerTolerance <= this.last;
      return this.folds.map((fold, k) =>
        fold.evaluate(tree, this.space.transformed, this.startOf(k), innerTolerance, careful),
      );
    });
    this.solutions = found.map(({ solution }) => (solution.every(Number.isFinite) ? solution : null));
    g.fill(0);
    for (const { gradient } of found) {
      for (let i = 0; i < g.length; i++) g[i] += gradient[i] / found.length;
    }
    const loss = mean(found.map((one) => one.loss));
    this.stored.push({
      u: encode(place),
      gradient: encode(g),
      loss: encode(Float64Array.of(loss)),
      innerTolerance,
      inner: found.map(({ inner }) => inner),
      linear: found.map(({ linear }) => linear ?? null),
      seconds: this.seconds(),
    });
    const record = this.record(place, loss, g, this.stored[this.stored.length - 1]);
    const { save, every = 1 } = this.options.checkpoint ?? {};
    if (save && this.records.length % every === 0) save(this.checkpoint());
    if (this.options.onEvaluation?.(record) === false || this.options.signal?.aborted)
      throw new Ended('aborted');
    return loss;
  }

  private replay(answer: StoredEvaluation, u: Float64Array, g: Float64Array): number {
    if (encode(Float64Array.from(u)) !== answer.u) {
      throw new InputError(
        `evaluation ${this.records.length + 1} of the checkpoint was at other hyperparameters than this run comes to: it ` +
          'belongs to other data or other options; resume with the same, or start anew without it',
      );
    }
    g.set(decode(answer.gradient));
    const [loss] = decode(answer.loss);
    this.stored.push(answer);
    this.record(Float64Array.from(u), loss, g, answer);
    if (this.records.length === this.resumed?.evaluations.length) {
      this.solutions = this.resumed.solutions.map((text) => (text === '' ? null : decode(text)));
    }
    return loss;
  }

  private record(
    u: Float64Array,
    loss: number,
    g: Float64Array,
    stored: StoredEvaluation,
  ): EvaluationRecord<H> {
    const { innerTolerance, inner, linear, seconds } = stored;
    const record: EvaluationRecord<H> = {
      evaluation: this.records.length + 1,
      hyperparameters: this.space.values(u),
      loss,
      gradient: g.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0),
      innerTolerance,
      inner,
      linear,
      solved: [...inner, ...linear].every((outcome) => outcome === null || outcome.result === 'converged'),
      seconds,
    };
    this.records.push(record);
    return record;
  }

  /** Of the data. */
  private fingerprint(): string {
    return withoutLeaks(() => {
      const hyper = this.space.transformed(this.space.tree(this.place));
      return this.folds.map((fold) => encode(fold.fingerprint(hyper))).join(' ');
    });
  }

  private checkBudget(): void {
    const { budget, signal } = this.options;
    if (signal?.aborted && this.records.length > 0) throw new Ended('aborted');
    if (this.records.length === 0) return;
    const { evaluations = Infinity, seconds = Infinity } = budget ?? {};
    if (this.records.length >= evaluations || this.seconds() >= seconds) throw new Ended('budget');
  }

  /** The share of the way from the first gradient to the tolerance, in orders of magnitude, is that of the inner tolerance. */
  private tighten(error: number): void {
    this.firstError ??= error;
    const way = Math.log(this.firstError / this.tolerance);
    const share = way > 0 ? Math.min(1, Math.max(0, Math.log(this.firstError / error) / way)) : 1;
    const [from, to] = [Math.log10(this.roughest), Math.log10(this.last)];
    const wanted = 10 ** Math.floor(from + share * (to - from) + 1e-9);
    this.innerTolerance = Math.max(this.last, Math.min(this.innerTolerance, wanted));
  }

  private startOf(fold: number): Float64Array | null {
    const warm = this.options.warmStart ?? this.adjoint.kind === 'implicit';
    return warm ? this.solutions[fold] : null;
  }

  private checkpoint(): Checkpoint {
    return {
      format: 'stillpoint tuning',
      version: 1,
      description: this.description,
      seconds: this.seconds(),
      evaluations: [...this.stored],
      solutions: this.solutions.map((solution) => (solution === null ? '' : encode(solution))),
    };
  }

  private seconds(): number {
    return (this.resumed?.seconds ?? 0) + (performance.now() - this.began) / 1000;
  }
}

function lowest<R extends { readonly loss: number }>(records: readonly R[]): R | undefined {
  return records.reduce<R | undefined>(
    (best, each) => (best && best.loss <= each.loss ? best : each),
    undefined,
  );
}

function complaintOf({ inner, linear }: Pick<EvaluationRecord, 'inner' | 'linear'>): string {
  const failed = [...inner, ...linear].find((outcome) => outcome !== null && outcome.result !== 'converged');
  return failed?.message ?? '';
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0);

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new InputError(`tune: ${name} must be a positive number, found ${value}`);
}
