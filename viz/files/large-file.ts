/** A file that is too large for memory, with its worker: the page's end of `worker.ts`. */
import { InputError } from '../../src/message/index.js';
import type { System } from '../../systems/index.js';
import type { ByteSource } from './byte-source.js';
import { type FromWorker, type ToWorker, unpacked } from './messages.js';
import { createStreamedRun, type FrameReader, type StreamedRun } from './streamed-run.js';

export interface LargeFile {
  readonly run: StreamedRun;
  /** Reads on where the file has grown. */
  update(): void;
}

export interface LargeFileEvents {
  onError(error: unknown): void;
  onReplaced(): void;
}

/** @throws InputError where the first frame cannot be read */
export async function openLargeFile(
  source: ByteSource,
  cacheBytes: number,
  events: LargeFileEvents,
): Promise<LargeFile> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  const send = (message: ToWorker): void => worker.postMessage(message);
  const waiting = new Map<number, { done: (system: System) => void; fail: (error: Error) => void }>();
  /** Frames that were found before the run was there. */
  let early: ReadonlyMap<string, number>[] = [];
  let run: StreamedRun | null = null;
  let begun = (_: Error | null): void => {};
  const first = new Promise<void>((done, fail) => {
    begun = (error) => (error === null ? done() : fail(error));
  });

  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    switch (data.kind) {
      case 'frames':
        if (run === null) early = early.concat(data.infos);
        else run.addFrames(data.infos);
        begun(null);
        return;
      case 'frame':
        waiting.get(data.index)?.done(unpacked(data.frame));
        waiting.delete(data.index);
        return;
      case 'error': {
        const error = new InputError(data.message);
        if (data.index !== null) {
          waiting.get(data.index)?.fail(error);
          waiting.delete(data.index);
        } else if (run === null) begun(error);
        else events.onError(error);
        return;
      }
      case 'end':
        begun(new InputError(`${source.name}:1: found no whole frame`));
        return;
      case 'replaced':
        events.onReplaced();
    }
  };
  worker.onerror = (event) => {
    const error = new Error(`the worker that reads ${source.name} has failed: ${event.message}`);
    for (const { fail } of waiting.values()) fail(error);
    waiting.clear();
    begun(error);
    events.onError(error);
  };
  const reader: FrameReader = {
    read: (index) =>
      new Promise((done, fail) => {
        waiting.set(index, { done, fail });
        send({ kind: 'read', index });
      }),
    close: () => worker.terminate(),
  };

  try {
    send({ kind: 'open', name: source.name, origin: source.origin });
    await first;
    const options = { name: source.name, reader, cacheBytes, onError: events.onError };
    const made = createStreamedRun({ ...options, first: await reader.read(0) });
    made.addFrames(early.slice(1));
    early = [];
    run = made;
    return { run: made, update: () => send({ kind: 'update' }) };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
