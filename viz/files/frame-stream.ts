/**
 * Goes through a file for its frames, and on when it has grown: only new bytes are read. A frame is found when all of
 * its lines are there; that of a last line without an end when nobody writes any more. What has been cut or replaced
 * is found out, and after a fault nothing more is read. What becomes of frames is for who asks: all are kept
 * (`growing-file.ts`), or only where they are (`file-index.ts`).
 */
import { InputError } from '../../src/message/index.js';
import { type ByteSource, chunks } from './byte-source.js';
import { type FramePlace, FrameScanner } from './frame-scanner.js';

/** What has become of a file. `replaced`: what has been read is not there any more. */
export type Change = 'same' | 'grown' | 'replaced';

/**
 * @param held the bytes of these frames, where the stream holds bytes
 * @param tail whether it is a last line without an end that completes the frame: an InputError tells that it does not
 */
export type TakeFrames = (
  places: readonly FramePlace[],
  held: (place: FramePlace) => Uint8Array,
  tail: boolean,
) => void | Promise<void>;

/** A file that has been gone through holds no whole frame: where somebody writes it, there may come one. */
export class NoFrameError extends InputError {
  /** @param unfinished what it holds instead, where that is known */
  constructor(name: string, unfinished: string | null) {
    super(unfinished ?? `${name}:1: found no whole frame; expected the number of atoms on the first line`);
  }
}

export class FrameStream {
  readonly #source: ByteSource;
  readonly #scanner: FrameScanner;
  readonly #held: HeldBytes | null;
  #read = 0;
  /** The bytes read last. */
  #last: Uint8Array = new Uint8Array(0);
  /** Whether a frame has been found that its last line has no end of. */
  #tailTaken = false;
  #unfinished: string | null = null;
  #replaced = false;
  #fault: { readonly error: unknown } | null = null;

  /** @param hold whether to hold the bytes of each frame until it has been found */
  constructor(source: ByteSource, hold: boolean) {
    this.#source = source;
    this.#scanner = new FrameScanner(source.name);
    this.#held = hold ? new HeldBytes() : null;
  }

  /** What stands after the last whole frame and is none, in words; null where nothing does, or somebody writes. */
  get unfinished(): string | null {
    return this.#unfinished;
  }

  /**
   * Goes through the bytes that have been added since the last time.
   *
   * @param ended whether nobody is writing just now
   * @throws InputError with file, line and reason; the same one again where it is asked again
   */
  async update(ended: boolean, take: TakeFrames): Promise<Change> {
    if (this.#replaced) return 'replaced';
    if (this.#fault !== null) throw this.#fault.error;
    try {
      const change = await this.#readOn(ended, take);
      this.#replaced = change === 'replaced';
      return change;
    } catch (error) {
      this.#fault = { error };
      throw error;
    }
  }

  async #readOn(ended: boolean, take: TakeFrames): Promise<Change> {
    let found = 0;
    let toCompare = this.#last;
    for await (const chunk of chunks(await this.#source.read(this.#read - this.#last.length))) {
      const known = Math.min(chunk.length, toCompare.length);
      for (let k = 0; k < known; k++) if (chunk[k] !== toCompare[k]) return 'replaced';
      toCompare = toCompare.subarray(known);
      const added = chunk.subarray(known);
      if (added.length === 0) continue;
      // The line that was taken for the last one goes on.
      if (this.#tailTaken && added[0] !== LINE_FEED && added[0] !== RETURN) return 'replaced';
      found += await this.#push(added, take);
    }
    if (toCompare.length > 0) return 'replaced';
    this.#unfinished = null;
    if (ended && !this.#tailTaken) found += await this.#takeTail(take);
    return found > 0 ? 'grown' : 'same';
  }

  async #push(added: Uint8Array, take: TakeFrames): Promise<number> {
    this.#read += added.length;
    this.#last = lastOf(this.#last, added);
    this.#held?.add(added);
    const places: FramePlace[] = [];
    try {
      this.#scanner.push(added, places);
    } finally {
      // What stands before a fault is good.
      if (places.length > 0) await this.#give(places, take);
    }
    return places.length;
  }

  async #give(places: FramePlace[], take: TakeFrames): Promise<void> {
    if (this.#tailTaken) places.shift();
    this.#tailTaken = false;
    if (places.length > 0) await take(places, this.#bytesOf, false);
    this.#held?.dropUntil(this.#scanner.rest);
  }

  async #takeTail(take: TakeFrames): Promise<number> {
    const { tail } = this.#scanner;
    if (tail === null) return 0;
    try {
      if (typeof tail === 'string') throw new InputError(tail);
      await take([tail], this.#bytesOf, true);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#unfinished = error.message;
      return 0;
    }
    this.#tailTaken = true;
    return 1;
  }

  readonly #bytesOf = ({ from, to }: FramePlace): Uint8Array => {
    if (this.#held === null) throw new Error('no bytes are held');
    return this.#held.slice(from, to);
  };
}

const LINE_FEED = 10;
const RETURN = 13;

/** So many of the bytes read last are compared when a file has grown. */
const COMPARED = 4096;

function lastOf(before: Uint8Array, added: Uint8Array): Uint8Array {
  if (added.length >= COMPARED) return added.slice(-COMPARED);
  const both = new Uint8Array(before.length + added.length);
  both.set(before);
  both.set(added, before.length);
  return both.slice(-COMPARED);
}

/** The bytes of a file from one place on, as they come in. */
class HeldBytes {
  #from = 0;
  #pieces: Uint8Array[] = [];

  add(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  /** Places count from the beginning of the file. */
  slice(from: number, to: number): Uint8Array {
    return this.#joined().subarray(from - this.#from, to - this.#from);
  }

  dropUntil(place: number): void {
    // A copy: what is dropped shall not stay in memory.
    this.#pieces = [this.#joined().slice(place - this.#from)];
    this.#from = place;
  }

  #joined(): Uint8Array {
    if (this.#pieces.length !== 1) {
      const whole = new Uint8Array(this.#pieces.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const piece of this.#pieces) {
        whole.set(piece, at);
        at += piece.length;
      }
      this.#pieces = [whole];
    }
    return this.#pieces[0];
  }
}
