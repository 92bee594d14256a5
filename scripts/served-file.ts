/**
 * One file that the viewer's server gives: its bytes from anywhere, and how it changes. A file that a command of ours
 * is still writing grows under a hidden name beside its place (`.NAME.PID-K.part`); while it does, that one is given.
 */
import { createReadStream, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '../src/message/index.js';

export interface FileState {
  readonly size: number;
  /** Whether nobody has written for a while. */
  readonly ended: boolean;
}

/** A file that nobody has written to for so long is taken as complete. */
const QUIET_MS = 2000;

export class ServedFile {
  /** As the user named it. */
  readonly name: string;
  readonly #path: string;

  /** @throws InputError when there is no such file */
  constructor(name: string) {
    this.name = name;
    this.#path = resolve(name);
    const found = this.#current();
    if (found === null) throw new InputError(`cannot read ${name}: there is no such file`);
    if (!found.stats.isFile()) throw new InputError(`cannot read ${name}: it is no file`);
  }

  /** As it stands now; null where it has gone. */
  state(): FileState | null {
    const found = this.#current();
    if (found === null) return null;
    const { size, mtimeMs } = found.stats;
    return { size, ended: !found.unfinished && Date.now() - mtimeMs > QUIET_MS };
  }

  /** Bytes from one place up to, not with, another. */
  read(from: number, to: number): Readable {
    const path = this.#current()?.path ?? this.#path;
    // `end` counts itself in.
    return createReadStream(path, { start: from, end: to - 1, highWaterMark: 1 << 20 });
  }

  #current(): { path: string; stats: Stats; unfinished: boolean } | null {
    const own = statSync(this.#path, { throwIfNoEntry: false });
    const part = this.#newestPart();
    if (part !== null && (own === undefined || part.stats.mtimeMs >= own.mtimeMs)) {
      return { ...part, unfinished: true };
    }
    return own === undefined ? null : { path: this.#path, stats: own, unfinished: false };
  }

  #newestPart(): { path: string; stats: Stats } | null {
    const folder = dirname(this.#path);
    const begin = `.${basename(this.#path)}.`;
    let newest: { path: string; stats: Stats } | null = null;
    for (const entry of entriesOf(folder)) {
      if (!entry.startsWith(begin) || !/^\d+-\d+\.part$/.test(entry.slice(begin.length))) continue;
      const path = join(folder, entry);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats?.isFile()) continue;
      if (newest === null || stats.mtimeMs > newest.stats.mtimeMs) newest = { path, stats };
    }
    return newest;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder that has gone meanwhile, or may not be listed.
    return [];
  }
}
