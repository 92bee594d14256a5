/** The transport polytope in the geometry of the Kullback–Leibler divergence: entropic optimal transport. */
import * as tf from '@tensorflow/tfjs';
import { isRecording } from '../tensor/index.js';
import { fromHost } from './arguments.js';
import { potentials } from './bipartite.js';
import { eachPlan, type Marginals } from './marginals.js';
import { operation } from './piecewise.js';
import { entropicPlan } from './sinkhorn.js';
import { supportAll, withSupport } from './support.js';

/**
 * The matrix P > 0 with the given sums of rows and columns that minimises KL(P, exp(x)) = Σ P (log P − x) − P + exp(x):
 * entropic optimal transport for the cost −x at temperature 1 (Cuturi, NIPS 2013). Sinkhorn's iteration on
 * logarithms, ended by Newton's method; a plan that is not reached is told by a warning.
 *
 * Its derivative is implicit, through P's own marginal conditions. It is the least-squares one where a marginal cannot
 * vary so alone.
 *
 * @param x [..., m, n], finite: logarithms. At temperature T give x = −cost / T.
 * @throws InputError for marginals that are not above 0 or do not add up to the same, shapes that do not fit
 */
export const projectKlTransport = withSupport((x: tf.Tensor, marginals: Marginals): tf.Tensor => {
  const who = 'projectKlTransport';
  return operation(() =>
    eachPlan(who, x, marginals, true, ({ m, n, scores, rows, columns }) => {
      const plan = entropicPlan(who, scores.values, rows.values, columns.values);
      return planOf(plan, [m, n], scores.tensor, rows.tensor, columns.tensor);
    }),
  );
}, supportAll);

/**
 * The known plan as a function of its arguments. From log P = x + u + v and the marginals of P: with w the cotangent, and
 * s, t the potentials of weights P for the marginals of P · w, x gets P · (w − s − t), and the marginals get s and t.
 */
function planOf(
  plan: Float64Array,
  shape: readonly number[],
  x: tf.Tensor,
  rows: tf.Tensor,
  columns: tf.Tensor,
): tf.Tensor {
  if (!isRecording()) return fromHost(plan, shape);
  const implicit = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    save(inputs as tf.Tensor[]);
    return {
      value: fromHost(plan, shape),
      gradFunc: (w: tf.Tensor, saved: tf.Tensor[]) => {
        const [at, ofRows, ofColumns] = saved;
        const P = planOf(plan, shape, at, ofRows, ofColumns);
        const weighted = tf.mul(P, w);
        const s = potentials(P, tf.sum(weighted, 1, true), tf.sum(weighted, 0, true));
        return [tf.mul(P, tf.sub(w, tf.add(s.ofRows, s.ofColumns))), s.ofRows, s.ofColumns];
      },
    };
  });
  return implicit(x, rows, columns);
}
