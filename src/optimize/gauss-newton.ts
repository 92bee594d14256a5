/**
 * Gauss and Newton's method for least squares: the residual taken for linear, its least squares solved, and a line search
 * along the step. Quadratic convergence where the residual vanishes at the solution; Levenberg and Marquardt's method is
 * safer far from it. For roots of F, it is Newton's method.
 *
 * Source: Nocedal and Wright, Numerical Optimization (2nd edition), section 10.3. Its error is the largest entry of Jᵀ r.
 */

import { dot, type LinearSolver } from '../linear/index.js';
import { checkOptions } from '../message/index.js';
import { backtracking } from './backtracking.js';
import { leastSquaresObjective, normalMatrix, normalSolver } from './least-squares.js';
import { type DescentState, type LineSearch, moveToTrial, startDescent } from './line.js';
import type { Method } from './method.js';
import type { Objective, Residual } from './problem.js';

export interface GaussNewtonOptions {
  /** `backtracking()` by default. */
  lineSearch?: LineSearch;
  /** Solves JᵀJ d = −Jᵀr; by default Cholesky (QR where it is singular) up to 300 unknowns, CG beyond. */
  solve?: LinearSolver;
}

export interface GaussNewtonState extends DescentState {
  readonly objective: Objective;
}

export function gaussNewton(options: GaussNewtonOptions = {}): Method<Residual, GaussNewtonState> {
  checkOptions('gaussNewton', options, ['lineSearch', 'solve']);
  const { lineSearch = backtracking(), solve } = options;
  return {
    name: 'Gauss–Newton',
    takes: 'residual',
    init(residual, x) {
      const objective = leastSquaresObjective(residual);
      return { ...startDescent(objective, x), objective };
    },
    step(residual, state) {
      const { x, gradient, direction, line, objective } = state;
      const normal = normalMatrix(residual.linearize(x), residual.size, residual.count);
      const found = (solve ?? normalSolver(normal.matrix !== undefined))(
        normal.operator,
        gradient.map((value) => -value),
        { tolerance: 1e-12 },
      );
      direction.set(found.value);
      if (!(dot(direction, gradient) < 0)) for (let i = 0; i < x.length; i++) direction[i] = -gradient[i];
      line.aim(x, state.value, gradient, direction);
      const before = line.evaluations;
      const failure = lineSearch(line, 1);
      state.evaluations += line.evaluations - before;
      if (failure !== null) state.failure = failure;
      else moveToTrial(objective, state);
    },
  };
}
