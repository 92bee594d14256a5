/**
 * A tuning run under way: its evaluations, the last inner solutions, how exact the next one has to be, what is kept for a
 * checkpoint. The outer method sees an objective; when it has to end early, that throws.
 *
 * Inner solves begin at the last solution.
 */
import { InputError, warn } from '../message/index.js';
import type { Minimizer, Objective, RunOptions, Solution } from '../optimize/index.js';
import { type TensorTree, unflatten, withoutLeaks } from '../tensor/index.js';
import { type Checkpoint, decode, encode, readCheckpoint, type StoredEvaluation } from './checkpoint.js';
import { type Differentiator, differentiator } from './hypergradient.js';
import { type InnerTolerance, innerTolerance } from './inner-tolerance.js';
import {
  allSolved,
  bestOf,
  type EvaluationRecord,
  ending,
  plural,
  type TuneResult,
  type TuneResultCode,
} from './result.js';
import { type Settled, settled, type TuneOptions } from './settings.js';
import { type HyperSpace, hyperSpace } from './values.js';

/** Thrown out of a method's step, to end it. */
class Ended extends Error {
  constructor(readonly result: 'budget' | 'aborted') {
    super(result);
  }
}

export class Session<X extends TensorTree, H extends TensorTree> {
  readonly method: Minimizer;
  readonly objective: Objective;
  /** Where the outer method begins, or begins again. */
  place: Float64Array;
  ended: { readonly result: TuneResultCode; readonly message: string } | null = null;

  private readonly settings: Settled;
  private readonly space: HyperSpace<H>;
  private readonly folds: readonly Differentiator<H>[];
  private readonly exactness: InnerTolerance;
  private stepsLeft: number;
  private readonly records: EvaluationRecord<H>[] = [];
  private readonly stored: StoredEvaluation[] = [];
  private readonly description: string;
  private readonly resumed: Checkpoint | null;
  private solutions: (Float64Array | null)[];
  private readonly began = performance.now();

  constructor(private readonly options: TuneOptions<X, H>) {
    this.space = hyperSpace<H>(options.initial, options.transform);
    this.settings = settled(options);
    const { method, adjoint, tolerance, maxSteps, roughest, last } = this.settings;
    this.method = method;
    this.stepsLeft = maxSteps;
    this.exactness = innerTolerance(roughest, last, tolerance);
    const problems = 'folds' in options ? options.folds : [options];
    if (problems.length === 0) throw new InputError('tune: there are no folds; give one problem or more');
    this.folds = problems.map((problem) => differentiator(problem, adjoint));
    this.solutions = problems.map(() => null);
    this.place = this.space.start;
    const { resume } = options.checkpoint ?? {};
    this.description =
      `${this.space.description} with ${method.name}, ` +
      `${adjoint.kind === 'unrolled' ? `${adjoint.steps} steps unrolled` : 'implicit'}, ` +
      `${plural(problems.length, 'problem')} (${this.fingerprint()})`;
    this.resumed = resume === undefined ? null : readCheckpoint(resume, this.description);
    this.objective = { size: this.space.size, gradient: (u, g) => this.evaluate(u, g) };
  }

  get runOptions(): RunOptions {
    return {
      tolerance: this.settings.tolerance,
      maxSteps: this.stepsLeft,
      onStep: ({ step, error }) => {
        if (step > 0) this.stepsLeft--;
        this.exactness.follow(error);
      },
    };
  }

  /** One run of the outer method. Where it ended on inner solutions that were rough, there is another from its end. */
  attempt(work: () => Solution): void {
    try {
      const { result, message, value } = work();
      const again = (result === 'converged' || result === 'stuck') && !this.exactness.isLast;
      if (again && this.stepsLeft > 0) {
        this.exactness.finish();
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

  /** The best evaluation, solved again to the last tolerance. */
  finish(): TuneResult<X, H> {
    const { records } = this;
    const checkpoint = this.checkpoint();
    this.options.checkpoint?.save?.(checkpoint);
    const u = decode(this.stored[bestOf(records).evaluation - 1].u);
    const found = withoutLeaks(() => {
      const hyper = this.space.transformed(this.space.tree(u));
      return this.folds.map((fold, k) => fold.solve(hyper, this.startOf(k), this.settings.last));
    });
    const inner = found.map((one) => one.inner);
    const unsolved = records.filter(({ solved }) => !solved).length;
    const { result, message } = ending(this.ended as NonNullable<typeof this.ended>, records, inner);
    if (unsolved > 0 || inner.some((outcome) => outcome.result !== 'converged')) warn(`tune: ${message}`);
    return {
      hyperparameters: this.space.values(u),
      validationLoss: mean(found.map(({ loss }) => loss)),
      solutions: found.map(({ solution }, k) => unflatten(solution, this.folds[k].structure) as X),
      result,
      message,
      converged: result === 'converged',
      evaluations: records.length,
      unsolved,
      seconds: this.seconds(),
      history: records,
      checkpoint,
    };
  }

  private evaluate(u: Float64Array, g: Float64Array): number {
    const answered = this.resumed?.evaluations[this.records.length];
    return answered ? this.replay(answered, u, g) : this.live(u, g);
  }

  private live(u: Float64Array, g: Float64Array): number {
    this.checkBudget();
    const { now, isLast } = this.exactness;
    const place = Float64Array.from(u);
    const found = withoutLeaks(() => {
      const tree = this.space.tree(place);
      return this.folds.map((fold, k) =>
        fold.evaluate(tree, this.space.transformed, this.startOf(k), now, isLast),
      );
    });
    this.solutions = found.map(({ solution }) => (solution.every(Number.isFinite) ? solution : null));
    g.fill(0);
    for (const { gradient } of found) {
      for (let i = 0; i < g.length; i++) g[i] += gradient[i] / found.length;
    }
    const loss = mean(found.map((one) => one.loss));
    const answer: StoredEvaluation = {
      u: encode(place),
      gradient: encode(g),
      loss: encode(Float64Array.of(loss)),
      innerTolerance: now,
      inner: found.map(({ inner }) => inner),
      linear: found.map(({ linear }) => linear ?? null),
      seconds: this.seconds(),
    };
    const record = this.keep(answer, place, loss, g);
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
    this.keep(answer, Float64Array.from(u), loss, g);
    if (this.records.length === this.resumed?.evaluations.length) {
      this.solutions = this.resumed.solutions.map((text) => (text === '' ? null : decode(text)));
    }
    return loss;
  }

  private keep(
    answer: StoredEvaluation,
    u: Float64Array,
    loss: number,
    g: Float64Array,
  ): EvaluationRecord<H> {
    const { innerTolerance, inner, linear, seconds } = answer;
    const record: EvaluationRecord<H> = {
      evaluation: this.records.length + 1,
      hyperparameters: this.space.values(u),
      loss,
      gradient: g.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0),
      innerTolerance,
      inner,
      linear,
      solved: allSolved(answer),
      seconds,
    };
    this.stored.push(answer);
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

  /** The first evaluation always takes place. */
  private checkBudget(): void {
    if (this.records.length === 0) return;
    if (this.options.signal?.aborted) throw new Ended('aborted');
    const { evaluations, seconds } = this.settings.budget;
    if (this.records.length >= evaluations || this.seconds() >= seconds) throw new Ended('budget');
  }

  private startOf(fold: number): Float64Array | null {
    return this.settings.warmStart ? this.solutions[fold] : null;
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

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value / values.length, 0);
