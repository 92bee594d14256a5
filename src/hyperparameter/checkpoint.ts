/**
 * The state of a tuning run as JSON, exact to the bit.
 *
 * It holds every evaluation so far. A resumed run goes through its outer method's steps again and takes the answers from
 * there until they are used up, whatever the method and its state are; then it goes on. Where to keep it is the caller's.
 */
import { InputError } from '../message/index.js';
import type { LinearOutcome } from './hypergradient.js';
import type { InnerOutcome } from './inner.js';

export interface Checkpoint {
  readonly format: 'stillpoint tuning';
  readonly version: 1;
  /** Of the hyperparameters, the outer method and the adjoint: a resumed run must have the same. */
  readonly description: string;
  readonly seconds: number;
  readonly evaluations: readonly StoredEvaluation[];
  /** The last inner solution of each fold, as base64. */
  readonly solutions: readonly string[];
}

export interface StoredEvaluation {
  /** The outer method's numbers, the gradient and the loss there, as base64. */
  readonly u: string;
  readonly gradient: string;
  readonly loss: string;
  readonly innerTolerance: number;
  readonly inner: readonly InnerOutcome[];
  readonly linear: readonly (LinearOutcome | null)[];
  readonly seconds: number;
}

/** A checkpoint from parsed JSON. @throws InputError where it is none, or one of another run */
export function readCheckpoint(value: unknown, description: string): Checkpoint {
  const found = value as Partial<Checkpoint> | null;
  if (typeof found !== 'object' || found?.format !== 'stillpoint tuning' || found.version !== 1) {
    throw new InputError(
      'this is no checkpoint of a tuning run: it lacks "format": "stillpoint tuning", "version": 1',
    );
  }
  for (const list of ['evaluations', 'solutions'] as const) {
    if (!Array.isArray(found[list]))
      throw new InputError(`the checkpoint is damaged: it has no list "${list}"`);
  }
  if (found.description !== description) {
    throw new InputError(
      `the checkpoint belongs to another run: it is of ${found.description}, this one of ${description}; resume with the ` +
        'same data and options, or start anew without it',
    );
  }
  return found as Checkpoint;
}

/** JSON has no NaN, no −0, and typed arrays only as long lists. */
export function encode(values: Float64Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let from = 0; from < bytes.length; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  }
  return btoa(text);
}

export function decode(text: string): Float64Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}
