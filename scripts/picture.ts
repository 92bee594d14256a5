/** A picture or a film of a file without a window: the viewer's page in a headless Chromium, asked for its bytes. */
import { InputError, warn } from '../src/message/index.js';
import type { ColorMapName, ColorRange } from '../viz/index.js';
import { findChromium, type HeadlessPage, openHeadless } from './chromium.js';
import { patiently } from './patience.js';
import { serveViewer } from './viewer-server.js';

export interface PictureOptions {
  readonly size: readonly [number, number];
  /** From 0; negative from the end. A view's own where it is not given and there is a view. */
  readonly frame?: number;
  readonly theme?: 'light' | 'dark';
  /** Columns; those that the viewer shows by itself where not given. */
  readonly colorBy?: string;
  readonly colorMap?: ColorMapName;
  /** The values at the ends of the colour scale; those of all frames where not given. */
  readonly colorRange?: ColorRange;
  readonly arrows?: string;
  readonly transparent?: boolean;
  /** With the legend. */
  readonly legend?: boolean;
  /** A saved view, as JSON. */
  readonly view?: string;
  /** Larger files are read frame by frame; 512 MB by default. */
  readonly memoryBytes?: number;
  /** Folder of the built page. */
  readonly page?: string;
}

export interface FilmOptions extends Omit<PictureOptions, 'frame' | 'transparent'> {
  /** Frames a second. */
  readonly speed?: number;
  /** Told which part is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

const PATIENCE_SECONDS = 120;
/** Lines are as wide as in a page of this height, however large a window the browser has. */
const PAGE_HEIGHT = 600;

/** PNG. @throws InputError when the file cannot be shown, or there is no browser */
export function drawPicture(file: string, options: PictureOptions): Promise<Buffer> {
  const { size, transparent = false, legend = false } = options;
  const frame = options.frame ?? (options.view === undefined ? -1 : undefined);
  return inPage(file, { ...options, ...(frame !== undefined && { frame }) }, async (page) => {
    const shot = JSON.stringify({ transparent, legend, pageHeight: PAGE_HEIGHT });
    const drawn = `stillpointViewer.picture(${size[0]}, ${size[1]}, ${shot})`;
    return bytesOf(page, drawn);
  });
}

/** MP4 of all frames. @throws InputError as `drawPicture`, and when the browser encodes no video */
export function drawFilm(file: string, options: FilmOptions): Promise<Buffer> {
  const { size, speed, onProgress, legend = false } = options;
  return inPage(file, options, async (page) => {
    if (speed !== undefined) await page.evaluate(`stillpointViewer.change({ speed: ${speed} })`);
    const film = `stillpointViewer.film(${size[0]}, ${size[1]}, { legend: ${legend}, pageHeight: ${PAGE_HEIGHT}, onProgress: (done) => { globalThis.filmed = done; } })`;
    const looking = setInterval(() => {
      page.evaluate<number>('globalThis.filmed ?? 0').then(onProgress, () => {});
    }, 500);
    try {
      return await bytesOf(page, film);
    } finally {
      clearInterval(looking);
    }
  });
}

async function inPage(
  file: string,
  options: PictureOptions,
  work: (page: HeadlessPage) => Promise<Buffer>,
): Promise<Buffer> {
  const program = findChromium();
  const { page: folder, memoryBytes } = options;
  const server = await serveViewer([file], {
    ...(folder !== undefined && { page: folder }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    // A picture is of the file as it is now.
    quietMs: 0,
  });
  // However long the file is: while it is read there is progress.
  const patience = {
    progress: () => server.given,
    seconds: PATIENCE_SECONDS,
    message: `${file} could not be shown in time: nothing of it was read for ${PATIENCE_SECONDS} s`,
  };
  try {
    const page = await openHeadless(program, server.address, options.size);
    try {
      const state = await patiently(page.evaluate<string>(untilOpen), patience);
      if (state !== 'ready') {
        throw new InputError((await page.evaluate<string>(shownError)) || `${file} could not be shown`);
      }
      // Of a large file not all frames are known before.
      await patiently(page.evaluate('stillpointViewer.run.settled()'), patience);
      const notice = await page.evaluate<string>(shownError);
      if (notice !== '') warn(notice);
      await page.evaluate(look(options));
      const missing = await page.evaluate<string>(shownError);
      if (missing !== '' && missing !== notice) warn(missing);
      return await work(page);
    } finally {
      await page.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(error instanceof Error ? error.message : String(error));
  } finally {
    await server.close();
  }
}

/** The page's state once its file is open or has failed. */
const untilOpen = `new Promise((done) => {
  const look = () => {
    const state = document.documentElement?.dataset.state;
    if (state) done(state);
    else setTimeout(look, 20);
  };
  look();
})`;

const shownError = `document.querySelector('[role=alert] span, p[role=alert]')?.textContent ?? ''`;

/** What is asked for by name comes after a view; where there is none, the picture is fitted to all that is in it. */
function look({ size, frame, theme, colorBy, colorMap, colorRange, arrows, view }: PictureOptions): string {
  // What is not given is left out of the JSON.
  const change = {
    colorBy,
    colorMap,
    colorRange,
    ...(arrows === undefined ? {} : { arrows: arrows === 'none' ? null : arrows }),
  };
  const named = theme ?? (view === undefined ? 'light' : null);
  return `(async () => {
    ${view === undefined ? '' : `await stillpointViewer.openView(${JSON.stringify(view)});`}
    ${named === null ? '' : `stillpointViewer.setTheme(${JSON.stringify(named)});`}
    stillpointViewer.change(${JSON.stringify(change)});
    ${frame === undefined ? '' : `stillpointViewer.goTo(${frame});`}
    ${view === undefined ? `stillpointViewer.resetView(${size[0] / size[1]});` : ''}
  })()`;
}

/** What a promise of a Blob in the page gives. */
async function bytesOf(page: HeadlessPage, promise: string): Promise<Buffer> {
  const read = `${promise}.then((blob) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.readAsDataURL(blob);
  }))`;
  return Buffer.from(await page.evaluate<string>(read), 'base64');
}
