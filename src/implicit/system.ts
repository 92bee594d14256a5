/**
 * The linear system of the implicit function theorem, solved on the host, and judged.
 *
 * One `ImplicitSystem` belongs to one mapping and its options; it says each kind of warning once. What makes the
 * solution differentiable in turn is in `derivative.ts`.
 */
import type * as tf from '@tensorflow/tfjs';
import {
  bicgstab,
  cg,
  dot,
  firstNotFinite,
  type LinearOperator,
  type LinearSolution,
  type LinearSolver,
  minres,
  norm2,
} from '../linear/index.js';
import { InputError, warn } from '../message/index.js';
import { random } from '../random/index.js';
import { toFloat64 } from '../tensor/index.js';
import { isolated } from './isolated.js';
import { type Mapping, product, residualValues, transposeProduct } from './mapping.js';
import { DerivativeError, type ImplicitOptions, type LinearSystem } from './options.js';
import { scoped } from './scoped.js';
import { inDoublePrecision, tensorOf } from './unknown.js';

/** What outlives one call: the warnings already given, and the last solutions for warm starts. */
export interface Memory {
  readonly said: Set<string>;
  /** Whether a declared symmetry has been put to the test. */
  symmetryTested: boolean;
  readonly last: Map<LinearSystem, Float64Array>;
}

export const freshMemory = (): Memory => ({
  said: new Set(),
  symmetryTested: false,
  last: new Map(),
});

export interface ImplicitSystem {
  readonly mapping: Mapping;
  /** Solves ∂₁F(x, θ)ᵀ y = b ('adjoint') or ∂₁F(x, θ) y = b ('tangent'), on the host, away from any tape. */
  solve(kind: LinearSystem, x: tf.Tensor, theta: readonly tf.Tensor[], b: Float64Array): Float64Array;
}

/** @param name of the public function, for messages */
export function createSystem(
  name: string,
  mapping: Mapping,
  options: ImplicitOptions,
  memory: Memory,
): ImplicitSystem {
  const solver = options.solve ?? (options.symmetric ? cg : bicgstab);
  const symmetric = options.symmetric ?? needsSymmetry(solver);
  const complain = (kind: string, message: string): void => {
    if (options.strict) throw new DerivativeError(`${name}: ${message}`);
    if (memory.said.has(kind)) return;
    memory.said.add(kind);
    warn(`${name}: ${message}`);
  };

  return {
    mapping,
    solve(kind, x, theta, b) {
      if (b.every((value) => value === 0)) return new Float64Array(b.length);
      return isolated(() => {
        const operator = jacobian(mapping, x, theta, kind, symmetric);
        if (symmetric && !memory.symmetryTested) {
          memory.symmetryTested = true;
          const asymmetry = asymmetryOf(operator);
          if (asymmetry > (inDoublePrecision() ? 1e-6 : 1e-2))
            complain('symmetry', describeAsymmetry(asymmetry));
        }
        const start = options.warmStart ? memory.last.get(kind) : undefined;
        const { maxIterations, preconditioner, nullSpace } = options;
        const solution = solver(operator, b, {
          tolerance: linearTolerance(options),
          ...(maxIterations === undefined ? {} : { maxIterations }),
          ...(preconditioner === undefined ? {} : { preconditioner }),
          ...(nullSpace === undefined ? {} : { nullSpace }),
          ...(start?.length === b.length ? { start } : {}),
        });
        options.onSolve?.(solution, kind);
        if (solution.result !== 'converged') complain('linear', describeLinear(kind, solution));
        else if (options.warmStart) memory.last.set(kind, solution.value);
        judgeRoot(mapping, x, theta, b, solution.value, options, complain);
        return solution.value;
      });
    },
  };
}

/** ∂₁F or its transpose as an operator on host vectors. */
function jacobian(
  mapping: Mapping,
  x: tf.Tensor,
  theta: readonly tf.Tensor[],
  kind: LinearSystem,
  symmetric: boolean,
): LinearOperator {
  const by =
    (multiply: typeof product) =>
    (v: Float64Array, out: Float64Array): void => {
      scoped(() => {
        out.set(toFloat64(multiply(mapping, x, theta, tensorOf(v))));
        return [];
      });
    };
  const transpose = by(transposeProduct);
  if (symmetric) return { size: mapping.size, symmetric, apply: transpose, applyTranspose: transpose };
  const plain = by(product);
  return kind === 'adjoint'
    ? { size: mapping.size, symmetric, apply: transpose, applyTranspose: plain }
    : { size: mapping.size, symmetric, apply: plain, applyTranspose: transpose };
}

/**
 * |⟨u, A v⟩ − ⟨A u, v⟩| / ‖u‖ ‖A v‖ for two random vectors. A symmetric solver would not notice by itself: on a
 * nonsymmetric ∂₁F it can converge, to the solution of the transposed system.
 */
function asymmetryOf(A: LinearOperator): number {
  const source = random(0);
  const draw = (): Float64Array => Float64Array.from({ length: A.size }, () => source.normal());
  const [u, v, Au, Av] = [draw(), draw(), new Float64Array(A.size), new Float64Array(A.size)];
  A.apply(u, Au);
  A.apply(v, Av);
  const scale = norm2(u) * norm2(Av) + norm2(v) * norm2(Au);
  return scale > 0 ? Math.abs(dot(u, Av) - dot(v, Au)) / scale : 0;
}

function describeAsymmetry(asymmetry: number): string {
  return (
    `∂₁F is not symmetric (two random products differ by ${asymmetry.toExponential(1)}), but the solver or ` +
    'the option `symmetric` says that it is: derivatives may be those of the transposed system. ' +
    'Use bicgstab, gmres or lsmr, with symmetric: false.'
  );
}

/** Warns where x is so far from a root that its derivative means little. */
function judgeRoot(
  mapping: Mapping,
  x: tf.Tensor,
  theta: readonly tf.Tensor[],
  b: Float64Array,
  y: Float64Array,
  options: ImplicitOptions,
  complain: (kind: string, message: string) => void,
): void {
  const values = residualValues(mapping, x, theta);
  const bad = firstNotFinite(values);
  if (bad >= 0) {
    complain('root', `F is ${values[bad]} at index ${bad} of the point that is differentiated`);
    return;
  }
  const residual = norm2(values);
  const distance = (residual * norm2(y)) / norm2(b);
  const size = norm2(toFloat64(x));
  const relative = size > 0 ? distance / size : distance;
  const tolerance = options.residualTolerance ?? (inDoublePrecision() ? 1e-5 : 1e-2);
  if (relative <= tolerance || Number.isNaN(relative)) return; // NaN: the linear solve has been complained about
  complain(
    'root',
    `the point that is differentiated is no root: ‖F‖ = ${residual.toExponential(2)}, so that the root is about ` +
      `${distance.toExponential(1)} away (${relative.toExponential(1)} of ‖x‖, allowed ` +
      `${tolerance.toExponential(0)}) and the derivative is wrong by a like share. Run the solver to a smaller ‖F‖, ` +
      'or raise residualTolerance if this will do.',
  );
}

function describeLinear(kind: LinearSystem, { result, message }: LinearSolution): string {
  const sign =
    result === 'negative-curvature'
      ? ' Where F is the negative of a gradient (a force), hand over the gradient; a derivative at a saddle needs minres.'
      : '';
  return `the linear system of the derivative (${kind}) was not solved, and the derivative is not to be trusted. ${message}${sign}`;
}

function linearTolerance({ tolerance }: ImplicitOptions): number {
  const double = inDoublePrecision();
  if (tolerance === undefined) return double ? 1e-10 : 1e-4;
  if (!double && tolerance < 1e-6) {
    throw new InputError(
      `a linear tolerance of ${tolerance} cannot be met in single precision; ask for 1e-6 or more, ` +
        "or compute on the 'float64' backend",
    );
  }
  return tolerance;
}

function needsSymmetry(solver: LinearSolver): boolean {
  return solver === cg || solver === minres;
}
