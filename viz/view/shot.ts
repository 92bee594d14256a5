/** The picture in any size, on a canvas of its own, and the frames of a film of it. */
import { axisNames, completeRanges, type Run, type Session, shownFrame } from '../state/index.js';
import { element } from './elements.js';
import { makeFilm } from './film.js';
import { drawLegend } from './legend-drawing.js';
import { legendEntries } from './legend-entries.js';
import type { FilmEvents, Host, ShotOptions } from './part.js';
import { themes } from './scene.js';
import { drawAxes, drawTexts } from './text-drawing.js';

/** Drawn twice as large up to this size, and made small again: smooth edges on any machine. */
const DOUBLED = 4096;
/** Pixels of the shot for one of a line's width, at least: thinner lines would be lost. */
const THINNEST = 0.6;

/** Draws on the canvas of the page, which is left with the size of the shot. */
export function takeShot(
  { canvas, picture, run, theme: name }: Pick<Host, 'canvas' | 'picture' | 'run' | 'theme'>,
  session: Session,
  [width, height]: readonly [number, number],
  { transparent = false, legend = false, pageHeight }: ShotOptions = {},
): HTMLCanvasElement {
  if (picture.lost) throw new Error('There are no graphics just now: the browser took them away.');
  if (run !== null) completeRanges(run, session);
  const times = Math.max(width, height) > DOUBLED ? 1 : 2;
  // Lines grow with the picture, as atoms do.
  const lines = Math.max(THINNEST, height / (pageHeight ?? (canvas.clientHeight || height)));
  const ratio = times * lines;
  // Of nothing first: a page's size with the ratio of a large picture may be more than the graphics have.
  picture.setSize(1, 1, 1);
  // Half a pixel more, which is cut off: no rounding takes one away.
  picture.setSize((times * width + 0.5) / ratio, (times * height + 0.5) / ratio, ratio);
  picture.draw(session, session.camera, width / height, { transparent, complete: true });
  const small = element('canvas', { width, height });
  const context = small.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas for the picture');
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, 0, 0, width, height);
  if (run === null) return small;
  const place = { width, height, theme: themes[name], plain: transparent };
  drawTexts(context, { run, picture }, session, place);
  if (legend) {
    drawLegend(context, legendEntries(session, run), place);
    // In two dimensions they are always the same.
    if (run.first.dimension === 3) {
      const style = getComputedStyle(canvas);
      const colors = axisNames.map((axis) => style.getPropertyValue(`--axis-${axis}`));
      drawAxes(context, session.camera, colors, place);
    }
  }
  return small;
}

/** The picture as it is now, as PNG. */
export async function pictureOf(
  host: Host,
  size: readonly [number, number],
  options: ShotOptions,
): Promise<Blob> {
  const { run, session } = host;
  if (session === null || run === null) throw new Error('no file is open');
  await run.load(shownFrame(session, run));
  return pngOf(takeShot(host, session, size, options));
}

/** All frames as MP4. @throws Error when another file is shown meanwhile, or the viewer is closed */
export async function filmOf(
  host: Host,
  size: readonly [number, number],
  options: FilmEvents,
): Promise<Blob> {
  const { run, session } = host;
  if (run === null || session === null) throw new Error('no file is open');
  await run.settled();
  const { framesPerSecond, times } = filmPlan(session, run);
  const [width, height] = size;
  return makeFilm({
    width,
    height,
    framesPerSecond,
    frames: times.length,
    async draw(k) {
      const time = times[k];
      await Promise.all([run.load(Math.floor(time)), run.load(Math.min(run.length - 1, Math.ceil(time)))]);
      if (host.run !== run) throw new Error('The film was stopped: another file is shown.');
      if (!host.canvas.isConnected) throw new Error('The film was stopped: the viewer was closed.');
      return takeShot(host, { ...session, time, playing: false }, size, options);
    },
    onProgress: (done) => options.onProgress?.(done / times.length),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
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
