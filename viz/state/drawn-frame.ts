/**
 * The frame that a picture is drawn from: the shown one, moved along its sensitivity where that is asked for, or one
 * between it and the next. What has not changed from
 * one to the next (columns, species, cell, positions) is the same object, so that a picture can tell by identity.
 */
import { minimumImage } from '../../systems/index.js';
import { type Frame, numbers } from './frame.js';
import { matchAtoms } from './match.js';
import { type Playback, shownFrame } from './playback.js';
import { movedFrame, type Responding } from './response.js';
import type { Run } from './run.js';

export function drawnFrame(session: Playback & Responding, run: Run): Frame {
  const index = shownFrame(session, run);
  const frame = movedFrame(run.frame(index), session.change);
  const fraction = session.time - index;
  if (!session.interpolate || fraction <= 0 || fraction >= 1 || index + 1 >= run.length) return frame;
  const next = movedFrame(run.frame(index + 1), session.change);
  if (frame.index !== index || next.index !== index + 1) return frame;
  return interpolated(frame, next, fraction);
}

/** Atoms on the straight and shortest way between two frames; the first one where their atoms are not the same. */
export function interpolated(from: Frame, to: Frame, fraction: number): Frame {
  const match = matchAtoms(from, to);
  if (match === null && !sameAtoms(from, to)) return from;
  const { box, dimension } = from.system;
  const positions = from.positions.slice();
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

/** Whether atom k of one frame is atom k of the other: by column `id` where both have one, else by species. */
export function sameAtoms(a: Frame, b: Frame): boolean {
  if (a.count !== b.count) return false;
  const [left, right] = [numbers(a, 'id', 1), numbers(b, 'id', 1)];
  if (left !== null && right !== null) return left.values.every((id, k) => id === right.values[k]);
  return a.species === b.species || a.species.every((label, k) => label === b.species[k]);
}
