/**
 * Loops, compiled, in the memory that large tensors live in, on one thread or on all.
 */
import {
  availableThreads,
  encodeModule,
  mostPages,
  type SharedInstance,
  threadsAtHand,
  type WasmFunction,
} from '../../wasm/index.js';
import { type Heap, openHeap } from '../memory/index.js';
import { writeBlocks } from './block-product.js';
import { mostNarrow, writeNarrow, writeNarrowPart, writeTouch } from './narrow.js';
import { writeCopyingPack, writeTransposingPack } from './packing.js';
import { writeTiles } from './tiles.js';
import { writeDots, writeRowsAdded, writeRowsSummed, writeWeightedSum } from './vector-loops.js';

/**
 * Multiplications, or as much other work, from which on a second thread pays. Measured with products of matrices and of
 * vectors: threads that are awake, as they are where one operation follows another, make 100,000 as fast as one thread
 * does and 200,000 some fifth faster; threads that have gone to sleep do not make up for being woken below 800,000.
 */
const leastForThreads = 200_000;

/** The same of a part of what several threads share. */
const leastShare = 50_000;

type Exports = Readonly<Record<string, (...operands: number[]) => void>>;

export class Loops {
  private readonly module: WebAssembly.Module;
  private readonly exports: Exports;
  private crew: SharedInstance | null = null;
  private crewSize = 0;

  constructor(
    readonly heap: Heap,
    functions: readonly WasmFunction[],
  ) {
    const bytes = encodeModule(functions, { initial: 1, maximum: mostPages, shared: heap.shared });
    this.module = new WebAssembly.Module(bytes);
    this.exports = new WebAssembly.Instance(this.module, { env: { memory: heap.memory } }).exports as Exports;
  }

  /** How many threads should share so much work: one until the others have started, and results are the same. */
  parties(work: number): number {
    if (work < leastForThreads || most < 2 || !this.heap.shared) return 1;
    if (this.crew === null || this.crewSize !== most) {
      const found = threadsAtHand(most);
      if (found === null) return 1;
      this.crew = found.instantiate(this.module, this.heap.memory);
      this.crewSize = most;
    }
    return most;
  }

  /** Into how many parts so much work should be cut: for several threads more than there are, so that none waits long. */
  shares(work: number): number {
    const parties = this.parties(work);
    return parties === 1 ? 1 : Math.min(4 * parties, Math.ceil(work / leastShare));
  }

  /**
   * Calls a function once a list of operands, and waits for all.
   *
   * @param together on all threads, where `parties` has said that there are several
   */
  run(name: string, operands: readonly (readonly number[])[], together = operands.length > 1): void {
    if (together) this.crew?.call(name, operands);
    else for (const list of operands) this.exports[name](...list);
  }
}

/** Threads that take part, at the most. */
let most = availableThreads();

/** Lets so many threads take part from now on: for tests and measurements. Results are the same. */
export function limitThreads(count: number): void {
  most = count;
}

let opened: Loops | null | undefined;

/** The loops of the process; null where WebAssembly has no vectors. */
export function openLoops(): Loops | null {
  if (opened === undefined) {
    const heap = openHeap();
    opened = heap && new Loops(heap, productLoops());
  }
  return opened;
}

/** 0 … count in so many parts, cut at multiples of `unit`; parts may be fewer where there is little to share. */
export function parts(count: number, parties: number, unit: number): { from: number; to: number }[] {
  const size = Math.ceil(count / parties / unit) * unit;
  const all = [];
  for (let from = 0; from < count; from += size) all.push({ from, to: Math.min(from + size, count) });
  return all;
}

function productLoops(): WasmFunction[] {
  const quads = writeTiles('quads', 4);
  const pairs = writeTiles('pairs', 2);
  const transposeQuads = writeTransposingPack('transposeQuads', 4);
  const copyQuads = writeCopyingPack('copyQuads', 4);
  const narrow = Array.from({ length: mostNarrow / 2 }, (_, k) => writeNarrow(k + 1));
  const touch = writeTouch();
  return [
    writeBlocks({ quads, pairs, transposeQuads, copyQuads }),
    transposeQuads,
    copyQuads,
    writeTransposingPack('transposePairs', 2),
    writeCopyingPack('copyPairs', 2),
    writeDots(),
    writeWeightedSum(),
    writeRowsAdded(),
    writeRowsSummed(),
    ...narrow.map((each, k) => writeNarrowPart(k + 1, each, touch)),
  ];
}
