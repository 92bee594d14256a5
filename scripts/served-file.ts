/**
 * One file that the viewer's server gives: its bytes from anywhere, and how it stands. A file that a command of ours
 * is still writing grows under a hidden name beside its place (`.NAME.PID-K.part`); while it does, that one is given.
 * Whoever may write into that folder can make such a name: what bears it is taken only where it is a file of its own,
 * of this user or the folder's, and the command that it names still runs.
 */
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '../src/message/index.js';
import { fileError } from '../systems/index.js';
import type { FileState } from '../viz/index.js';

/** A file that nobody has written to for so long is taken as complete, where it is not said for how long. */
const QUIET_MS = 2000;

/** A file as it stood when it was opened. Either `read` or `close` ends it. */
export interface OpenedFile {
  readonly size: number;
  /** Bytes from one place up to, not with, another. */
  read(from: number, to: number): Readable;
  close(): void;
}

interface Found {
  readonly path: string;
  readonly stats: Stats;
  /** Whether it is one under a hidden name. */
  readonly unfinished: boolean;
}

export class ServedFile {
  /** As the user named it. */
  readonly name: string;
  readonly #path: string;
  readonly #quietMs: number;

  /**
   * @param quietMs for how long nobody has written to a file that is complete; 0: every file is, under its own name
   * @throws InputError when there is no such file, or it cannot be read
   */
  constructor(name: string, quietMs = QUIET_MS) {
    this.name = name;
    this.#quietMs = quietMs;
    this.#path = resolve(name);
    this.open().close();
  }

  /** As it stands now; null where it has gone or cannot be looked at. */
  state(): FileState | null {
    try {
      const found = this.#current();
      if (found === null) return null;
      const { dev, ino, size, mtimeMs } = found.stats;
      return {
        size,
        ended: !found.unfinished && (this.#quietMs === 0 || Date.now() - mtimeMs > this.#quietMs),
        identity: `${dev}:${ino}`,
        modified: mtimeMs,
      };
    } catch {
      return null;
    }
  }

  /** @throws InputError when there is no such file any more, or it cannot be read */
  open(): OpenedFile {
    try {
      return this.#opened();
    } catch {
      // Between being found and being opened it may have come to its own name, or been replaced.
      try {
        return this.#opened();
      } catch (error) {
        if (error instanceof InputError) throw new InputError(`cannot read ${this.name}: ${error.message}`);
        throw fileError(error, 'read', this.name);
      }
    }
  }

  #opened(): OpenedFile {
    const found = this.#current();
    if (found === null) throw new InputError('there is no such file');
    if (!found.stats.isFile()) throw new InputError('it is no file');
    const file = openSync(found.path, READING | (found.unfinished ? NO_LINK : 0));
    const { ino, size } = fstatSync(file);
    if (ino !== found.stats.ino) {
      closeSync(file);
      throw new InputError('another file has just taken its place');
    }
    return {
      size,
      // `end` counts itself in.
      read: (from, to) =>
        createReadStream('', { fd: file, start: from, end: to - 1, highWaterMark: 1 << 20 }),
      close: () => closeSync(file),
    };
  }

  /** @throws what the system says where it cannot be looked at */
  #current(): Found | null {
    const own = statSync(this.#path, { throwIfNoEntry: false });
    const part = this.#newestPart();
    if (part !== null && (own === undefined || part.stats.mtimeMs >= own.mtimeMs)) return part;
    return own === undefined ? null : { path: this.#path, stats: own, unfinished: false };
  }

  #newestPart(): Found | null {
    const folder = dirname(this.#path);
    const begin = `.${basename(this.#path)}.`;
    let newest: Found | null = null;
    for (const entry of entriesOf(folder)) {
      if (!entry.startsWith(begin)) continue;
      const [, writer] = /^([1-9]\d*)-\d+\.part$/.exec(entry.slice(begin.length)) ?? [];
      if (writer === undefined || !isRunning(Number(writer))) continue;
      const path = join(folder, entry);
      const stats = ownFile(path, folder);
      if (stats === null || (newest !== null && stats.mtimeMs <= newest.stats.mtimeMs)) continue;
      newest = { path, stats, unfinished: true };
    }
    return newest;
  }
}

// A pipe that takes the file's place is not waited for.
const READING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NO_LINK = constants.O_NOFOLLOW ?? 0;

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that has gone meanwhile, or may not be listed.
    return [];
  }
}

/** What a file is that is no link, and belongs to this user or whoever owns its folder; else null. */
function ownFile(path: string, folder: string): Stats | null {
  try {
    const stats = lstatSync(path);
    const trusted = [process.getuid?.() ?? stats.uid, statSync(folder).uid];
    return stats.isFile() && trusted.includes(stats.uid) ? stats : null;
  } catch {
    return null;
  }
}

/** Whether a process of this number runs on this machine. */
function isRunning(id: number): boolean {
  try {
    // Signal 0 is none, only looked for.
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
