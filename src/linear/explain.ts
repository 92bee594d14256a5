/** The text of each result code: what happened and what to do next. */
import type { LinearResult } from './solution.js';

export interface Ending {
  /** Of the solver. */
  name: string;
  result: LinearResult;
  /** Relative. */
  residual: number;
  tolerance: number;
  iterations: number;
  preconditioned: boolean;
}

export function explain({ name, result, residual, tolerance, iterations, preconditioned }: Ending): string {
  const reached = `relative residual ${residual.toExponential(1)} after ${iterations} iterations`;
  const asked = `(asked: ${tolerance.toExponential(1)})`;
  switch (result) {
    case 'converged':
      return `${name} converged: ${reached}.`;
    case 'iteration-limit':
      return (
        `${name} stopped at its iteration limit: ${reached} ${asked}. Raise maxIterations, give a preconditioner, ` +
        'or accept a larger tolerance.'
      );
    case 'stalled':
      return (
        `${name} got no further: ${reached} ${asked}. The system is too ill-conditioned for that tolerance, ` +
        'or the operator is not exact (finite differences, float32) or not as symmetric as declared. ' +
        'Give nullSpace if it is singular, a preconditioner, a larger tolerance, or another solver.'
      );
    case 'negative-curvature':
      return (
        `${name} met a direction of negative curvature: ${reached}. The operator is not positive definite: the ` +
        'point is a saddle or a maximum. Follow `direction` downhill, or solve with minres if the saddle is meant.'
      );
    case 'inconsistent':
      return (
        `${name}: the operator is singular and the right-hand side has a part outside its range: ${reached}, and ` +
        'no x does better than the least-squares solution. Project that part out by nullSpace if it has no ' +
        'meaning (a net force, a translation), or use the least-squares answer of minres.'
      );
    case 'breakdown':
      return (
        `${name} broke down (division by zero in its recurrence): ${reached} ${asked}. Use gmres or lsmr, or ` +
        'check that the preconditioner is not singular.'
      );
    case 'singular':
      return `${name}: the operator is singular. Give nullSpace, or use qr or minres for the minimum-norm solution.`;
    case 'not-finite':
      return (
        `${name}: a product with the operator${preconditioned ? ' or its preconditioner' : ''} was not finite at ` +
        `iteration ${iterations}. Look for NaN or Infinity in the point that it is taken at, and for entries so ` +
        'large that they overflow.'
      );
  }
}
