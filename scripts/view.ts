/** `stillpoint view`: files in the viewer, in a browser on this machine, or as a picture without a window. */
import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { InputError } from '../src/message/index.js';
import { fileError } from '../systems/index.js';
import type { ColorMapName, ColorRange } from '../viz/index.js';
import { writeWhole } from './binary-output.js';
import { defineCommand, type Outcome } from './command.js';
import { examples, integer, positive } from './options.js';
import { drawFilm, drawPicture } from './picture.js';
import type { Terminal } from './terminal.js';
import { serveViewer, type ViewerServerOptions } from './viewer-server.js';

const LARGEST = 8192;

export const viewCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      yargs
        // Elsewhere the last of several values counts; here every file does.
        .parserConfiguration({ 'duplicate-arguments-array': true })
        .positional('files', {
          describe: 'structures and trajectories in extended XYZ',
          type: 'string',
          array: true,
          default: [] as string[],
        })
        .option('playground', {
          describe: 'a packing to relax and to play with, made in the page',
          type: 'boolean',
          default: false,
        })
        .option('open', {
          describe: 'open the browser; --no-open prints the address only',
          type: 'boolean',
          default: true,
        })
        .option('port', {
          describe: "the page's port, so that its addresses stay good; a free one by default",
          requiresArg: true,
          coerce: (given: unknown) => (given === undefined ? undefined : readPort(given)),
        })
        .option('png', {
          describe: 'write a picture, and open nothing',
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('mp4', {
          describe: 'write a film of all frames, and open nothing',
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('frame', {
          describe:
            'frame to begin at, or of the picture (by default its last); from 0, negative from the end',
          requiresArg: true,
          coerce: (given: unknown) =>
            given === undefined ? undefined : integer('--frame', -Infinity)(given),
        })
        .option('size', {
          describe: 'of picture and film, WIDTHxHEIGHT',
          type: 'string',
          default: '1200x900',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('speed', {
          describe: 'frames a second of the film; 20 by default',
          requiresArg: true,
          coerce: (given: unknown) => (given === undefined ? undefined : positive('--speed')(given)),
        })
        .option('transparent', {
          describe: 'the picture without its background',
          type: 'boolean',
          default: false,
        })
        .option('legend', {
          describe: 'with the legend in picture and film',
          type: 'boolean',
          default: false,
        })
        .option('view', {
          describe: 'a view that the viewer has saved as JSON, for picture and film',
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('theme', {
          describe: 'of picture and film; light by default',
          choices: ['light', 'dark'] as const,
          requiresArg: true,
        })
        .option('memory', {
          describe: 'megabytes from which on a file is read frame by frame, as it is shown',
          default: 512,
          requiresArg: true,
          coerce: positive('--memory'),
        })
        .option('color-by', {
          describe:
            "column of one number an atom that colours the picture's atoms, the size of a vector ('|forces|'), neighbours or contacts",
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('color-map', {
          describe: "scale of the picture's colours; by default one that fits the values",
          choices: ['viridis', 'inferno', 'cool-warm', 'grey'] as const satisfies readonly ColorMapName[],
          requiresArg: true,
        })
        .option('color-range', {
          describe: "values at the ends of that scale: LOW,HIGH, or frame for those of the picture's frame",
          // A value that begins with a minus sign is none of the options.
          nargs: 1,
          coerce: (given: unknown) => (given === undefined ? undefined : readRange(String(given))),
        })
        .option('arrows', {
          describe: "column of vectors that are the picture's arrows, or none",
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        }),
      [
        ['in the browser', 'view stillpoint-output/sensitivity.extxyz stillpoint-output/trajectory.extxyz'],
        ['a structure made in the page, to play with', 'view --playground'],
        ['the last frame as a picture', 'view run.extxyz --png run.png --size 1600x1200'],
        ['a film', 'view run.extxyz --mp4 run.mp4 --size 800x600 --speed 30'],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { files, open, png, mp4, frame, speed, transparent, legend } = args;
    const memoryBytes = args.memory * 2 ** 20;
    if (png === undefined && mp4 === undefined) {
      const start = frame === undefined ? '' : `#frame=${frame}`;
      const place = args.playground ? '#playground' : start;
      await show(files, { open, place, server: { memoryBytes, ...given({ port: args.port }) } }, terminal);
      return { done: true, json: { result: 'closed', message: 'closed' } };
    }
    const option = png === undefined ? '--mp4' : '--png';
    if (files.length !== 1) throw new InputError(`${option} draws one file; name one`);
    if (png !== undefined && png === mp4)
      throw new InputError('--png and --mp4 name the same file; name two');
    const look = {
      size: readSize(args.size),
      memoryBytes,
      legend,
      ...given({
        theme: args.theme,
        colorBy: args.colorBy,
        colorMap: args.colorMap,
        colorRange: args.colorRange,
        arrows: args.arrows,
      }),
      ...(args.view === undefined ? {} : { view: readText(args.view) }),
    };
    if (png !== undefined) {
      await writeWhole(png, () => drawPicture(files[0], { ...look, transparent, ...given({ frame }) }));
      terminal.out(`${png}\n`);
    }
    if (mp4 !== undefined) {
      const onProgress = filmProgress(terminal);
      await writeWhole(mp4, () => drawFilm(files[0], { ...look, ...given({ speed }), onProgress }));
      onProgress(null);
      terminal.out(`${mp4}\n`);
    }
    return { done: true, json: { result: 'drawn', message: 'drawn' } };
  },
});

/** The entries that are there. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** One line where messages go to a terminal; null clears it. */
function filmProgress({ err, progressWidth }: Terminal): (fraction: number | null) => void {
  if (progressWidth === null) return () => {};
  return (fraction) => err(fraction === null ? '\r\x1b[K' : `\r\x1b[Kfilm ${Math.round(100 * fraction)} %`);
}

function lastOf(given: string | string[]): string {
  return typeof given === 'string' ? given : given[given.length - 1];
}

/** Serves until the user stops it. */
async function show(
  files: readonly string[],
  { open, place, server: options }: { open: boolean; place: string; server: ViewerServerOptions },
  terminal: Terminal,
): Promise<void> {
  const server = await serveViewer(files, options);
  const address = `${server.address}${place}`;
  terminal.out(`${address}\n`);
  terminal.err('Ctrl-C ends it.\n');
  // Where there is no desktop nothing opens; the address has been printed.
  if (open) terminal.openPage?.(address);
  await new Promise<void>((done) => {
    if (terminal.interrupted?.aborted) done();
    terminal.interrupted?.addEventListener('abort', () => done(), { once: true });
  });
  await server.close();
}

function readPort(given: unknown): number {
  const port = integer('--port', 1)(given);
  if (port < 65_536) return port;
  throw new InputError(`--port must be from 1 to 65535; found "${given}"`);
}

function readRange(text: string): Exclude<ColorRange, null> {
  if (text === 'frame') return 'frame';
  const ends = text.split(',').map((end) => (end.trim() === '' ? Number.NaN : Number(end)));
  const [low, high] = ends;
  if (ends.length === 2 && ends.every(Number.isFinite) && low < high) return { low, high };
  throw new InputError(
    `--color-range must be two numbers, the smaller one first, as in -1,1; or frame; found "${text}"`,
  );
}

function readSize(given: string): readonly [number, number] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(given)?.map(Number) ?? [];
  const inside = (length: number | undefined) => length !== undefined && length >= 16 && length <= LARGEST;
  if (inside(width) && inside(height)) return [width, height];
  throw new InputError(`--size must be WIDTHxHEIGHT, each from 16 to ${LARGEST}; found "${given}"`);
}
