/**
 * The WebAssembly memory that large tensors live in, so that vector loops and threads work on them where they are.
 *
 * An array that is handed out owns its block until it is released, or until nobody can reach it any more: whoever
 * forgets to dispose of a tensor loses no memory for good. Nothing outside the backend may hold such an array, because
 * the block of a released one is soon another's; the backend gives copies to whoever reads a tensor.
 *
 * Where WebAssembly has no vectors there is no such memory, and where it is full there is no block: then arrays are
 * JavaScript's own, and what works on them has another way.
 */
import { hasVectors, mostPages } from '../../wasm/index.js';
import { FreeBlocks } from './free-blocks.js';

interface Block {
  readonly start: number;
  readonly bytes: number;
  claimed: boolean;
}

const pageBytes = 65_536;
/** Blocks begin at lines of the cache, which two threads then never share. */
const lineBytes = 64;
/** Free at the end of memory at all times: loops may read a few numbers beyond the last row. */
const guardBytes = 1024;
/** A memory that cannot be shared cannot grow either, since that would void its arrays: its size, in pages. */
const fixedPages = [4096, 1024];

export class Heap {
  private readonly free = new FreeBlocks();
  private readonly blocks = new WeakMap<Float64Array, Block>();
  private readonly buffers = new WeakSet<ArrayBufferLike>();
  private readonly abandoned = new FinalizationRegistry<Block>((block) => this.giveBack(block));

  /** @param shared whether threads can work in it, and it can grow */
  constructor(
    readonly memory: WebAssembly.Memory,
    readonly shared: boolean,
  ) {
    this.free.add(0, memory.buffer.byteLength - guardBytes);
  }

  /** `length` numbers that hold anything; null where there is no room. */
  allocate(length: number): Float64Array | null {
    const bytes = Math.max(1, Math.ceil((length * 8) / lineBytes)) * lineBytes;
    const start = this.free.take(bytes) ?? this.grow(bytes);
    if (start === null) return null;
    const { buffer } = this.memory;
    // A memory that has grown may show as another object at any time.
    this.buffers.add(buffer);
    const array = new Float64Array(buffer, start, length);
    const block = { start, bytes, claimed: false };
    this.blocks.set(array, block);
    this.abandoned.register(array, block, block);
    return array;
  }

  /** Ends an array's life; of an array that owns no block it does nothing. */
  release(array: Float64Array): void {
    const block = this.blocks.get(array);
    if (!block) return;
    this.blocks.delete(array);
    this.abandoned.unregister(block);
    this.giveBack(block);
  }

  /** Whether an array lies in this memory; its byteOffset is then its address. */
  holds(array: ArrayBufferView): boolean {
    return this.buffers.has(array.buffer);
  }

  /**
   * Lets a tensor have an array for its own. False where that would leave it without its numbers one day: the array is
   * part of another's block, or another tensor's already.
   */
  claim(array: Float64Array): boolean {
    const block = this.blocks.get(array);
    if (!block) return !this.holds(array);
    if (block.claimed) return false;
    block.claimed = true;
    return true;
  }

  private giveBack({ start, bytes }: Block): void {
    this.free.add(start, bytes);
  }

  private grow(bytes: number): number | null {
    if (!this.shared) return null;
    const length = this.memory.buffer.byteLength;
    const pages = length / pageBytes;
    // Half as much again, so that growing is rare; what is never touched takes no room in the machine's memory.
    const wanted = Math.max(Math.ceil(bytes / pageBytes), Math.min(Math.ceil(pages / 2), mostPages - pages));
    if (pages + wanted > mostPages) return null;
    try {
      this.memory.grow(wanted);
    } catch {
      return null;
    }
    this.free.add(length - guardBytes, wanted * pageBytes);
    return this.free.take(bytes);
  }
}

let opened: Heap | null | undefined;

/** The heap of the process; null where there is none. */
export function openHeap(): Heap | null {
  if (opened === undefined) opened = createHeap();
  return opened;
}

export function createHeap(): Heap | null {
  if (!hasVectors()) return null;
  if (typeof SharedArrayBuffer !== 'undefined') {
    return new Heap(new WebAssembly.Memory({ initial: 256, maximum: mostPages, shared: true }), true);
  }
  for (const pages of fixedPages) {
    try {
      return new Heap(new WebAssembly.Memory({ initial: pages, maximum: pages }), false);
    } catch {
      // Less may be had.
    }
  }
  return null;
}
