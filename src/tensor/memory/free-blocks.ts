/**
 * The free blocks of a memory: neighbours are joined, and the best of those that are large enough is taken.
 *
 * Blocks are filed by the power of two below their length, so that a search looks at few.
 */
export class FreeBlocks {
  private readonly bins: Set<number>[] = [];
  private readonly lengthAt = new Map<number, number>();
  private readonly startOf = new Map<number, number>();

  /** Takes in a block that is free from now on. */
  add(start: number, length: number): void {
    let [begin, end] = [start, start + length];
    const before = this.startOf.get(begin);
    if (before !== undefined) {
      this.remove(before);
      begin = before;
    }
    const after = this.lengthAt.get(end);
    if (after !== undefined) {
      this.remove(end);
      end += after;
    }
    const bin = binOf(end - begin);
    this.bins[bin] ??= new Set();
    this.bins[bin].add(begin);
    this.lengthAt.set(begin, end - begin);
    this.startOf.set(end, begin);
  }

  /** The start of `length` bytes that are free no more; null where no block is as long. */
  take(length: number): number | null {
    for (let bin = binOf(length); bin < this.bins.length; bin++) {
      const start = this.bestOf(bin, length);
      if (start === null) continue;
      const found = this.remove(start);
      if (found > length) this.add(start + length, found - length);
      return start;
    }
    return null;
  }

  /** The shortest block of a bin that is long enough. */
  private bestOf(bin: number, length: number): number | null {
    let best: number | null = null;
    let bestLength = Infinity;
    for (const start of this.bins[bin] ?? []) {
      const found = this.lengthAt.get(start) as number;
      if (found >= length && found < bestLength) [best, bestLength] = [start, found];
    }
    return best;
  }

  private remove(start: number): number {
    const length = this.lengthAt.get(start) as number;
    this.bins[binOf(length)].delete(start);
    this.lengthAt.delete(start);
    this.startOf.delete(start + length);
    return length;
  }
}

const binOf = (length: number): number => Math.floor(Math.log2(length));
