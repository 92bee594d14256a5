/**
 * Quadratic programs whose constraints are all equalities: one linear system, solved when the run begins. Says with a proof
 * when there is no solution.
 *
 * Source: Nocedal and Wright, Numerical Optimization (2nd edition), section 16.1. Its error is `optimalityError`.
 */
import { type LinearSolver, norm2 } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { infeasibility, unboundedness } from './certificate.js';
import { solveKkt } from './kkt.js';
import { type Failure, type IterationState, type Method, stuck } from './method.js';
import { optimalityMeter, type QuadraticProgram } from './quadratic-program.js';

/** What a certificate may be off by, relative to its length. */
const certain = 1e-6;

export interface EqualityQpOptions {
  /** Solves the symmetric indefinite system; by default LU, then QR where it is singular, and MINRES for many unknowns. */
  solve?: LinearSolver;
}

/** The state of methods for quadratic programs. */
export interface QuadraticProgramState extends IterationState {
  /** One a constraint; positive where the upper bound holds x back, negative where the lower one does. */
  readonly multipliers: Float64Array;
}

export function equalityQp(options: EqualityQpOptions = {}): Method<QuadraticProgram, QuadraticProgramState> {
  checkOptions('equalityQp', options, ['solve']);
  return {
    name: 'the KKT system',
    takes: 'quadratic-program',
    init(program, x) {
      const { Q, c, constraints, lower, upper } = program;
      const loose = lower.findIndex((value, i) => value !== upper[i]);
      if (loose >= 0) {
        throw new InputError(
          `equalityQp needs equal bounds, found ${lower[loose]} and ${upper[loose]} in row ${loose}; ` +
            'use admm for inequalities',
        );
      }
      const found = solveKkt(Q, c, constraints, lower, options.solve);
      x.set(found.x);
      const failure = explain();
      return {
        x,
        multipliers: found.y,
        ...optimalityMeter(program)(x, found.y),
        evaluations: 1,
        failure,
      };

      function explain(): Failure {
        const { r, s } = found;
        const scale = 1e-8 * (norm2(c) + norm2(lower));
        const weights = s.map((value) => -value);
        const farkas = norm2(s) > scale ? infeasibility(program, weights, certain) : null;
        if (farkas !== null) {
          return {
            result: 'infeasible',
            reason: 'the certificate weighs the equations so that they contradict each other',
            certificate: farkas,
          };
        }
        const ray = norm2(r) > scale ? unboundedness(program, r, certain) : null;
        if (ray !== null) {
          return {
            result: 'unbounded',
            reason: 'the certificate is a direction without curvature that keeps the constraints',
            certificate: ray,
          };
        }
        return stuck('the linear system was not solved to this tolerance: raise it, or scale the problem');
      }
    },
    // The first point is the last one.
    step() {},
  };
}
