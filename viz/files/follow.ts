/**
 * Follows an open file through what becomes of it, in the same way whether it is in memory or not: reads on where it
 * has grown, tells its faults, and that it is another one now.
 */
import { InputError } from '../../src/message/index.js';
import type { Run } from '../state/index.js';
import { type FileState, isReplaced } from './file-state.js';
import type { Change } from './frame-stream.js';

/** What happens to a file while it is shown. That it has grown, its run tells. */
export interface FileEvents {
  /** Something to know that keeps nothing from being shown. */
  notice(message: string): void;
  /** What has come in cannot be read; what was there before stays. */
  error(error: unknown): void;
  /** The file is another one now, and is to be opened again. */
  replaced(): void;
}

/** A file of which at least one frame is there. */
export interface OpenFile {
  readonly run: Run;
  /** Comes when the file has been gone through to the end that it had. @throws InputError with file, line and reason */
  readonly through: Promise<unknown>;
  /** What stands after the last whole frame and is none, in words; null where nothing does. */
  readonly unfinished: string | null;
  /**
   * Reads what has been added.
   *
   * @param ended whether nobody is writing just now: then a last line without an end is taken as it is
   * @returns `replaced` where what has been read is not there any more; this object is of no use then
   * @throws InputError with file, line and reason; from then on always
   */
  update(ended: boolean): Promise<Change>;
}

export interface Following {
  /** Takes in how the file stands now. */
  update(now: FileState): void;
  /** As `Run.settled`. */
  settled(): Promise<void>;
  close(): void;
}

/** @param begun how the file stood before the first byte was read */
export function follow(file: OpenFile, begun: FileState, events: FileEvents): Following {
  const { run } = file;
  /** The largest that it has been. */
  let known = begun;
  let told: string | null = null;
  let fault: { readonly error: unknown } | null = null;
  let over = false;
  let closed = false;

  const tellReplaced = (): void => {
    if (over) return;
    over = true;
    events.replaced();
  };
  const tellUnfinished = (): void => {
    const { unfinished } = file;
    if (unfinished !== null && unfinished !== told)
      events.notice(`${unfinished}. The frames before are shown.`);
    told = unfinished;
  };
  const after = async (reading: () => Promise<unknown>): Promise<void> => {
    // After a fault only another file helps.
    if (over || fault !== null) return;
    try {
      const change = await reading();
      if (closed) return;
      if (change === 'replaced') tellReplaced();
      else tellUnfinished();
    } catch (error) {
      fault = { error };
      if (!closed) events.error(error);
    }
  };
  tellUnfinished();
  let reading = after(() => file.through);

  return {
    update(now) {
      if (over) return;
      // At once: reading on may wait for a long way through the file as it was.
      if (isReplaced(known, now)) {
        tellReplaced();
        return;
      }
      if (now.size > known.size) known = now;
      reading = reading.then(() => after(() => file.update(now.ended)));
    },
    async settled() {
      await reading;
      if (closed)
        throw new InputError(`${run.name} is not open any more: it was closed, or replaced by another`);
      if (fault !== null) throw fault.error;
    },
    close() {
      [over, closed] = [true, true];
      run.close();
    },
  };
}
