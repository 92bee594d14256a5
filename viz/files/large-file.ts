/** A file that is too large for memory, with its worker: the page's end of `worker.ts`. */
import { InputError } from '../../src/message/index.js';
import type { System } from '../../systems/index.js';
import type { ByteSource } from './byte-source.js';
import type { OpenFile } from './follow.js';
import { type Change, NoFrameError } from './frame-stream.js';
import { type FromWorker, type ToWorker, unpacked } from './messages.js';
import { createStreamedRun, type FrameReader, type StreamedRun } from './streamed-run.js';

export interface LargeFile extends OpenFile {
  readonly run: StreamedRun;
}

interface Waiting<T> {
  done(value: T): void;
  fail(error: unknown): void;
}

/**
 * @param onError is told about frames that cannot be read
 * @throws InputError where the first frame cannot be read; NoFrameError when there is none
 */
export async function openLargeFile(
  source: ByteSource,
  ended: boolean,
  cacheBytes: number,
  onError: (error: unknown) => void,
): Promise<LargeFile> {
  const { name } = source;
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  const send = (message: ToWorker): void => worker.postMessage(message);
  const frames = new Map<number, Waiting<System>>();
  /** In the order in which they are answered. */
  const updates: Waiting<Change>[] = [];
  /** Frames that were found before the run was there. */
  let early: ReadonlyMap<string, number>[] = [];
  let run: StreamedRun | null = null;
  let unfinished: string | null = null;
  let gone: Error | null = null;
  let begun = (): void => {};
  const first = new Promise<void>((done) => {
    begun = done;
  });

  /** Whoever waits is told; nobody waits for what does not come any more. */
  const end = (error: Error): void => {
    gone ??= error;
    worker.terminate();
    for (const { fail } of [...frames.values(), ...updates.splice(0)]) fail(gone);
    frames.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    switch (data.kind) {
      case 'frames':
        if (run === null) early = early.concat(data.infos);
        else run.addFrames(data.infos);
        begun();
        return;
      case 'frame':
        frames.get(data.index)?.done(unpacked(data.frame));
        frames.delete(data.index);
        return;
      case 'gone':
        unfinished = data.unfinished;
        updates.shift()?.done(data.change);
        return;
      case 'error': {
        const error = new InputError(data.message);
        if (data.index === null) updates.shift()?.fail(error);
        else {
          frames.get(data.index)?.fail(error);
          frames.delete(data.index);
        }
      }
    }
  };
  worker.onerror = (event) => {
    const error = new Error(`the worker that reads ${name} has failed: ${event.message}`);
    end(error);
    if (run !== null) onError(error);
  };
  const reader: FrameReader = {
    read: (index) =>
      new Promise((done, fail) => {
        if (gone !== null) return fail(gone);
        frames.set(index, { done, fail });
        send({ kind: 'read', index });
      }),
    close: () => end(new InputError(`${name} is not open any more: it was closed, or replaced by another`)),
  };
  let latest: Promise<unknown> = Promise.resolve();
  const update = (nowEnded: boolean): Promise<Change> => {
    const change = new Promise<Change>((done, fail) => {
      if (gone !== null) return fail(gone);
      updates.push({ done, fail });
      send({ kind: 'update', ended: nowEnded });
    });
    latest = change;
    return change;
  };
  const settled = async (): Promise<void> => void (await latest);

  try {
    send({ kind: 'open', name, origin: source.origin });
    const through = update(ended);
    await Promise.race([first, through]);
    if (early.length === 0) throw new NoFrameError(name, unfinished);
    const options = { name, reader, cacheBytes, onError, settled };
    const made = createStreamedRun({ ...options, first: await reader.read(0) });
    made.addFrames(early.slice(1));
    early = [];
    run = made;
    return {
      run: made,
      through,
      get unfinished() {
        return unfinished;
      },
      update,
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}
