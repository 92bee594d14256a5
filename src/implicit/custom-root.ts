/**
 * Any solver, made differentiable: the solution as a function that tf.grad sees through.
 *
 * The solver is never looked into; it runs outside every tape. What is differentiated is the condition that its
 * answer fulfils (Blondel et al., "Efficient and Modular Implicit Differentiation", NeurIPS 2022).
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { jvp, type TensorTree } from '../tensor/index.js';
import { type Adjoint, fixedPointResidual, gradientStep, type UnrolledAdjoint } from './adjoint.js';
import { isPlainObject, matchTangents, parametersOf, withParameters } from './arguments.js';
import type { StepCondition } from './conditions/index.js';
import { rootOf } from './derivative.js';
import { createMapping } from './mapping.js';
import { checkImplicitOptions, type ImplicitOptions } from './options.js';
import { type OptimalityMapping, rootPushforward, unpacked } from './root.js';
import { runSolver, type SolverOutput } from './run-solver.js';
import { createSystem, freshMemory } from './system.js';
import { tensorOf, unknownOf } from './unknown.js';

/** A start is a tensor, a tree, plain numbers, or anything else that the solver understands (null, if it needs none). */
export type InnerSolver<X extends TensorTree, A extends readonly unknown[], S = X> = (
  start: S,
  ...args: A
) => SolverOutput<X>;

/** A solver that returns something beside the solution. */
export type InnerSolverWithAux<X extends TensorTree, A extends readonly unknown[], S, Aux> = (
  start: S,
  ...args: A
) => readonly [SolverOutput<X>, Aux];

/**
 * The differentiable solver: x*(args), which the start does not enter.
 *
 * tf.grad and its kin give gradients with respect to every float tensor of the arguments, in trees too. The derivative
 * with respect to the start is zero, and so is the one with respect to tensors that F uses but does not take
 * as arguments: tfjs does not see them.
 */
export interface ImplicitSolver<X extends TensorTree, A extends readonly unknown[], S, Result> {
  (start: S, ...args: A): Result;
  /** The solution and its directional derivative: `tangents` are like the arguments, null where one stays. */
  jvp(start: S, args: A, tangents: readonly unknown[]): { value: Result; jvp: X };
}

/** The options of the implicit adjoint may stand here directly, or in `adjoint: implicit({ … })`. */
export interface CustomOptions extends ImplicitOptions {
  /** `implicit()` by default; `unrolled` and `oneStep` to compare with. */
  adjoint?: Adjoint;
}

/**
 * Makes a solver of F(x, …args) = 0 differentiable in its arguments.
 *
 * @param F written in tfjs operations; returns a tensor (or tree) of x's shape. A gradient, a fixed-point residual,
 *   KKT conditions …
 * @param solver finds x; called with no tape recording, so it may use gradients, dataSync, or no tfjs at all
 * @returns a function with the solver's signature. Gradients warn (throw, with `strict`) where the point is no root or
 *   the linear system was not solved.
 */
export function customRoot<X extends TensorTree, A extends readonly unknown[], S = X>(
  F: OptimalityMapping<X, A>,
  solver: InnerSolver<X, A, S>,
  options?: CustomOptions & { hasAux?: false },
): ImplicitSolver<X, A, S, X>;
export function customRoot<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  F: OptimalityMapping<X, A>,
  solver: InnerSolverWithAux<X, A, S, Aux>,
  /** hasAux: the solver returns [x, aux], and so does the differentiable one; aux has no derivative. */
  options: CustomOptions & { hasAux: true },
): ImplicitSolver<X, A, S, [X, Aux]>;
export function customRoot<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  F: OptimalityMapping<X, A>,
  solver: InnerSolver<X, A, S> | InnerSolverWithAux<X, A, S, Aux>,
  options: CustomOptions & { hasAux?: boolean } = {},
): ImplicitSolver<X, A, S, X | [X, Aux]> {
  // A condition may have a step of its own, which is then what is unrolled.
  const { adjoint } = options;
  const given = adjoint?.kind === 'unrolled' && adjoint.stepSize !== undefined;
  const T = given ? null : ((F as Partial<StepCondition<X, A>>).fixedPoint ?? null);
  return differentiable({ name: 'customRoot', F, T, solver, options });
}

/**
 * Makes a solver of x = T(x, …args) differentiable in its arguments: `customRoot` of x − T(x, …args).
 *
 * The linear system is I − ∂₁T, positive definite where T is a symmetric contraction.
 */
export function customFixedPoint<X extends TensorTree, A extends readonly unknown[], S = X>(
  T: OptimalityMapping<X, A>,
  solver: InnerSolver<X, A, S>,
  options?: CustomOptions & { hasAux?: false },
): ImplicitSolver<X, A, S, X>;
export function customFixedPoint<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  T: OptimalityMapping<X, A>,
  solver: InnerSolverWithAux<X, A, S, Aux>,
  options: CustomOptions & { hasAux: true },
): ImplicitSolver<X, A, S, [X, Aux]>;
export function customFixedPoint<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  T: OptimalityMapping<X, A>,
  solver: InnerSolver<X, A, S> | InnerSolverWithAux<X, A, S, Aux>,
  options: CustomOptions & { hasAux?: boolean } = {},
): ImplicitSolver<X, A, S, X | [X, Aux]> {
  return differentiable({ name: 'customFixedPoint', F: fixedPointResidual(T), T, solver, options });
}

interface Definition<X extends TensorTree, A extends readonly unknown[], S, Aux> {
  readonly name: string;
  readonly F: OptimalityMapping<X, A>;
  /** The fixed-point map, where there is one. */
  readonly T: OptimalityMapping<X, A> | null;
  readonly solver: InnerSolver<X, A, S> | InnerSolverWithAux<X, A, S, Aux>;
  readonly options: CustomOptions & { hasAux?: boolean };
}

function differentiable<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  definition: Definition<X, A, S, Aux>,
): ImplicitSolver<X, A, S, X | [X, Aux]> {
  const { adjoint, hasAux } = definition.options;
  checkImplicitOptions(definition.name, definition.options, ['adjoint', 'hasAux']);
  if (adjoint?.kind === 'implicit') checkImplicitOptions('implicit', adjoint.options);
  if (adjoint !== undefined && adjoint.kind !== 'implicit' && adjoint.kind !== 'unrolled') {
    throw new InputError(
      `${definition.name}: the adjoint is made by implicit(), unrolled({ steps }) or oneStep(), found ${String(adjoint)}`,
    );
  }
  const { value, jvp } =
    adjoint?.kind === 'unrolled' ? byUnrolling(definition, adjoint) : byTheorem(definition);
  const solve = (start: S, ...args: A): X | [X, Aux] => {
    let aux: Aux | undefined;
    const x = tidyKeeping(() => {
      const found = value(start, args);
      aux = found.aux;
      return { result: found.x, keep: [found.x, aux] };
    });
    return hasAux ? [x, aux as Aux] : x;
  };
  const push = (start: S, args: A, tangents: readonly unknown[]) => {
    let aux: Aux | undefined;
    const pair = tidyKeeping(() => {
      const found = jvp(start, args, matchTangents(args, tangents));
      aux = found.aux;
      return { result: found, keep: [found.x, found.jvp, aux] };
    });
    return { value: hasAux ? ([pair.x, aux as Aux] as [X, Aux]) : pair.x, jvp: pair.jvp };
  };
  return Object.assign(solve, { jvp: push });
}

/** What the two kinds of adjoint have to offer; called inside a tidy. */
interface Ways<X, A, S, Aux> {
  value(start: S, args: A): { x: X; aux: Aux };
  jvp(start: S, args: A, tangents: readonly (tf.Tensor | null)[]): { x: X; jvp: X; aux: Aux };
}

function byTheorem<X extends TensorTree, A extends readonly unknown[], S, Aux>({
  name,
  F,
  solver,
  options: { adjoint, hasAux, ...rest },
}: Definition<X, A, S, Aux>): Ways<X, A, S, Aux> {
  const options = adjoint?.kind === 'implicit' ? { ...rest, ...adjoint.options } : rest;
  const memory = freshMemory();
  const run = (start: S, args: A) => {
    const solved = runSolver<X, Aux>(name, () => solver(start, ...args), start, hasAux);
    const system = createSystem(name, createMapping(F, solved.unknown, args), options, memory);
    const theta = parametersOf(args);
    const x = solved.unknown.unpack(rootOf(system, solved.values, theta)) as X;
    return { ...solved, system, theta, x };
  };
  return {
    value: run,
    jvp(start, args, tangents) {
      const { x, aux, unknown, values, system, theta } = run(start, args);
      const jvp = unpacked(unknown, () => rootPushforward(system, values, theta, tangents)) as X;
      return { x, jvp, aux };
    },
  };
}

function byUnrolling<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  { name, F, T, solver, options }: Definition<X, A, S, Aux>,
  { steps, from, stepSize }: UnrolledAdjoint,
): Ways<X, A, S, Aux> {
  if (T === null && stepSize === undefined) {
    throw new InputError(
      `${name}: unrolling F needs a step: give unrolled or oneStep a stepSize, or use customFixedPoint`,
    );
  }
  const map = T ?? gradientStep(F, stepSize as number);
  const begin = (start: S, args: A): { x: X; aux: Aux } => {
    if (from === 'solution') {
      const found = runSolver<X, Aux>(name, () => solver(start, ...args), start, options.hasAux);
      return { x: found.unknown.unpack(tensorOf(found.values)) as X, aux: found.aux };
    }
    if (options.hasAux || unknownOf(start) === null) {
      throw new InputError(
        `${name}: unrolling from the start runs no solver; it needs a start of float tensors and has no aux. ` +
          "Give unrolled from: 'solution'",
      );
    }
    return { x: start as unknown as X, aux: undefined as Aux };
  };
  const iterate = (first: X, args: A): X => {
    let x = first;
    for (let step = 0; step < steps; step++) x = map(x, ...args);
    return x;
  };
  return {
    value(start, args) {
      const { x, aux } = begin(start, args);
      return { x: iterate(x, args), aux };
    },
    jvp(start, args, tangents) {
      const { x: first, aux } = begin(start, args);
      const theta = parametersOf(args);
      const along = theta.map((tensor, k) => tangents[k] ?? tf.zerosLike(tensor));
      const { value: x, jvp: derivative } = jvp(
        (parameters: readonly tf.Tensor[]) => iterate(first, withParameters(args, parameters)),
        theta,
        along,
      );
      return { x, jvp: derivative, aux };
    },
  };
}

/** tf.tidy that keeps the tensors of `keep`, whatever the result looks like. */
function tidyKeeping<R>(run: () => { result: R; keep: readonly unknown[] }): R {
  let result: R | undefined;
  tf.tidy(() => {
    const { result: value, keep } = run();
    result = value;
    return tensorsIn(keep);
  });
  return result as R;
}

function tensorsIn(node: unknown): tf.Tensor[] {
  if (node instanceof tf.Tensor) return [node];
  if (!Array.isArray(node) && !isPlainObject(node)) return [];
  return Object.values(node).flatMap(tensorsIn);
}
