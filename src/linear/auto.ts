/**
 * A solver chosen by what is known of the operator, and changed when it gets stuck.
 *
 * - declared definite: `cg`; a direction of negative curvature is an answer, and ends it
 * - symmetric: `minres`
 * - other: `bicgstab`, then `gmres`
 * - what stalls with no more than `denseUpTo` unknowns goes to `qr`, which also answers singular systems
 *
 * Later solvers start from the best x so far, the counts are sums, and the message names the whole way.
 */
import { bicgstab } from './bicgstab.js';
import { cg } from './cg.js';
import { gmres } from './gmres.js';
import { minres } from './minres.js';
import type { LinearOperator } from './operator.js';
import { qr } from './qr.js';
import type { LinearOptions, LinearResult, LinearSolution, LinearSolver } from './solution.js';

/** A dense factorisation of so many unknowns takes about a second. */
const denseUpTo = 500;

/** What another solver may mend. */
const stuck: readonly LinearResult[] = ['stalled', 'breakdown', 'iteration-limit'];

export const auto: LinearSolver = (A, b, options = {}) => {
  const solvers = candidates(A);
  let best: LinearSolution | null = null;
  const way: string[] = [];
  let iterations = 0;
  let matvecs = 0;
  for (const solver of solvers) {
    const next: LinearSolution = solver(A, b, restarted(options, best));
    iterations += next.iterations;
    matvecs += next.matvecs;
    way.push(next.message);
    // `not >=` also replaces a residual that is NaN.
    if (best === null || next.result === 'converged' || !(next.residual >= best.residual)) best = next;
    if (!stuck.includes(next.result)) break;
  }
  return { ...(best as LinearSolution), iterations, matvecs, message: way.join(' Then ') };
};

function candidates(A: LinearOperator): LinearSolver[] {
  const dense = A.size <= denseUpTo ? [qr] : [];
  if (A.symmetric) return A.definite === undefined ? [minres, ...dense] : [cg, minres, ...dense];
  return [bicgstab, gmres, ...dense];
}

function restarted(options: LinearOptions, best: LinearSolution | null): LinearOptions {
  return best?.value.every(Number.isFinite) ? { ...options, start: best.value } : options;
}
