/**
 * What colours can tell of atoms besides their species: a column of one number, how large a vector is, as |forces|, or
 * what is counted of them.
 * The numbers of a frame, and their range in it and in all frames that have been seen.
 */
import { summarize } from './catalog.js';
import { computedRange } from './computed-range.js';
import { type CountName, countNames, countsOf, haveContacts, neighbourReach } from './counts.js';
import { displacementSizes } from './displacement-sizes.js';
import type { Drawing } from './drawing.js';
import { type Frame, numbers } from './frame.js';
import type { Look } from './look.js';
import type { Picking } from './picking.js';
import type { Run } from './run.js';
import { DISPLACEMENT, vectorNames, vectorsOf } from './vectors.js';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What computed numbers depend on, beside the frame. */
export type Referred = Pick<Drawing & Picking, 'reference' | 'neighbourRadius'>;

/** All that atoms of a run can be coloured by: columns of one number, sizes of vectors, then what is counted. */
export function colorNames(run: Run): readonly string[] {
  const { scalars } = run;
  const sizes = vectorNames(run).map((name) => `|${name}|`);
  const counts = countNames.filter((name) => name === 'neighbours' || haveContacts(run.first));
  return [...scalars, ...[...sizes, ...counts].filter((name) => !scalars.includes(name))];
}

/** The vector whose size has that name; null where it is the name of a column of one number, or of nothing. */
export function sizedVector(run: Run, name: string): string | null {
  if (run.scalars.includes(name) || !/^\|.+\|$/s.test(name)) return null;
  const vector = name.slice(1, -1);
  return vectorNames(run).includes(vector) ? vector : null;
}

/** What is counted by that name; null where it is the name of a column, or of nothing. */
export function countedName(run: Run, name: string): CountName | null {
  return run.scalars.includes(name) ? null : (countNames.find((known) => known === name) ?? null);
}

/** One number an atom; null where the frame has none. The same array again for the same frame. */
export function colorNumbers(run: Run, frame: Frame, name: string, look: Referred): ArrayLike<number> | null {
  const count = countedName(run, name);
  if (count !== null) return countsOf(run, frame, count, look);
  const arrows = sizedVector(run, name);
  if (arrows === null) return numbers(frame, name, 1)?.values ?? null;
  const vectors = vectorsOf(run, frame, { arrows, reference: look.reference });
  return vectors && sizesOf(run, vectors);
}

const latest = new WeakMap<Run, { readonly of: ArrayLike<number>; readonly sizes: Float32Array }>();

/** Those that were asked for last are kept. */
function sizesOf(run: Run, vectors: ArrayLike<number>): Float32Array {
  const known = latest.get(run);
  if (known?.of === vectors) return known.sizes;
  const sizes = new Float32Array(vectors.length / 3);
  for (let i = 0; i < sizes.length; i++) {
    const [x, y, z] = [vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]];
    sizes[i] = Math.sqrt(x * x + y * y + z * z);
  }
  latest.set(run, { of: vectors, sizes });
  return sizes;
}

interface Span {
  readonly of: number;
  readonly range: Range | null;
  /** In how many frames the numbers have been looked at. */
  readonly seen: number;
}

const spans = new WeakMap<Run, Map<string, Span>>();

/** Of columns looked for once for each version of a run. */
function spanOf(run: Run, name: string, look: Referred): Omit<Span, 'of'> {
  const computed = computedSpan(run, name, look);
  if (computed !== null) return computed;
  const known = spans.get(run) ?? new Map<string, Span>();
  spans.set(run, known);
  const of = run.version;
  const before = known.get(name);
  if (before?.of === of) return before;
  const span = { of, ...found(run, name) };
  known.set(name, span);
  return span;
}

/** Of what is no column but computed from frames, which are looked at one by one; null of columns. */
function computedSpan(run: Run, name: string, look: Referred): Omit<Span, 'of'> | null {
  const count = countedName(run, name);
  if (count !== null) {
    return computedRange(run, name, [neighbourReach(run, look)], 30_000, (frame) => {
      const counts = countsOf(run, frame, count, look);
      return counts && summarize(counts, 1);
    });
  }
  const vector = sizedVector(run, name);
  if (vector !== DISPLACEMENT || run.vectors.includes(DISPLACEMENT)) return null;
  const { largest, seen } = displacementSizes(run, look);
  // In the reference frame itself nothing has moved.
  return { range: seen > 0 ? { low: 0, high: largest } : null, seen };
}

function found(run: Run, name: string): Omit<Span, 'of'> {
  const column = sizedVector(run, name) ?? name;
  let [low, high, seen] = [Infinity, -Infinity, 0];
  // Of vectors a summary has the lengths.
  for (const summary of run.summaries(column)) {
    if (summary === undefined) continue;
    seen++;
    low = Math.min(low, summary?.low ?? Infinity);
    high = Math.max(high, summary?.high ?? -Infinity);
  }
  return { range: low <= high ? { low, high } : null, seen };
}

/** For columns, which depend on neither. */
const NOTHING: Referred = { reference: 0, neighbourRadius: 0 };

/** The smallest and the largest number in all frames of a run; null where there is no finite one. */
export function columnRange(run: Run, name: string, look = NOTHING): Range | null {
  return spanOf(run, name, look).range;
}

/** In how many frames the numbers are known: all, but of a file that is read as it is shown. */
export function seenFrames(run: Run, name: string, look = NOTHING): number {
  return spanOf(run, name, look).seen;
}

const ranges = new WeakMap<object, Range | null>();

/** The smallest and the largest number of one frame. */
export function frameRange(run: Run, frame: Frame, name: string, look = NOTHING): Range | null {
  const values = colorNumbers(run, frame, name, look);
  if (values === null) return null;
  const known = ranges.get(values);
  if (known !== undefined) return known;
  const summary = summarize(values, 1);
  const range = summary && { low: summary.low, high: summary.high };
  ranges.set(values, range);
  return range;
}

/** Looks at all frames that are in memory, for a picture that is to be the same however often it was drawn before. */
export function completeRanges(run: Run, look: Referred & Pick<Look, 'colorBy' | 'arrows'>): void {
  const { colorBy, arrows } = look;
  const looked = (): number =>
    (colorBy === null ? 0 : seenFrames(run, colorBy, look)) +
    (arrows === DISPLACEMENT ? displacementSizes(run, look).seen : 0);
  for (let before = -1, now = looked(); now > before; ) [before, now] = [now, looked()];
}
