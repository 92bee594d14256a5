/** Arrays of doubles, in the heap where they are large. */
import { type Heap, openHeap } from './heap.js';

/**
 * Numbers from which on an array lies in the heap. Measured, op by op: exponentials gain from 512 numbers on, additions
 * and multiplications from 1,024 to 2,048; a block of the heap takes some 2 µs longer to have than a small array.
 */
export const leastInHeap = 1024;

/** Room for `length` numbers that hold anything. */
export function doubles(length: number): Float64Array {
  return (length >= leastInHeap ? openHeap()?.allocate(length) : null) ?? new Float64Array(length);
}

/** Gives work an array in the heap for its length. False where work says so, or where there is no room. */
export function withArray(heap: Heap, length: number, work: (array: Float64Array) => boolean): boolean {
  const array = heap.allocate(length);
  if (array === null) return false;
  try {
    return work(array);
  } finally {
    heap.release(array);
  }
}
