/** Files as the viewer takes them: read into memory, or where they are too large for it frame by frame. */
import type { Run } from '../state/index.js';
import { type ByteSource, createByteSource } from './byte-source.js';
import type { FileState } from './file-state.js';
import { type FileEvents, follow, type OpenFile } from './follow.js';
import { NoFrameError } from './frame-stream.js';
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

export interface FileOptions {
  /** How the file stands now, as far as is known: it may be opened long after it was offered. */
  state(): FileState;
  /** Larger files are read frame by frame, and so much of them is kept. */
  readonly memoryBytes?: number;
  /** Calls whenever the state has changed. @returns what ends it */
  watch?(listener: () => void): () => void;
}

export const MEMORY_BYTES = 512 * 2 ** 20;

export function fileOfComputer(file: File, memoryBytes = MEMORY_BYTES): ViewerFile {
  const source = createByteSource(file.name, { blob: file });
  const state = { size: file.size, ended: true, identity: '', modified: file.lastModified };
  return fileOfSource(source, { state: () => state, memoryBytes });
}

export function fileOfSource(source: ByteSource, options: FileOptions): ViewerFile {
  const { state, memoryBytes = MEMORY_BYTES, watch } = options;
  return {
    name: source.name,
    get growing() {
      return !state().ended;
    },
    async open(events) {
      const { file, begun } = await whenThereIsAFrame(options, async ({ size, ended }) =>
        size > memoryBytes
          ? openLargeFile(source, ended, memoryBytes, events.error)
          : readFile(source, ended),
      );
      const following = follow(file, begun, events);
      const stop = watch?.(() => following.update(state()));
      // What has happened while it was read is seen to at once.
      if (watch !== undefined) following.update(state());
      const close = (): void => {
        stop?.();
        following.close();
      };
      // The same run, but its end is also the end of listening.
      return Object.create(file.run, {
        settled: { value: following.settled },
        close: { value: close },
      }) as Run;
    },
  };
}

/** A file of which only the beginning of a frame is written yet is waited for, as long as somebody writes it. */
async function whenThereIsAFrame(
  { state, watch }: FileOptions,
  open: (state: FileState) => Promise<OpenFile>,
): Promise<{ file: OpenFile; begun: FileState }> {
  for (;;) {
    const begun = state();
    try {
      return { file: await open(begun), begun };
    } catch (error) {
      if (!(error instanceof NoFrameError) || begun.ended || watch === undefined) throw error;
    }
    if (state() === begun) await nextChange(watch);
  }
}

function nextChange(watch: NonNullable<FileOptions['watch']>): Promise<void> {
  return new Promise((done) => {
    const stop = watch(() => {
      stop();
      done();
    });
  });
}
