/** The worker that goes through a large file and reads frames of it, so that the page never waits. */
import { createByteSource } from './byte-source.js';
import { FileIndex } from './file-index.js';
import { buffersOf, type FromWorker, packed, type ToWorker } from './messages.js';

const page = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};

let index: FileIndex | null = null;
/** One update after the other. */
let updating = Promise.resolve();

async function update(of: FileIndex): Promise<void> {
  try {
    const good = await of.update((comments) => page.postMessage({ kind: 'frames', comments }));
    page.postMessage(good ? { kind: 'end', unfinished: of.unfinished } : { kind: 'replaced' });
  } catch (error) {
    page.postMessage({ kind: 'error', index: null, message: messageOf(error) });
  }
}

async function read(of: FileIndex, k: number): Promise<void> {
  try {
    const frame = packed(await of.read(k), of.comment(k));
    page.postMessage({ kind: 'frame', index: k, frame }, buffersOf(frame));
  } catch (error) {
    page.postMessage({ kind: 'error', index: k, message: messageOf(error) });
  }
}

page.onmessage = ({ data }) => {
  if (data.kind === 'open') index = new FileIndex(createByteSource(data.name, data.origin));
  const of = index;
  if (of === null) return;
  if (data.kind === 'read') void read(of, data.index);
  else updating = updating.then(() => update(of));
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
