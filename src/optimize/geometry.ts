/** Geometries of mirror descent: what a step is, and how long. */
import { checkOptions, InputError } from '../message/index.js';
import { mappingEntry } from './gradient-mapping.js';

export interface Geometry {
  /** Moves a start to where steps are defined, or throws. */
  enter(x: Float64Array): void;
  /** out ← argmin_u ⟨g, u⟩ + D(u, x) / t over the set */
  step(x: Float64Array, g: Float64Array, t: number, out: Float64Array): void;
  /** D(u, x) */
  divergence(u: Float64Array, x: Float64Array): number;
  /** Zero where x is stationary on the set and nowhere else: not on its boundary because steps end there. */
  error(x: Float64Array, g: Float64Array): number;
}

/**
 * The Kullback–Leibler divergence on the probability simplex, or on rows of it.
 *
 * Its error is the largest |min(xᵢ, gᵢ − ⟨x, g⟩/total)|, row by row.
 *
 * @param width entries of a row; by default all of x is one row
 * @param total what a row adds up to; 1 by default
 */
export function klSimplex(options: { width?: number; total?: number } = {}): Geometry {
  checkOptions('klSimplex', options, ['width', 'total']);
  const { width, total = 1 } = options;
  if (!(total > 0)) throw new InputError(`total must be positive, found ${total}`);
  const widthOf = (x: Float64Array): number => width ?? x.length;
  return {
    enter(x) {
      if (x.length % widthOf(x) !== 0) {
        throw new InputError(`${x.length} unknowns cannot be cut into rows of ${widthOf(x)}`);
      }
      demandPositive(x);
      eachRow(x, widthOf(x), (from, to) => normalise(x, from, to, total));
    },
    step(x, g, t, out) {
      eachRow(x, widthOf(x), (from, to) => {
        let least = Infinity;
        for (let i = from; i < to; i++) least = Math.min(least, g[i]);
        for (let i = from; i < to; i++) out[i] = x[i] * Math.exp(-t * (g[i] - least));
        normalise(out, from, to, total);
      });
    },
    divergence: relativeEntropy,
    error(x, g) {
      let most = 0;
      eachRow(x, widthOf(x), (from, to) => {
        let mean = 0;
        for (let i = from; i < to; i++) mean += (x[i] * g[i]) / total;
        for (let i = from; i < to; i++) most = Math.max(most, Math.abs(Math.min(x[i], g[i] - mean)));
      });
      return most;
    },
  };
}

/**
 * The Kullback–Leibler divergence on the positive orthant.
 *
 * Its error is the largest |min(xᵢ, gᵢ)|.
 */
export function klOrthant(): Geometry {
  return {
    enter: demandPositive,
    step(x, g, t, out) {
      for (let i = 0; i < x.length; i++) out[i] = x[i] * Math.exp(-t * g[i]);
    },
    divergence: relativeEntropy,
    error(x, g) {
      let most = 0;
      for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(Math.min(x[i], g[i])));
      return most;
    },
  };
}

/**
 * Half the squared distance, on the set of a projection.
 *
 * Its error is the largest entry of x − P(x − g).
 */
export function euclidean(projection: (v: Float64Array, out: Float64Array) => void): Geometry {
  let moved = new Float64Array(0);
  const move = (x: Float64Array, g: Float64Array, t: number): void => {
    if (moved.length !== x.length) moved = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) moved[i] = x[i] - t * g[i];
  };
  return {
    enter(x) {
      projection(Float64Array.from(x), x);
    },
    step(x, g, t, out) {
      move(x, g, t);
      projection(moved, out);
    },
    divergence(u, x) {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += (u[i] - x[i]) ** 2;
      return 0.5 * sum;
    },
    error(x, g) {
      move(x, g, 1);
      const image = new Float64Array(x.length);
      projection(moved, image);
      let most = 0;
      for (let i = 0; i < x.length; i++) {
        most = Math.max(most, Math.abs(mappingEntry(x[i], g[i], 1, moved[i], image[i])));
      }
      return most;
    },
  };
}

/** Σ u log(u/x) − u + x */
function relativeEntropy(u: Float64Array, x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < u.length; i++) {
    if (!(u[i] > 0)) sum += x[i];
    else if (x[i] > 0) {
      // log(1 + d) − d/(1 + d) loses no digits where u and x are close.
      const d = (u[i] - x[i]) / x[i];
      sum += u[i] * Math.log1p(d) - (u[i] - x[i]);
    } else return Infinity;
  }
  return Math.max(0, sum);
}

function demandPositive(x: Float64Array): void {
  const bad = x.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad < 0) return;
  throw new InputError(
    `steps of the Kullback–Leibler geometry leave entries of zero where they are: start inside, not with ${x[bad]} at ` +
      `index ${bad}`,
  );
}

function normalise(x: Float64Array, from: number, to: number, total: number): void {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i];
  for (let i = from; i < to; i++) x[i] *= total / sum;
}

function eachRow(x: Float64Array, width: number, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < x.length; from += width) visit(from, from + width);
}
