/** What is measured: atoms that have been picked, the radius within which neighbours are listed, and g(r). */
import { InputError } from '../../src/message/index.js';
import { type Field, type Fields, list, number, oneOf, text } from './fields.js';

export interface Picking {
  /** What up to four atoms are called (`atomName`), in the order in which they were picked. */
  readonly picked: readonly number[];
  /** A length in the file's unit. */
  readonly neighbourRadius: number;
  /** Which g(r) is drawn: none, that of all atoms, or from the first of two species to the second. */
  readonly distribution: Distribution;
}

export type Distribution = 'none' | 'all' | readonly [string, string];

export const MOST_PICKED = 4;

const distribution: Field<Distribution> = (value, where) => {
  if (!Array.isArray(value)) return oneOf<'none' | 'all'>('none', 'all')(value, where);
  const [from, to, ...more] = list(text, 2)(value, where);
  if (from !== undefined && to !== undefined && more.length === 0) return [from, to];
  throw new InputError(`${where}: found ${JSON.stringify(value)}, expected two species`);
};

export const pickingFields: Fields<Picking> = {
  picked: list(number(), MOST_PICKED),
  neighbourRadius: number(0),
  distribution,
};

export function createPicking(spacing: number): Picking {
  return { picked: [], neighbourRadius: Number((1.5 * spacing).toPrecision(2)), distribution: 'none' };
}

/** An atom alone; with `more`, added to those before it, or taken away where it is one of them. */
export function pick<S extends Picking>(session: S, atom: number | null, more: boolean): S {
  const { picked } = session;
  if (atom === null) return more ? session : { ...session, picked: [] };
  if (picked.includes(atom)) return { ...session, picked: picked.filter((one) => one !== atom) };
  return { ...session, picked: more ? [...picked, atom].slice(-MOST_PICKED) : [atom] };
}
