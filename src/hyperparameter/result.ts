/** What a tuning run tells of each evaluation, and what comes back at its end. */
import type { TensorTree } from '../tensor/index.js';
import type { Checkpoint } from './checkpoint.js';
import type { LinearOutcome } from './hypergradient.js';
import type { InnerOutcome } from './inner.js';
import type { Values } from './values.js';

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

/** Whether all was solved as asked. */
export function allSolved({ inner, linear }: Pick<EvaluationRecord, 'inner' | 'linear'>): boolean {
  return [...inner, ...linear].every((outcome) => outcome === null || outcome.result === 'converged');
}

/** The evaluation of the lowest loss: of those where all was solved, of those with a loss, or else the first. */
export function bestOf<H extends TensorTree>(records: readonly EvaluationRecord<H>[]): EvaluationRecord<H> {
  const finite = records.filter(({ loss }) => Number.isFinite(loss));
  const trusted = finite.filter(({ solved }) => solved);
  return lowest(trusted) ?? lowest(finite) ?? records[0];
}

/**
 * How the run ended, with what was not solved on its way.
 *
 * @param last the inner solves at the best point, to the last tolerance
 */
export function ending(
  { result, message }: { readonly result: TuneResultCode; readonly message: string },
  records: readonly EvaluationRecord[],
  last: readonly InnerOutcome[],
): { result: TuneResultCode; message: string } {
  const unsolved = records.filter(({ solved }) => !solved);
  const failed = last.find((outcome) => outcome.result !== 'converged');
  const nothingSolved = !records.some(({ loss, solved }) => solved && Number.isFinite(loss));
  let text = message;
  if (unsolved.length > 0) {
    text += `. In ${unsolved.length} of ${plural(records.length, 'evaluation')} not all was solved as asked, at first: `;
    text += complaintOf(unsolved[0]);
  }
  if (failed)
    text = `the inner problem at the best point was not solved: ${withoutStop(failed.message)}. ${text}`;
  const isFailure = (failed !== undefined || nothingSolved) && result !== 'not-finite';
  return { result: isFailure ? 'inner-failed' : result, message: text };
}

function complaintOf({ inner, linear }: EvaluationRecord): string {
  const failed = [...inner, ...linear].find((outcome) => outcome !== null && outcome.result !== 'converged');
  return withoutStop(failed?.message ?? '');
}

/** Some messages are sentences. */
const withoutStop = (message: string): string => message.replace(/\.$/, '');

function lowest<R extends { readonly loss: number }>(records: readonly R[]): R | undefined {
  return records.reduce<R | undefined>(
    (best, each) => (best && best.loss <= each.loss ? best : each),
    undefined,
  );
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
