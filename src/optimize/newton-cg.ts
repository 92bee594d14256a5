/**
 * Newton's method with its linear systems solved by conjugate gradients, only as exactly as the distance from the
 * minimum deserves. Quadratic convergence from Hessian products; for objectives whose products are cheap.
 *
 * Source: Nocedal and Wright, Numerical Optimization (2nd edition), algorithm 7.1. Where CG meets negative curvature
 * the step so far, or that direction, is taken. Its error is the largest block of the gradient.
 */
import { cg, dot, type LinearOperator, norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { backtracking } from './backtracking.js';
import { type DescentState, type LineSearch, moveToTrial, startDescent } from './line.js';
import type { Minimizer } from './method.js';

export interface NewtonCgOptions {
  /** `backtracking()` by default. */
  lineSearch?: LineSearch;
  /** Products for one step; twice the number of unknowns, and 20 at the least, by default. */
  maxInnerIterations?: number;
  /** No block moves farther than this in one step; Infinity by default. */
  maxStep?: number;
}

export interface NewtonCgState extends DescentState {
  /** Hessian products so far. */
  products: number;
}

export function newtonCg(options: NewtonCgOptions = {}): Minimizer<NewtonCgState> {
  checkOptions('newtonCg', options, ['lineSearch', 'maxInnerIterations', 'maxStep']);
  const { lineSearch = backtracking(), maxInnerIterations, maxStep = Infinity } = options;
  if (!(maxStep > 0)) throw new InputError(`maxStep must be positive, found ${maxStep}`);
  return {
    name: 'Newton-CG',
    init(objective, x) {
      if (!objective.hessianProduct) {
        throw new InputError(
          'Newton-CG needs products with the Hessian: give the objective a hessianProduct, or use lbfgs',
        );
      }
      return { ...startDescent(objective, x), products: 0 };
    },
    step(objective, state) {
      const { x, gradient, direction, line } = state;
      const hessian: LinearOperator = {
        size: x.length,
        symmetric: true,
        definite: 'positive-semi',
        apply: (v, out) => objective.hessianProduct?.(x, v, out),
      };
      const norm = norm2(gradient);
      const newton = cg(
        hessian,
        gradient.map((value) => -value),
        {
          tolerance: Math.min(0.01, Math.sqrt(norm), norm),
          maxIterations: maxInnerIterations ?? Math.max(20, 2 * x.length),
        },
      );
      state.products += newton.matvecs;
      if (newton.result === 'not-finite') {
        state.failure = { result: 'not-finite', reason: `a Hessian product: ${newton.message}` };
        return;
      }
      direction.set(newton.value);
      let slope = dot(direction, gradient);
      if (newton.result === 'negative-curvature' && !(slope < 0)) {
        direction.set(newton.direction as Float64Array);
        slope = dot(direction, gradient);
        const sign = slope > 0 ? -norm : norm;
        for (let i = 0; i < direction.length; i++) direction[i] *= sign;
        slope = -Math.abs(slope * norm);
      }
      if (!(slope < 0)) for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
      line.aim(x, state.value, gradient, direction, maxStep);
      const before = line.evaluations;
      const failure = lineSearch(line, 1);
      state.evaluations += line.evaluations - before;
      if (failure !== null) state.failure = failure;
      else moveToTrial(objective, state);
    },
  };
}
