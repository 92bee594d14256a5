/** Looks at files while anybody listens, as often for one listener as for many, and tells what has changed. */
import type { FileState } from '../viz/index.js';

/** How often files are looked at. */
const LOOK_MS = 250;

export type FileListener = (file: number, state: FileState) => void;

export class FileWatch {
  readonly #files: readonly { state(): FileState | null }[];
  readonly #listeners = new Set<FileListener>();
  #known: (FileState | null)[] = [];
  #looking: NodeJS.Timeout | null = null;

  constructor(files: readonly { state(): FileState | null }[]) {
    this.#files = files;
  }

  /** Tells how each file stands, and from then on what changes; of a file that has gone nothing. @returns what ends it */
  listen(listener: FileListener): () => void {
    if (this.#looking === null) {
      this.#known = this.#files.map((file) => file.state());
      this.#looking = setInterval(() => this.#look(), LOOK_MS);
    }
    this.#listeners.add(listener);
    this.#known.forEach((state, k) => {
      if (state !== null) listener(k, state);
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || this.#looking === null) return;
      clearInterval(this.#looking);
      this.#looking = null;
    };
  }

  #look(): void {
    this.#files.forEach((file, k) => {
      const now = file.state();
      if (now === null || same(now, this.#known[k])) return;
      this.#known[k] = now;
      for (const listener of this.#listeners) listener(k, now);
    });
  }
}

function same(now: FileState, before: FileState | null): boolean {
  return (
    now.size === before?.size &&
    now.ended === before.ended &&
    now.identity === before.identity &&
    now.modified === before.modified
  );
}
