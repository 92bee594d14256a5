/**
 * Any solver, made differentiable: the solution as a function that tf.grad sees through.
 *
 * The solver is never looked into; it runs outside every tape. What is differentiated is the condition that its
 * answer fulfils (Blondel et al., "Efficient and Modular Implicit Differentiation", NeurIPS 2022).
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { toFloat64 } from '../tensor/index.js';
import { matchTangents, parametersOf } from './arguments.js';
import { rootOf } from './derivative.js';
import { isolated } from './isolated.js';
import { createMapping } from './mapping.js';
import type { ImplicitOptions } from './options.js';
import { type OptimalityMapping, rootPushforward, type TensorTree, unpacked } from './root.js';
import { createSystem, freshMemory } from './system.js';
import { type Unknown, unknownOf, vectorUnknown } from './unknown.js';

/** What a solver may return for x: a tensor, a tree of tensors, or plain numbers in the order of x0. */
export type SolverOutput<X extends TensorTree> = X | Float64Array | number;

/** A start is a tensor, a tree, plain numbers, or anything else that the solver understands (null, if it needs none). */
export type Solver<X extends TensorTree, A extends readonly unknown[], S = X> = (
  start: S,
  ...args: A
) => SolverOutput<X>;

/** A solver that returns something beside the solution. */
export type SolverWithAux<X extends TensorTree, A extends readonly unknown[], S, Aux> = (
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
  solver: Solver<X, A, S>,
  options?: ImplicitOptions & { hasAux?: false },
): ImplicitSolver<X, A, S, X>;
export function customRoot<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  F: OptimalityMapping<X, A>,
  solver: SolverWithAux<X, A, S, Aux>,
  /** hasAux: the solver returns [x, aux], and so does the differentiable one; aux has no derivative. */
  options: ImplicitOptions & { hasAux: true },
): ImplicitSolver<X, A, S, [X, Aux]>;
export function customRoot<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  F: OptimalityMapping<X, A>,
  solver: Solver<X, A, S> | SolverWithAux<X, A, S, Aux>,
  options: ImplicitOptions & { hasAux?: boolean } = {},
): ImplicitSolver<X, A, S, X | [X, Aux]> {
  return differentiable('customRoot', F, solver, options);
}

/**
 * Makes a solver of x = T(x, …args) differentiable in its arguments: `customRoot` of x − T(x, …args).
 *
 * The linear system is I − ∂₁T, positive definite where T is a symmetric contraction.
 */
export function customFixedPoint<X extends TensorTree, A extends readonly unknown[], S = X>(
  T: OptimalityMapping<X, A>,
  solver: Solver<X, A, S>,
  options?: ImplicitOptions & { hasAux?: false },
): ImplicitSolver<X, A, S, X>;
export function customFixedPoint<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  T: OptimalityMapping<X, A>,
  solver: SolverWithAux<X, A, S, Aux>,
  options: ImplicitOptions & { hasAux: true },
): ImplicitSolver<X, A, S, [X, Aux]>;
export function customFixedPoint<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  T: OptimalityMapping<X, A>,
  solver: Solver<X, A, S> | SolverWithAux<X, A, S, Aux>,
  options: ImplicitOptions & { hasAux?: boolean } = {},
): ImplicitSolver<X, A, S, X | [X, Aux]> {
  return differentiable('customFixedPoint', fixedPointResidual(T), solver, options);
}

/** F(x) = x − T(x) */
export function fixedPointResidual<X extends TensorTree, A extends readonly unknown[]>(
  T: OptimalityMapping<X, A>,
): OptimalityMapping<X, A> {
  return (x, ...args) => {
    const next = T(x, ...args);
    const unknown = unknownOf(x) as Unknown;
    const found = unknownOf(next);
    if (!found?.sameShape(unknown)) {
      throw new InputError(`T must return what x is, ${unknown}; found ${found ?? String(next)}`);
    }
    return unknown.unpack(tf.sub(unknown.pack(x), unknown.pack(next))) as X;
  };
}

function differentiable<X extends TensorTree, A extends readonly unknown[], S, Aux>(
  name: string,
  F: OptimalityMapping<X, A>,
  solver: Solver<X, A, S> | SolverWithAux<X, A, S, Aux>,
  options: ImplicitOptions & { hasAux?: boolean },
): ImplicitSolver<X, A, S, X | [X, Aux]> {
  const memory = freshMemory();
  const run = (start: S, args: A) => {
    const output = isolated(() => solver(start, ...args));
    const [found, aux] = options.hasAux ? (output as readonly [SolverOutput<X>, Aux]) : [output, undefined];
    const { unknown, values } = flat(name, found as SolverOutput<X>, start);
    const system = createSystem(name, createMapping(F, unknown, args), options, memory);
    return { unknown, values, system, aux: aux as Aux };
  };
  const solve = (start: S, ...args: A): X | [X, Aux] => {
    let aux: Aux | undefined;
    const x = tidyKeeping(() => {
      const solved = run(start, args);
      aux = solved.aux;
      const tree = solved.unknown.unpack(rootOf(solved.system, solved.values, parametersOf(args)));
      return { result: tree, keep: [tree, aux] };
    });
    return options.hasAux ? [x as X, aux as Aux] : (x as X);
  };
  const jvp = (start: S, args: A, tangents: readonly unknown[]) => {
    let aux: Aux | undefined;
    const [value, derivative] = tidyKeeping(() => {
      const { unknown, values, system, aux: extra } = run(start, args);
      aux = extra;
      const theta = parametersOf(args);
      const along = matchTangents(args, tangents);
      const pair = [
        unknown.unpack(rootOf(system, values, theta)),
        unpacked(unknown, () => rootPushforward(system, values, theta, along)),
      ];
      return { result: pair, keep: [pair, aux] };
    });
    return { value: options.hasAux ? ([value, aux] as [X, Aux]) : (value as X), jvp: derivative as X };
  };
  return Object.assign(solve, { jvp });
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
  if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return [];
  return Object.values(node).flatMap(tensorsIn);
}

/** The solver's answer as a flat vector, and what it is the vector of. */
function flat<X extends TensorTree>(
  name: string,
  found: SolverOutput<X>,
  start: unknown,
): { unknown: Unknown; values: Float64Array } {
  const unknown = unknownOf(found);
  if (unknown !== null) return { unknown, values: toFloat64(unknown.pack(found as X)) };
  const values =
    typeof found === 'number' ? Float64Array.of(found) : found instanceof Float64Array ? found : null;
  if (values === null) {
    throw new InputError(
      `${name}: the solver must return a float tensor, a tree of them, a Float64Array or a number; found ${String(found)}`,
    );
  }
  const like = unknownOf(start) ?? vectorUnknown(typeof found === 'number' ? [] : [values.length]);
  if (like.size !== values.length) {
    throw new InputError(
      `${name}: the solver returned ${values.length} values for a start of ${like.size} (${like})`,
    );
  }
  return { unknown: like, values: Float64Array.from(values) };
}
