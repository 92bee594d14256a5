/** Whether an atom is among those that are shown. */
import type { Drawing } from './drawing.js';
import type { Frame } from './frame.js';
import type { Point } from './measure.js';
import { cutAway, sliceOf } from './slice.js';

/** @param place where it is drawn */
export function isSeen(
  { hidden, slice }: Pick<Drawing, 'hidden' | 'slice'>,
  frame: Frame,
  atom: number,
  place: Point,
): boolean {
  return !hidden.includes(frame.species[atom]) && !cutAway(sliceOf(frame, slice), ...place);
}
