/** The picture in any size, on a canvas of its own, and the frames of a film of it. */
import type { Run, Session } from '../state/index.js';
import { element } from './elements.js';
import type { ShotOptions } from './part.js';
import type { Picture } from './scene.js';

/** Drawn twice as large up to this size, and made small again: smooth edges on any machine. */
const DOUBLED = 4096;

/** @param canvas that `picture` draws on; it is left with the size of the shot */
export function takeShot(
  canvas: HTMLCanvasElement,
  picture: Picture,
  session: Session,
  [width, height]: readonly [number, number],
  { transparent = false }: ShotOptions = {},
): HTMLCanvasElement {
  picture.setSize(width, height, Math.max(width, height) > DOUBLED ? 1 : 2);
  picture.draw(session, session.camera, width / height, { transparent, complete: true });
  const small = element('canvas', { width, height });
  const context = small.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas for the picture');
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, 0, 0, width, height);
  return small;
}

export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob === null ? fail(new Error('the picture is too large')) : done(blob))),
  );
}

/** Pictures a second of a film between whose frames atoms are interpolated. */
const SMOOTH = 30;

export interface FilmPlan {
  readonly framesPerSecond: number;
  /** Where playback stands in each picture. */
  readonly times: readonly number[];
}

/** All frames once, as fast as playback. */
export function filmPlan({ interpolate, speed }: Session, run: Run): FilmPlan {
  const by = interpolate ? Math.min(1, speed / SMOOTH) : 1;
  const last = run.length - 1;
  const times = Array.from({ length: Math.ceil(last / by - 1e-9) }, (_, k) => k * by);
  return { framesPerSecond: speed / by, times: [...times, last] };
}
