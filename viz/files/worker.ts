/** The worker that goes through a large file and reads frames of it, so that the page never waits. */
import { createByteSource } from './byte-source.js';
import { FileIndex, numbersOf } from './file-index.js';
import { buffersOf, type FromWorker, packed, type ToWorker } from './messages.js';

const page = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};

let index: FileIndex | null = null;
/** One update after the other. */
let updating = Promise.resolve();

/** A page that is told of frames more often has no time to draw. */
const PARCEL_MS = 250;

async function update(of: FileIndex, ended: boolean): Promise<void> {
  let infos: ReadonlyMap<string, number>[] = [];
  let last = of.length === 0 ? -Infinity : performance.now();
  const send = (): void => {
    if (infos.length > 0) page.postMessage({ kind: 'frames', infos });
    infos = [];
    last = performance.now();
  };
  try {
    const change = await of.update(ended, (comments) => {
      for (const comment of comments) infos.push(numbersOf(comment));
      if (performance.now() - last > PARCEL_MS) send();
    });
    send();
    page.postMessage({ kind: 'gone', change, unfinished: of.unfinished });
  } catch (error) {
    send();
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
  if (data.kind === 'update') updating = updating.then(() => update(of, data.ended));
};

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
