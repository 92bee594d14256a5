/**
 * Problems written as tfjs functions of a tensor, or of a tree of tensors, made into problems of flat vectors. No tensor is
 * left behind; x has the precision of the tfjs backend in use.
 *
 * Further arguments are handed to the function as they are, at every evaluation.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError, warn } from '../message/index.js';
import {
  flatten,
  float64,
  gradientsOf,
  hvp,
  isDoublePrecision,
  isRecording,
  jvp,
  LeafShape,
  type TensorTree,
  type TreeStructure,
  toFloat64,
  vjp,
  withoutLeaks,
} from '../tensor/index.js';
import type { Solution } from './method.js';
import type { FixedPointMap, Objective, Residual } from './problem.js';

/** A function of an unknown x and of whatever else it needs. */
export type TensorFunction<X extends TensorTree, A extends readonly unknown[], Y> = (x: X, ...args: A) => Y;

/** Trees like an example, from flat vectors and back. */
export interface Packing<X extends TensorTree> {
  readonly size: number;
  /** New tensors, on the backend in use. */
  tree(vector: Float64Array): X;
  /** The values of a tree, checked to be like the example. */
  vector(tree: TensorTree, what: string): Float64Array;
}

export function packingOf<X extends TensorTree>(example: X): Packing<X> {
  const { vector: values, structure } = flatten(example);
  const shapes = JSON.stringify(structure);
  return {
    size: values.length,
    tree: (vector) => grow(vector, structure, { at: 0 }) as X,
    vector(tree, what) {
      const { vector, structure: found } = flatten(tree);
      if (JSON.stringify(found) === shapes) return vector;
      throw new InputError(
        `${what} must be tensors of the same shapes as x, ${shapes}; found ${JSON.stringify(found)}`,
      );
    },
  };
}

/**
 * A scalar tfjs function as an objective, with its gradient and its Hessian products.
 *
 * @param f returns a tensor of one element
 * @param example of x: its shapes count, its values do not
 */
export function tensorObjective<X extends TensorTree, A extends readonly unknown[]>(
  f: TensorFunction<X, A, tf.Tensor>,
  example: X,
  ...args: A
): Objective {
  const packing = packingOf(example);
  return {
    size: packing.size,
    gradient: (x, gradient) =>
      withoutLeaks(() => {
        const tree = packing.tree(x);
        const leaves = flatLeaves(tree);
        const { value, grads } = gradientsOf(() => scalar(f(tree, ...args)), leaves);
        let at = 0;
        leaves.forEach((leaf, k) => {
          const part = grads[k];
          if (part) gradient.set(part.dataSync(), at);
          else gradient.fill(0, at, at + leaf.size);
          at += leaf.size;
        });
        return toFloat64(value)[0];
      }),
    hessianProduct: (x, v, out) =>
      withoutLeaks(() => {
        const product = hvp((tree: X) => scalar(f(tree, ...args)), packing.tree(x), packing.tree(v));
        out.set(packing.vector(product, 'the Hessian product'));
      }),
  };
}

/**
 * A tfjs function from tensors to tensors as a residual, with its Jacobian products; for roots, F has as many values as x.
 *
 * @param F returns a tensor or a tree
 * @param example of x: its shapes count, its values do not (those of F(example) say how many values F has)
 */
export function tensorResidual<X extends TensorTree, A extends readonly unknown[]>(
  F: TensorFunction<X, A, TensorTree>,
  example: X,
  ...args: A
): Residual {
  const packing = packingOf(example);
  const values = withoutLeaks(() => packingOf(F(example, ...args)));
  const at = (tree: X): TensorTree => F(tree, ...args);
  return {
    size: packing.size,
    count: values.size,
    evaluate: (x, out) => withoutLeaks(() => out.set(values.vector(at(packing.tree(x)), 'the values of F'))),
    linearize: (x) => ({
      product: (v, out) =>
        withoutLeaks(() => {
          const product = jvp(at, packing.tree(x), packing.tree(v));
          out.set(values.vector(product.jvp, 'the Jacobian product'));
        }),
      transposed: (w, out) =>
        withoutLeaks(() => {
          const product = vjp(at, packing.tree(x), values.tree(w));
          out.set(packing.vector(product.vjp, 'the Jacobian product'));
        }),
    }),
  };
}

/**
 * A tfjs function from tensors to tensors of the same shapes as a fixed-point map.
 *
 * @param T returns what x is
 */
export function tensorMap<X extends TensorTree, A extends readonly unknown[]>(
  T: TensorFunction<X, A, TensorTree>,
  example: X,
  ...args: A
): FixedPointMap {
  const packing = packingOf(example);
  return {
    size: packing.size,
    apply: (x, out) => withoutLeaks(() => out.set(packing.vector(T(packing.tree(x), ...args), 'T(x)'))),
  };
}

function scalar(value: tf.Tensor): tf.Scalar {
  if (value instanceof tf.Tensor && value.size === 1) return tf.reshape(value, []);
  const found = value instanceof tf.Tensor ? `a tensor of shape [${value.shape}]` : String(value);
  throw new InputError(`an objective must return one number, found ${found}`);
}

function flatLeaves(tree: TensorTree): tf.Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  return Object.values(tree as Record<string, TensorTree>).flatMap(flatLeaves);
}

function grow(vector: Float64Array, structure: TreeStructure, cursor: { at: number }): TensorTree {
  if (structure instanceof LeafShape) {
    const from = cursor.at;
    cursor.at += structure.size;
    return tensorOf(vector.subarray(from, cursor.at), structure.shape);
  }
  if (Array.isArray(structure)) {
    return structure.map((branch: TreeStructure) => grow(vector, branch, cursor));
  }
  const branches = Object.entries(structure as { readonly [key: string]: TreeStructure });
  return Object.fromEntries(branches.map(([key, branch]) => [key, grow(vector, branch, cursor)]));
}

/** A tensor of host values on the backend in use, in the precision that it has. */
export function tensorOf(values: Float64Array, shape: readonly number[]): tf.Tensor {
  if (isDoublePrecision(tf.backend())) return float64(values, shape);
  return tf.tensor(Float32Array.from(values), [...shape]);
}

/** A solver takes gradients of its own: inside another gradient it would be recorded, step by step. */
export function demandUnrecorded(name: string): void {
  if (!isRecording()) return;
  throw new InputError(
    `${name} cannot be differentiated by recording it: wrap the solver in customRoot or customFixedPoint`,
  );
}

/** Rounding of single precision leaves this much of a value of order one. */
const reachable = 16 * 2 ** -23;

/**
 * The tolerance of a run whose problem is evaluated on the backend in use: a looser default in single precision.
 *
 * @throws InputError for a tolerance that single precision cannot reach
 */
export function reachableTolerance(wanted: number | undefined, inDouble: number): number {
  if (isDoublePrecision(tf.backend())) return wanted ?? inDouble;
  if (wanted === undefined) return 1e-4;
  if (wanted >= reachable) return wanted;
  throw new InputError(
    `a tolerance of ${wanted} cannot be reached on the backend '${tf.getBackend()}', which computes in single precision: ` +
      `ask for ${reachable.toExponential(0)} or more, or use the backend 'float64'`,
  );
}

/** What becomes of a run's outcome where nobody asked for it. */
export function warnUnconverged({ result, message }: Solution): void {
  if (result !== 'converged') warn(message);
}
