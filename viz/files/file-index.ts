/**
 * Where the frames of a large file are, and the frames themselves when they are asked for: what runs in the worker.
 * Only the index stays in memory.
 */
import { InputError } from '../../src/message/index.js';
import { parseExtendedXyz, type System } from '../../systems/index.js';
import { allBytes, type ByteSource, chunks } from './byte-source.js';
import { type FramePlace, FrameScanner, parseFrame } from './frame-scanner.js';

export class FileIndex {
  readonly #source: ByteSource;
  readonly #scanner: FrameScanner;
  readonly #places: FramePlace[] = [];
  #read = 0;
  #last: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.#source = source;
    this.#scanner = new FrameScanner(source.name);
  }

  /**
   * Goes through the bytes that have been added since the last time.
   *
   * @param onFrames is told the comment lines of frames as they are found
   * @returns whether what was read before is still there; if not, this object is of no use any more
   * @throws InputError with file, line and reason
   */
  async update(onFrames: (comments: readonly string[]) => void): Promise<boolean> {
    const from = this.#read - this.#last.length;
    let toCompare = this.#last;
    for await (const chunk of chunks(await this.#source.read(from))) {
      const known = Math.min(chunk.length, toCompare.length);
      for (let k = 0; k < known; k++) if (chunk[k] !== toCompare[k]) return false;
      toCompare = toCompare.subarray(known);
      const added = chunk.subarray(known);
      if (added.length === 0) continue;
      this.#read += added.length;
      this.#last = lastOf(this.#last, added);
      const found = this.#scanner.push(added);
      this.#places.push(...found);
      if (found.length > 0) onFrames(found.map(({ comment }) => comment));
    }
    return toCompare.length === 0;
  }

  get length(): number {
    return this.#places.length;
  }

  /** Whether lines follow the last whole frame. */
  get unfinished(): boolean {
    return this.#scanner.rest.from < this.#read;
  }

  comment(index: number): string {
    return this.#places[index].comment;
  }

  /** @throws InputError with file, line and reason */
  async read(index: number): Promise<System> {
    const place = this.#places[index];
    if (place === undefined) throw new InputError(`${this.#source.name} has no frame ${index}`);
    const bytes = await allBytes(await this.#source.read(place.from, place.to));
    return parseFrame(bytes, this.#source.name, place.line);
  }
}

/** So many of the bytes read last are compared when a file has grown. */
const COMPARED = 64;

export function lastOf(before: Uint8Array, added: Uint8Array): Uint8Array {
  if (added.length >= COMPARED) return added.slice(-COMPARED);
  const both = new Uint8Array(before.length + added.length);
  both.set(before);
  both.set(added, before.length);
  return both.slice(-COMPARED);
}

/** The numbers that a comment line names; none where it cannot be read, which its frame will tell. */
export function numbersOf(comment: string): ReadonlyMap<string, number> {
  const info = [...(headerOf(comment)?.info ?? [])];
  return new Map(info.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

/** A frame of no atoms with this comment line: its box, its dimension, its entries. */
export function headerOf(comment: string): System | null {
  try {
    return parseExtendedXyz(`0\n${comment}\n`)[0] ?? null;
  } catch {
    return null;
  }
}
