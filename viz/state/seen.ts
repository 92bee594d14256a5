/** Where an atom is seen among all that is shown. */
import type { Drawing } from './drawing.js';
import type { Frame } from './frame.js';
import { imageShift, imagesOf } from './images.js';
import type { Point } from './measure.js';
import { cutAway, sliceOf } from './slice.js';

/**
 * @param center where it is drawn in the first copy of the cell
 * @returns that, or where its first copy lies that is not cut away; null where it is hidden, or none is left
 */
export function seenAt(
  { hidden, slice: asked, images }: Pick<Drawing, 'hidden' | 'slice' | 'images'>,
  frame: Frame,
  atom: number,
  center: Point,
): Point | null {
  if (hidden.includes(frame.species[atom])) return null;
  const slice = sliceOf(frame, asked);
  const copies = imagesOf(frame, images);
  const [x, y, z] = center;
  for (let n = 0; n < copies[0] * copies[1] * copies[2]; n++) {
    const [a, b, c] = imageShift(frame, copies, n);
    if (!cutAway(slice, x + a, y + b, z + c)) return n === 0 ? center : [x + a, y + b, z + c];
  }
  return null;
}
