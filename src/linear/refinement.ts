/**
 * Iterative refinement: a solver's answer made better by solving for what is left.
 *
 * Source: Wilkinson, Rounding Errors in Algebraic Processes (1963). The wrapped solver may be rough (few iterations, a large
 * tolerance, an approximate factorisation); the residual is always computed anew.
 */
import type { LinearOperator } from './operator.js';
import { Problem } from './problem.js';
import type { LinearOptions, LinearResult, LinearSolution, LinearSolver } from './solution.js';
import { axpy } from './vector.js';

/**
 * @param solver called with the residual as its right-hand side
 * @param inner options of each call; those of the whole solve are given to the returned solver
 * @param steps at most so many calls, 10 by default
 */
export function refined(solver: LinearSolver, inner: LinearOptions = {}, steps = 10): LinearSolver {
  return (A: LinearOperator, b: Float64Array, options: LinearOptions = {}): LinearSolution => {
    const problem = new Problem(A, b, options, 'iterative refinement');
    if (problem.answer) return problem.answer;
    const x = new Float64Array(problem.size);
    const r = new Float64Array(problem.size);
    const { nullSpace, preconditioner } = options;
    let norm = problem.begin(x, r);
    let result: LinearResult = 'iteration-limit';
    for (let step = 0; step < steps && norm > problem.target; step++) {
      const correction = solver(A, r, {
        ...(nullSpace === undefined ? {} : { nullSpace }),
        ...(preconditioner === undefined ? {} : { preconditioner }),
        ...inner,
      });
      problem.matvecs += correction.matvecs;
      problem.iterations += correction.iterations;
      axpy(1, correction.value, x);
      const next = problem.residual(x, r);
      if (!(next < 0.9 * norm)) {
        // No better, or worse: take the correction back.
        axpy(-1, correction.value, x);
        result = correction.result === 'converged' ? 'stalled' : correction.result;
        return problem.finish(x, result, r);
      }
      norm = next;
    }
    return problem.finish(x, norm <= problem.target ? 'converged' : result, r, { verified: norm });
  };
}
