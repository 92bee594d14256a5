/**
 * Projected gradient: a gradient step, then the closest point of the set; with momentum and backtracking as in
 * `proximalGradient`, whose proximal operator the projection is. For simplices, balls, boxes, anything with a projection.
 *
 * Source: Goldstein, Bull. Amer. Math. Soc. 70, 709 (1964). Its error is ‖x − P(x − t ∇f(x))‖ / t.
 */
import type { Method } from './method.js';
import type { ProjectedObjective } from './problem.js';
import {
  type ProximalGradientOptions,
  type ProximalGradientState,
  proximalMethod,
} from './proximal-gradient.js';

export function projectedGradient(
  options: ProximalGradientOptions = {},
): Method<ProjectedObjective, ProximalGradientState> {
  return proximalMethod('projected gradient', options, {
    takes: 'projected',
    prox: (problem, v, _step, out) => problem.projection(v, out),
    penalty: () => 0,
  });
}
