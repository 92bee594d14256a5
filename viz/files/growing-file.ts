/** A file read into memory, which may grow while it is shown. */
import { InputError } from '../../src/message/index.js';
import { createRun, frameOfSystem, type MemoryRun } from '../state/index.js';
import type { ByteSource } from './byte-source.js';
import type { OpenFile } from './follow.js';
import { parseFrame } from './frame-scanner.js';
import { FrameStream, NoFrameError } from './frame-stream.js';

export interface GrowingFile extends OpenFile {
  readonly run: MemoryRun;
}

/**
 * Frames before one that cannot be read are a run all the same, whose `through` tells what is wrong.
 *
 * @param ended whether nobody is writing just now: then a last line without an end is taken as it is
 * @throws InputError with file, line and reason when the first frame cannot be read; NoFrameError when there is none
 */
export async function readFile(source: ByteSource, ended = true): Promise<GrowingFile> {
  const { name } = source;
  const stream = new FrameStream(source, true);
  let run: MemoryRun | null = null;
  const update = (nowEnded: boolean) =>
    stream.update(nowEnded, async (places, held) => {
      for (const place of places) {
        const frame = frameOfSystem(await parseFrame(held(place), name, place.line), run?.length ?? 0);
        if (run === null) run = createRun(name, [frame]);
        else run.append(frame);
      }
    });
  const through = update(ended);
  await through.catch((error: unknown) => {
    if (run === null || !(error instanceof InputError)) throw error;
  });
  if (run === null) throw new NoFrameError(name, stream.unfinished);
  return {
    run,
    through,
    get unfinished() {
      return stream.unfinished;
    },
    update,
  };
}
