/**
 * What an optimality mapping may say of itself, beside its values: what its linear system is like, and which of its
 * entries can move. Conditions carry hints; a plain function has none, and everything works without.
 */
import type { LinearSolver } from '../linear/index.js';
import type { TensorTree } from '../tensor/index.js';

export interface SystemHints {
  /** Used where the options name no solver. */
  readonly solve?: LinearSolver;
  /** Whether ∂₁F is symmetric: with a support, the block of the entries that move. */
  readonly symmetric?: boolean;
  /** Of a symmetric ∂₁F at the solutions that are looked for: declared, for solvers that choose by it. */
  readonly definite?: 'positive' | 'positive-semi';
}

/**
 * Masks like x: 1 where an entry can move, 0 where it is held, which is where its row of ∂₁F is a multiple of a unit row
 * (as in x − T(x) where T(x) is constant in x).
 */
export type SupportMask<X extends TensorTree, A extends readonly unknown[]> = (x: X, ...args: A) => X;

export interface Hints<X extends TensorTree, A extends readonly unknown[]> {
  readonly system?: SystemHints;
  readonly support?: SupportMask<X, A>;
}

/** A function with hints: `carrying` a former one's, or new ones. */
export function withHints<F extends object, X extends TensorTree, A extends readonly unknown[]>(
  mapping: F,
  { system, support }: Hints<X, A>,
): F & Hints<X, A> {
  return Object.assign(mapping, {
    ...(system === undefined ? {} : { system }),
    ...(support === undefined ? {} : { support }),
  });
}
