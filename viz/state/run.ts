/**
 * A run: the frames of one file, and what can be shown of all of them. Frames may be in memory or not, and there may
 * become more of them: `frame` never waits, it gives the nearest that is there. Owns numbers only; whoever draws
 * borrows them.
 */
import { InputError } from '../../src/message/index.js';
import { streamExtendedXyz, type TextSource } from '../../systems/index.js';
import { Catalog, type ColumnSummary, catalogued } from './catalog.js';
import { type Frame, frameOfSystem, sharing } from './frame.js';
import { type Scale, scaleOf } from './scale.js';

/** Its scale is that of the first frame. */
export interface Run extends Scale {
  readonly name: string;
  /** How many frames there are by now, at least one. */
  readonly length: number;
  /** Changes whenever any other of these properties may have: what is made from them is made again then. */
  readonly version: number;
  /** In the order in which they appear. */
  readonly species: readonly string[];
  /** Columns of one number an atom. */
  readonly scalars: readonly string[];
  /** Columns of three numbers an atom. */
  readonly vectors: readonly string[];
  /** Comment entries that are one number. */
  readonly infoKeys: readonly string[];
  readonly first: Frame;
  /**
   * The frame to be shown: k, or while that is not in memory the nearest that is (its `index` says which); k is then
   * asked for, and those after it.
   */
  frame(k: number): Frame;
  /** Frame k where it is in memory; asks for nothing. */
  peek(k: number): Frame | null;
  /**
   * Frame k to hold others against: null while it is not in memory. It is then asked for, and stays for as long as
   * others are shown beside it.
   */
  reference(k: number): Frame | null;
  /** Frame k itself. @throws InputError with file, line and reason */
  load(k: number): Promise<Frame>;
  /**
   * Comes when all that the file holds by now has been gone through: `length` counts all of its frames then.
   *
   * @throws InputError where the file has a fault on the way, or the run is closed
   */
  settled(): Promise<void>;
  /** A comment entry against the frame; undefined where it is not known, or not yet. */
  info(key: string): readonly (number | undefined)[];
  /** A column against the frame; undefined where it is not known yet, null where the frame has no such number. */
  summaries(column: string): readonly (ColumnSummary | null | undefined)[];
  /** Calls whenever frames have come in. @returns what ends it */
  onChange(listener: () => void): () => void;
  close(): void;
}

/** A run whose frames are all in memory. */
export interface MemoryRun extends Run {
  append(frame: Frame): void;
}

/** @throws InputError when there is no frame */
export function createRun(name: string, given: readonly Frame[]): MemoryRun {
  if (given.length === 0) throw new InputError(`${name}: found no frame; expected extended XYZ`);
  const catalog = new Catalog();
  const frames: Frame[] = [];
  const listeners = new Set<() => void>();
  const add = (frame: Frame): void => {
    const index = frames.length;
    const shared = sharing(frame, frames[index - 1]);
    frames.push(shared.index === index ? shared : { ...shared, index });
    catalog.addFrame(index, frame);
  };
  given.forEach(add);
  return catalogued(catalog, {
    name,
    get length() {
      return frames.length;
    },
    get version() {
      return frames.length;
    },
    ...scaleOf(frames[0]),
    first: frames[0],
    frame: (k) => frames[Math.min(frames.length - 1, Math.max(0, k))],
    peek: (k) => frames[k] ?? null,
    reference: (k) => frames[k] ?? null,
    load: async (k) => frames[k],
    settled: async () => {},
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append(frame) {
      add(frame);
      for (const listener of listeners) listener();
    },
    close: () => listeners.clear(),
  });
}

/**
 * Reads a run from extended XYZ.
 *
 * @param onFrame is told how many frames are there
 * @throws InputError with file, line and reason
 */
export async function readRun(
  source: TextSource,
  name: string,
  onFrame: (frames: number) => void = () => {},
): Promise<MemoryRun> {
  const frames: Frame[] = [];
  for await (const system of streamExtendedXyz(source, name)) {
    frames.push(frameOfSystem(system, frames.length));
    onFrame(frames.length);
  }
  return createRun(name, frames);
}

/** The length of the longest of a list of vectors; what is no number is left out. */
export function longest(vectors: ArrayLike<number>): number {
  let square = 0;
  for (let k = 0; k + 2 < vectors.length; k += 3) {
    const here = vectors[k] ** 2 + vectors[k + 1] ** 2 + vectors[k + 2] ** 2;
    if (here > square) square = here;
  }
  return Math.sqrt(square);
}

/** The root mean square length of the vectors of a column, in the frame where it is largest. */
export function typicalLength(run: Run, column: string): number {
  return run.summaries(column).reduce((most, summary) => Math.max(most, summary?.rms ?? 0), 0);
}
