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

  /** @param most pages that it may grow to */
  constructor(
    readonly shared: boolean,
    private readonly most = mostPages,
  ) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared });
  }

  /** Bytes that have been handed out. */
  get used(): number {
    return this.top;
  }

  /** Bytes that may yet be handed out, in a memory grown as far as it goes. */
  get left(): number {
    return this.most * pageBytes - this.top;
  }

  /**
   * Takes everything back and makes room for `bytes`; arrays from before are void.
   *
   * @throws InputError when that is more than a memory can hold
   */
  reset(bytes: number): void {
    this.release(0);
    this.extend(bytes);
  }

  /** Takes back what was handed out beyond the first `used` bytes. */
  release(used: number): void {
    this.top = used;
    this.handedOut.clear();
  }

  /**
   * Makes room for `bytes` more than are handed out; arrays from before are void, addresses stay.
   *
   * @param what needs the room and what to do about it, for the message
   * @throws InputError when that is more than a memory can hold
   */
  reserve(bytes: number, what?: string): void {
    this.extend(this.top + bytes, what);
  }

  /**
   * Makes the memory `bytes` long; its contents stay, but arrays from before are void.
   *
   * @throws InputError when that is more than a memory can hold
   */
  extend(bytes: number, what = 'this'): void {
    const pages = this.memory.buffer.byteLength / pageBytes;
    const needed = Math.ceil(bytes / pageBytes);
    if (needed <= pages) return;
    const size = `${(bytes / 2 ** 30).toFixed(2)} GiB of one WebAssembly memory`;
    if (needed > this.most) {
      throw new InputError(
        `${what} takes ${size}, which holds ${((this.most * pageBytes) / 2 ** 30).toFixed(2)} GiB at most; ${advice}`,
      );
    }
    try {
      // Growing is slow: half as much again, so that a list that changes a little does not grow it each time.
      this.memory.grow(Math.max(needed, Math.min(Math.ceil(pages * 1.5), this.most)) - pages);
    } catch {
      throw new InputError(`${what} takes ${size}, more than this machine gives now; ${advice}`);
    }
  }

  float64(length: number): Float64Array {
    return this.float64At(this.take(length * 8), length);
  }

  int32(length: number): Int32Array {
    return this.handOut(new Int32Array(this.memory.buffer, this.take(length * 4), length));
  }

  /** What lies at an address that `take` gave. */
  float64At(address: number, length: number): Float64Array {
    return this.handOut(new Float64Array(this.memory.buffer, address, length));
  }

  int32At(address: number, length: number): Int32Array {
    return this.handOut(new Int32Array(this.memory.buffer, address, length));
  }

  /** Whether an array is one that this arena handed out, so that code can work on it in place. */
  holds(array: Float64Array | Int32Array): boolean {
    return this.handedOut.has(array);
  }

  /** The address of so many bytes, for which there must be room. */
  take(bytes: number): number {
    const at = this.top;
    this.top += aligned(bytes);
    return at;
  }

  private handOut<A extends Float64Array | Int32Array>(array: A): A {
    this.handedOut.add(array);
    return array;
  }
}

const advice = 'for a neighbour list use a smaller cutoff or skin, or fewer atoms';

/** Sixteen bytes are the alignment of vectors. Not in integer arithmetic, which ends at 2 GiB. */
const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** Bytes that arrays of these many bytes each take in an arena. */
export function arenaBytes(...bytes: number[]): number {
  return bytes.reduce((sum, b) => sum + aligned(b), 0);
}
