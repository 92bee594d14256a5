/**
 * The linear system of the implicit function theorem, solved on the host, and judged.
 *
 * One `ImplicitSystem` belongs to one mapping and its options; it says each kind of warning once. What makes the
 * solution differentiable in turn is in `derivative.ts`.
 */
import type * as tf from '@tensorflow/tfjs';
import {
  auto,
  cg,
  dot,
  type LinearOperator,
  type LinearSolution,
  type LinearSolver,
  minres,
  norm2,
} from '../linear/index.js';
import { InputError, warn } from '../message/index.js';
import { random } from '../random/index.js';
import { isolated, jacobianProducts, toFloat64 } from '../tensor/index.js';
import { type Findings, judge } from './judge.js';
import type { Mapping } from './mapping.js';
import { type Complaint, DerivativeError, type ImplicitOptions, type LinearSystem } from './options.js';
import { solveOnSupport } from './restricted.js';
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

/** What a linear solution y is used for, as a function of the point: ∂₂F(x)ᵀ y ('adjoint'), ∂₂F(x) dθ ('tangent'). */
export type ParameterChange = (x: tf.Tensor, y: Float64Array) => Float64Array;

export interface ImplicitSystem {
  readonly mapping: Mapping;
  /** Solves ∂₁F(x, θ)ᵀ y = b ('adjoint') or ∂₁F(x, θ) y = b ('tangent'), on the host, away from any tape. */
  solve(
    kind: LinearSystem,
    x: tf.Tensor,
    theta: readonly tf.Tensor[],
    b: Float64Array,
    parameterChange?: ParameterChange,
  ): Float64Array;
}

/** @param name of the public function, for messages */
export function createSystem(
  name: string,
  mapping: Mapping,
  options: ImplicitOptions,
  memory: Memory,
): ImplicitSystem {
  const { hints } = mapping;
  const solver = options.solve ?? chosen(options.symmetric) ?? hints.solve ?? auto;
  const symmetric = options.symmetric ?? (needsSymmetry(solver) || (hints.symmetric ?? false));
  const properties = {
    symmetric,
    ...(symmetric && hints.definite !== undefined ? { definite: hints.definite } : {}),
  };
  const restrict = (options.restrict ?? true) && options.nullSpace === undefined;
  const complain = (code: Complaint, message: string): void => {
    if (options.strict) throw new DerivativeError(`${name}: ${message}`, code);
    if (memory.said.has(code)) return;
    memory.said.add(code);
    warn(`${name}: ${message}`);
  };

  /** One linear solve with ∂₁F at x or its transpose. */
  const solveAt = (
    kind: LinearSystem,
    x: tf.Tensor,
    theta: readonly tf.Tensor[],
    b: Float64Array,
    start?: Float64Array,
  ): { solution: LinearSolution; size: number } => {
    const { forward, transpose, dispose } = products(mapping, x, theta);
    const moving = restrict ? mapping.moving(x, theta) : null;
    const { maxIterations, preconditioner, nullSpace } = options;
    const linearOptions = {
      tolerance: linearTolerance(options),
      ...(maxIterations === undefined ? {} : { maxIterations }),
      ...(preconditioner === undefined ? {} : { preconditioner }),
      ...(nullSpace === undefined ? {} : { nullSpace }),
      ...(start?.length === b.length ? { start } : {}),
    };
    // Products with the transpose are the cheaper ones, and the same where the operator is symmetric.
    const [apply, applyTranspose] =
      kind === 'adjoint'
        ? [transpose, forward]
        : [symmetric && moving === null ? transpose : forward, transpose];
    const checked: LinearSolver = (A, right, rest) => {
      if (symmetric && !memory.symmetryTested && A.size > 0) {
        memory.symmetryTested = true;
        const asymmetry = asymmetryOf(A);
        if (asymmetry > (inDoublePrecision() ? 1e-6 : 1e-2)) {
          complain('not-symmetric', describeAsymmetry(asymmetry));
        }
      }
      return solver(A, right, rest);
    };
    try {
      if (moving === null) {
        const operator = { ...properties, size: mapping.size, apply, applyTranspose };
        return { solution: checked(operator, b, linearOptions), size: mapping.size };
      }
      const whole = { kind, apply, applyTranspose };
      return {
        solution: solveOnSupport(whole, moving, properties, b, checked, linearOptions),
        size: moving.length,
      };
    } finally {
      dispose();
    }
  };

  return {
    mapping,
    solve(kind, x, theta, b, parameterChange) {
      const zero = b.every((value) => value === 0);
      if (zero && options.onDerivative === undefined) return new Float64Array(b.length);
      return isolated(() => {
        const start = options.warmStart ? memory.last.get(kind) : undefined;
        const { solution, size } = zero
          ? { solution: nothingToSolve(b.length), size: 0 }
          : solveAt(kind, x, theta, b, start);
        if (!zero) options.onSolve?.(solution, kind);
        if (solution.result === 'converged' && options.warmStart) memory.last.set(kind, solution.value);
        const findings: Findings = { kind, x, theta, b, solution, size, parameterChange };
        const heard = options.strict || options.onDerivative !== undefined || !memory.said.has('no-root');
        const again = (right: Float64Array) => solveAt('tangent', x, theta, right).solution;
        const report = judge(mapping, findings, options, heard ? again : null);
        options.onDerivative?.(report);
        if (report.result !== 'converged') complain(report.result, report.message);
        return solution.value;
      });
    },
  };
}

/** Products with ∂₁F and its transpose on host vectors; F is evaluated once for all of them. */
function products(
  mapping: Mapping,
  x: tf.Tensor,
  theta: readonly tf.Tensor[],
): { forward: LinearOperator['apply']; transpose: LinearOperator['apply']; dispose(): void } {
  const { vjp, jvp, dispose } = jacobianProducts((at) => mapping.residual(at, theta), x);
  const by =
    (multiply: (v: tf.Tensor) => tf.Tensor): LinearOperator['apply'] =>
    (v, out) => {
      scoped(() => {
        out.set(toFloat64(multiply(tensorOf(v))));
        return [];
      });
    };
  return { forward: by(jvp), transpose: by(vjp), dispose };
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

/** The answer to a right-hand side of zeros, or of no entries. */
function nothingToSolve(size: number): LinearSolution {
  return {
    value: new Float64Array(size),
    iterations: 0,
    matvecs: 0,
    residual: 0,
    result: 'converged',
    message: 'the right-hand side is zero, and so is the derivative.',
  };
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

/** What a declared symmetry asks for. */
function chosen(symmetric: boolean | undefined): LinearSolver | undefined {
  if (symmetric === undefined) return undefined;
  return symmetric ? cg : auto;
}

function needsSymmetry(solver: LinearSolver): boolean {
  return solver === cg || solver === minres;
}
