/** `stillpoint view`: files in the viewer, in a browser on this machine, or as a picture without a window. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { InputError } from '../src/message/index.js';
import { defineCommand, type Outcome } from './command.js';
import { examples, integer } from './options.js';
import { drawPicture } from './picture.js';
import type { Terminal } from './terminal.js';
import { serveViewer } from './viewer-server.js';

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
          demandOption: true,
        })
        .option('open', {
          describe: 'open the browser; --no-open prints the address only',
          type: 'boolean',
          default: true,
        })
        .option('png', {
          describe: 'write a picture, and open nothing',
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('frame', {
          describe: 'frame of the picture, from 0; negative from the end',
          default: -1,
          requiresArg: true,
          coerce: integer('--frame', -Infinity),
        })
        .option('size', {
          describe: 'of the picture, WIDTHxHEIGHT',
          type: 'string',
          default: '1200x900',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('theme', {
          describe: 'of the picture',
          choices: ['light', 'dark'] as const,
          default: 'light' as 'light' | 'dark',
          requiresArg: true,
        })
        .option('color-by', {
          describe: "column of one number an atom that colours the picture's atoms",
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        })
        .option('arrows', {
          describe: "column of vectors that are the picture's arrows, or none",
          type: 'string',
          requiresArg: true,
          coerce: lastOf,
        }),
      [
        ['in the browser', 'view stillpoint-output/sensitivity.extxyz stillpoint-output/trajectory.extxyz'],
        ['the last frame as a picture', 'view run.extxyz --png run.png --size 1600x1200'],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { files, open, png, frame, size, theme, colorBy, arrows } = args;
    if (png === undefined) {
      await show(files, open, terminal);
      return { done: true, json: { result: 'closed', message: 'closed' } };
    }
    if (files.length > 1) throw new InputError('--png draws one file; name one');
    const picture = await drawPicture(files[0], { size: readSize(size), frame, theme, colorBy, arrows });
    try {
      writeFileSync(png, picture);
    } catch (error) {
      throw new InputError(`cannot write ${png}: ${error instanceof Error ? error.message : error}`);
    }
    terminal.out(`${png}\n`);
    return { done: true, json: { result: 'drawn', message: 'drawn' } };
  },
});

function lastOf(given: string | string[]): string {
  return typeof given === 'string' ? given : given[given.length - 1];
}

/** Serves until the user stops it. */
async function show(files: readonly string[], open: boolean, terminal: Terminal): Promise<void> {
  const server = await serveViewer(files);
  terminal.out(`${server.address}\n`);
  terminal.err('Ctrl-C ends it.\n');
  if (open) openBrowser(server.address);
  await new Promise<void>((done) => {
    if (terminal.interrupted?.aborted) done();
    terminal.interrupted?.addEventListener('abort', () => done(), { once: true });
  });
  await server.close();
}

/** Where there is no desktop nothing opens; the address is printed anyway. */
function openBrowser(address: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  const desktop = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (process.platform === 'linux' && !desktop) return;
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

function readSize(given: string): readonly [number, number] {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(given)?.map(Number) ?? [];
  const inside = (length: number | undefined) => length !== undefined && length >= 16 && length <= LARGEST;
  if (inside(width) && inside(height)) return [width, height];
  throw new InputError(`--size must be WIDTHxHEIGHT, each from 16 to ${LARGEST}; found "${given}"`);
}
