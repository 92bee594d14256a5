/**
 * What is counted of each atom: neighbours, how many others are within a radius (its coordination), and contacts, how
 * many it overlaps, by which a packing tells its rattlers.
 */
import { InputError } from '../../src/message/index.js';
import { coordinates, type System } from '../../systems/index.js';
import { type BondRule, eachPair, expectedPairs } from './bonds.js';
import { type Frame, numbers } from './frame.js';
import type { Picking } from './picking.js';
import type { Run } from './run.js';

export const countNames = ['neighbours', 'contacts'] as const;
export type CountName = (typeof countNames)[number];

/** Neighbours are looked for so many distances of neighbours away: some four thousand. */
const FARTHEST = 10;

/** With more it is not counted. */
const MOST_PAIRS = 2e7;

/** How far neighbours are looked for. */
export function neighbourReach(
  { spacing }: Pick<Run, 'spacing'>,
  { neighbourRadius }: Pick<Picking, 'neighbourRadius'>,
): number {
  return Math.min(neighbourRadius, FARTHEST * spacing);
}

/** Whether atoms have sizes, so that they can touch. */
export function haveContacts(frame: Frame): boolean {
  return ['radius', 'diameter'].some((name) => numbers(frame, name, 1) !== null);
}

interface Counted {
  readonly reach: number;
  readonly counts: Float32Array;
}

const counted: Readonly<Record<CountName, WeakMap<System, Counted>>> = {
  neighbours: new WeakMap(),
  contacts: new WeakMap(),
};

/**
 * One number an atom, NaN where they cannot be counted; null where contacts are asked of atoms without sizes. The same
 * array again for the same frame.
 */
export function countsOf(
  run: Run,
  frame: Frame,
  name: CountName,
  look: Pick<Picking, 'neighbourRadius'>,
): Float32Array | null {
  const reach = name === 'neighbours' ? neighbourReach(run, look) : 0;
  const { system } = frame;
  const known = counted[name].get(system);
  if (known?.reach === reach) return known.counts;
  if (name === 'contacts' && !haveContacts(frame)) return null;
  const rule: BondRule =
    name === 'neighbours' ? { kind: 'cutoff', cutoff: reach } : { kind: 'radii', factor: 1 };
  const counts = new Float32Array(frame.count);
  const radii = radiiOf(frame);
  const count = (i: number, j: number): void => {
    counts[i]++;
    counts[j]++;
  };
  // More pairs take longer than a picture may.
  const few = expectedPairs(frame, reach) <= MOST_PAIRS;
  if (!few || !goThrough(() => eachPair(system, coordinates(system), rule, radii, count)))
    counts.fill(Number.NaN);
  if (name === 'contacts')
    radii.forEach((radius, i) => {
      if (Number.isNaN(radius)) counts[i] = Number.NaN;
    });
  counted[name].set(system, { reach, counts });
  return counts;
}

/** False where the cell is too skewed to be searched. */
function goThrough(search: () => void): boolean {
  try {
    search();
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return false;
  }
}

/** In double precision: what hardly touches, touches. */
function radiiOf(frame: Frame): Float64Array {
  const radius = numbers(frame, 'radius', 1);
  if (radius !== null) return Float64Array.from(radius.values);
  return Float64Array.from(numbers(frame, 'diameter', 1)?.values ?? [], (value) => value / 2);
}
