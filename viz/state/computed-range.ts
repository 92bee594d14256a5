/** Ranges of numbers that have to be computed from frames: each frame is looked at once, while it is in memory. */
import type { Range } from './color-source.js';
import type { Frame } from './frame.js';
import type { Run } from './run.js';

export interface ComputedRange {
  /** Of all frames that have been looked at; null where none has such numbers. */
  readonly range: Range | null;
  /** How many these are. */
  readonly seen: number;
}

interface Known extends ComputedRange {
  readonly key: readonly unknown[];
  readonly frames: Set<number>;
  /** Of the run when all of its frames that were in memory had been looked at. */
  readonly done: number;
}

const latest = new WeakMap<Run, Map<string, Known>>();

/**
 * Looks at frames that it has not looked at yet: at the last one, then at evenly spread ones, and the next time it is
 * asked at more of them.
 *
 * @param name of the numbers
 * @param key what they depend on beside the frame: of others, nothing is known
 * @param atoms that are looked at in one go, of one frame at the least; more would be felt
 * @param rangeOf the range in one frame; not given while it cannot be known
 */
export function computedRange(
  run: Run,
  name: string,
  key: readonly unknown[],
  atoms: number,
  rangeOf?: (frame: Frame) => Range | null,
): ComputedRange {
  const ofRun = latest.get(run) ?? new Map<string, Known>();
  latest.set(run, ofRun);
  let known = ofRun.get(name);
  if (known === undefined || key.some((part, k) => part !== known?.key[k]))
    known = { key, frames: new Set(), done: Number.NaN, range: null, seen: 0 };
  if (rangeOf !== undefined && known.done !== run.version) {
    const waiting = unseenFrames(run, known.frames);
    const most = Math.max(1, Math.floor(atoms / Math.max(1, run.first.count)));
    let { range } = known;
    let looked = 0;
    while (looked < Math.min(most, waiting.length)) {
      const frame = waiting[looked++];
      known.frames.add(frame.index);
      range = joined(range, rangeOf(frame));
    }
    const done = looked === waiting.length ? run.version : known.done;
    known = { ...known, done, range, seen: known.frames.size };
  }
  ofRun.set(name, known);
  return known;
}

function joined(a: Range | null, b: Range | null): Range | null {
  if (a === null || b === null) return a ?? b;
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** The last one first, then as they spread evenly over the run. */
function unseenFrames(run: Run, seen: ReadonlySet<number>): readonly Frame[] {
  const frames: Frame[] = [];
  for (let k = run.length - 1; k >= 0; k--) {
    const frame = seen.has(k) ? null : run.peek(k);
    if (frame !== null) frames.push(frame);
  }
  // Multiples of the golden ratio fall into the widest gaps.
  const place = (n: number): number => (n * 0.6180339887498949) % 1;
  return frames
    .map((frame, n) => ({ frame, at: place(n) }))
    .sort((a, b) => a.at - b.at)
    .map(({ frame }) => frame);
}
