/**
 * Products with derivatives of tfjs functions, for one tensor or for trees of them: Jacobian-transposed (vjp),
 * Jacobian (jvp) and Hessian (hvp). Nothing but the results stays behind; they may be taken inside another
 * derivative.
 *
 * tfjs only goes backwards. A Jacobian product is had by going backwards twice: u ↦ J(x)ᵀ u is linear, so its own
 * vjp at v is J(x) v.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { linearPass } from './gradients/guard.js';
import { gradientsOf } from './gradients-of.js';
import { isTensor, leavesOf, mapTree, type Tree } from './tree.js';

export type TensorTree = Tree<tf.Tensor>;

/** A function in tfjs ops from a tensor, or a tree of them, to another. */
type TreeFunction<X extends TensorTree, Y extends TensorTree> = (x: X) => Y;

/**
 * The value of f and the product of its transposed Jacobian with a cotangent.
 *
 * @param f a function in tfjs ops, from a tensor (or tree) to a tensor (or tree)
 * @param x where to differentiate
 * @param cotangent like f(x): one tensor a leaf, of that leaf's shape
 * @returns value = f(x) and vjp = J(x)ᵀ cotangent, like x; a leaf that f does not depend on gives zeros
 */
export function vjp<X extends TensorTree, Y extends TensorTree>(
  f: TreeFunction<X, Y>,
  x: X,
  cotangent: Y,
): { value: Y; vjp: X } {
  return tf.tidy(() => {
    const { value, gradient } = pullBack(f, x, () => cotangent);
    return { value, vjp: gradient } as never;
  });
}

/**
 * The value of f and the product of its Jacobian with a tangent.
 *
 * @param f a function in tfjs ops, from a tensor (or tree) to a tensor (or tree)
 * @param x where to differentiate
 * @param tangent like x: one tensor a leaf, of that leaf's shape
 * @returns value = f(x) and jvp = J(x) tangent, like f(x)
 */
export function jvp<X extends TensorTree, Y extends TensorTree>(
  f: TreeFunction<X, Y>,
  x: X,
  tangent: X,
): { value: Y; jvp: Y } {
  return tf.tidy(() => {
    const value = mapTree(f(x), isTensor, (leaf) => tf.clone(leaf)) as Y;
    // J(x)ᵀu does not depend on u but linearly, so that any u will do.
    const u = mapTree(value, isTensor, (leaf) => tf.zerosLike(leaf)) as Y;
    const transposed = (cotangent: Y): X => linearPass(() => pullBack(f, x, () => cotangent).gradient);
    return { value, jvp: pullBack(transposed, u, () => tangent).gradient } as never;
  });
}

/**
 * The product of a scalar function's Hessian with a vector.
 *
 * @param f a function in tfjs ops whose result has one element
 * @param x where to differentiate, a tensor or a tree
 * @param v like x
 * @returns H(x) v, like x
 */
export function hvp<X extends TensorTree>(f: (x: X) => tf.Tensor, x: X, v: X): X {
  return tf.tidy(() => {
    const gradient = (at: X): X =>
      pullBack(
        (point: X) => scalar(f(point)),
        at,
        (value) => tf.onesLike(value as tf.Tensor),
      ).gradient;
    return pullBack(gradient, x, () => v).gradient as never;
  });
}

function scalar(value: tf.Tensor): tf.Tensor {
  if (value.size === 1) return value;
  throw new InputError(
    `a Hessian product needs a function with one value, found a result of shape [${value.shape}]`,
  );
}

/** Backward through f: its value, and J(x)ᵀ applied to what `seed` makes of the value. */
function pullBack<X extends TensorTree, Y extends TensorTree>(
  f: TreeFunction<X, Y>,
  x: X,
  seed: (value: Y) => Y,
): { value: Y; gradient: X } {
  // Clones keep results apart from inputs and captured tensors, and make each leaf of x a tensor of its own.
  const point = mapTree(x, isTensor, (leaf) => tf.clone(leaf)) as X;
  const xs = leavesOf(point, isTensor);
  const kept: tf.Tensor[] = [];
  let value: Y | undefined;
  // The weighted sum of all leaves is one tensor, which is what tfjs's tape can start from.
  const weighted = (): tf.Scalar => {
    const result = f(point);
    const ys = leavesOf(result, isTensor);
    const weights = leavesOf(seed(result), isTensor);
    checkLike(ys, weights);
    value = mapTree(result, isTensor, (leaf) => {
      const copy = tf.keep(tf.clone(leaf));
      kept.push(copy);
      return copy;
    }) as Y;
    const terms = ys.map((y, k) => tf.sum(tf.mul(y, weights[k])));
    return (terms.length === 1 ? terms[0] : tf.addN(terms)) as tf.Scalar;
  };
  try {
    const { grads } = gradientsOf(weighted, xs);
    const gradients = xs.map((leaf, k) => grads[k] ?? tf.zeros(leaf.shape));
    let next = 0;
    return {
      // Clones of the kept tensors belong to the scope that is open.
      value: mapTree(value as Y, isTensor, (leaf) => tf.clone(leaf)) as Y,
      gradient: mapTree(point, isTensor, () => gradients[next++]) as X,
    };
  } finally {
    tf.dispose(kept);
  }
}

function checkLike(expected: readonly tf.Tensor[], found: readonly tf.Tensor[]): void {
  const shapes = (tensors: readonly tf.Tensor[]) => tensors.map((t) => `[${t.shape}]`).join(' ');
  if (shapes(expected) !== shapes(found)) {
    throw new InputError(
      `a tangent or cotangent must have the shapes of what it belongs to, ${shapes(expected)}, found ${shapes(found)}`,
    );
  }
}
