/** Atoms that have been picked, which are measured, and the radius within which an atom's neighbours are listed. */
import { type Fields, list, number, whole } from './fields.js';

export interface Picking {
  /** Up to four atoms, in the order in which they were picked. */
  readonly picked: readonly number[];
  /** A length in the file's unit. */
  readonly neighbourRadius: number;
}

export const MOST_PICKED = 4;

export const pickingFields: Fields<Picking> = {
  picked: list(whole(0), MOST_PICKED),
  neighbourRadius: number(0),
};

export function createPicking(spacing: number): Picking {
  return { picked: [], neighbourRadius: Number((1.5 * spacing).toPrecision(2)) };
}

/** An atom alone; with `more`, added to those before it, or taken away where it is one of them. */
export function pick<S extends Picking>(session: S, atom: number | null, more: boolean): S {
  const { picked } = session;
  if (atom === null) return more ? session : { ...session, picked: [] };
  if (picked.includes(atom)) return { ...session, picked: picked.filter((one) => one !== atom) };
  return { ...session, picked: more ? [...picked, atom].slice(-MOST_PICKED) : [atom] };
}
