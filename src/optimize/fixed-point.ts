/**
 * Fixed-point iteration: x ← T(x), or a part of the way there. Converges where T is a contraction; `anderson` is faster,
 * and often converges where this does not. Its error is ‖T(x) − x‖.
 */
import { norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import type { IterationState, Method } from './method.js';
import type { FixedPointMap } from './problem.js';

export interface FixedPointOptions {
  /** How much of the way to T(x) each step goes, in (0, 2); 1 by default, less damps oscillations. */
  relaxation?: number;
}

export interface FixedPointState extends IterationState {
  /** T(x) − x */
  readonly residual: Float64Array;
  readonly image: Float64Array;
}

export function fixedPoint(options: FixedPointOptions = {}): Method<FixedPointMap, FixedPointState> {
  checkOptions('fixedPoint', options, ['relaxation']);
  const { relaxation = 1 } = options;
  if (!(relaxation > 0 && relaxation < 2)) {
    throw new InputError(`relaxation must lie between 0 and 2, found ${relaxation}`);
  }
  return {
    name: 'fixed-point iteration',
    takes: 'fixed-point',
    init: (map, x) => startFixedPoint(map, x),
    step(map, state) {
      const { x, residual } = state;
      for (let i = 0; i < x.length; i++) x[i] += relaxation * residual[i];
      applyMap(map, state);
    },
  };
}

export function startFixedPoint(map: FixedPointMap, x: Float64Array): FixedPointState {
  const state = {
    x,
    value: 0,
    error: 0,
    evaluations: 0,
    residual: new Float64Array(x.length),
    image: new Float64Array(x.length),
  };
  applyMap(map, state);
  return state;
}

/** Takes T(x) − x, and measures it. */
export function applyMap(map: FixedPointMap, state: FixedPointState): void {
  const { x, residual, image } = state;
  map.apply(x, image);
  for (let i = 0; i < x.length; i++) residual[i] = image[i] - x[i];
  state.evaluations++;
  state.error = norm2(residual);
  state.value = 0.5 * state.error ** 2;
}
