/**
 * What the functions of a list's bookkeeping share: where numbers about box and grid lie in memory, and the pieces of
 * code that read them.
 *
 * Functions are made for a dimension and for the directions in which a box repeats. They work on a share `from … to − 1`
 * of the atoms, ghosts or cells, so that threads can divide the work; each writes what belongs to its share alone.
 */
import { type F64, type FunctionWriter, f64, type I32, i32, type Variable } from '../../../src/wasm/index.js';

export interface Frame {
  readonly dimension: 2 | 3;
  readonly periodic: readonly boolean[];
}

/** A site takes 2 to this power bytes. */
export const siteShift = (d: 2 | 3): 4 | 5 => (d === 2 ? 4 : 5);

/** Places of doubles in the plan, a block of numbers that all functions read. */
export const plan = {
  inverse: 0,
  vectors: 9,
  origin: 18,
  cellsPerLength: 21,
  /** Fractional coordinates between which images are wanted. */
  low: 24,
  high: 27,
  /** Cells of the grid along each axis. */
  shape: 30,
  reachSquared: 33,
} as const;
export const planLength = 34;

/** The plan's double `at + k`. */
export const planned = (p: I32, at: number, k = 0): F64 => f64.load(p, 8 * (at + k));

/** Σ_m a_m b_m, in the order of m. */
export const dot = (a: readonly F64[], b: readonly F64[]): F64 =>
  a.map((value, m) => f64.mul(value, b[m])).reduce((sum, product) => f64.add(sum, product));

/** Fractional coordinate k of a point. */
export function fraction(frame: Frame, p: I32, point: readonly F64[], k: number): F64 {
  const d = frame.dimension;
  return dot(
    point.map((_, m) => planned(p, plan.inverse, k * d + m)),
    point,
  );
}

/** Loads a point of `dimension` doubles. */
export function loadPoint(f: FunctionWriter, d: 2 | 3, at: I32): Variable<'f64'>[] {
  return Array.from({ length: d }, (_, m) => f.let(f64.load(at, 8 * m)));
}

/** What is added to a point to bring it into the cell along the periodic vectors. */
export function wrapOf(f: FunctionWriter, frame: Frame, p: I32, point: readonly F64[]): Variable<'f64'>[] {
  const d = frame.dimension;
  const offsets = point.map(() => f.let(f64.const(0)));
  frame.periodic.forEach((periodic, k) => {
    if (!periodic) return;
    const cells = f.let(f64.floor(fraction(frame, p, point, k)));
    offsets.forEach((offset, m) => {
      f.set(offset, f64.sub(offset, f64.mul(cells, planned(p, plan.vectors, k * d + m))));
    });
  });
  return offsets;
}

/** Loads an atom from the caller's coordinates and brings it into the cell. */
export function wrappedAtom(f: FunctionWriter, frame: Frame, p: I32, x: I32, index: I32) {
  const own = loadPoint(f, frame.dimension, i32.add(x, i32.mul(index, 8 * frame.dimension)));
  const wrap = wrapOf(f, frame, p, own);
  return { own, wrap, point: own.map((value, m) => f.let(f64.add(value, wrap[m]))) };
}

/** The cell of a point, clamped to the grid. */
export function cellOf(
  f: FunctionWriter,
  { dimension }: Frame,
  p: I32,
  rowPlaces: I32,
  point: readonly F64[],
): I32 {
  const [x, y, z] = point.map((value, k) => {
    const place = f64.mul(f64.sub(value, planned(p, plan.origin, k)), planned(p, plan.cellsPerLength, k));
    const most = f64.sub(planned(p, plan.shape, k), 1);
    return f.let(i32.truncSatF64S(f64.floor(f64.max(f64.min(place, most), 0))));
  });
  const rows = (k: number): I32 => i32.truncSatF64S(planned(p, plan.shape, k));
  const row = dimension === 3 ? i32.add(i32.mul(z, rows(1)), y) : y;
  return i32.add(i32.mul(i32.load(i32.add(rowPlaces, i32.shl(row, 2))), rows(0)), x);
}

/** The address of the index-th int32. */
export const intAt = (base: I32, index: I32): I32 => i32.add(base, i32.shl(index, 2));
