/** The residual map of a cone program: min ⟨c, x⟩ subject to A x + s = b, s in a product of cones. */
import * as tf from '@tensorflow/tfjs';
import { lsmr } from '../../linear/index.js';
import { InputError } from '../../message/index.js';
import { projectSecondOrderCone } from '../../projection/index.js';
import { constant, type TensorTree } from '../../tensor/index.js';
import { type Condition, condition } from './condition.js';

/** The cones of s, in the order of its rows: first s = 0, then s ≥ 0, then second-order cones (t, z) with ‖z‖ ≤ t. */
export interface Cones {
  /** Rows that are equalities. */
  zero?: number;
  /** Rows that are inequalities A x ≤ b. */
  nonNegative?: number;
  /** The size of each second-order cone, 2 or more. */
  secondOrder?: readonly number[];
}

/** A [m, n], b [m], c [n]. */
export type ConeProgram = { readonly A: tf.Tensor; readonly b: tf.Tensor; readonly c: tf.Tensor };

/** The unknown z of the embedding: u [n], v [m], and w > 0, a scalar, which is 1 where it is left out. */
export type ConicPoint = { readonly u: tf.Tensor; readonly v: tf.Tensor; readonly w?: tf.Tensor } & {
  readonly [key: string]: TensorTree;
};

/** x [n], the multipliers y [m] in the dual cones, the slack s [m] in the cones. */
export interface ConicSolution {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  readonly s: tf.Tensor;
}

/**
 * F(z) = ((Q − I) Π + I) z / w, Q the skew matrix of the homogeneous self-dual embedding, Π the projection on Rⁿ × K* × R₊.
 *
 * With w among the unknowns the map is homogeneous and ∂₁F singular along z, which changes no solution x = u/w: LSMR, the
 * default here, gives the change of smallest norm. Without w it is 1, the gap's row is left out (it follows from
 * the others), and ∂₁F is regular at regular solutions, so that any solver for nonsymmetric systems will do.
 *
 * Sources: O'Donoghue, Chu, Parikh and Boyd, J. Optim. Theory Appl. 169, 1042 (2016); Busseti, Moursi and Boyd, Comput.
 * Optim. Appl. 74, 627 (2019); Agrawal et al., J. Appl. Numer. Optim. 1, 107 (2019); Blondel et al., NeurIPS 2022,
 * equation 18 (appendix A).
 */
export function conicCondition(cones: Cones): Condition<ConicPoint, [ConeProgram]> {
  const { zero, rows } = sizesOf(cones);
  return condition<ConicPoint, [ConeProgram]>(
    ({ u, v, w }, { A, b, c }) => {
      demandShapes({ A, b, c }, u, v, rows);
      const column = (t: tf.Tensor): tf.Tensor => tf.reshape(t, [t.size, 1]);
      const dual = projectDual(v, cones, zero);
      const scale = w === undefined ? constant(1) : tf.relu(w);
      const dualResidual = tf.add(
        tf.reshape(tf.matMul(tf.transpose(A), column(dual)), [u.size]),
        tf.mul(c, scale),
      );
      const slack = tf.sub(dual, v);
      const primalResidual = tf.sub(
        tf.sub(tf.mul(b, scale), tf.reshape(tf.matMul(A, column(u)), [v.size])),
        slack,
      );
      if (w === undefined) return { u: dualResidual, v: primalResidual } as ConicPoint;
      // The last row of Q Π z is minus the duality gap; w − Π(w) is zero wherever there is a solution.
      const products = tf.add(tf.sum(tf.mul(c, u)), tf.sum(tf.mul(b, dual)));
      const gap = tf.sub(tf.sub(w, scale), products);
      return {
        u: tf.div(dualResidual, w),
        v: tf.div(primalResidual, w),
        w: tf.reshape(tf.div(gap, w), w.shape),
      } as ConicPoint;
    },
    { solve: lsmr, symmetric: false },
  );
}

/** x, y and s of an embedded point; differentiable. */
export function conicSolution({ u, v, w }: ConicPoint, cones: Cones): ConicSolution {
  const { zero } = sizesOf(cones);
  const scale = w ?? constant(1);
  const dual = projectDual(v, cones, zero);
  return { x: tf.div(u, scale), y: tf.div(dual, scale), s: tf.div(tf.sub(dual, v), scale) };
}

/** The embedded point of a solution that any solver of cone programs found. */
export function conicPoint({ x, y, s }: ConicSolution): ConicPoint & { readonly w: tf.Tensor } {
  return { u: tf.clone(x), v: tf.sub(y, s), w: constant(1) } as ConicPoint & { readonly w: tf.Tensor };
}

/** Π on the dual cones: all of R for equalities, the others are their own duals. */
function projectDual(v: tf.Tensor, { nonNegative = 0, secondOrder = [] }: Cones, zero: number): tf.Tensor {
  const parts: tf.Tensor[] = [];
  if (zero > 0) parts.push(tf.slice(v, [0], [zero]));
  if (nonNegative > 0) parts.push(tf.relu(tf.slice(v, [zero], [nonNegative])));
  let at = zero + nonNegative;
  for (let k = 0; k < secondOrder.length; ) {
    // Neighbours of one size are projected together.
    const size = secondOrder[k];
    let count = 1;
    while (secondOrder[k + count] === size) count++;
    const vectors = tf.reshape(tf.slice(v, [at], [count * size]), [count, size]);
    parts.push(tf.reshape(projectSecondOrderCone(vectors), [count * size]));
    at += count * size;
    k += count;
  }
  return parts.length === 1 ? parts[0] : tf.concat(parts);
}

function sizesOf({ zero = 0, nonNegative = 0, secondOrder = [] }: Cones): { zero: number; rows: number } {
  const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
  if (!whole(zero, 0) || !whole(nonNegative, 0) || !secondOrder.every((size) => whole(size, 2))) {
    throw new InputError(
      'conicCondition: cones are { zero, nonNegative, secondOrder }: numbers of rows, and a list of sizes of 2 or more; ' +
        `found ${JSON.stringify({ zero, nonNegative, secondOrder })}`,
    );
  }
  const rows = zero + nonNegative + secondOrder.reduce((sum, size) => sum + size, 0);
  if (rows === 0) throw new InputError('conicCondition: a cone program needs one row of constraints or more');
  return { zero, rows };
}

function demandShapes({ A, b, c }: ConeProgram, u: tf.Tensor, v: tf.Tensor, rows: number): void {
  const fits =
    tf.util.arraysEqual(A.shape, [rows, u.size]) && b.size === rows && c.size === u.size && v.size === rows;
  if (fits) return;
  throw new InputError(
    `conicCondition: these cones have ${rows} rows, so that A is [${rows}, n], b and v [${rows}], c and u [n]; found ` +
      `A [${A.shape}], b [${b.shape}], v [${v.shape}], c [${c.shape}], u [${u.shape}]`,
  );
}
