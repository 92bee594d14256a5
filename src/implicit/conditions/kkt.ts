/** The conditions of Karush, Kuhn and Tucker: for objectives with equality and inequality constraints. */
import * as tf from '@tensorflow/tfjs';
import { minres } from '../../linear/index.js';
import { InputError } from '../../message/index.js';
import { constant, type TensorTree, toFloat64 } from '../../tensor/index.js';
import { withHints } from '../hints.js';
import { tensorOf, unknownOf } from '../unknown.js';
import {
  type Condition,
  demandStep,
  gradientOf,
  type ScalarFunction,
  type StepOptions,
  tidied,
} from './condition.js';

/** The unknowns: x, and one multiplier for each constraint, in the shape that the constraint function returns. */
export type KktPoint<P extends TensorTree> = {
  readonly primal: P;
  /** ν, where there are equality constraints. */
  readonly equality?: tf.Tensor;
  /** λ ≥ 0, where there are inequality constraints. */
  readonly inequality?: tf.Tensor;
} & { readonly [key: string]: TensorTree };

export interface KktProblem<P extends TensorTree, A extends readonly unknown[]> {
  objective: ScalarFunction<P, A>;
  /** h(x, …args) = 0, a tensor of any shape. */
  equality?: (x: P, ...args: A) => tf.Tensor;
  /** g(x, …args) ≤ 0, a tensor of any shape. */
  inequality?: (x: P, ...args: A) => tf.Tensor;
}

export interface KktConditionOptions extends StepOptions {
  /**
   * How λ ≥ 0, g ≤ 0, λ g = 0 become equations. 'projection' (default): max(λ + η g, 0) − λ, η the step size, which vanishes
   * only where all three hold; the linear system is then that of the active constraints, and symmetric. 'product': λ g,
   * as in the paper, whose system is neither, and whose roots may have the wrong signs.
   */
  complementarity?: 'projection' | 'product';
}

/**
 * F = (∇₁L, h, complementarity) with L = f + ⟨ν, h⟩ + ⟨λ, g⟩, in the unknowns { primal, equality, inequality }.
 *
 * Regular where the gradients of the active constraints are independent, active constraints have λ > 0, and the
 * Hessian of L is positive on their tangent space.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 6; Amos and Kolter, ICML 2017 (OptNet).
 */
export function kktCondition<P extends TensorTree, A extends readonly unknown[]>(
  { objective, equality, inequality }: KktProblem<P, A>,
  { complementarity = 'projection', stepSize = 1 }: KktConditionOptions = {},
): Condition<KktPoint<P>, A> {
  const who = 'kktCondition';
  demandStep(who, stepSize);
  const projected = complementarity === 'projection';
  const scaled = (g: tf.Tensor): tf.Tensor => tf.mul(constant(stepSize), g);

  const F = ({ primal, equality: nu, inequality: lambda }: KktPoint<P>, ...args: A): KktPoint<P> => {
    const lagrangian = (x: P): tf.Tensor => {
      const terms: tf.Tensor[] = [tf.reshape(objective(x, ...args), [])];
      if (equality) terms.push(pairing('equality', nu, equality(x, ...args)));
      if (inequality) terms.push(pairing('inequality', lambda, inequality(x, ...args)));
      return tf.addN(terms);
    };
    const conditions: { [key: string]: TensorTree } = { primal: gradientOf(who, lagrangian)(primal) };
    if (equality) conditions.equality = equality(primal, ...args);
    if (inequality && lambda) {
      const g = inequality(primal, ...args);
      // η divides the active rows, so that they stay those of the symmetric matrix.
      conditions.inequality = projected
        ? tf.div(tf.sub(tf.relu(tf.add(lambda, scaled(g))), lambda), constant(stepSize))
        : tf.mul(lambda, g);
    }
    return conditions as KktPoint<P>;
  };

  /** Of the multipliers, those of active constraints move. */
  const support = (point: KktPoint<P>, ...args: A): KktPoint<P> => {
    const ones = unknownOf(point.primal)?.unpack(
      tensorOf(new Float64Array(unknownOf(point.primal)?.size ?? 0).fill(1)),
    );
    const masks: { [key: string]: TensorTree } = { primal: ones as P };
    if (point.equality) masks.equality = tf.onesLike(point.equality);
    if (point.inequality && inequality) {
      const trial = tf.add(point.inequality, scaled(inequality(point.primal, ...args)));
      const active = toFloat64(trial).map((value) => (value > 0 ? 1 : 0));
      masks.inequality = tensorOf(active, point.inequality.shape);
    }
    return masks as KktPoint<P>;
  };

  const symmetric = projected || !inequality;
  return withHints((point: KktPoint<P>, ...args: A): KktPoint<P> => tidied(() => F(point, ...args)), {
    system: { symmetric, ...(symmetric ? { solve: minres } : {}) },
    ...(projected && inequality ? { support } : {}),
  });

  function pairing(name: string, multipliers: tf.Tensor | undefined, values: tf.Tensor): tf.Tensor {
    if (multipliers instanceof tf.Tensor && tf.util.arraysEqual(multipliers.shape, values.shape)) {
      return tf.sum(tf.mul(multipliers, values));
    }
    const found = multipliers instanceof tf.Tensor ? `shape [${multipliers.shape}]` : String(multipliers);
    throw new InputError(
      `${who}: the unknowns must have ${name}, one multiplier a constraint, of shape [${values.shape}]; found ${found}`,
    );
  }
}
