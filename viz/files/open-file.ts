/** Files as the viewer takes them: read into memory, or where they are too large for it frame by frame. */
import type { Run } from '../state/index.js';
import { type ByteSource, createByteSource } from './byte-source.js';
import { readFile } from './growing-file.js';
import { openLargeFile } from './large-file.js';

/** A file that can be shown; it is read when it is first asked for. */
export interface ViewerFile {
  readonly name: string;
  /** Whether somebody writes it just now. */
  readonly growing?: boolean;
  /** @throws InputError with file, line and reason */
  open(events: FileEvents): Promise<Run>;
}

/** What happens to a file while it is shown. That it has grown, its run tells. */
export interface FileEvents {
  /** Something to know that keeps nothing from being shown. */
  notice(message: string): void;
  /** What has come in cannot be read; what was there before stays. */
  error(error: unknown): void;
  /** The file is another one now, and is to be opened again. */
  replaced(): void;
}

export interface FileState {
  readonly size: number;
  /** Whether nobody has written for a while. */
  readonly ended: boolean;
}

export interface FileOptions {
  readonly state: FileState;
  /** Larger files are read frame by frame, and so much of them is kept. */
  readonly memoryBytes?: number;
  /** Tells of changes. @returns what ends it */
  watch?(listener: (state: FileState) => void): () => void;
}

export const MEMORY_BYTES = 512 * 2 ** 20;

export function fileOfComputer(file: File, memoryBytes = MEMORY_BYTES): ViewerFile {
  const source = createByteSource(file.name, { blob: file });
  return fileOfSource(source, { state: { size: file.size, ended: true }, memoryBytes });
}

export function fileOfSource(source: ByteSource, options: FileOptions): ViewerFile {
  const { memoryBytes = MEMORY_BYTES, watch } = options;
  let state = options.state;
  return {
    name: source.name,
    get growing() {
      return !state.ended;
    },
    async open(events) {
      let onState = (_: FileState): void => {};
      // Listens from before the first byte is read, so that nothing is missed.
      const stop = watch?.((next) => {
        state = next;
        onState(next);
      });
      try {
        const { run, update } =
          state.size > memoryBytes
            ? await large(source, memoryBytes, events)
            : await small(source, state.ended, events);
        // What has happened while it was read is seen to at once.
        if (state !== options.state || watch !== undefined) update(state);
        onState = update;
        // The same run, but its end is also the end of listening.
        const close = (): void => {
          stop?.();
          run.close();
        };
        return Object.create(run, { close: { value: close } }) as Run;
      } catch (error) {
        stop?.();
        throw error;
      }
    },
  };
}

interface Watched {
  readonly run: Run;
  update(state: FileState): void;
}

async function small(source: ByteSource, ended: boolean, events: FileEvents): Promise<Watched> {
  const file = await readFile(source, ended);
  if (file.unfinished !== null) events.notice(`${file.unfinished}. The frames before are shown.`);
  let told = file.unfinished;
  let updating = Promise.resolve();
  let over = false;
  const readOn = async ({ ended }: FileState): Promise<void> => {
    if (over) return;
    try {
      over = (await file.update(ended)) === 'replaced';
      if (over) events.replaced();
      else if (file.unfinished !== null && file.unfinished !== told) {
        told = file.unfinished;
        events.notice(`${file.unfinished}. The frames before are shown.`);
      }
    } catch (error) {
      over = true;
      events.error(error);
    }
  };
  return {
    run: file.run,
    update(state) {
      updating = updating.then(() => readOn(state));
    },
  };
}

async function large(source: ByteSource, memoryBytes: number, events: FileEvents): Promise<Watched> {
  const { run, update } = await openLargeFile(source, memoryBytes, {
    onError: events.error,
    onReplaced: events.replaced,
  });
  return { run, update };
}
