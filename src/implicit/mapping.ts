/**
 * An optimality mapping F(x, θ) as a function of flat things: one vector x, one list of float tensors θ.
 *
 * Trees are packed and unpacked by tfjs operations, so that derivatives of any order pass through. Products with
 * ∂₁F and its transpose come from tfjs's own tape.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { isolated, jvp, type Tree, toFloat64, vjp } from '../tensor/index.js';
import { withParameters } from './arguments.js';
import type { Hints, SystemHints } from './hints.js';
import { type Unknown, unknownOf } from './unknown.js';

export interface Mapping {
  /** Unknowns, and values of F. */
  readonly size: number;
  /** F(x, θ) as a vector of the same length as `x`, itself a vector. */
  residual(x: tf.Tensor, theta: readonly tf.Tensor[]): tf.Tensor;
  /** Indices of the entries that move; null where all of them do, or nothing is known. Values only. */
  moving(x: tf.Tensor, theta: readonly tf.Tensor[]): readonly number[] | null;
  readonly hints: SystemHints;
}

/** @param unknown the shape of x */
export function createMapping<X extends Tree<tf.Tensor>, A extends readonly unknown[]>(
  F: ((x: X, ...args: A) => X) & Hints<X, A>,
  unknown: Unknown,
  args: A,
): Mapping {
  const { support } = F;
  return {
    size: unknown.size,
    hints: F.system ?? {},
    moving(x, theta) {
      if (support === undefined) return null;
      const mask = hostValues(() => {
        const value: unknown = support(unknown.unpack(x) as X, ...withParameters(args, theta));
        const found = unknownOf(value);
        if (!found?.sameShape(unknown)) {
          throw new InputError(`a support must be masks like x, ${unknown}; found ${found ?? String(value)}`);
        }
        return found.pack(value as Tree<tf.Tensor>);
      });
      const moving = Array.from(mask.keys()).filter((i) => mask[i] !== 0);
      return moving.length === mask.length ? null : moving;
    },
    residual(x, theta) {
      const value: unknown = F(unknown.unpack(x) as X, ...withParameters(args, theta));
      const found = unknownOf(value);
      if (found === null || !found.sameShape(unknown)) {
        throw new InputError(
          `F must return what x is, ${unknown}; found ${found ?? String(value)}. ` +
            'Each unknown needs its one equation.',
        );
      }
      return found.pack(value as Tree<tf.Tensor>);
    },
  };
}

/** (∂₁F)ᵀ v */
export function transposeProduct(
  mapping: Mapping,
  x: tf.Tensor,
  theta: readonly tf.Tensor[],
  v: tf.Tensor,
): tf.Tensor {
  return vjp((at: tf.Tensor) => mapping.residual(at, theta), x, v).vjp;
}

/** ∂₁F v */
export function product(
  mapping: Mapping,
  x: tf.Tensor,
  theta: readonly tf.Tensor[],
  v: tf.Tensor,
): tf.Tensor {
  return jvp((at: tf.Tensor) => mapping.residual(at, theta), x, v).jvp;
}

/** Values of F at a point, away from any tape. */
export function residualValues(mapping: Mapping, x: tf.Tensor, theta: readonly tf.Tensor[]): Float64Array {
  return hostValues(() => mapping.residual(x, theta));
}

/** A tensor's values, computed away from any tape. */
function hostValues(run: () => tf.Tensor): Float64Array {
  let values: Float64Array = new Float64Array(0);
  isolated(() =>
    tf.tidy(() => {
      values = toFloat64(run());
    }),
  );
  return values;
}
