/** Which atom of one frame is which of another: by column `id` where both have one, else by their order. */
import { type Frame, numbers } from './frame.js';

/**
 * For each atom of `from` its index in `to`, −1 where it is not there; null where every atom has kept its index.
 */
export function matchAtoms(from: Frame, to: Frame): Int32Array | null {
  const [before, after] = [numbers(from, 'id', 1)?.values, numbers(to, 'id', 1)?.values];
  if (before === undefined || after === undefined) {
    if (from.count <= to.count) return null;
    return Int32Array.from({ length: from.count }, (_, i) => (i < to.count ? i : -1));
  }
  if (before === after || (before.length === after.length && before.every((id, i) => id === after[i])))
    return null;
  const places = new Map<number, number>();
  after.forEach((id, i) => {
    places.set(id, i);
  });
  return Int32Array.from(before, (id) => places.get(id) ?? -1);
}
