/** The arguments of projections onto transport plans: a matrix, or a batch of them, and what its rows and columns sum to. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { toFloat64 } from '../tensor/index.js';
import { demand, type Parameter, place, tensorOf, type Valued, vectorsOf } from './arguments.js';

export interface Marginals {
  /** What each row sums to: [m], or [..., m] with the batch axes of x. */
  readonly rows: Parameter;
  /** What each column sums to: [n], or [..., n]. Both add up to the same. */
  readonly columns: Parameter;
}

/** One matrix of the batch. */
export interface TransportProblem {
  readonly m: number;
  readonly n: number;
  /** [m, n] */
  readonly scores: Valued;
  /** [m, 1]; the values add up exactly to those of the columns. */
  readonly rows: Valued;
  /** [1, n] */
  readonly columns: Valued;
}

/** How far apart the two sums may be, for numbers that may have come through single precision. */
const agreement = 1e-6;

/**
 * @param x [..., m, n]
 * @param plan of one matrix, [m, n]
 * @param positive whether a marginal must not be zero
 * @returns the plans, of the shape of x
 * @throws InputError for shapes that do not fit, negative marginals, sums that differ by more than one part in a million
 */
export function eachPlan(
  who: string,
  x: tf.Tensor,
  marginals: Marginals,
  positive: boolean,
  plan: (problem: TransportProblem) => tf.Tensor,
): tf.Tensor {
  if (!(x instanceof tf.Tensor) || x.rank < 2) {
    throw new InputError(
      `${who}: x must be a matrix, or a batch of them: shape [..., m, n], found ${x instanceof tf.Tensor ? `[${x.shape}]` : String(x)}`,
    );
  }
  const { tensor, values, shape } = vectorsOf(who, x);
  const batch = shape.slice(0, -2);
  const [m, n] = shape.slice(-2);
  const count = batch.reduce((product, length) => product * length, 1);
  const rows = side(who, 'rows', marginals.rows, batch, m, positive);
  const columns = side(who, 'columns', marginals.columns, batch, n, positive);
  const plans = Array.from({ length: count }, (_, k) => {
    const a = rows.values.slice(k * m, (k + 1) * m);
    const b = columns.values.slice(k * n, (k + 1) * n);
    balance(who, a, b, place(k, batch));
    return plan({
      m,
      n,
      scores: {
        tensor: part(tensor, count, k, [m, n]),
        values: values.subarray(k * m * n, (k + 1) * m * n),
      },
      rows: { tensor: part(rows.tensor, count, k, [m, 1]), values: a },
      columns: { tensor: part(columns.tensor, count, k, [1, n]), values: b },
    });
  });
  return tf.reshape(plans.length === 1 ? plans[0] : tf.stack(plans), [...shape]);
}

function side(
  who: string,
  what: string,
  value: Parameter,
  batch: readonly number[],
  length: number,
  positive: boolean,
): Valued {
  const given = tensorOf(who, what, value);
  const all = [...batch, length];
  if (!tf.util.arraysEqual(given.shape, [length]) && !tf.util.arraysEqual(given.shape, all)) {
    throw new InputError(
      `${who}: ${what} must be of shape [${length}]${batch.length > 0 ? ` or [${all}]` : ''}, found [${given.shape}]`,
    );
  }
  const holds = (v: number) => Number.isFinite(v) && (positive ? v > 0 : v >= 0);
  const expected = positive ? 'above 0 (leave out what has no mass)' : '0 or more';
  demand(who, what, toFloat64(given), given.shape, holds, expected);
  const tensor = tf.broadcastTo(given, all);
  return { tensor, values: toFloat64(tensor) };
}

/** Takes up a difference by rounding, half on either side. */
function balance(who: string, a: Float64Array, b: Float64Array, where: string): void {
  const [ofRows, ofColumns] = [a, b].map((values) => values.reduce((sum, value) => sum + value, 0));
  const mean = (ofRows + ofColumns) / 2;
  if (!(Math.abs(ofRows - ofColumns) <= agreement * mean)) {
    throw new InputError(
      `${who}: no plan has these marginals${where}: rows add up to ${ofRows} but columns to ${ofColumns}; ` +
        'scale one of them',
    );
  }
  if (mean === 0) return;
  for (let i = 0; i < a.length; i++) a[i] *= mean / ofRows;
  for (let j = 0; j < b.length; j++) b[j] *= mean / ofColumns;
}

function part(tensor: tf.Tensor, count: number, k: number, shape: number[]): tf.Tensor {
  if (count === 1) return tf.reshape(tensor, shape);
  const size = shape[0] * shape[1];
  return tf.reshape(tf.slice(tf.reshape(tensor, [count, size]), [k, 0], [1, size]), shape);
}
