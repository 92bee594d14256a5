/**
 * A run: the frames of one file, and what can be shown of all of them (species, columns, curves against the frame).
 * Owns numbers only; whoever draws borrows them.
 */

import { InputError } from '../../src/message/index.js';
import { streamExtendedXyz, type TextSource } from '../../systems/index.js';
import { type Frame, frameOfSystem, numbers, spacing } from './frame.js';

export interface Run {
  readonly name: string;
  /** At least one. */
  readonly frames: readonly Frame[];
  /** In the order in which they appear. */
  readonly species: readonly string[];
  /** Columns of one number an atom. */
  readonly scalars: readonly string[];
  /** Columns of three numbers an atom. */
  readonly vectors: readonly string[];
  /** The distance that atoms have from their neighbours, roughly. */
  readonly spacing: number;
}

/** @throws InputError when there is no frame */
export function createRun(name: string, frames: readonly Frame[]): Run {
  if (frames.length === 0) throw new InputError(`${name}: found no frame; expected extended XYZ`);
  const species = new Set<string>();
  const columns = new Map<string, number>();
  for (const frame of frames) {
    for (const label of frame.species) species.add(label);
    for (const [key, { kind, width }] of frame.columns) {
      if (kind === 'real' || kind === 'integer') columns.set(key, width);
    }
  }
  const ofWidth = (width: number) => [...columns].filter(([, w]) => w === width).map(([key]) => key);
  return {
    name,
    frames,
    species: [...species],
    scalars: ofWidth(1),
    vectors: ofWidth(3),
    spacing: spacing(frames[0]),
  };
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
): Promise<Run> {
  const frames: Frame[] = [];
  for await (const system of streamExtendedXyz(source, name)) {
    frames.push(frameOfSystem(system));
    onFrame(frames.length);
  }
  return createRun(name, frames);
}

export interface Curve {
  readonly label: string;
  /** One value a frame; NaN where a frame has none. */
  readonly values: readonly number[];
  readonly logarithmic: boolean;
}

/** Energy and largest force against the frame, as far as the file has them. */
export function curves(run: Run): Curve[] {
  const all: Curve[] = [
    { label: 'energy', values: run.frames.map((frame) => scalarInfo(frame, 'energy')), logarithmic: false },
    { label: 'max force', values: run.frames.map(maxForce), logarithmic: true },
  ];
  return all.filter(({ values }) => values.some(Number.isFinite));
}

function scalarInfo(frame: Frame, key: string): number {
  const value = frame.info.get(key);
  return typeof value === 'number' ? value : Number.NaN;
}

function maxForce(frame: Frame): number {
  const told = scalarInfo(frame, 'max_force');
  if (!Number.isNaN(told)) return told;
  const forces = numbers(frame, 'forces', 3) ?? numbers(frame, 'force', 3);
  return forces === null ? Number.NaN : longest(forces.values);
}

/** The length of the longest of a list of vectors. */
export function longest(vectors: ArrayLike<number>): number {
  let square = 0;
  for (let k = 0; k + 2 < vectors.length; k += 3) {
    square = Math.max(square, vectors[k] ** 2 + vectors[k + 1] ** 2 + vectors[k + 2] ** 2);
  }
  return Math.sqrt(square);
}

/** The root mean square length of the vectors of a column, in the frame where it is largest. */
export function typicalLength(run: Run, column: string): number {
  let largest = 0;
  for (const frame of run.frames) {
    const values = numbers(frame, column, 3)?.values ?? new Float64Array(0);
    let square = 0;
    for (const value of values) square += value * value;
    largest = Math.max(largest, square / Math.max(1, frame.count));
  }
  return Math.sqrt(largest);
}
