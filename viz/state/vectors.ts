/** The vectors that arrows show: a column of the file, or displacements from another frame. */
import { minimumImage } from '../../systems/index.js';
import { type ColumnSummary, summarize } from './catalog.js';
import type { Drawing } from './drawing.js';
import { type Frame, numbers } from './frame.js';
import type { Look } from './look.js';
import { matchAtoms } from './match.js';
import type { Run } from './run.js';

/** Offered beside the file's columns. */
export const DISPLACEMENT = 'displacement';

/** What arrows can show of a run; displacements where there is more than one frame and no column has that name. */
export function vectorNames(run: Run): readonly string[] {
  return run.length > 1 && !run.vectors.includes(DISPLACEMENT) ? [...run.vectors, DISPLACEMENT] : run.vectors;
}

/** Three numbers an atom, or null where the frame has none. */
export function vectorsOf(
  run: Run,
  frame: Frame,
  look: Pick<Look & Drawing, 'arrows' | 'reference'>,
): ArrayLike<number> | null {
  if (look.arrows === null) return null;
  const column = numbers(frame, look.arrows, 3);
  if (column !== null || look.arrows !== DISPLACEMENT) return column?.values ?? null;
  const before = run.reference(referenceOf(run, look));
  return before && latestDisplacements(run, before, frame);
}

const latest = new WeakMap<
  Run,
  { readonly before: Frame; readonly after: Frame; readonly vectors: Float32Array | null }
>();

/** Those that were asked for last are kept: arrows, colours and legend of one picture ask for the same. */
function latestDisplacements(run: Run, before: Frame, after: Frame): Float32Array | null {
  const known = latest.get(run);
  if (known?.before === before && known.after === after) return known.vectors;
  const vectors = displacements(before, after);
  latest.set(run, { before, after, vectors });
  return vectors;
}

const summaries = new WeakMap<object, ColumnSummary | null>();

/** Of the lengths of vectors, which are looked at once. */
export function vectorSummary(vectors: ArrayLike<number>): ColumnSummary | null {
  const known = summaries.get(vectors);
  if (known !== undefined) return known;
  const summary = summarize(vectors, 3);
  summaries.set(vectors, summary);
  return summary;
}

/** The frame that displacements are measured from. */
export function referenceOf(
  { length }: Pick<Run, 'length'>,
  { reference }: Pick<Drawing, 'reference'>,
): number {
  return Math.min(reference, length - 1);
}

/**
 * How far each atom of a frame is from where it was, the shortest way; NaN for those that were not there. Null where
 * nothing tells which atom is which.
 */
export function displacements(before: Frame, after: Frame): Float32Array | null {
  const { count, dimension, positions, system } = after;
  const places = matchAtoms(after, before);
  if (places === 'unknown') return null;
  const moved = new Float32Array(3 * count);
  const way = new Float64Array(dimension);
  for (let i = 0; i < count; i++) {
    const from = places === 'same' ? i : places[i];
    for (let m = 0; m < dimension; m++) way[m] = positions[3 * i + m] - before.positions[3 * from + m];
    if (!way.every(Number.isFinite)) {
      moved.fill(Number.NaN, 3 * i, 3 * i + 3);
      continue;
    }
    minimumImage(system.box, way, way);
    moved.set(way, 3 * i);
  }
  return moved;
}
