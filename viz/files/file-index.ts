/**
 * Where the frames of a large file are, and the frames themselves when they are asked for: what runs in the worker.
 * Only the index stays in memory.
 */
import { InputError } from '../../src/message/index.js';
import { parseExtendedXyz, type System } from '../../systems/index.js';
import { allBytes, type ByteSource } from './byte-source.js';
import { type FramePlace, parseFrame } from './frame-scanner.js';
import { type Change, FrameStream } from './frame-stream.js';

export class FileIndex {
  readonly #source: ByteSource;
  readonly #stream: FrameStream;
  readonly #places: FramePlace[] = [];

  constructor(source: ByteSource) {
    this.#source = source;
    this.#stream = new FrameStream(source, false);
  }

  /**
   * Goes through the bytes that have been added since the last time.
   *
   * @param ended whether nobody is writing just now: then a last line without an end is taken as it is
   * @param onFrames is told the comment lines of frames as they are found
   * @returns `replaced` where what was read before is not there any more; this object is of no use then
   * @throws InputError with file, line and reason; from then on always
   */
  update(ended: boolean, onFrames: (comments: readonly string[]) => void): Promise<Change> {
    return this.#stream.update(ended, async (places, _, tail) => {
      if (tail) await this.#frameAt(places[0]);
      for (const place of places) this.#places.push(place);
      onFrames(places.map(({ comment }) => comment));
    });
  }

  get length(): number {
    return this.#places.length;
  }

  /** What stands after the last whole frame and is none, in words; null where nothing does, or somebody writes. */
  get unfinished(): string | null {
    return this.#stream.unfinished;
  }

  comment(index: number): string {
    return this.#places[index].comment;
  }

  /** @throws InputError with file, line and reason */
  async read(index: number): Promise<System> {
    const place = this.#places[index];
    if (place === undefined) throw new InputError(`${this.#source.name} has no frame ${index}`);
    return this.#frameAt(place);
  }

  async #frameAt({ from, to, line }: FramePlace): Promise<System> {
    const bytes = await allBytes(await this.#source.read(from, to));
    return parseFrame(bytes, this.#source.name, line);
  }
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
