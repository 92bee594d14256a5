/**
 * The frame that a picture is drawn from: the shown one, moved along its sensitivity where that is asked for, or one
 * between it and the next. A frame of other places is another object; what has not changed from one to the next
 * (columns, species, cell) is the same one, so that a picture can tell by identity.
 */
import { minimumImage } from '../../systems/index.js';
import type { Frame } from './frame.js';
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
  const next = run.peek(index + 1);
  if (frame.index !== index || next === null) return frame;
  let room = between.get(run);
  if (room?.length !== frame.positions.length) {
    room = new Float32Array(frame.positions.length);
    between.set(run, room);
  }
  return interpolated(frame, movedFrame(next, session.change), fraction, room);
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
  const match = matchAtoms(from, to);
  if (match === 'unknown') return from;
  const { box, dimension } = from.system;
  positions.set(from.positions);
  const way = new Float64Array(dimension);
  for (let i = 0; i < from.count; i++) {
    const j = match === 'same' ? i : match[i];
    // An atom that goes stays where it was until it is gone.
    if (j < 0) continue;
    for (let m = 0; m < dimension; m++) way[m] = to.positions[3 * j + m] - from.positions[3 * i + m];
    minimumImage(box, way, way);
    for (let m = 0; m < dimension; m++) positions[3 * i + m] += fraction * way[m];
  }
  return { ...from, positions };
}
