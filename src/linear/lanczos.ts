/**
 * The ends of a symmetric operator's spectrum, by Lanczos with full reorthogonalisation.
 *
 * Made to ask one question cheaply: is the lowest eigenvalue (outside known null vectors) negative, zero or positive?
 * "Negative" is a proof: the vector returned has vᵀ A v < 0. "Zero" shows a vector with ‖A v‖ as small as stated.
 * "Positive" is as sure as the random start: an eigenvector orthogonal to it would go unseen, which has probability
 * zero but for rounding. One run sees one vector of each multiple eigenvalue; `zeroModes` finds the others one by one.
 *
 * Source: Lanczos, J. Res. Nat. Bur. Stand. 45, 255 (1950); bounds as in Parlett, The Symmetric Eigenvalue Problem,
 * chapter 13. Keeps every Lanczos vector: iterations × size numbers.
 */
import { InputError } from '../message/index.js';
import { random } from '../random/index.js';
import { checkOrthonormal } from './check.js';
import type { LinearOperator } from './operator.js';
import { type Tridiagonal, tridiagonalEigenvalue, tridiagonalEigenvector } from './tridiagonal.js';
import { axpy, dot, norm2, projectOut, scale } from './vector.js';

export interface EigenvalueOptions {
  /** Orthonormal null vectors already known; the rest of the spectrum is looked at. */
  nullSpace?: readonly Float64Array[];
  /** Of the random start. Default 0. */
  seed?: number;
  /** |λ| ≤ tolerance · |λ|max counts as zero. Default 1e-10. */
  tolerance?: number;
  /** Default: the size, but no more than what 512 MB of Lanczos vectors allow. */
  maxIterations?: number;
  /** How many of the lowest pairs to return, each found after deflating those before it. Default 1. */
  count?: number;
}

export interface Eigenpair {
  /** Ritz value vᵀ A v: never below the lowest eigenvalue, never above the largest one. */
  value: number;
  /** Normalised. */
  vector: Float64Array;
  /** ‖A v − value · v‖: an eigenvalue lies within this distance of `value`. */
  bound: number;
}

export type Sign = 'negative' | 'zero' | 'positive' | 'undecided';

export interface LowestEigenvalues {
  /** The lowest pairs, ascending up to their bounds; fewer than `count` if the space is smaller. */
  pairs: Eigenpair[];
  /** The first of `pairs`; undefined where the known null vectors fill the space. */
  lowest: Eigenpair | undefined;
  /** Largest Ritz value and its residual bound. */
  largest: { value: number; bound: number };
  /** Sign of the lowest eigenvalue; 'positive' where there is none. */
  sign: Sign;
  /** Whether the sign of every pair was decided before `maxIterations`. */
  converged: boolean;
  iterations: number;
  matvecs: number;
  message: string;
}

/** Lowest eigenvalues of a symmetric operator outside `nullSpace`. @throws InputError unless it is declared symmetric */
export function lowestEigenvalues(A: LinearOperator, options: EigenvalueOptions = {}): LowestEigenvalues {
  if (!A.symmetric) throw new InputError('Lanczos needs an operator declared symmetric');
  const { nullSpace = [], count = 1 } = options;
  checkOrthonormal(nullSpace, A.size);
  const known = [...nullSpace];
  const pairs: Eigenpair[] = [];
  let largest = { value: Number.NaN, bound: 0 };
  let sign: Sign = 'positive';
  let converged = true;
  let iterations = 0;
  let matvecs = 0;
  for (let k = 0; k < count && known.length < A.size; k++) {
    const run = lanczos(A, known, options, (options.seed ?? 0) + k);
    iterations += run.iterations;
    matvecs += run.matvecs;
    converged &&= run.sign !== 'undecided';
    if (k === 0) {
      sign = run.sign;
      largest = run.largest;
    }
    if (Number.isNaN(run.lowest.value)) {
      return {
        pairs,
        lowest: undefined,
        largest,
        sign: 'undecided',
        converged: false,
        iterations,
        matvecs,
        message:
          `a product with the operator was not finite after ${iterations} Lanczos steps: ` +
          'look for NaN or Infinity in the point that it is taken at',
      };
    }
    pairs.push(run.lowest);
    known.push(run.lowest.vector);
  }
  const lowest = pairs[0];
  return {
    pairs,
    lowest,
    largest,
    sign,
    converged,
    iterations,
    matvecs,
    message: describe(lowest, largest.value, sign, iterations),
  };
}

interface Run {
  lowest: Eigenpair;
  largest: { value: number; bound: number };
  sign: Sign;
  iterations: number;
  matvecs: number;
}

function lanczos(
  A: LinearOperator,
  known: readonly Float64Array[],
  options: EigenvalueOptions,
  seed: number,
): Run {
  const n = A.size;
  const free = n - known.length;
  const tolerance = options.tolerance ?? 1e-10;
  const limit = Math.min(free, options.maxIterations ?? Math.max(100, Math.floor(6.4e7 / n)));
  const source = random(seed);
  const start = Float64Array.from({ length: n }, () => source.normal());
  orthogonalise(start, known, []);
  scale(1 / norm2(start), start);
  const basis = [start];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let nextCheck = 1;
  let lastBound = Infinity;
  for (;;) {
    const v = basis[basis.length - 1];
    const w = new Float64Array(n);
    A.apply(v, w);
    const alpha = dot(v, w);
    diagonal.push(alpha);
    const k = diagonal.length;
    orthogonalise(w, known, basis);
    const beta = norm2(w);
    if (!Number.isFinite(alpha) || !Number.isFinite(beta)) {
      const unknown = { value: Number.NaN, vector: v, bound: Number.NaN };
      return { lowest: unknown, largest: unknown, sign: 'undecided', iterations: k, matvecs: k };
    }
    const exhausted = k >= limit || beta <= 1e-14 * largestEntry(diagonal, offDiagonal);
    if (k >= nextCheck || exhausted) {
      const T: Tridiagonal = { size: k, diagonal, offDiagonal };
      const value = tridiagonalEigenvalue(T, 0);
      const top = tridiagonalEigenvalue(T, k - 1);
      const size = Math.max(Math.abs(value), Math.abs(top));
      const s = tridiagonalEigenvector(T, value);
      const bound = k === free ? 0 : beta * Math.abs(s[k - 1]);
      let sign = signOf(value, bound, tolerance * size);
      // A zero mode will be used as a vector: let it get as good as rounding allows.
      const refining = sign === 'zero' && bound > 1e-14 * size && bound < 0.5 * lastBound;
      if ((sign !== 'undecided' && !refining) || exhausted) {
        const lowest = ritzPair(A, known, basis, s);
        // The computed pair decides, not the recurrence; a negative one needs no bound at all.
        sign = signOf(lowest.value, lowest.bound, tolerance * size);
        if (sign !== 'undecided' || exhausted) {
          const last = tridiagonalEigenvector(T, top)[k - 1];
          const largest = { value: top, bound: k === free ? 0 : beta * Math.abs(last) };
          return { lowest, largest, sign, iterations: k, matvecs: k + 1 };
        }
      }
      lastBound = bound;
      nextCheck = Math.ceil(1.15 * k) + 1;
    }
    scale(1 / beta, w);
    basis.push(w);
    offDiagonal.push(beta);
  }
}

/** `zero` is the width of what counts as zero. A positive value must be known to a tenth of itself. */
function signOf(value: number, bound: number, zero: number): Sign {
  if (value < -zero) return 'negative';
  if (value > zero) return bound <= 0.1 * (value - zero) ? 'positive' : 'undecided';
  return bound <= zero ? 'zero' : 'undecided';
}

/** Gram and Schmidt, repeated while it takes out most of the vector. */
function orthogonalise(
  w: Float64Array,
  known: readonly Float64Array[],
  basis: readonly Float64Array[],
): void {
  for (let pass = 0; pass < 3; pass++) {
    const before = norm2(w);
    projectOut(known, w);
    projectOut(basis, w);
    if (!(norm2(w) < 0.5 * before)) return;
  }
}

function ritzPair(
  A: LinearOperator,
  known: readonly Float64Array[],
  basis: readonly Float64Array[],
  s: Float64Array,
): Eigenpair {
  const vector = new Float64Array(A.size);
  for (let i = 0; i < s.length; i++) axpy(s[i], basis[i], vector);
  projectOut(known, vector);
  scale(1 / norm2(vector), vector);
  const product = new Float64Array(A.size);
  A.apply(vector, product);
  projectOut(known, product);
  const value = dot(vector, product);
  axpy(-value, vector, product);
  return { value, vector, bound: norm2(product) };
}

function largestEntry(diagonal: readonly number[], offDiagonal: readonly number[]): number {
  let largest = 0;
  for (const value of diagonal) largest = Math.max(largest, Math.abs(value));
  for (const value of offDiagonal) largest = Math.max(largest, value);
  return largest;
}

function describe(lowest: Eigenpair | undefined, largest: number, sign: Sign, iterations: number): string {
  if (!lowest) return 'the known null vectors fill the whole space; nothing is left to look at';
  const value = `${lowest.value.toExponential(3)} ± ${lowest.bound.toExponential(1)}`;
  const after = `after ${iterations} Lanczos steps (largest: ${largest.toExponential(3)})`;
  switch (sign) {
    case 'negative':
      return `negative curvature: the lowest eigenvalue is at most ${lowest.value.toExponential(3)} ${after}`;
    case 'zero':
      return `a zero mode: the lowest eigenvalue is ${value} ${after}`;
    case 'positive':
      return `positive: the lowest eigenvalue is ${value} ${after}`;
    case 'undecided':
      return `undecided: the lowest Ritz value is ${value} ${after}; raise maxIterations or tolerance`;
  }
}
