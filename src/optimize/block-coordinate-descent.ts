/**
 * Block coordinate descent: a proximal gradient step on one block of unknowns after another, each with a step size of its
 * own. For objectives whose partial gradients are cheap: lasso, SVM duals, group penalties, non-negative factorisations.
 *
 * Sources: Tseng, J. Optim. Theory Appl. 109, 475 (2001); Beck and Tetruashvili, SIAM J. Optim. 23, 2037 (2013). A step is
 * a sweep over all blocks. Its error is the largest block of the gradient mapping with step size 1 at the most.
 */
import { checkOptions, InputError } from '../message/index.js';
import { mappingEntry } from './gradient-mapping.js';
import { type IterationState, type Method, stuck } from './method.js';
import type { CompositeObjective } from './problem.js';

/** A composite objective whose proximal operator acts on each block by itself. */
export interface BlockObjective extends CompositeObjective {
  /** out[0 …] ← the partial gradient in the unknowns from … to − 1; taken from `gradient` where it is left out. */
  partialGradient?(x: Float64Array, from: number, to: number, out: Float64Array): void;
}

export interface BlockCoordinateDescentOptions {
  /** Unknowns in each block, one number for all or one a block; the objective's blockSize, or 1, by default. */
  blocks?: number | readonly number[];
}

export interface BlockCoordinateDescentState extends IterationState {
  /** Where each block begins, and the end of the last. */
  readonly bounds: readonly number[];
  readonly stepSizes: Float64Array;
  readonly scaled: Uint8Array;
  readonly gradient: Float64Array;
  readonly moved: Float64Array;
  readonly image: Float64Array;
}

const mostTrials = 100;

export function blockCoordinateDescent(
  options: BlockCoordinateDescentOptions = {},
): Method<BlockObjective, BlockCoordinateDescentState> {
  checkOptions('blockCoordinateDescent', options, ['blocks']);
  return {
    name: 'block coordinate descent',
    takes: 'composite',
    init(problem, start) {
      const n = start.length;
      const bounds = boundsOf(options.blocks ?? problem.blockSize ?? 1, n);
      const x = new Float64Array(n);
      problem.prox(start, 1e-12, x);
      const state: BlockCoordinateDescentState = {
        x,
        value: 0,
        error: 0,
        evaluations: 0,
        bounds,
        stepSizes: new Float64Array(bounds.length - 1).fill(1),
        scaled: new Uint8Array(bounds.length - 1),
        gradient: new Float64Array(n),
        moved: new Float64Array(n),
        image: new Float64Array(n),
      };
      measure(problem, state);
      return state;
    },
    step(problem, state) {
      for (let b = 0; b + 1 < state.bounds.length; b++) {
        if (!blockStep(problem, state, b)) {
          state.failure = stuck(
            `no step size suits block ${b}; the gradient may not belong to the objective, or not be finite`,
          );
          return;
        }
      }
      measure(problem, state);
    },
  };
}

/** A step on one block; false where none is short enough. */
function blockStep(problem: BlockObjective, state: BlockCoordinateDescentState, b: number): boolean {
  const { x, bounds, stepSizes, scaled, moved, image } = state;
  const [from, to] = [bounds[b], bounds[b + 1]];
  const size = to - from;
  const before = x.slice(from, to);
  const g = new Float64Array(size);
  const next = new Float64Array(size);
  partialGradient(problem, state, from, to, g);
  let t = stepSizes[b];
  let lastSquare = 0;
  for (let trial = 0; trial < mostTrials; trial++) {
    moved.set(x);
    for (let i = 0; i < size; i++) moved[from + i] = before[i] - t * g[i];
    problem.prox(moved, t, image);
    let square = 0;
    for (let i = 0; i < size; i++) {
      x[from + i] = image[from + i];
      square += (image[from + i] - before[i]) ** 2;
    }
    if (square === 0) return true;
    const value = partialGradient(problem, state, from, to, next);
    let curvature = 0;
    for (let i = 0; i < size; i++) curvature += (next[i] - g[i]) * (x[from + i] - before[i]);
    x.set(before, from);
    if (value < Infinity && curvature <= (1 + 1e-10) * (square / t)) {
      // Longer, while that still changes something: the first step size is but a guess.
      if (scaled[b] === 0 && curvature < 0.5 * (square / t) && square > 1.01 * lastSquare) {
        lastSquare = square;
        t = curvature > 0 ? Math.min(square / curvature, 100 * t) : 10 * t;
        continue;
      }
      scaled[b] = 1;
      stepSizes[b] = t;
      for (let i = from; i < to; i++) x[i] = image[i];
      return true;
    }
    t = Math.max(0.1 * t, Math.min(0.9 * t, curvature > 0 ? square / curvature : 0));
  }
  return false;
}

/** Returns the value of the smooth part, or 0 where it need not be known. */
function partialGradient(
  problem: BlockObjective,
  state: BlockCoordinateDescentState,
  from: number,
  to: number,
  out: Float64Array,
): number {
  state.evaluations++;
  if (problem.partialGradient) {
    problem.partialGradient(state.x, from, to, out);
    return 0;
  }
  const value = problem.gradient(state.x, state.gradient);
  out.set(state.gradient.subarray(from, to));
  return value;
}

function measure(problem: BlockObjective, state: BlockCoordinateDescentState): void {
  const { x, bounds, stepSizes, gradient, moved, image } = state;
  state.value = problem.gradient(x, gradient) + (problem.penalty?.(x) ?? 0);
  state.evaluations++;
  const t = stepSizes.reduce((least, value) => Math.min(least, value), 1);
  for (let i = 0; i < x.length; i++) moved[i] = x[i] - t * gradient[i];
  problem.prox(moved, t, image);
  let most = 0;
  for (let b = 0; b + 1 < bounds.length; b++) {
    let square = 0;
    for (let i = bounds[b]; i < bounds[b + 1]; i++) {
      square += mappingEntry(x[i], gradient[i], t, moved[i], image[i]) ** 2;
    }
    // Math.max keeps NaN.
    most = Math.max(most, square);
  }
  state.error = Math.sqrt(most);
}

function boundsOf(blocks: number | readonly number[], n: number): number[] {
  const sizes =
    typeof blocks === 'number' ? new Array<number>(Math.ceil(n / blocks)).fill(blocks) : [...blocks];
  const bounds = [0];
  for (const size of sizes) {
    if (!(Number.isInteger(size) && size >= 1))
      throw new InputError(`a block has 1 unknown or more, found ${size}`);
    bounds.push(bounds[bounds.length - 1] + size);
  }
  if (bounds[bounds.length - 1] === n) return bounds;
  throw new InputError(`the blocks hold ${bounds[bounds.length - 1]} unknowns, the problem has ${n}`);
}
