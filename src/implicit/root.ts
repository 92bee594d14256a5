/**
 * Derivatives of a root that is already known: F(x, θ) = 0 with x from anywhere.
 *
 * These are the products that `customRoot` puts behind tf.grad; here they are called by hand. They may be
 * differentiated in turn, x being taken for the root x*(θ) that it is.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { isRecording, jvp, type TensorTree, toFloat64 } from '../tensor/index.js';
import { matchTangents, parametersOf, replaceParameters } from './arguments.js';
import { rootOf, rootPullback, solutionOf } from './derivative.js';
import type { Hints } from './hints.js';
import { withinBackward } from './isolated.js';
import { createMapping } from './mapping.js';
import { checkImplicitOptions, type ImplicitOptions } from './options.js';
import { scoped, scopedOne } from './scoped.js';
import { createSystem, freshMemory, type ImplicitSystem, type Memory } from './system.js';
import { tensorOf, type Unknown, unknownOf } from './unknown.js';

/**
 * An optimality mapping: F(x, …args) has the shape of x, and is zero at the solution. Any function will do; conditions
 * also say what suits their linear system.
 */
export interface OptimalityMapping<X extends TensorTree, A extends readonly unknown[]> extends Hints<X, A> {
  (x: X, ...args: A): X;
}

/** The arguments with a gradient where each float tensor was, and null in every other place. */
export type Gradients<A extends readonly unknown[]> = { [K in keyof A]: A[K] };

/**
 * Gradients of ⟨cotangent, x*(args)⟩ with respect to every float tensor of `args`: one adjoint solve.
 *
 * @param x the root, a tensor or a tree of tensors
 * @param cotangent like x
 * @returns like `args`, null in place of what is not a float tensor
 * @throws InputError on shapes that do not fit; DerivativeError with `strict`
 */
export function rootVjp<X extends TensorTree, A extends readonly unknown[]>(
  F: OptimalityMapping<X, A>,
  x: X,
  args: Readonly<A>,
  cotangent: X,
  options: ImplicitOptions = {},
): Gradients<A> {
  const { system, unknown, values } = known('rootVjp', F, x, args, options);
  const dual = unknownOf(cotangent);
  if (!dual?.sameShape(unknown)) {
    throw new InputError(`the cotangent must have the shape of x, ${unknown}; found ${dual}`);
  }
  const theta = parametersOf(args);
  const gradients = scoped(() => rootPullback(system, values, theta, unknown.pack(cotangent)));
  let next = 0;
  return replaceParameters(
    args,
    () => gradients[next++],
    () => null,
  ) as Gradients<A>;
}

/**
 * The directional derivative ∂x*(args) · tangents: one linear solve.
 *
 * @param tangents like `args`; null, undefined or missing where an argument stays as it is
 * @returns like x
 * @throws InputError on shapes that do not fit; DerivativeError with `strict`
 */
export function rootJvp<X extends TensorTree, A extends readonly unknown[]>(
  F: OptimalityMapping<X, A>,
  x: X,
  args: Readonly<A>,
  tangents: readonly unknown[],
  options: ImplicitOptions = {},
): X {
  const { system, unknown, values } = known('rootJvp', F, x, args, options);
  const along = matchTangents(args, tangents);
  return unpacked(unknown, () => rootPushforward(system, values, parametersOf(args), along)) as X;
}

/**
 * The whole Jacobian of the root: for every float tensor of `args` one tensor of shape [...x.shape, ...its shape].
 *
 * Solves one system a parameter or one a component of x, whichever are fewer.
 *
 * @param x a single tensor
 */
export function rootJacobian<A extends readonly unknown[]>(
  F: OptimalityMapping<tf.Tensor, A>,
  x: tf.Tensor,
  args: Readonly<A>,
  options: ImplicitOptions = {},
): Gradients<A> {
  const { system, unknown, values } = known('rootJacobian', F, x, args, options);
  const theta = parametersOf(args);
  const parameters = theta.reduce((sum, tensor) => sum + tensor.size, 0);
  const jacobians = scoped(() =>
    parameters < unknown.size ? byColumns(system, values, theta) : byRows(system, values, theta),
  );
  const shaped = scoped(() =>
    jacobians.map((matrix, k) => tf.reshape(matrix, [...x.shape, ...theta[k].shape])),
  );
  for (const matrix of jacobians) matrix.dispose();
  let next = 0;
  return replaceParameters(
    args,
    () => shaped[next++],
    () => null,
  ) as Gradients<A>;
}

/** ∂x* · dθ as a vector. `tangents` has one entry a parameter, null for none. */
export function rootPushforward(
  system: ImplicitSystem,
  x: Float64Array,
  theta: readonly tf.Tensor[],
  tangents: readonly (tf.Tensor | null)[],
): tf.Tensor {
  return withinBackward(() =>
    scopedOne(() => {
      const moved = theta.filter((_, k) => tangents[k] !== null);
      if (moved.length === 0) return tf.zeros([x.length]);
      const root = isRecording() ? rootOf(system, x, theta) : tensorOf(x);
      const residualAt =
        (point: tf.Tensor) =>
        (changed: readonly tf.Tensor[]): tf.Tensor => {
          let next = 0;
          return system.mapping.residual(
            point,
            theta.map((tensor, k) => (tangents[k] === null ? tensor : changed[next++])),
          );
        };
      const along = tangents.filter((tangent) => tangent !== null);
      const changeAt = (point: tf.Tensor): tf.Tensor => jvp(residualAt(point), moved, along).jvp;
      return solutionOf(system, 'tangent', root, theta, tf.neg(changeAt(root)), {
        parameterChange: (point) => toFloat64(changeAt(point)),
      });
    }),
  );
}

function known<X extends TensorTree, A extends readonly unknown[]>(
  name: string,
  F: OptimalityMapping<X, A>,
  x: X,
  args: Readonly<A>,
  options: ImplicitOptions,
): { system: ImplicitSystem; unknown: Unknown; values: Float64Array } {
  checkImplicitOptions(name, options);
  const unknown = unknownOf(x);
  if (unknown === null) {
    throw new InputError(`${name}: x must be a float tensor or a tree of float tensors, found ${String(x)}`);
  }
  let values: Float64Array = new Float64Array(0);
  scoped(() => {
    values = toFloat64(unknown.pack(x));
    return [];
  });
  const system = createSystem(name, createMapping(F, unknown, args), options, memoryOf(F));
  return { system, unknown, values };
}

const memories = new WeakMap<object, Memory>();

/** One memory a mapping: a loop over the same F warns once, and can start warm. */
function memoryOf(F: object): Memory {
  const memory = memories.get(F) ?? freshMemory();
  memories.set(F, memory);
  return memory;
}

/** A tree from a vector; only the tree's tensors stay. */
export function unpacked(unknown: Unknown, vector: () => tf.Tensor): TensorTree {
  return tf.tidy(() => unknown.unpack(vector()) as never);
}

function byRows(system: ImplicitSystem, x: Float64Array, theta: readonly tf.Tensor[]): tf.Tensor[] {
  const rows = Array.from({ length: x.length }, (_, i) =>
    rootPullback(system, x, theta, unitVector(x.length, i)),
  );
  return theta.map((tensor, k) => tf.stack(rows.map((row) => tf.reshape(row[k], [tensor.size]))));
}

function byColumns(system: ImplicitSystem, x: Float64Array, theta: readonly tf.Tensor[]): tf.Tensor[] {
  return theta.map((tensor, k) => {
    const columns = Array.from({ length: tensor.size }, (_, i) => {
      const tangent = tf.reshape(unitVector(tensor.size, i), tensor.shape);
      return rootPushforward(
        system,
        x,
        theta,
        theta.map((_, m) => (m === k ? tangent : null)),
      );
    });
    return tf.stack(columns, 1);
  });
}

function unitVector(size: number, index: number): tf.Tensor {
  const values = new Float64Array(size);
  values[index] = 1;
  return tensorOf(values);
}
