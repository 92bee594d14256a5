/** Ghosts: the atoms of another frame, seen as outlines beside those of the shown one. */
import { minimumImage } from '../../systems/index.js';
import type { Drawing } from './drawing.js';
import type { Frame } from './frame.js';
import { matchAtoms } from './match.js';
import type { Run } from './run.js';
import { wrapInto } from './wrapping.js';

/** The frame whose outlines are seen; null where there is none, it is not in memory, or it is what is drawn. */
export function ghostFrame(run: Run, drawn: Frame, { ghost }: Pick<Drawing, 'ghost'>): Frame | null {
  if (ghost === null || ghost >= run.length) return null;
  const frame = run.reference(ghost);
  return frame === drawn ? null : frame;
}

/**
 * Where the outlines are: each at the periodic image that is nearest to its atom, as that is drawn; what the drawn
 * frame has no atom for, within the cell.
 *
 * @param centers where the atoms of `drawn` are seen, `count × 3`
 * @param out `ghost.count × 3` at least
 * @param owners where the atoms are seen that they are of, as `out`; that is where they are themselves, where there is none
 */
export function ghostCenters(
  ghost: Frame,
  drawn: Frame,
  centers: ArrayLike<number>,
  out: Float32Array,
  owners: Float32Array,
): void {
  wrapInto(ghost, out);
  owners.set(out.subarray(0, 3 * ghost.count));
  const match = matchAtoms(ghost, drawn);
  const { box, dimension } = drawn.system;
  const way = new Float64Array(dimension);
  if (match === 'unknown') return;
  for (let i = 0; i < ghost.count; i++) {
    const j = match === 'same' ? i : match[i];
    if (j < 0) continue;
    for (let m = 0; m < dimension; m++) way[m] = ghost.positions[3 * i + m] - drawn.positions[3 * j + m];
    if (!way.every(Number.isFinite)) continue;
    minimumImage(box, way, way);
    for (let m = 0; m < dimension; m++) {
      owners[3 * i + m] = centers[3 * j + m];
      out[3 * i + m] = centers[3 * j + m] + way[m];
    }
  }
}
