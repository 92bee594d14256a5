/** The fixed point of proximal gradient steps block by block, each with a step size of its own. */

import { InputError } from '../../message/index.js';
import type { TensorTree } from '../../tensor/index.js';
import type { SupportMask } from '../hints.js';
import {
  demandStep,
  gradientOf,
  type ScalarFunction,
  type StepCondition,
  step,
  stepCondition,
} from './condition.js';
import { freeRows } from './free-rows.js';
import type { ProximalStep } from './proximal-gradient.js';

/** Blocks of unknowns: an array or an object of tensors (or trees). */
export type Blocks = readonly TensorTree[] | { readonly [key: string]: TensorTree };

/** One prox a block; `null` for a block without a penalty. */
export type BlockProxes<X extends Blocks, A extends readonly unknown[]> = {
  readonly [K in keyof X]: X[K] extends TensorTree ? ProximalStep<X[K], A> | null : never;
};

export interface BlockProximalGradientConditionOptions<X extends Blocks, A extends readonly unknown[]> {
  /** η: one for all blocks, or one a block. Default 1. */
  stepSize?: number | { readonly [K in keyof X]: number };
  /** As for `proximalGradientCondition`. */
  support?: SupportMask<X, A>;
}

/**
 * F_k = x_k − prox_k(x_k − η_k ∂f/∂x_k, η_k, …args) for each block k.
 *
 * Blocks of unlike curvature get steps that suit them, which one step for all cannot; the linear system is solved on
 * the support, as in `proximalGradientCondition`.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 16 (appendix A).
 */
export function blockProximalGradientCondition<X extends Blocks, A extends readonly unknown[]>(
  objective: ScalarFunction<X, A>,
  proxes: BlockProxes<X, A>,
  { stepSize = 1, support }: BlockProximalGradientConditionOptions<X, A> = {},
): StepCondition<X, A> {
  const who = 'blockProximalGradientCondition';
  const slope = gradientOf(who, objective);
  const steps: { readonly [key: string]: unknown } = typeof stepSize === 'number' ? {} : { ...stepSize };
  const stepOf = (key: string): number => (typeof stepSize === 'number' ? stepSize : (steps[key] as number));
  for (const key of Object.keys(proxes)) demandStep(`${who}, block ${key}`, stepOf(key));

  const inner = (x: X, ...args: A): X => {
    const g = slope(x, ...args);
    return byBlock(x, (block, key) => step(block, entry(g, key), stepOf(key)));
  };
  const prox = (u: X, ...args: A): X =>
    byBlock(u, (block, key) => {
      const own = (proxes as { readonly [key: string]: ProximalStep<TensorTree, A> | null | undefined })[key];
      if (own === undefined) {
        throw new InputError(`${who}: there is no prox for block ${key}; give null where it has no penalty`);
      }
      return own === null ? block : own(block, stepOf(key), ...args);
    });
  return stepCondition<X, A>((x, ...args) => prox(inner(x, ...args), ...args), {
    support: support ?? ((x, ...args) => freeRows((u: X) => prox(u, ...args), inner(x, ...args))),
  });
}

function entry(blocks: Blocks, key: string): TensorTree {
  return (blocks as { readonly [key: string]: TensorTree })[key];
}

function byBlock<X extends Blocks>(blocks: X, change: (block: TensorTree, key: string) => TensorTree): X {
  if (Array.isArray(blocks)) {
    return blocks.map((block: TensorTree, k) => change(block, String(k))) as unknown as X;
  }
  return Object.fromEntries(
    Object.entries(blocks).map(([key, block]) => [key, change(block as TensorTree, key)]),
  ) as X;
}
