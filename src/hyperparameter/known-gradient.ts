/**
 * An objective that is known by its gradient, for the conditions of src/implicit: they use nothing else of it. Written
 * down, a gradient takes half the work of the one that tfjs makes by going back through the value.
 */
import * as tf from '@tensorflow/tfjs';
import type { TensorTree } from '../tensor/index.js';
import { constant } from '../tensor/index.js';

/**
 * A scalar function whose value is always zero, and whose gradient in x is `slope(x, hyper)`, in tfjs operations. Its
 * derivative in hyper is not defined by that, and comes out as zero; the derivatives of the gradient are those of `slope`.
 */
export function knownByGradient<X extends TensorTree, H>(
  slope: (x: X, hyper: H) => X,
): (x: X, hyper: H) => tf.Tensor {
  return (x, hyper) => {
    const leaves = leavesOf(x);
    const operation = tf.customGrad((...inputs) => {
      const save = inputs.pop() as tf.GradSaveFunc;
      save(inputs as tf.Tensor[]);
      return {
        value: constant(0),
        gradFunc: (cotangent: tf.Tensor, saved: tf.Tensor[]) => {
          let next = 0;
          const at = replaced(x, () => saved[next++]) as X;
          return leavesOf(slope(at, hyper)).map((part) => tf.mul(part, cotangent));
        },
      };
    });
    return operation(...leaves);
  };
}

function leavesOf(tree: TensorTree): tf.Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  return Object.values(tree as Record<string, TensorTree>).flatMap(leavesOf);
}

function replaced(tree: TensorTree, replace: () => tf.Tensor): TensorTree {
  if (tree instanceof tf.Tensor) return replace();
  if (Array.isArray(tree)) return tree.map((branch: TensorTree) => replaced(branch, replace));
  return Object.fromEntries(
    Object.entries(tree).map(([key, branch]) => [key, replaced(branch as TensorTree, replace)]),
  );
}
