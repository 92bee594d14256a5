/** How far atoms get from the reference frame, in frames that are in memory or have been. */
import { computedRange } from './computed-range.js';
import type { Drawing } from './drawing.js';
import { longest, type Run } from './run.js';
import { DISPLACEMENT, displacements, referenceOf } from './vectors.js';

export interface DisplacementSizes {
  /** The longest displacement of all frames that have been looked at. */
  readonly largest: number;
  /** In how many frames. */
  readonly seen: number;
}

export function displacementSizes(run: Run, look: Pick<Drawing, 'reference'>): DisplacementSizes {
  const reference = referenceOf(run, look);
  const before = run.reference(reference);
  const { range, seen } = computedRange(
    run,
    DISPLACEMENT,
    [reference],
    500_000,
    before === null ? undefined : (frame) => ({ low: 0, high: longest(displacements(before, frame) ?? []) }),
  );
  return { largest: range?.high ?? 0, seen };
}
