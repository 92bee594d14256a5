/**
 * Anderson acceleration: fixed-point iteration that mixes its last few steps so that the residual becomes smallest. For
 * any map, a solver's step among them (`stepMap`).
 *
 * Source: Walker and Ni, SIAM J. Numer. Anal. 49, 1715 (2011), type II. A mixture that makes the residual much larger
 * is taken back, and the memory cleared. Its error is ‖T(x) − x‖.
 */
import { dot, matrixOperator, qr } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { applyMap, type FixedPointState, startFixedPoint } from './fixed-point.js';
import type { IterationState, Method } from './method.js';
import type { FixedPointMap } from './problem.js';

export interface AndersonOptions {
  /** Steps that are mixed; 5 by default. */
  memory?: number;
  /** Share of the residual that enters the mixture, β; 1 by default. */
  mixing?: number;
  /** A step is taken back when it makes the residual larger than this many times the last; 10 by default. */
  safeguard?: number;
}

export interface AndersonState extends FixedPointState {
  /** Changes of x and of the residual, the newest last. */
  readonly steps: Float64Array[];
  readonly changes: Float64Array[];
  readonly lastX: Float64Array;
  readonly lastResidual: Float64Array;
}

export function anderson(options: AndersonOptions = {}): Method<FixedPointMap, AndersonState> {
  checkOptions('anderson', options, ['memory', 'mixing', 'safeguard']);
  const { memory = 5, mixing = 1, safeguard = 10 } = options;
  if (!(Number.isInteger(memory) && memory >= 1)) {
    throw new InputError(
      `the memory of Anderson acceleration is a number of steps, 1 or more; found ${memory}`,
    );
  }
  if (!(mixing > 0 && mixing <= 1)) throw new InputError(`mixing must lie in (0, 1], found ${mixing}`);
  if (!(safeguard > 1)) throw new InputError(`safeguard must be more than 1, found ${safeguard}`);
  return {
    name: 'Anderson acceleration',
    takes: 'fixed-point',
    init: (map, x) => ({
      ...startFixedPoint(map, x),
      steps: [],
      changes: [],
      lastX: new Float64Array(x.length),
      lastResidual: new Float64Array(x.length),
    }),
    step(map, state) {
      const { x, residual, steps, changes, lastX, lastResidual } = state;
      const before = state.error;
      lastX.set(x);
      lastResidual.set(residual);
      const weights = leastSquares(changes, residual);
      for (let i = 0; i < x.length; i++) x[i] += mixing * residual[i];
      for (let k = 0; k < weights.length; k++) {
        const [s, y, weight] = [steps[k], changes[k], weights[k]];
        for (let i = 0; i < x.length; i++) x[i] -= weight * (s[i] + mixing * y[i]);
      }
      applyMap(map, state);
      if (steps.length > 0 && !(state.error <= safeguard * before)) {
        steps.length = 0;
        changes.length = 0;
        for (let i = 0; i < x.length; i++) x[i] = lastX[i] + mixing * lastResidual[i];
        applyMap(map, state);
      }
      const full = steps.length === memory;
      const s = full ? (steps.shift() as Float64Array) : new Float64Array(x.length);
      const y = full ? (changes.shift() as Float64Array) : new Float64Array(x.length);
      for (let i = 0; i < x.length; i++) {
        s[i] = x[i] - lastX[i];
        y[i] = residual[i] - lastResidual[i];
      }
      steps.push(s);
      changes.push(y);
    },
  };
}

/** The shortest weights for which ‖b − Σ weightₖ columnₖ‖ is least, columns scaled to length one. */
function leastSquares(columns: readonly Float64Array[], b: Float64Array): Float64Array {
  const m = columns.length;
  if (m === 0) return new Float64Array(0);
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)) || 1);
  const gram = new Float64Array(m * m);
  const right = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    right[i] = dot(columns[i], b) / lengths[i];
    for (let j = 0; j <= i; j++) {
      gram[i * m + j] = gram[j * m + i] = dot(columns[i], columns[j]) / (lengths[i] * lengths[j]);
    }
    gram[i * m + i] += 1e-14;
  }
  const weights = qr(matrixOperator(gram, m, { symmetric: true }), right).value;
  for (let i = 0; i < m; i++) weights[i] /= lengths[i];
  return weights;
}

/**
 * One step of a method as a map, for `anderson` or `fixedPoint` to iterate. The method starts afresh each time: give it a
 * fixed step size, and no momentum.
 */
export function stepMap<P extends { readonly size: number }, S extends IterationState>(
  method: Method<P, S>,
  problem: P,
): FixedPointMap {
  return {
    size: problem.size,
    apply(x, out) {
      const state = method.init(problem, Float64Array.from(x));
      method.step(problem, state);
      out.set(state.x);
    },
  };
}
