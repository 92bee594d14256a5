/**
 * Structures in files: Node's file system and the extended XYZ format brought together.
 *
 * Node's modules are asked for when a function runs (`process.getBuiltinModule`), never imported: the room can
 * then be bundled for a browser, where these functions say that they need Node and all others work.
 */
import type * as FileSystem from 'node:fs';
import type * as Path from 'node:path';
import { checkOptions, InputError } from '../src/message/index.js';
import { chunkParser, type FrameExtras, formatChunks, streamExtendedXyz } from './extended-xyz/index.js';
import type { System } from './system.js';

const CHUNK_BYTES = 1 << 20;

export interface ReadOptions {
  /** Which frame of a trajectory, from 0; negative numbers count from the end. The last (−1) by default. */
  frame?: number;
}

/**
 * One structure from an extended or plain XYZ file. Holds no more of a trajectory than it must.
 *
 * @throws InputError when there is no such file or frame, and with `file:line:` on a malformed one
 */
export function readStructure(path: string, options: ReadOptions = {}): System {
  checkOptions('readStructure', options, ['frame']);
  const { frame = -1 } = options;
  if (!Number.isInteger(frame)) throw new InputError(`frame must be a whole number, found ${frame}`);
  const kept: System[] = [];
  let seen = 0;
  for (const system of framesOf(path)) {
    if (seen++ === frame) return system;
    if (frame < 0) kept.push(system);
    if (kept.length > -frame) kept.shift();
  }
  if (frame < 0 && kept.length === -frame) return kept[0];
  throw new InputError(`${path} has ${seen} frame${seen === 1 ? '' : 's'}, there is no frame ${frame}`);
}

/**
 * The frames of a file one after the other, however long it is: `for await (const system of readTrajectory(path))`.
 *
 * @throws InputError as `readStructure`, when the iteration comes to the fault
 */
export async function* readTrajectory(path: string): AsyncGenerator<System> {
  const { fs } = node('readTrajectory');
  try {
    yield* streamExtendedXyz(fs.createReadStream(path, { highWaterMark: CHUNK_BYTES }), path);
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/**
 * Writes systems as the frames of an extended XYZ file, whole or not at all; an existing file is replaced.
 *
 * @throws InputError when the file cannot be written or a value not be held by the format
 */
export function writeStructure(path: string, systems: System | Iterable<System>, extra?: FrameExtras): void {
  const writer = createTrajectoryWriter(path);
  try {
    for (const system of 'positions' in systems ? [systems] : systems) writer.append(system, extra);
    writer.close();
  } catch (error) {
    writer.abort();
    throw error;
  }
}

export interface TrajectoryWriter {
  readonly path: string;
  /** Frames appended so far. */
  readonly frames: number;
  /** A frame that cannot be written aborts the trajectory: half of it may be in the file already. */
  append(system: System, extra?: FrameExtras): void;
  /** Puts the file in its place. Nothing can be appended afterwards. */
  close(): void;
  /** Leaves nothing behind, and what stood at `path` as it was. Does nothing after `close`. */
  abort(): void;
}

const unfinished = new Set<TrajectoryWriter>();
let watchingExit = false;

/**
 * A trajectory that grows frame by frame in a file beside its target, and takes the target's place on `close`.
 * One that is still open when the program ends is aborted.
 *
 * @throws InputError when the file cannot be written
 */
export function createTrajectoryWriter(path: string): TrajectoryWriter {
  const { fs } = node('createTrajectoryWriter');
  const target = writing(path, () => resolveTarget(path));
  let file: number | null = writing(path, () => fs.openSync(target.work, target.work === path ? 'w' : 'wx'));
  let frames = 0;
  const release = (): void => {
    if (file !== null) fs.closeSync(file);
    file = null;
    unfinished.delete(writer);
  };
  const writer: TrajectoryWriter = {
    path,
    get frames() {
      return frames;
    },
    append(system, extra) {
      const open = file;
      if (open === null) throw new InputError(`${path} is closed; nothing can be appended to it`);
      try {
        for (const text of formatChunks(system, extra)) writing(path, () => writeAll(fs, open, text));
      } catch (error) {
        writer.abort();
        throw error;
      }
      frames++;
    },
    close() {
      if (file === null) return;
      try {
        writing(path, release);
        if (target.work !== target.path) writing(path, () => fs.renameSync(target.work, target.path));
      } catch (error) {
        fs.rmSync(target.work, { force: true });
        throw error;
      }
    },
    abort() {
      if (file === null) return;
      release();
      if (target.work !== target.path) fs.rmSync(target.work, { force: true });
    },
  };
  unfinished.add(writer);
  if (!watchingExit) process.once('exit', abortUnfinished);
  watchingExit = true;
  return writer;
}

function abortUnfinished(): void {
  for (const writer of unfinished) writer.abort();
}

/** Where to write and where it shall end up: links are followed, and a device or pipe is written to as it is. */
function resolveTarget(path: string): { path: string; work: string } {
  const { fs, path: paths } = node('createTrajectoryWriter');
  const known = fs.statSync(path, { throwIfNoEntry: false });
  if (known?.isDirectory()) throw new InputError(`cannot write ${path}: it is a directory; name a file`);
  if (known !== undefined && !known.isFile()) return { path, work: path };
  const real = known === undefined ? path : fs.realpathSync(path);
  for (let k = 0; ; k++) {
    const work = paths.join(paths.dirname(real), `.${paths.basename(real)}.${process.pid}-${k}.part`);
    if (!fs.existsSync(work)) return { path: real, work };
  }
}

function writeAll(fs: typeof FileSystem, file: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
}

/** The frames of a file, read in pieces as they are asked for. */
function* framesOf(path: string): Generator<System> {
  const { fs } = node('readStructure');
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch (error) {
    throw fileError(error, 'read', path);
  }
  try {
    const frames = chunkParser(path);
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let size = readSome(fs, file, buffer, path); size > 0; size = readSome(fs, file, buffer, path)) {
      yield* frames.push(buffer.subarray(0, size));
    }
    yield* frames.end();
  } finally {
    fs.closeSync(file);
  }
}

function readSome(fs: typeof FileSystem, file: number, buffer: Uint8Array, path: string): number {
  try {
    return fs.readSync(file, buffer);
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw fileError(error, 'write', path);
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a directory; name a file',
  ENOTDIR: 'a part of the path is no directory',
  EEXIST: 'a file stands in its place',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  ERR_INVALID_ARG_VALUE: 'its name holds a zero byte',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** The system's errors about a path are about the caller's input; all others pass as they are. */
export function fileError(
  error: unknown,
  verb: 'read' | 'write' | 'write to' | 'make the folder',
  path: string,
): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  return new InputError(`cannot ${verb} ${path}: ${CAUSES[error.code] ?? error.message}`, { cause: error });
}

function node(asker: string): { fs: typeof FileSystem; path: typeof Path } {
  const load = typeof process === 'undefined' ? undefined : process.getBuiltinModule;
  if (load === undefined) {
    throw new InputError(
      `${asker} needs Node's file system; in a browser use parseExtendedXyz or streamExtendedXyz on the text of the file`,
    );
  }
  return { fs: load('node:fs'), path: load('node:path') };
}
