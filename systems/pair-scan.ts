/**
 * The inner loop of the neighbour search: which candidates lie within reach of the atoms of one cell.
 *
 * Two versions with one contract: WebAssembly with vectors, two candidates at a time, and JavaScript where that is not
 * to be had. Both write entries without a branch on the distance, which no processor could guess.
 */
import {
  Arena,
  arenaBytes,
  defineFunction,
  encodeModule,
  f64x2,
  hasVectors,
  type I32,
  i32,
  i64x2,
  mostPages,
  type V128,
  v128,
  type WasmFunction,
} from '../src/wasm/index.js';

/** Room for the ranges of one cell: two numbers a row of cells, for atoms and for ghosts. */
export const mostRanges = 512;

export interface PairScan {
  /** `[from, to)` of candidate sites, in pairs. The first range is that of the atoms' own row: each atom starts it after itself. */
  readonly ranges: Int32Array;
  /** Makes room for `entries` list entries; what was written stays, but `ranges` may be another array. */
  reserve(entries: number): void;
  /**
   * Lists the candidates in `ranges` within reach of atoms `from … to − 1`.
   *
   * @param size entries that are listed already
   * @returns entries listed now; `first[i + 1]` is set for each atom
   */
  scan(from: number, to: number, rangeCount: number, size: number): number;
  readonly first: Int32Array;
  /** The list so far, a copy. */
  list(size: number): Int32Array;
}

export interface ScanOptions {
  readonly dimension: 2 | 3;
  /** `stride × sites`, padded to 2 or 4 values a site. */
  readonly positions: Float64Array;
  readonly count: number;
  readonly reach: number;
  /** A guess of the entries. */
  readonly entries: number;
}

export function createScan(options: ScanOptions): PairScan {
  return hasVectors() ? new VectorScan(options) : new PlainScan(options);
}

class PlainScan implements PairScan {
  readonly ranges = new Int32Array(mostRanges);
  readonly first: Int32Array;
  private entries: Int32Array;

  constructor(private readonly options: ScanOptions) {
    this.first = new Int32Array(options.count + 1);
    this.entries = new Int32Array(options.entries);
  }

  reserve(entries: number): void {
    if (entries <= this.entries.length) return;
    const larger = new Int32Array(2 * entries);
    larger.set(this.entries);
    this.entries = larger;
  }

  scan(from: number, to: number, rangeCount: number, size: number): number {
    const { dimension, positions, reach } = this.options;
    const stride = dimension === 2 ? 2 : 4;
    const limit = reach * reach;
    const out = this.entries;
    let n = size;
    for (let i = from; i < to; i++) {
      const x = positions[i * stride];
      const y = positions[i * stride + 1];
      const z = dimension === 3 ? positions[i * stride + 2] : 0;
      for (let r = 0; r < rangeCount; r++) {
        const start = r === 0 ? i + 1 : this.ranges[2 * r];
        const end = this.ranges[2 * r + 1] * stride;
        for (let j = start * stride; j < end; j += stride) {
          const dx = positions[j] - x;
          const dy = positions[j + 1] - y;
          const dz = dimension === 3 ? positions[j + 2] - z : 0;
          out[n] = j;
          n += dx * dx + dy * dy + dz * dz < limit ? 1 : 0;
        }
      }
      this.first[i + 1] = n;
    }
    return n;
  }

  list(size: number): Int32Array {
    return this.entries.slice(0, size);
  }
}

type Scan = (...values: number[]) => number;

/** One memory for all lists: a search ends before the next one begins. */
let arena: Arena | null = null;
const compiled = new Map<number, Scan>();

class VectorScan implements PairScan {
  ranges: Int32Array;
  first: Int32Array;
  private readonly run: Scan;
  private readonly positionsAt: number;
  private readonly entriesAt: number;
  private capacity: number;

  constructor(private readonly options: ScanOptions) {
    const { positions, count, entries, dimension } = options;
    arena ??= new Arena(false);
    this.capacity = entries;
    // One entry more: the second of a couple is written before it is known not to count.
    arena.reset(arenaBytes(positions.length * 8, (count + 1) * 4, mostRanges * 4, (entries + 2) * 4));
    const copy = arena.float64(positions.length);
    copy.set(positions);
    this.positionsAt = copy.byteOffset;
    this.first = arena.int32(count + 1).fill(0);
    this.ranges = arena.int32(mostRanges);
    this.entriesAt = arena.int32(0).byteOffset;
    this.run = scanFunction(dimension, arena.memory);
  }

  reserve(entries: number): void {
    if (entries <= this.capacity || !arena) return;
    this.capacity = 2 * entries;
    // A memory that grows takes its arrays away, offsets included.
    const [firstAt, rangesAt] = [this.first.byteOffset, this.ranges.byteOffset];
    arena.extend(this.entriesAt + (this.capacity + 2) * 4);
    const { buffer } = arena.memory;
    this.first = new Int32Array(buffer, firstAt, this.options.count + 1);
    this.ranges = new Int32Array(buffer, rangesAt, mostRanges);
  }

  scan(from: number, to: number, rangeCount: number, size: number): number {
    const { positionsAt, first, ranges, options } = this;
    return this.run(
      from,
      to,
      positionsAt,
      first.byteOffset,
      ranges.byteOffset,
      rangeCount,
      this.entriesAt,
      size,
      options.reach ** 2,
    );
  }

  list(size: number): Int32Array {
    return new Int32Array((arena as Arena).memory.buffer, this.entriesAt, size).slice();
  }
}

function scanFunction(dimension: 2 | 3, memory: WebAssembly.Memory): Scan {
  const known = compiled.get(dimension);
  if (known) return known;
  const bytes = encodeModule([writeScan(dimension)], { initial: 1, maximum: mostPages, shared: false });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const made = exports.scan as Scan;
  compiled.set(dimension, made);
  return made;
}

function writeScan(dimension: 2 | 3): WasmFunction {
  const shift = dimension === 2 ? 4 : 5;
  const bytes = 1 << shift;
  const parameters = {
    from: 'i32',
    to: 'i32',
    positions: 'i32',
    first: 'i32',
    ranges: 'i32',
    rangeCount: 'i32',
    entries: 'i32',
    size: 'i32',
    limit: 'f64',
  } as const;
  return defineFunction('scan', parameters, 'i32', (f, p) => {
    const i = f.local('i32');
    const limit = f.let(f64x2.splat(p.limit));
    const out = f.let(i32.add(p.entries, i32.shl(p.size, 2)));
    /** The mask of a couple of candidates at two addresses, the squares of their distances below the limit. */
    const within = (x: readonly V128[], a: I32, b: I32): V128 => {
      const low = f.let(v128.load(a));
      const high = f.let(v128.load(b));
      const others = [f64x2.shuffle(low, high, 0, 2), f64x2.shuffle(low, high, 1, 3)];
      if (dimension === 3) others.push(v128.load64Lane(b, v128.load64Zero(a, 16), 1, 16));
      const squares = others.map((other, k) => {
        const d = f.let(f64x2.sub(other, x[k]));
        return f64x2.mul(d, d);
      });
      return f64x2.lt(
        squares.reduce((sum, square) => f64x2.add(sum, square)),
        limit,
      );
    };
    f.for(i, p.from, p.to, 1, () => {
      const at = f.let(i32.add(p.positions, i32.shl(i, shift)));
      const x = Array.from({ length: dimension }, (_, k) => f.let(v128.load64Splat(at, 8 * k)));
      const range = f.local('i32');
      const start = f.let(i32.add(i, 1));
      const j = f.local('i32');
      const last = f.let(i32.add(p.ranges, i32.shl(p.rangeCount, 3)));
      f.for(range, p.ranges, last, 8, () => {
        f.if(i32.ne(range, p.ranges), () => f.set(start, i32.load(range)));
        f.set(j, i32.shl(start, shift));
        const end = f.let(i32.shl(i32.load(range, 4), shift));
        f.while(
          () => i32.ltS(i32.add(j, bytes), end),
          () => {
            const a = f.let(i32.add(p.positions, j));
            const bits = f.let(i64x2.bitmask(within(x, a, i32.add(a, bytes))));
            f.store(out, i32.shrU(j, 3));
            f.set(out, i32.add(out, i32.shl(i32.and(bits, 1), 2)));
            f.store(out, i32.shrU(i32.add(j, bytes), 3));
            f.set(out, i32.add(out, i32.shl(i32.shrU(bits, 1), 2)));
            f.set(j, i32.add(j, 2 * bytes));
          },
        );
        f.if(i32.ltS(j, end), () => {
          const a = f.let(i32.add(p.positions, j));
          const bits = i64x2.bitmask(within(x, a, a));
          f.store(out, i32.shrU(j, 3));
          f.set(out, i32.add(out, i32.shl(i32.and(bits, 1), 2)));
        });
      });
      f.store(i32.add(p.first, i32.shl(i, 2)), i32.shrU(i32.sub(out, p.entries), 2), 4);
    });
    return i32.shrU(i32.sub(out, p.entries), 2);
  });
}
