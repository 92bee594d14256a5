/**
 * Finds the frames of an extended XYZ file in its bytes, by counting lines: where each begins and ends, and its
 * comment line. Bytes may come in pieces cut anywhere. Nothing else is read, so that it is fast; what the lines
 * hold is for the parser.
 */
import { InputError } from '../../src/message/index.js';
import { type System, streamExtendedXyz } from '../../systems/index.js';

export interface FramePlace {
  /** Bytes from the beginning of the file. */
  readonly from: number;
  readonly to: number;
  /** The line on which the frame begins, from 1. */
  readonly line: number;
  readonly comment: string;
}

const LINE_FEED = 10;
const COUNT = /^\+?\d+$/;
/** Lines of the header longer than this are no header. */
const LONGEST = 1 << 20;

export class FrameScanner {
  readonly #name: string;
  readonly #decoder = new TextDecoder();
  #at = 0;
  #line = 1;
  #frames = 0;
  #start = 0;
  #startLine = 1;
  #reading: 'count' | 'comment' | 'atoms' = 'count';
  #text: Uint8Array[] = [];
  #length = 0;
  #comment = '';
  #count = 0;
  #left = 0;
  /** Where the line begins that has not ended yet. */
  #lineStart = 0;

  /** @param name what errors call the file */
  constructor(name: string) {
    this.#name = name;
  }

  /** Where the frame begins that is not complete yet. */
  get rest(): number {
    return this.#start;
  }

  /**
   * What the bytes leave if none follow: the frame that is complete if its last line is, in words why there is none,
   * null where nothing but blank lines stands after the last frame.
   */
  get tail(): FramePlace | string | null {
    const begun = this.#at > this.#lineStart;
    let count = this.#count;
    if (this.#reading === 'count') {
      const text = this.#peeked().trim();
      if (text === '') return null;
      if (!COUNT.test(text)) return this.#noCount(`"${text.slice(0, 40)}"`).message;
      count = Number(text);
    }
    const comment = this.#reading === 'comment' ? this.#peeked() : this.#comment;
    const commented = this.#reading === 'atoms' || (this.#reading === 'comment' && begun);
    const atoms = this.#reading === 'atoms' ? count - this.#left + (begun ? 1 : 0) : 0;
    if (commented && atoms === count) {
      return { from: this.#start, to: this.#at, line: this.#startLine, comment };
    }
    const found = commented ? `after ${atoms} of the ${count} atoms` : 'before the comment line';
    return (
      `${this.#name}:${this.#line + (begun ? 1 : 0)}: the file ends ${found} of frame ${this.#frames + 1}, ` +
      `expected ${count} atom lines as line ${this.#startLine} declares`
    );
  }

  /**
   * The frames that these bytes complete.
   *
   * @param found what they are added to, also those before a fault
   * @throws InputError with file and line where a number of atoms is missing
   */
  push(chunk: Uint8Array, found: FramePlace[] = []): FramePlace[] {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      this.#lineEnds(this.#at + from, found);
      this.#lineStart = this.#at + from;
      this.#line++;
    }
    this.#keep(chunk.subarray(from));
    this.#at += chunk.length;
    return found;
  }

  #keep(bytes: Uint8Array): void {
    if (this.#reading === 'atoms' || bytes.length === 0) return;
    this.#length += bytes.length;
    if (this.#length > LONGEST) throw this.#noCount('a line of more than a million characters');
    this.#text.push(bytes.slice());
  }

  #peeked(): string {
    const decoder = new TextDecoder();
    return this.#text.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode();
  }

  #taken(): string {
    const text = this.#text.map((piece) => this.#decoder.decode(piece, { stream: true })).join('');
    this.#text = [];
    this.#length = 0;
    return text + this.#decoder.decode();
  }

  #lineEnds(next: number, found: FramePlace[]): void {
    if (this.#reading === 'count') {
      const text = this.#taken().trim();
      if (text === '') {
        this.#start = next;
        this.#startLine = this.#line + 1;
        return;
      }
      if (!COUNT.test(text)) throw this.#noCount(`"${text.slice(0, 40)}"`);
      this.#count = Number(text);
      this.#left = this.#count;
      this.#reading = 'comment';
      return;
    }
    if (this.#reading === 'comment') {
      this.#comment = this.#taken().replace(/\r$/, '');
      this.#reading = 'atoms';
    } else this.#left--;
    if (this.#left > 0) return;
    found.push({ from: this.#start, to: next, line: this.#startLine, comment: this.#comment });
    this.#frames++;
    this.#start = next;
    this.#startLine = this.#line + 1;
    this.#reading = 'count';
  }

  #noCount(found: string): InputError {
    const expected =
      this.#frames === 0
        ? 'the number of atoms on the first line'
        : `the number of atoms of frame ${this.#frames + 1} (does frame ${this.#frames} have more atoms than it declares?)`;
    return new InputError(`${this.#name}:${this.#line}: found ${found}, expected ${expected}`);
  }
}

/** Pieces that a frame's bytes are decoded in: a string cannot be as long as a frame may be. */
const PIECE = 1 << 20;

/**
 * The frame in these bytes.
 *
 * @param line on which they begin in the file
 * @throws InputError with file, line and reason
 */
export async function parseFrame(bytes: Uint8Array, name: string, line: number): Promise<System> {
  try {
    for await (const system of streamExtendedXyz(pieces(bytes), name)) return system;
  } catch (error) {
    if (!(error instanceof InputError) || !error.message.startsWith(`${name}:`)) throw error;
    const [, found, reason] = /^(\d+)(:.*)$/s.exec(error.message.slice(name.length + 1)) ?? [];
    if (found === undefined) throw error;
    throw new InputError(`${name}:${Number(found) + line - 1}${reason}`);
  }
  throw new InputError(`${name}:${line}: found no frame; expected the number of atoms`);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
