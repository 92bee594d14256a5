/**
 * Which atom of one frame is which of another. Column `id` says it where frames have one with a number for each atom;
 * else it is their order, as long as number and species agree. Picked atoms are kept by such names.
 */
import { type Frame, numbers } from './frame.js';

/**
 * For each atom its index in the other frame, −1 where it is not there; `same` where every atom has kept its index;
 * `unknown` where nothing tells which is which.
 */
export type Match = Int32Array | 'same' | 'unknown';

const latest = new WeakMap<Frame, { readonly to: Frame; readonly match: Match }>();

/** The match that was asked for last of a frame is kept: pictures between two frames ask again and again. */
export function matchAtoms(from: Frame, to: Frame): Match {
  if (from === to) return 'same';
  const known = latest.get(from);
  if (known?.to === to) return known.match;
  const match = find(from, to);
  latest.set(from, { to, match });
  return match;
}

function find(from: Frame, to: Frame): Match {
  const [before, after] = [numbers(from, 'id', 1)?.values, numbers(to, 'id', 1)?.values];
  const places = before === undefined || after === undefined ? null : placesOf(after);
  if (before === undefined || places === null || placesOf(before) === null) return byOrder(from, to);
  if (before === after || (before.length === after?.length && before.every((id, i) => id === after[i])))
    return 'same';
  return Int32Array.from(before, (id) => places.get(id) ?? -1);
}

function byOrder(a: Frame, b: Frame): Match {
  if (a.count !== b.count) return 'unknown';
  const same = a.species === b.species || a.species.every((label, k) => label === b.species[k]);
  return same ? 'same' : 'unknown';
}

const known = new WeakMap<ArrayLike<number>, ReadonlyMap<number, number> | null>();

/** The atom of each id; null where one stands twice, which names nothing. */
function placesOf(ids: ArrayLike<number>): ReadonlyMap<number, number> | null {
  let places = known.get(ids);
  if (places === undefined) {
    const found = new Map<number, number>();
    for (let i = 0; i < ids.length; i++) found.set(ids[i], i);
    places = found.size === ids.length && !found.has(Number.NaN) ? found : null;
    known.set(ids, places);
  }
  return places;
}

/** What an atom is called in all frames: its id where ids name the atoms of the frame, else its index. */
export function atomName(frame: Frame, atom: number): number {
  const ids = namesOf(frame);
  return ids === null ? atom : ids[atom];
}

/** The atom of a frame that is called so; −1 where there is none. */
export function atomNamed(frame: Frame, name: number): number {
  const ids = namesOf(frame);
  if (ids !== null) return placesOf(ids)?.get(name) ?? -1;
  return Number.isInteger(name) && name >= 0 && name < frame.count ? name : -1;
}

/** Whether atoms are called by their ids; else by their indices. */
export function isNamedById(frame: Frame): boolean {
  return namesOf(frame) !== null;
}

function namesOf(frame: Frame): ArrayLike<number> | null {
  const ids = numbers(frame, 'id', 1)?.values;
  return ids === undefined || placesOf(ids) === null ? null : ids;
}
