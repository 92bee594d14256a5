/** Where the bytes of a file come from: a file of the computer, or a server that answers requests for ranges. */
import { InputError } from '../../src/message/index.js';

/** What can be sent to a worker, which makes the same source of it. */
export type Origin = { readonly url: string } | { readonly blob: Blob };

export interface ByteSource {
  readonly name: string;
  readonly origin: Origin;
  /** The bytes from one place on, up to another or to the end that the file has now. */
  read(from: number, to?: number): Promise<ReadableStream<Uint8Array>>;
}

export function createByteSource(name: string, origin: Origin): ByteSource {
  return 'blob' in origin ? ofComputer(name, origin) : ofServer(name, origin);
}

/** The bytes of a file that has changed since it was chosen are not those of the file that was chosen. */
function ofComputer(name: string, origin: { readonly blob: Blob }): ByteSource {
  const { blob } = origin;
  const chosen = timeOf(blob);
  return {
    name,
    origin,
    async read(from, to) {
      // Most browsers refuse to read it; with others its time tells.
      const readable = await blob
        .slice(from, from + 1)
        .arrayBuffer()
        .catch(() => null);
      if (readable === null || timeOf(blob) !== chosen) {
        throw new InputError(
          `${name} cannot be read any more: it has changed since it was opened, or has gone; open it again`,
        );
      }
      return blob.slice(from, to).stream();
    },
  };
}

function timeOf(blob: Blob): number | null {
  return 'lastModified' in blob ? (blob.lastModified as number) : null;
}

function ofServer(name: string, origin: { readonly url: string }): ByteSource {
  return {
    name,
    origin,
    async read(from, to) {
      const response = await fetch(origin.url, {
        headers: { Range: `bytes=${from}-${to === undefined ? '' : to - 1}` },
      }).catch((error: unknown) => {
        throw new InputError(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
      });
      const { status, body } = response;
      if (status === NOTHING_THERE || status === BEYOND_THE_END) {
        await body?.cancel();
        return new Blob([]).stream();
      }
      // A server that knows no ranges gives the whole file, which may be what was asked for.
      const whole = status === 200 && from === 0 && to === undefined;
      if ((status === 206 || whole) && body !== null) return body;
      if (response.ok) {
        await body?.cancel();
        throw new InputError(
          `${name} cannot be read: its server gives whole files only, expected one that answers requests for ranges of bytes`,
        );
      }
      throw new InputError(`${name} cannot be read: ${(await beginningOf(body)) || `status ${status}`}`);
    },
  };
}

const NOTHING_THERE = 204;
const BEYOND_THE_END = 416;

/** What a server says of a fault, as far as it fits into a message. */
async function beginningOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (body === null) return '';
  for await (const chunk of chunks(body)) {
    const [line] = new TextDecoder().decode(chunk.subarray(0, 1000)).trim().split('\n');
    return line.slice(0, 200);
  }
  return '';
}

/** The bytes of a stream in one piece. */
export async function allBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The pieces of a stream; not every browser can iterate over one. */
export async function* chunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
