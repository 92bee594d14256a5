/** Ranges of numbers that have to be computed from frames: each frame is looked at once, while it is in memory. */
import type { Range } from './color-source.js';
import type { Frame } from './frame.js';
import type { Run } from './run.js';

/** Atoms that are looked at in one go; more would be felt. */
const MOST_LOOKED_AT = 500_000;

export interface ComputedRange {
  /** Of all frames that have been looked at; null where none has such numbers. */
  readonly range: Range | null;
  /** How many these are. */
  readonly seen: number;
}

interface Known extends ComputedRange {
  readonly key: readonly unknown[];
  readonly frames: Set<number>;
  readonly version: number;
}

const latest = new WeakMap<Run, Map<string, Known>>();

/**
 * Looks at frames that have come in since it was last asked; at evenly spread ones where these are too many.
 *
 * @param name of the numbers
 * @param key what they depend on beside the frame: of others, nothing is known
 * @param rangeOf the range in one frame; not given while it cannot be known
 */
export function computedRange(
  run: Run,
  name: string,
  key: readonly unknown[],
  rangeOf?: (frame: Frame) => Range | null,
): ComputedRange {
  const ofRun = latest.get(run) ?? new Map<string, Known>();
  latest.set(run, ofRun);
  let known = ofRun.get(name);
  if (known === undefined || key.some((part, k) => part !== known?.key[k]))
    known = { key, frames: new Set(), version: Number.NaN, range: null, seen: 0 };
  if (rangeOf !== undefined && known.version !== run.version) {
    let { range } = known;
    for (const frame of unseenFrames(run, known.frames)) {
      known.frames.add(frame.index);
      range = joined(range, rangeOf(frame));
    }
    known = { ...known, version: run.version, range, seen: known.frames.size };
  }
  ofRun.set(name, known);
  return known;
}

function joined(a: Range | null, b: Range | null): Range | null {
  if (a === null || b === null) return a ?? b;
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** The last one among them. */
function unseenFrames(run: Run, seen: ReadonlySet<number>): readonly Frame[] {
  const frames: Frame[] = [];
  for (let k = run.length - 1; k >= 0; k--) {
    const frame = seen.has(k) ? null : run.peek(k);
    if (frame !== null) frames.push(frame);
  }
  const most = Math.max(1, Math.floor(MOST_LOOKED_AT / Math.max(1, run.first.count)));
  const stride = Math.ceil(frames.length / most);
  return frames.filter((_, k) => k % stride === 0);
}
