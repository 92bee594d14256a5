/**
 * Block coordinate descent on the dual of the multiclass support vector machine: one sample's row after another is set to
 * its minimum, which is a projection, because K's block of a sample is a multiple of the identity.
 *
 * K (x − Y), or Xᵀ (x − Y) where there are fewer features than samples, is kept up to date: a row that stays where it is costs
 * next to nothing, and most do. The sources are those of `blockCoordinateDescent`; the order of samples is theirs. A step is a
 * sweep. Its error is the largest entry of x − P(x − g), g scaled by the largest curvature.
 */
import type { IterationState, Method } from '../../optimize/index.js';
import { projectRow, projectRows, type SvmDual } from './svm-dual.js';

export interface DualBlockDescentState extends IterationState {
  /** K (x − Y), or Xᵀ (x − Y). */
  readonly products: Float64Array;
  readonly gradient: Float64Array;
  readonly moved: Float64Array;
  readonly image: Float64Array;
  sweeps: number;
}

/** The products are made anew every so many sweeps: updates add up their rounding. */
const fresh = 50;

export function dualBlockDescent(): Method<SvmDual, DualBlockDescentState> {
  return {
    name: 'block coordinate descent',
    takes: 'projected',
    init(problem, x) {
      const { samples, classes, kept } = problem.data;
      projectRows(Float64Array.from(x), classes, x);
      const size = samples * classes;
      const state: DualBlockDescentState = {
        x,
        value: 0,
        error: 0,
        evaluations: 0,
        products: new Float64Array(kept.rows * classes),
        gradient: new Float64Array(size),
        moved: new Float64Array(size),
        image: new Float64Array(size),
        sweeps: 0,
      };
      renew(problem, state);
      measure(problem, state);
      return state;
    },
    step(problem, state) {
      sweep(problem, state);
      state.sweeps++;
      if (state.sweeps % fresh === 0) renew(problem, state);
      measure(problem, state);
    },
  };
}

function sweep({ data, theta }: SvmDual, { x, products }: DualBlockDescentState): void {
  const { samples, classes, Y, kept, diagonal } = data;
  const row = new Float64Array(classes);
  const next = new Float64Array(classes);
  for (let i = 0; i < samples; i++) {
    const own = i * classes;
    const curvature = diagonal[i];
    if (!(curvature > 0)) continue;
    rowOf(products, kept, i, classes, row);
    for (let k = 0; k < classes; k++) row[k] = x[own + k] - (row[k] + theta * Y[own + k]) / curvature;
    projectRow(row, 0, classes, next);
    const at = i * kept.rows;
    for (let k = 0; k < classes; k++) {
      const change = next[k] - x[own + k];
      if (change === 0) continue;
      x[own + k] = next[k];
      const to = k * kept.rows;
      for (let j = 0; j < kept.rows; j++) products[to + j] += change * kept.matrix[at + j];
    }
  }
}

/** Row i of K (x − Y). The products lie class after class. */
function rowOf(
  products: Float64Array,
  { matrix, rows, isGram }: SvmDual['data']['kept'],
  i: number,
  classes: number,
  out: Float64Array,
): void {
  for (let k = 0; k < classes; k++) {
    const from = k * rows;
    if (isGram) {
      out[k] = products[from + i];
      continue;
    }
    const at = i * rows;
    let a = 0;
    let b = 0;
    let j = 0;
    for (; j + 1 < rows; j += 2) {
      a += matrix[at + j] * products[from + j];
      b += matrix[at + j + 1] * products[from + j + 1];
    }
    if (j < rows) a += matrix[at + j] * products[from + j];
    out[k] = a + b;
  }
}

function renew({ data }: SvmDual, { x, products }: DualBlockDescentState): void {
  const { samples, classes, Y, kept } = data;
  products.fill(0);
  for (let i = 0; i < samples; i++) {
    for (let k = 0; k < classes; k++) {
      const weight = x[i * classes + k] - Y[i * classes + k];
      if (weight === 0) continue;
      const at = i * kept.rows;
      for (let j = 0; j < kept.rows; j++) products[k * kept.rows + j] += weight * kept.matrix[at + j];
    }
  }
}

function measure({ data, theta }: SvmDual, state: DualBlockDescentState): void {
  const { samples, classes, Y, kept, largest } = data;
  const { x, products, gradient, moved, image } = state;
  const row = new Float64Array(classes);
  let value = 0;
  for (let i = 0; i < samples; i++) {
    rowOf(products, kept, i, classes, row);
    for (let k = 0; k < classes; k++) {
      const at = i * classes + k;
      value += 0.5 * (x[at] - Y[at]) * row[k] + theta * x[at] * Y[at];
      gradient[at] = (row[k] + theta * Y[at]) / largest;
      moved[at] = x[at] - gradient[at];
    }
  }
  projectRows(moved, classes, image);
  let error = 0;
  for (let i = 0; i < x.length; i++) error = Math.max(error, Math.abs(x[i] - image[i]));
  state.value = value / largest;
  state.error = error;
  state.evaluations++;
}
