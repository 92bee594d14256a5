/**
 * How far a derivative can be trusted: was its linear system solved, and is the point a root?
 *
 * At a point x̂ that is no root, the error of the Jacobian is at most C ‖x̂ − x*‖ (Blondel et al., NeurIPS 2022, theorem 1), where C
 * is made of the Lipschitz constants of ∂₁F and ∂₂F and of ‖∂₁F⁻¹‖. All are estimated along the Newton step from x̂,
 * which is where the root lies: at the price of one more linear solve, paid only where there is something to say.
 */
import type * as tf from '@tensorflow/tfjs';
import { firstNotFinite, type LinearSolution, norm2, subtract } from '../linear/index.js';
import { toFloat64 } from '../tensor/index.js';
import { type Mapping, product, residualValues, transposeProduct } from './mapping.js';
import type { DerivativeReport, ImplicitOptions, LinearSystem } from './options.js';
import { scoped } from './scoped.js';
import type { ParameterChange } from './system.js';
import { inDoublePrecision, tensorOf } from './unknown.js';

/** A linear solve of a derivative, and what it was for. */
export interface Findings {
  readonly kind: LinearSystem;
  readonly x: tf.Tensor;
  readonly theta: readonly tf.Tensor[];
  readonly b: Float64Array;
  readonly solution: LinearSolution;
  readonly size: number;
  readonly parameterChange: ParameterChange | undefined;
}

/** @param solve ∂₁F d = right at the same point; null where nobody will hear of the error */
export function judge(
  mapping: Mapping,
  findings: Findings,
  options: ImplicitOptions,
  solve: ((right: Float64Array) => LinearSolution) | null,
): DerivativeReport {
  const { kind, x, theta, b, solution, size } = findings;
  const values = residualValues(mapping, x, theta);
  const residual = norm2(values);
  // The amplification that the linear solve has shown; without a solve there is none to go by.
  const distance =
    residual === 0 || norm2(b) === 0 ? residual : (residual * norm2(solution.value)) / norm2(b);
  const facts = { system: kind, residual, distance, linear: solution, size };

  const bad = firstNotFinite(values);
  if (bad >= 0) {
    return {
      ...facts,
      result: 'not-finite',
      message:
        `F is ${values[bad]} at index ${bad} of the point that is differentiated, and the derivative means nothing. ` +
        'Look at the solver, and at F there.',
    };
  }
  if (solution.result !== 'converged') {
    return { ...facts, result: solution.result, message: describeLinear(kind, solution) };
  }
  const length = norm2(toFloat64(x));
  const relative = length > 0 ? distance / length : distance;
  const tolerance = options.residualTolerance ?? (inDoublePrecision() ? 1e-5 : 1e-2);
  if (relative <= tolerance || norm2(b) === 0) {
    return { ...facts, result: 'converged', message: solution.message };
  }
  const missed = (away: number, wrong: string): string =>
    `the point that is differentiated is no root: ‖F‖ = ${residual.toExponential(2)}, so that the root is about ` +
    `${away.toExponential(1)} away (${relative.toExponential(1)} of ‖x‖, allowed ${tolerance.toExponential(0)})${wrong}. ` +
    'Run the solver to a smaller ‖F‖, or raise residualTolerance if this will do.';
  const estimate = solve === null ? null : estimateError(mapping, findings, values, solve);
  if (estimate === null) {
    const message = missed(distance, ' and the derivative is wrong by a like share');
    return { ...facts, result: 'no-root', message };
  }
  const { error } = estimate;
  const C = (error / estimate.distance).toPrecision(2);
  const wrong = `, and the derivative is wrong by some ${(100 * error).toPrecision(2)} % (C ‖x − x*‖ with C = ${C})`;
  return {
    ...facts,
    distance: estimate.distance,
    error,
    result: 'no-root',
    message: missed(estimate.distance, wrong),
  };
}

/** ‖d‖ and C ‖d‖, relative to the derivative, with d the Newton step to the root; null where that is not to be had. */
function estimateError(
  mapping: Mapping,
  { kind, x, theta, b, solution, parameterChange }: Findings,
  values: Float64Array,
  solve: (right: Float64Array) => LinearSolution,
): { distance: number; error: number } | null {
  const newton = solve(values.map((value) => -value));
  if (newton.result !== 'converged') return null;
  const y = solution.value;
  const distance = norm2(newton.value);
  const start = toFloat64(x);
  const nearer = (use: (point: tf.Tensor) => Float64Array): Float64Array => {
    let result: Float64Array = new Float64Array(0);
    scoped(() => {
      result = use(tensorOf(start.map((value, i) => value + newton.value[i])));
      return [];
    });
    return result;
  };
  const change = (use: (point: tf.Tensor) => Float64Array): { moved: number; size: number } => {
    let here: Float64Array = new Float64Array(0);
    scoped(() => {
      here = use(x);
      return [];
    });
    const there = nearer(use);
    subtract(there, here, there);
    return { moved: norm2(there), size: norm2(here) };
  };
  const multiply = kind === 'adjoint' ? transposeProduct : product;
  const system = change((point) => toFloat64(multiply(mapping, point, theta, tensorOf(y))));
  const amplification = Math.max(norm2(y) / norm2(b), distance / norm2(values));
  let error = (amplification * system.moved) / norm2(y);
  if (parameterChange) {
    const parameters = change((point) => parameterChange(point, y));
    if (parameters.size > 0) error += parameters.moved / parameters.size;
  }
  return Number.isFinite(error) ? { distance, error } : null;
}

function describeLinear(kind: LinearSystem, { result, message }: LinearSolution): string {
  const sign =
    result === 'negative-curvature'
      ? ' Where F is the negative of a gradient (a force), hand over the gradient; a derivative at a saddle needs minres.'
      : '';
  return `the linear system of the derivative (${kind}) was not solved, and the derivative is not to be trusted. ${message}${sign}`;
}
