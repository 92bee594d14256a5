/** The fixed point of a mirror descent step: projected gradient in a geometry of the set's own. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../message/index.js';
import { constant, type TensorTree, toFloat64 } from '../../tensor/index.js';
import { tensorOf } from '../unknown.js';
import {
  demandStep,
  gradientOf,
  type ScalarFunction,
  type StepCondition,
  type StepOptions,
  step,
  stepCondition,
  zip,
} from './condition.js';

/** A geometry of one's own, by its mirror map and its projection. */
export interface MirrorGeometry<X extends TensorTree, A extends readonly unknown[]> {
  /** x ↦ ∇φ(x) */
  mirrorMap: (x: X) => X;
  /** (y, …args) ↦ argmin over the set of D_φ(u, ∇φ⁻¹(y)) */
  projection: (y: X, ...args: A) => X;
}

export interface MirrorDescentConditionOptions<X extends TensorTree, A extends readonly unknown[]>
  extends StepOptions {
  /**
   * 'kl-simplex' (default): the Kullback–Leibler divergence on the simplex, vectors along the last axis; 'kl-orthant': the same
   * on x ≥ 0; or one's own.
   */
  geometry?: 'kl-simplex' | 'kl-orthant' | MirrorGeometry<X, A>;
  /** What the vectors of 'kl-simplex' sum to. Default 1. */
  scale?: number;
}

/**
 * F = x − P_φ(∇φ(x) − η ∇₁f(x, …args), …args).
 *
 * With the KL divergence the step is x · exp(−η ∇₁f), normalised on the simplex. Written so, it is smooth where entries are
 * zero, too, at which log x is not.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 12 and appendix A; Beck and Teboulle, Oper. Res. Lett. 31, 167 (2003).
 */
export function mirrorDescentCondition<X extends TensorTree, A extends readonly unknown[]>(
  objective: ScalarFunction<X, A>,
  { geometry = 'kl-simplex', stepSize = 1, scale = 1 }: MirrorDescentConditionOptions<X, A> = {},
): StepCondition<X, A> {
  const who = 'mirrorDescentCondition';
  demandStep(who, stepSize);
  if (!(scale > 0)) throw new InputError(`${who}: scale must be a positive number, found ${scale}`);
  const slope = gradientOf(who, objective);
  if (typeof geometry === 'object') {
    const { mirrorMap, projection } = geometry;
    return stepCondition<X, A>(
      (x, ...args) => projection(step(mirrorMap(x), slope(x, ...args), stepSize), ...args),
      {},
    );
  }
  const multiply =
    geometry === 'kl-simplex'
      ? (x: tf.Tensor, g: tf.Tensor) => onSimplex(x, g, stepSize, scale)
      : (x: tf.Tensor, g: tf.Tensor) => tf.mul(x, tf.exp(tf.mul(constant(-stepSize), g)));
  return stepCondition<X, A>((x, ...args) => zip(x, slope(x, ...args), multiply), {});
}

function onSimplex(x: tf.Tensor, g: tf.Tensor, stepSize: number, scale: number): tf.Tensor {
  // The shift drops out when the sum is divided out, so that it may be a constant.
  const shifted = tf.sub(g, leastOfRows(g));
  const moved = tf.mul(x, tf.exp(tf.mul(constant(-stepSize), shifted)));
  return tf.div(tf.mul(constant(scale), moved), tf.sum(moved, -1, true));
}

function leastOfRows(g: tf.Tensor): tf.Tensor {
  const width = g.shape[g.rank - 1];
  const values = toFloat64(g);
  const least = new Float64Array(width === 0 ? 0 : values.length / width).fill(Infinity);
  values.forEach((value, i) => {
    const row = Math.floor(i / width);
    least[row] = Math.min(least[row], value);
  });
  return tensorOf(least, [...g.shape.slice(0, -1), 1]);
}
