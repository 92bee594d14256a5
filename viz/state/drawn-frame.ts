/**
 * The frame that a picture is drawn from: the shown one, moved along its sensitivity where that is asked for, or one
 * between it and the next. A frame of other places is another object; what has not changed from one to the next
 * (columns, species, cell) is the same one, so that a picture can tell by identity.
 */
import { minimumImage } from '../../systems/index.js';
import { type Frame, numbers } from './frame.js';
import { matchAtoms } from './match.js';
import { type Playback, shownFrame } from './playback.js';
import { movedFrame, type Responding } from './response.js';
import type { Run } from './run.js';

/** The shown frame, moved along its sensitivity where that is asked for: what is told and measured is of this one. */
export function toldFrame(session: Playback & Responding, run: Run): Frame {
  return movedFrame(run.frame(shownFrame(session, run)), session.change);
}

/** Positions between two frames: one array a run, so that playback leaves nothing behind. */
const between = new WeakMap<Run, Float32Array<ArrayBuffer>>();

/** Between two frames, `positions` are written anew by the next call for the same run. */
export function drawnFrame(session: Playback & Responding, run: Run): Frame {
  const index = shownFrame(session, run);
  const frame = toldFrame(session, run);
  const fraction = session.time - index;
  if (!session.interpolate || fraction <= 0 || fraction >= 1 || index + 1 >= run.length) return frame;
  const next = movedFrame(run.frame(index + 1), session.change);
  if (frame.index !== index || next.index !== index + 1) return frame;
  let room = between.get(run);
  if (room?.length !== frame.positions.length) {
    room = new Float32Array(frame.positions.length);
    between.set(run, room);
  }
  return interpolated(frame, next, fraction, room);
}

/**
 * Atoms on the straight and shortest way between two frames; the first one where their atoms are not the same.
 *
 * @param positions what the places are written to, `count × 3`
 */
export function interpolated(
  from: Frame,
  to: Frame,
  fraction: number,
  positions = new Float32Array(from.positions.length),
): Frame {
  const match = matched(from, to);
  if (match === 'others') return from;
  const { box, dimension } = from.system;
  positions.set(from.positions);
  const way = new Float64Array(dimension);
  for (let i = 0; i < from.count; i++) {
    const j = match === null ? i : match[i];
    // An atom that goes stays where it was until it is gone.
    if (j < 0) continue;
    for (let m = 0; m < dimension; m++) way[m] = to.positions[3 * j + m] - from.positions[3 * i + m];
    minimumImage(box, way, way);
    for (let m = 0; m < dimension; m++) positions[3 * i + m] += fraction * way[m];
  }
  return { ...from, positions };
}

/** As of `matchAtoms`, or that the atoms are not the same. */
type Match = Int32Array | null | 'others';

const latest = new WeakMap<Frame, { readonly to: Frame; readonly match: Match }>();

/** Looked for once for all pictures between two frames. */
function matched(from: Frame, to: Frame): Match {
  const known = latest.get(from);
  if (known?.to === to) return known.match;
  const found = matchAtoms(from, to);
  const match = found === null && !sameAtoms(from, to) ? 'others' : found;
  latest.set(from, { to, match });
  return match;
}

/** Whether atom k of one frame is atom k of the other: by column `id` where both have one, else by species. */
export function sameAtoms(a: Frame, b: Frame): boolean {
  if (a.count !== b.count) return false;
  const [left, right] = [numbers(a, 'id', 1), numbers(b, 'id', 1)];
  if (left !== null && right !== null) return left.values.every((id, k) => id === right.values[k]);
  return a.species === b.species || a.species.every((label, k) => label === b.species[k]);
}
