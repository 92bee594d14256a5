/**
 * One WebAssembly memory, handed out in pieces from the bottom and taken back all at once.
 */
import { InputError } from '../message/index.js';

const pageBytes = 65_536;
/** 4 GiB: what 32-bit addresses reach. */
export const mostPages = 65_536;

export class Arena {
  readonly memory: WebAssembly.Memory;
  private top = 0;
  /** Arrays handed out since the last reset. A shared memory's `buffer` need not stay one object, so that cannot tell. */
  private readonly handedOut = new Set<Float64Array | Int32Array>();

  constructor(readonly shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared });
  }

  /**
   * Takes everything back and makes room for `bytes`; arrays from before are void.
   *
   * @throws InputError when that is more than a memory can hold
   */
  reset(bytes: number): void {
    this.top = 0;
    this.handedOut.clear();
    this.extend(bytes);
  }

  /**
   * Makes the memory `bytes` long; its contents stay, but arrays from before are void.
   *
   * @throws InputError when that is more than a memory can hold
   */
  extend(bytes: number): void {
    const pages = this.memory.buffer.byteLength / pageBytes;
    const needed = Math.ceil(bytes / pageBytes);
    if (needed <= pages) return;
    try {
      // Growing is slow: half as much again, so that a list that changes a little does not grow it each time.
      this.memory.grow(Math.max(needed, Math.min(Math.ceil(pages * 1.5), mostPages)) - pages);
    } catch {
      throw new InputError(
        `this takes ${(bytes / 2 ** 30).toFixed(2)} GiB of one WebAssembly memory, more than its 4 GiB or than this ` +
          'machine has; for a neighbour list use a smaller cutoff or skin, or fewer atoms',
      );
    }
  }

  float64(length: number): Float64Array {
    return this.handOut(new Float64Array(this.memory.buffer, this.take(length * 8), length));
  }

  int32(length: number): Int32Array {
    return this.handOut(new Int32Array(this.memory.buffer, this.take(length * 4), length));
  }

  /** Whether an array is one that this arena handed out, so that code can work on it in place. */
  holds(array: Float64Array | Int32Array): boolean {
    return this.handedOut.has(array);
  }

  private handOut<A extends Float64Array | Int32Array>(array: A): A {
    this.handedOut.add(array);
    return array;
  }

  private take(bytes: number): number {
    const at = this.top;
    // Sixteen bytes are the alignment of vectors.
    this.top = (at + bytes + 15) & ~15;
    return at;
  }
}

/** Bytes that arrays of these many bytes each take in an arena. */
export function arenaBytes(...bytes: number[]): number {
  return bytes.reduce((sum, b) => sum + Math.ceil(b / 16) * 16, 0);
}
