/** Extended XYZ from a stream: one frame in memory at a time, in Node and in the browser. */
import type { System } from '../system.js';
import { type FrameParser, frameParser } from './frame.js';
import { pushLines } from './parse.js';

/** Text or UTF-8 bytes as they come: a `Response.body`, a `File.stream()`, a Node stream, a list of chunks. */
export type TextSource =
  | ReadableStream<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/**
 * The frames of a stream, one after the other. The stream is closed when the loop over them ends early.
 *
 * @param name what errors call the stream: the path of the file
 * @throws InputError with `name:line:`, what was found and what was expected
 */
export async function* streamExtendedXyz(source: TextSource, name = 'extended XYZ'): AsyncGenerator<System> {
  const frames = chunkParser(name);
  for await (const chunk of chunksOf(source)) yield* frames.push(chunk);
  yield* frames.end();
}

export interface ChunkParser {
  /** The frames that this piece of the file completes. */
  push(chunk: Uint8Array | string): System[];
  end(): System[];
}

/** Turns pieces of a file, cut anywhere, into frames. */
export function chunkParser(name: string): ChunkParser {
  const parser: FrameParser = frameParser(name);
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): System[] => {
    const frames: System[] = [];
    rest = pushLines(parser, rest + text, (frame) => frames.push(frame));
    return frames;
  };
  return {
    push: (chunk) => take(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })),
    end() {
      const frames = take(decoder.decode());
      const last = rest === '' ? null : parser.push(rest);
      if (last !== null) frames.push(last);
      parser.end();
      return frames;
    },
  };
}

async function* chunksOf(source: TextSource): AsyncGenerator<Uint8Array | string> {
  if (typeof source === 'string') {
    // A string is a list of its letters, which would do, but slowly.
    yield source;
    return;
  }
  if (!('getReader' in source)) {
    yield* source;
    return;
  }
  // Not every browser can iterate over a ReadableStream, so its reader is asked.
  const reader = source.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
