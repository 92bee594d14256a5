/** How far atoms get from the reference frame, in frames that are in memory or have been: each is looked at once. */
import type { Drawing } from './drawing.js';
import type { Frame } from './frame.js';
import { longest, type Run } from './run.js';
import { displacements, referenceOf } from './vectors.js';

export interface DisplacementSizes {
  /** The longest displacement of all frames that have been looked at. */
  readonly largest: number;
  /** In how many frames. */
  readonly seen: number;
}

/** Displacements that are looked at in one go; more would be felt. */
const MOST_LOOKED_AT = 500_000;

interface Known {
  readonly reference: number;
  readonly seen: Set<number>;
  version: number;
  sizes: DisplacementSizes;
}

const latest = new WeakMap<Run, Known>();

/** Of frames that have come in since they were last asked for; evenly spread ones where these are too many. */
export function displacementSizes(run: Run, look: Pick<Drawing, 'reference'>): DisplacementSizes {
  const reference = referenceOf(run, look);
  const before = run.reference(reference);
  let known = latest.get(run);
  if (known?.reference !== reference) {
    known = { reference, seen: new Set(), version: Number.NaN, sizes: { largest: 0, seen: 0 } };
    latest.set(run, known);
  }
  if (before === null || known.version === run.version) return known.sizes;
  known.version = run.version;
  let { largest } = known.sizes;
  for (const frame of unseenFrames(run, known.seen, MOST_LOOKED_AT / Math.max(1, before.count))) {
    known.seen.add(frame.index);
    largest = Math.max(largest, longest(displacements(before, frame) ?? []));
  }
  known.sizes = { largest, seen: known.seen.size };
  return known.sizes;
}

/** The last one among them. */
function unseenFrames(run: Run, seen: ReadonlySet<number>, most: number): readonly Frame[] {
  const frames: Frame[] = [];
  for (let k = run.length - 1; k >= 0; k--) {
    const frame = seen.has(k) ? null : run.peek(k);
    if (frame !== null) frames.push(frame);
  }
  const stride = Math.ceil(frames.length / Math.max(1, Math.floor(most)));
  return frames.filter((_, k) => k % stride === 0);
}
