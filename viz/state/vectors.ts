/** The vectors that arrows show: a column of the file, or displacements from another frame. */
import { minimumImage } from '../../systems/index.js';
import type { Drawing } from './drawing.js';
import { extentOf, type Frame, numbers, wrappedPositions } from './frame.js';
import type { Look } from './look.js';
import { matchAtoms } from './match.js';
import { longest, type Run, typicalLength } from './run.js';

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
  return displacements(run.frame(Math.min(look.reference, run.length - 1)), frame);
}

/** How far each atom of a frame is from where it was, the shortest way; NaN for those that were not there. */
export function displacements(before: Frame, after: Frame): Float32Array {
  const { count, dimension, positions, system } = after;
  const places = matchAtoms(after, before);
  const moved = new Float32Array(3 * count);
  const way = new Float64Array(dimension);
  for (let i = 0; i < count; i++) {
    const from = places === null ? i : places[i];
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

/** Relative size of forces that are rounding errors of the energy. */
const NOISE = 1e-7;
/** Sizes that are noise in any unit that people use. */
const SMALLEST = 1e-9;

/**
 * The size below which vectors of a run are noise, and are not drawn: at a minimum forces are what rounding leaves of
 * them. For forces that is a fraction of the energy of an atom over the distance of its neighbours.
 */
export function noiseOf(run: Run, column: string): number {
  if (column === DISPLACEMENT) return 1e-5 * run.spacing;
  if (!/^forces?$/.test(column)) return SMALLEST;
  let energy = 0;
  for (const value of run.info('energy')) energy = Math.max(energy, Math.abs(value ?? 0));
  return energy > 0 ? (NOISE * energy) / (run.frame(0).count * run.spacing) : SMALLEST;
}

/** A size that stands for all vectors of a run: arrows of this size are about as long as neighbours are apart. */
export function usualSize(run: Run, column: string): number {
  if (run.vectors.includes(column)) return typicalLength(run, column);
  const [first, last] = [run.frame(0), run.frame(run.length - 1)];
  const moved = displacements(first, last);
  return longest(moved) / 2;
}

/** The longest vector of a column in all frames. */
export function largestSize(run: Run, column: string): number {
  if (!run.vectors.includes(column)) return 2 * usualSize(run, column);
  return run.summaries(column).reduce((most, summary) => Math.max(most, summary?.high ?? 0), 0);
}

/** How long an arrow is for a vector of length 1: such that usual ones span most of the distance of neighbours. */
export function arrowLength(run: Run, usual: number, { arrowScale }: Pick<Look, 'arrowScale'>): number {
  return usual > 0 ? (0.8 * run.spacing * arrowScale) / usual : 0;
}

/** How far the shown arrows of a frame stick out of the cuboid around it, at most; 0 where none does. */
export function arrowOverhang(run: Run, frame: Frame, look: Look & Drawing): number {
  const vectors = vectorsOf(run, frame, look);
  if (vectors === null || look.arrows === null) return 0;
  const by = arrowLength(run, usualSize(run, look.arrows), look);
  const { center, size } = extentOf(frame);
  const from = look.wrap ? wrappedPositions(frame) : frame.positions;
  let most = 0;
  for (let k = 0; k < from.length; k++) {
    const m = k % 3;
    const out = Math.abs(from[k] + by * vectors[k] - center[m]) - size[m] / 2;
    if (out > most && Number.isFinite(out)) most = out;
  }
  return most;
}
