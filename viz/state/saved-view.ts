/**
 * A view that can be opened again: the session and what it was of, as JSON for a file or for the end of an address.
 * What comes in from outside is checked entry by entry.
 */
import { InputError } from '../../src/message/index.js';
import { checkColumns } from './columns.js';
import { type Fields, nullable, oneOf, record, text } from './fields.js';
import type { Run } from './run.js';
import { type Session, sessionFields } from './session.js';

export interface SavedView {
  readonly version: 1;
  /** The name of the file that was looked at. */
  readonly file: string;
  readonly theme: 'light' | 'dark';
  readonly session: Session;
  /** What is seen beside it; null where nothing is. */
  readonly beside: SavedBeside | null;
}

export interface SavedBeside {
  readonly file: string;
  /** Where it stands while it goes its own way; null while it is linked. */
  readonly own: OwnWay | null;
}

export type OwnWay = Pick<Session, 'camera' | 'time'>;

/** Numbers are shortened to what a picture can show. */
export function formatView(view: SavedView): string {
  return JSON.stringify(view, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  );
}

/**
 * A saved view, checked.
 *
 * @param session that of the run as it is shown at first; has what the view does not say
 * @throws InputError that says what was found, where, and what was expected
 */
export function parseView(json: string, session: Session): SavedView {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch (error) {
    throw new InputError(`the view is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const version = (given as { version?: unknown } | null)?.version;
  if (version !== 1) {
    throw new InputError(
      `the view has version ${JSON.stringify(version) ?? 'none'}, expected 1: it is no saved view, or was saved by a newer program`,
    );
  }
  const { camera, time } = sessionFields;
  const beside = record<SavedBeside>({ file: text, own: nullable(record<OwnWay>({ camera, time })) });
  const fields: Fields<Omit<SavedView, 'beside'>> = {
    version: oneOf<1>(1),
    file: text,
    theme: oneOf<'light' | 'dark'>('light', 'dark'),
    session: record(sessionFields, session),
  };
  const { beside: second = null, ...rest } = given as Partial<SavedView>;
  return { ...record(fields)(rest, ''), beside: nullable(beside)(second, 'beside') };
}

/** The part of an address after `#` that holds a view. */
export function viewHash(view: SavedView): string {
  return `#view=${encodeURIComponent(formatView(view))}`;
}

/** The JSON in an address's hash; null where it holds no view. @throws InputError where it is cut or mangled */
export function hashView(hash: string): string | null {
  if (!hash.startsWith('#view=')) return null;
  try {
    return decodeURIComponent(hash.slice('#view='.length));
  } catch {
    throw new InputError('the view in the address is not whole; copy all of the address');
  }
}

/** @throws InputError where a view shows what a run has not: a column, a frame */
export function checkView({ session }: SavedView, run: Run): void {
  checkColumns(run, session, 'the view');
  if (session.time >= run.length) {
    throw new InputError(
      `the view shows frame ${Math.floor(session.time)}, but ${run.name} has ${run.length}`,
    );
  }
}
