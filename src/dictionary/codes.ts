/**
 * Sparse codes: each sample as a sum of few atoms of a dictionary, and the codes as a function of the dictionary that can
 * be differentiated.
 *
 * A sample x is coded by argmin over a of ½ ‖x − Dᵀa‖² + l1 ‖a‖₁ + ½ l2 ‖a‖² (Mairal, Bach and Ponce, "Task-driven
 * dictionary learning", IEEE Trans. Pattern Anal. Mach. Intell. 34, 791, 2012, equation 3), D having its atoms as rows.
 * They are scaled to length 1 here, so that no dictionary can evade the penalty by being large.
 */
import * as tf from '@tensorflow/tfjs';
import { type InnerProblem, innerProblem } from '../hyperparameter/index.js';
import { proximalGradientCondition } from '../implicit/index.js';
import { InputError } from '../message/index.js';
import { proximalGradient } from '../optimize/index.js';
import { proxLasso } from '../proximal/index.js';
import { constant, float64, type TensorTree } from '../tensor/index.js';

export interface CodeOptions {
  /** How strongly codes are drawn to zero. Default 0.5. */
  readonly l1?: number;
  /** More than 0: it makes the codes unique. Default 0.1. */
  readonly l2?: number;
}

/** What the codes depend on: the dictionary, and whatever else is learnt beside it. */
export type WithDictionary = { readonly dictionary: tf.Tensor; readonly [name: string]: tf.Tensor };

/**
 * The codes of samples as an inner problem: x* is [samples, atoms], found by accelerated proximal gradient and
 * differentiated on its support through the proximal gradient fixed point.
 *
 * @param X [samples, features], held by the problem
 */
export function sparseCodes<H extends WithDictionary & TensorTree>(
  X: tf.Tensor,
  atoms: number,
  { l1 = 0.5, l2 = 0.1 }: CodeOptions = {},
): InnerProblem<tf.Tensor, H> {
  if (!(l1 >= 0 && l1 < Infinity)) throw new InputError(`sparse codes: l1 must be 0 or more, found ${l1}`);
  if (!(l2 > 0 && l2 < Infinity)) throw new InputError(`sparse codes: l2 must be more than 0, found ${l2}`);
  const smooth = (codes: tf.Tensor, { dictionary }: H): tf.Tensor => {
    const rest = tf.sub(X, tf.matMul(codes as tf.Tensor2D, unitAtoms(dictionary) as tf.Tensor2D));
    return tf.add(
      tf.mul(constant(0.5), tf.sum(tf.square(rest))),
      tf.mul(constant(0.5 * l2), tf.sum(tf.square(codes))),
    );
  };
  const prox = (codes: tf.Tensor, step: number): tf.Tensor => proxLasso(codes, l1, constant(step));
  return innerProblem<tf.Tensor, H>({
    method: proximalGradient() as never,
    objective: smooth,
    prox,
    // D Dᵀ of unit atoms has the trace `atoms`, which its largest eigenvalue does not exceed.
    condition: proximalGradientCondition<tf.Tensor, [H]>(smooth, prox, { stepSize: 1 / (atoms + l2) }),
    start: float64(new Float64Array(X.shape[0] * atoms), [X.shape[0], atoms]),
    implicit: { symmetric: true },
  });
}

/** The atoms at length 1. */
export function unitAtoms(dictionary: tf.Tensor): tf.Tensor {
  return tf.div(dictionary, tf.sqrt(tf.sum(tf.square(dictionary), 1, true)));
}
