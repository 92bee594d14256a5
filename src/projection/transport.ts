/** The transport polytope: non-negative matrices whose rows and columns have given sums. */
import * as tf from '@tensorflow/tfjs';
import { fromHost } from './arguments.js';
import { potentials } from './bipartite.js';
import { eachPlan, type Marginals } from './marginals.js';
import { operation, piecewise } from './piecewise.js';
import { supportNonzero, withSupport } from './support.js';
import { nearestPlan } from './transport-plan.js';

/**
 * The matrix P ≥ 0 nearest to x whose rows and columns have the given sums: quadratically regularised optimal
 * transport for the cost −x (Blondel, Seguy and Rolet, AISTATS 2018). Newton's method on the potentials; the result is
 * exact, with zeros that are zeros.
 *
 * The derivative holds the support fixed: an entry that just reaches zero is out. It is the least-squares one where the
 * marginals cannot vary so alone (one of them without the others; parts of a plan that falls apart).
 *
 * @param x [..., m, n], finite
 * @throws InputError for marginals that are negative or do not add up to the same, shapes that do not fit
 */
export const projectTransport = withSupport(
  (x: tf.Tensor, marginals: Marginals): tf.Tensor => plans('projectTransport', x, marginals),
  supportNonzero,
);

/** What projectTransport does, under the name of the caller. */
export function plans(who: string, x: tf.Tensor, marginals: Marginals): tf.Tensor {
  return operation(() =>
    eachPlan(who, x, marginals, false, ({ m, n, scores, rows, columns }) => {
      const plan = nearestPlan(who, scores.values, rows.values, columns.values);
      return piecewise(plan, [m, n], () => {
        const support = fromHost(
          plan.map((value) => (value > 0 ? 1 : 0)),
          [m, n],
        );
        const kept = tf.mul(support, scores.tensor);
        const { ofRows, ofColumns } = potentials(
          support,
          tf.sub(rows.tensor, tf.sum(kept, 1, true)),
          tf.sub(columns.tensor, tf.sum(kept, 0, true)),
        );
        return tf.add(kept, tf.mul(support, tf.add(ofRows, ofColumns)));
      });
    }),
  );
}
