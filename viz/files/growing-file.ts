/** A file read into memory, which may grow while it is shown. */
import { createRun, frameOfSystem, type MemoryRun } from '../state/index.js';
import type { ByteSource } from './byte-source.js';
import type { OpenFile } from './follow.js';
import { parseFrame } from './frame-scanner.js';
import { FrameStream, NoFrameError } from './frame-stream.js';

export interface GrowingFile extends OpenFile {
  readonly run: MemoryRun;
}

/**
 * @param ended whether nobody is writing just now: then a last line without an end is taken as it is
 * @throws InputError with file, line and reason; NoFrameError when there is no whole frame
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
  await update(ended);
  if (run === null) throw new NoFrameError(name, stream.unfinished);
  return {
    run,
    through: Promise.resolve(),
    get unfinished() {
      return stream.unfinished;
    },
    update,
  };
}
