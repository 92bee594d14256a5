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
  if ('blob' in origin) {
    return { name, origin, read: async (from, to) => origin.blob.slice(from, to).stream() };
  }
  return {
    name,
    origin,
    async read(from, to) {
      const response = await fetch(origin.url, {
        headers: { Range: `bytes=${from}-${to === undefined ? '' : to - 1}` },
      }).catch((error: unknown) => {
        throw new InputError(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
      });
      // There is nothing from there on.
      if (response.status === 204) return new Blob([]).stream();
      if (response.status !== 206 || response.body === null) {
        throw new InputError(`${name} cannot be read: ${(await response.text()).trim()}`);
      }
      return response.body;
    },
  };
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
