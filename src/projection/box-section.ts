/** Boxes cut by a hyperplane: bounds for every entry and one weighted sum. The SVM dual's set, and many budgets'. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { isDoublePrecision } from '../tensor/index.js';
import { demand, elementwise, fromHost, type Parameter, place, vectorsOf, vectorwise } from './arguments.js';
import { demandOrdered, supportBetween } from './box.js';
import { operation, piecewise, sumLast } from './piecewise.js';
import { withSupport } from './support.js';

export interface BoxSectionParameters {
  /** Broadcast to x; −Infinity for none. */
  readonly lower: Parameter;
  /** Broadcast to x; Infinity for none. */
  readonly upper: Parameter;
  /** Broadcast to x, of any signs; an entry of weight 0 is only held by its bounds. 1 by default. */
  readonly weights?: Parameter;
  /** A number, or one a vector. */
  readonly total: Parameter;
}

/**
 * The nearest point with lower ≤ p ≤ upper and Σ weights · p = total, of each vector along the last axis:
 * p = clip(x + τ · weights), with τ found among the breakpoints of the sum, which grows with τ piece by piece (Kiwiel,
 * Math. Program. 112, 473, 2008). O(n log n).
 *
 * An entry that just reaches a bound moves with the bound. Where every entry is at a bound, those that are
 * just reaching theirs are taken to be free, so that the sum can follow `total`.
 *
 * @param x [..., n], finite
 * @throws InputError when no point of the box has that sum, where lower > upper, for NaN, shapes that do not fit
 */
export const projectBoxSection = withSupport((x: tf.Tensor, parameters: BoxSectionParameters): tf.Tensor => {
  const who = 'projectBoxSection';
  return operation(() => {
    const vectors = vectorsOf(who, x);
    const { shape, width, count, batch } = vectors;
    const lower = elementwise(who, 'lower', parameters.lower, shape);
    const upper = elementwise(who, 'upper', parameters.upper, shape);
    const weights = elementwise(who, 'weights', parameters.weights ?? 1, shape);
    const total = vectorwise(who, 'total', parameters.total, vectors);
    demandOrdered(who, lower.values, upper.values, shape);
    demand(who, 'weights', weights.own, weights.ownShape, Number.isFinite, 'finite');
    const values = new Float64Array(vectors.values.length);
    const [low, high, free] = [0, 1, 2].map(() => new Float64Array(values.length));
    const follows = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const [from, to] = [k * width, (k + 1) * width];
      const row: Row = {
        x: vectors.values.subarray(from, to),
        lower: lower.values.subarray(from, to),
        upper: upper.values.subarray(from, to),
        weights: weights.values.subarray(from, to),
        total: total.values[k],
      };
      const tau = multiplier(who, row, place(k, batch));
      const sides = sidesOf(row, tau);
      const rest = leftOver(row, tau, sides);
      for (let i = 0; i < width; i++) {
        const moved = row.x[i] + tau * row.weights[i] + (sides[i] === 0 ? rest * row.weights[i] : 0);
        values[from + i] = Math.min(Math.max(moved, row.lower[i]), row.upper[i]);
        if (sides[i] < 0) low[from + i] = 1;
        else if (sides[i] > 0) high[from + i] = 1;
        else {
          free[from + i] = 1;
          if (row.weights[i] !== 0) follows[k] = 1;
        }
      }
    }
    return piecewise(values, shape, () => {
      const moving = fromHost(free, shape);
      // A bound that does not hold may be infinite, and must not be multiplied by 0.
      const held = tf.add(chosen(low, lower.tensor, shape), chosen(high, upper.tensor, shape));
      const w = tf.mul(moving, weights.tensor);
      const missing = tf.sub(
        tf.sub(total.tensor, sumLast(tf.mul(weights.tensor, held))),
        sumLast(tf.mul(w, vectors.tensor)),
      );
      const some = fromHost(follows, [...batch, 1]);
      const none = fromHost(
        follows.map((value) => 1 - value),
        [...batch, 1],
      );
      const tau = tf.mul(some, tf.div(missing, tf.add(sumLast(tf.square(w)), none)));
      return tf.add(held, tf.add(tf.mul(moving, vectors.tensor), tf.mul(w, tau)));
    });
  });
}, supportBetween);

interface Row {
  readonly x: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
}

function chosen(which: Float64Array, bound: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const indicator = fromHost(which, shape);
  return tf.where(tf.greater(indicator, 0), bound, tf.zerosLike(indicator));
}

/** Σ weights · clip(x + τ weights) */
function sumAt({ x, lower, upper, weights }: Row, tau: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    // An entry of weight 0 adds nothing, also where a bound is infinite.
    if (weights[i] !== 0) {
      sum += weights[i] * Math.min(Math.max(x[i] + tau * weights[i], lower[i]), upper[i]);
    }
  }
  return sum;
}

/** What the free entries still have to move, per weight, to bring the sum to the total: rounding, where x is large. */
function leftOver(row: Row, tau: number, sides: Int8Array): number {
  let squares = 0;
  for (let i = 0; i < sides.length; i++) if (sides[i] === 0) squares += row.weights[i] ** 2;
  return squares === 0 ? 0 : (row.total - sumAt(row, tau)) / squares;
}

/** τ with the sum at the total; where the sum stays there for a while, the largest τ that is a breakpoint. */
function multiplier(who: string, row: Row, where: string): number {
  const { x, lower, upper, weights, total } = row;
  const found: number[] = [];
  let [least, most, size] = [0, 0, Math.abs(total)];
  for (let i = 0; i < x.length; i++) {
    const w = weights[i];
    if (w === 0) continue;
    for (const bound of [lower[i], upper[i]]) {
      if (Number.isFinite(bound)) {
        found.push((bound - x[i]) / w);
        size += Math.abs(w * bound);
      }
    }
    least += w * (w > 0 ? lower[i] : upper[i]);
    most += w * (w > 0 ? upper[i] : lower[i]);
  }
  const slack = (isDoublePrecision(tf.backend()) ? 1e-12 : 1e-6) * size;
  if (!(total >= least - slack && total <= most + slack)) {
    throw new InputError(
      `${who}: no point of the box has the weighted sum${where}: total is ${total}, but the bounds allow ` +
        `${least} to ${most}; widen them, or change the total`,
    );
  }
  const breakpoints = Float64Array.from(found).sort();
  // The last breakpoint whose sum does not exceed the total, by bisection over the sorted list.
  let [before, after] = [-1, breakpoints.length];
  while (after - before > 1) {
    const middle = (before + after) >> 1;
    if (sumAt(row, breakpoints[middle]) <= total) before = middle;
    else after = middle;
  }
  const anchor = before >= 0 ? breakpoints[before] : (breakpoints[after] ?? 0);
  // From there the sum is linear in τ up to the next breakpoint.
  const inside =
    before < 0 ? anchor - 1 : after < breakpoints.length ? (anchor + breakpoints[after]) / 2 : anchor + 1;
  let [slope, constant] = [0, 0];
  const sides = sidesOf(row, inside, false);
  for (let i = 0; i < x.length; i++) {
    if (weights[i] === 0) continue;
    if (sides[i] === 0) {
      slope += weights[i] ** 2;
      constant += weights[i] * x[i];
    } else constant += weights[i] * (sides[i] < 0 ? lower[i] : upper[i]);
  }
  if (slope === 0) return anchor;
  const tau = (total - constant) / slope;
  const low = before >= 0 ? breakpoints[before] : -Infinity;
  const high = after < breakpoints.length ? breakpoints[after] : Infinity;
  return Math.min(Math.max(tau, low), high);
}

/** −1 and 1 for entries at their lower and upper bounds, 0 for free ones. */
function sidesOf({ x, lower, upper, weights }: Row, tau: number, touching = true): Int8Array {
  const sides = new Int8Array(x.length);
  let moves = false;
  for (let i = 0; i < x.length; i++) {
    const moved = x[i] + tau * weights[i];
    if (moved <= lower[i]) sides[i] = -1;
    else if (moved >= upper[i]) sides[i] = 1;
    else if (weights[i] !== 0) moves = true;
  }
  if (moves || !touching) return sides;
  for (let i = 0; i < x.length; i++) {
    // Breakpoints are computed numbers: an entry is just reaching its bound if it is there up to rounding.
    const near = 1e-14 * (Math.abs(x[i]) + Math.abs(tau * weights[i]));
    const bound = sides[i] < 0 ? lower[i] : upper[i];
    const range = upper[i] > lower[i];
    if (range && weights[i] !== 0 && Math.abs(x[i] + tau * weights[i] - bound) <= near) sides[i] = 0;
  }
  return sides;
}
