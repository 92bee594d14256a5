/**
 * The files that have been read, each once however often it is asked for, with the sessions that they were left with.
 * Owns their runs: they are closed with it, also those that are still on their way then.
 */
import type { ViewerFile } from '../files/index.js';
import type { Run, Session } from '../state/index.js';

export interface Opened {
  readonly run: Run;
  /** How it was looked at when another file took its place; at first as it is to be shown. */
  session: Session;
  /** Whether it has been on the page. */
  shown: boolean;
}

export class OpenedFiles {
  readonly #read: (file: ViewerFile) => Promise<Opened>;
  readonly #files = new Map<ViewerFile, Promise<Opened>>();
  #closed = false;

  constructor(read: (file: ViewerFile) => Promise<Opened>) {
    this.#read = read;
  }

  /** @throws InputError with file, line and reason; the file is read again when it is asked for next */
  get(file: ViewerFile): Promise<Opened> {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const coming = this.#begin(file);
    this.#files.set(file, coming);
    coming.catch(() => this.#files.delete(file));
    return coming;
  }

  /** Reads a file that has been replaced; what was read of it before is closed when that is done. */
  async replace(file: ViewerFile, session: (fresh: Opened) => Session): Promise<Opened> {
    const fresh = await this.#begin(file);
    const before = this.#files.get(file);
    fresh.session = session(fresh);
    fresh.shown = true;
    this.#files.set(file, Promise.resolve(fresh));
    (await before)?.run.close();
    return fresh;
  }

  close(): void {
    this.#closed = true;
    for (const coming of this.#files.values()) coming.then(({ run }) => run.close()).catch(() => {});
  }

  async #begin(file: ViewerFile): Promise<Opened> {
    const opened = await this.#read(file);
    // Whoever waits for it finds the viewer closed, too.
    if (this.#closed) opened.run.close();
    return opened;
  }
}
