/** The conditions of Karush, Kuhn and Tucker of quadratic programs, whose data are tensors. */
import * as tf from '@tensorflow/tfjs';
import { withHints } from '../hints.js';
import type { OptimalityMapping } from '../root.js';
import { type KktConditionOptions, type KktPoint, type KktProblem, kktCondition } from './kkt.js';

/** min ½ xᵀ Q x + cᵀ x subject to A x = b and G x ≤ h; what is left out is not there. */
export interface QuadraticProgramTensors {
  /** [n, n], symmetric */
  Q?: tf.Tensor;
  /** [n] */
  c: tf.Tensor;
  /** [m, n] and [m] */
  A?: tf.Tensor;
  b?: tf.Tensor;
  /** [k, n] and [k] */
  G?: tf.Tensor;
  h?: tf.Tensor;
}

/**
 * F for the unknowns { primal, equality, inequality } and one argument, the data: with `quadraticProgramSolver` for a
 * solver this is a layer that solves quadratic programs, differentiable in all their data.
 *
 * Source: Amos and Kolter, "OptNet", ICML 2017.
 */
export function quadraticProgramCondition(
  options: KktConditionOptions = {},
): OptimalityMapping<KktPoint<tf.Tensor>, [QuadraticProgramTensors]> {
  const full = {
    equality: kkt(true, false),
    inequality: kkt(false, true),
    both: kkt(true, true),
    none: kkt(false, false),
  };
  const of = (point: KktPoint<tf.Tensor>): ReturnType<typeof kkt> => {
    if (point.equality) return point.inequality ? full.both : full.equality;
    return point.inequality ? full.inequality : full.none;
  };
  const { system, support } = full.both;
  return withHints((point: KktPoint<tf.Tensor>, data: QuadraticProgramTensors) => of(point)(point, data), {
    ...(system && { system }),
    ...(support && {
      support: (point: KktPoint<tf.Tensor>, data: QuadraticProgramTensors) => support(point, data),
    }),
  });

  function kkt(equality: boolean, inequality: boolean) {
    const problem: KktProblem<tf.Tensor, [QuadraticProgramTensors]> = {
      objective: (x, { Q, c }) => {
        const linear = tf.sum(tf.mul(c, x));
        return Q === undefined ? linear : tf.add(tf.mul(0.5, tf.sum(tf.mul(x, product(Q, x)))), linear);
      },
      ...(equality && { equality: (x, { A, b }) => tf.sub(product(A as tf.Tensor, x), b as tf.Tensor) }),
      ...(inequality && { inequality: (x, { G, h }) => tf.sub(product(G as tf.Tensor, x), h as tf.Tensor) }),
    };
    return kktCondition(problem, options);
  }
}

function product(M: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.matMul(M, tf.reshape(x, [x.size, 1])), [M.shape[0]]);
}
