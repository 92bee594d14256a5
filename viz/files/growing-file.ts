/**
 * A file read into memory, which may grow while it is shown: only new bytes are read, and a frame is there when all of
 * its lines are. What has been replaced or cut is found out, and is then to be read anew.
 */
import { InputError } from '../../src/message/index.js';
import { createRun, frameOfSystem, type MemoryRun } from '../state/index.js';
import { allBytes, type ByteSource, chunks } from './byte-source.js';
import { lastOf } from './file-index.js';
import { FrameScanner, parseFrame } from './frame-scanner.js';

export interface GrowingFile {
  readonly run: MemoryRun;
  /** What stands after the last whole frame and is none, in words; null where nothing does. */
  readonly unfinished: string | null;
  /**
   * Reads what has been added.
   *
   * @param ended whether nobody is writing just now: then a last line without an end is taken as it is
   * @returns `replaced` where what has been read is not there any more; this object is of no use then
   * @throws InputError with file, line and reason
   */
  update(ended: boolean): Promise<'same' | 'grown' | 'replaced'>;
}

/** @throws InputError with file, line and reason, also when there is no whole frame */
export async function readFile(source: ByteSource, ended = true): Promise<GrowingFile> {
  const { name } = source;
  const scanner = new FrameScanner(name);
  let run: MemoryRun | null = null;
  /** Bytes of the file that have been read; those from `scanner.rest` on are in `pending`. */
  let read = 0;
  let pending: Uint8Array[] = [];
  let last: Uint8Array = new Uint8Array(0);
  let unfinished: string | null = null;
  let tailTaken = false;

  const append = async (bytes: Uint8Array, line: number): Promise<void> => {
    const frame = frameOfSystem(await parseFrame(bytes, name, line), run?.length ?? 0);
    if (run === null) run = createRun(name, [frame]);
    else run.append(frame);
  };

  const take = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks(stream)) {
      const start = read - size(pending);
      pending.push(chunk);
      read += chunk.length;
      last = lastOf(last, chunk);
      const places = scanner.push(chunk);
      if (places.length === 0) continue;
      const bytes = joined(pending);
      for (const { from, to, line } of places) await append(bytes.subarray(from - start, to - start), line);
      pending = [bytes.slice(scanner.rest.from - start)];
    }
  };

  const takeTail = async (): Promise<void> => {
    const bytes = joined(pending);
    unfinished = null;
    if (bytes.every((byte) => byte <= 32)) return;
    try {
      await append(bytes, scanner.rest.line);
      tailTaken = true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      unfinished = error.message;
    }
  };

  await take(await source.read(0));
  if (ended) await takeTail();
  if (run === null) {
    throw new InputError(
      unfinished ?? `${name}:1: found no whole frame; expected the number of atoms on the first line`,
    );
  }
  const shown: MemoryRun = run;
  return {
    run: shown,
    get unfinished() {
      return unfinished;
    },
    async update(nowEnded) {
      const before = shown.length;
      const from = read - last.length;
      const bytes = await allBytes(await source.read(from));
      const known = bytes.subarray(0, last.length);
      if (known.length < last.length || known.some((byte, k) => byte !== last[k])) return 'replaced';
      const added = bytes.subarray(last.length);
      if (added.length > 0 && tailTaken) return 'replaced';
      if (added.length > 0) await take(new Blob([added.slice()]).stream());
      if (nowEnded && !tailTaken) await takeTail();
      return shown.length > before ? 'grown' : 'same';
    },
  };
}

function size(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(size(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
