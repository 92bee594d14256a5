/** Trails: where atoms have been in the last frames. */
import { minimumImage } from '../../systems/index.js';
import type { Frame } from './frame.js';
import { type Match, matchAtoms } from './match.js';
import type { Run } from './run.js';

/**
 * Frames whose atoms can be found in the shown frame, from the shown one back; `length` before it at most. One that is
 * shown between two frames comes from the first of them.
 */
export function trailFrames(run: Run, shown: Frame, length: number): readonly Frame[] {
  const frames = [shown];
  const own = run.peek(shown.index);
  const isBetween = own !== null && own !== shown && own.system === shown.system;
  const newest = isBetween ? shown.index : shown.index - 1;
  for (let k = newest; k >= Math.max(0, shown.index - length); k--) {
    const frame = run.peek(k);
    // Not in memory, or of other atoms: the trail ends here.
    if (frame === null || matchAtoms(shown, frame) === 'unknown') break;
    frames.push(frame);
  }
  return frames;
}

/**
 * The lines of the trails, atom by atom from the newest to the oldest: `count × (frames − 1)` lines of two ends, each
 * of four numbers, the last of which is left as it is.
 * A trail begins at `start`, where its atom is drawn, and each step is the shortest one, so that no line crosses the
 * cell. What is not known stays where the trail has come to.
 *
 * @param start `count × 3`
 */
export function trailLines(frames: readonly Frame[], start: ArrayLike<number>, out: Float32Array): void {
  const [shown] = frames;
  const steps = frames.length - 1;
  const { dimension } = shown;
  const matches = frames.map((frame) => matchAtoms(shown, frame));
  const indexIn = (match: Match, atom: number): number => (typeof match === 'string' ? atom : match[atom]);
  const way = new Float64Array(dimension);
  const at = [0, 0, 0];
  for (let i = 0; i < shown.count; i++) {
    for (let m = 0; m < 3; m++) at[m] = start[3 * i + m];
    for (let k = 0; k < steps; k++) {
      const line = 8 * (i * steps + k);
      const [from, to] = [frames[k].positions, frames[k + 1].positions];
      const [a, b] = [indexIn(matches[k], i), indexIn(matches[k + 1], i)];
      for (let m = 0; m < dimension; m++) way[m] = to[3 * b + m] - from[3 * a + m];
      if (way.every(Number.isFinite)) minimumImage(frames[k].system.box, way, way);
      else way.fill(0);
      for (let m = 0; m < 3; m++) {
        out[line + m] = at[m];
        if (m < dimension) at[m] += way[m];
        out[line + 4 + m] = at[m];
      }
    }
  }
}
