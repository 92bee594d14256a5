/** Null vectors of a symmetric operator, found one by one: each Lanczos run sees one, and the next run starts without it. */
import { type EigenvalueOptions, type LowestEigenvalues, lowestEigenvalues } from './lanczos.js';
import type { LinearOperator } from './operator.js';

export interface ZeroModes {
  /** Orthonormal; the given `nullSpace` is not among them. */
  modes: Float64Array[];
  /** What was found beyond them: its sign is 'zero' only when `maxModes` ended the search. */
  rest: LowestEigenvalues;
  matvecs: number;
}

/**
 * Null vectors of a symmetric operator beyond those given, found one by one by deflation.
 *
 * Stops at the first lowest eigenvalue that is not zero, and returns that too: its sign says whether the operator is
 * positive on the rest. Each mode costs a Lanczos run.
 */
export function zeroModes(
  A: LinearOperator,
  { maxModes = A.size, ...options }: Omit<EigenvalueOptions, 'count'> & { maxModes?: number } = {},
): ZeroModes {
  const modes: Float64Array[] = [];
  let matvecs = 0;
  for (;;) {
    const rest = lowestEigenvalues(A, {
      ...options,
      nullSpace: [...(options.nullSpace ?? []), ...modes],
      seed: (options.seed ?? 0) + modes.length,
      count: 1,
    });
    matvecs += rest.matvecs;
    if (rest.sign !== 'zero' || !rest.lowest || modes.length >= maxModes) return { modes, rest, matvecs };
    modes.push(rest.lowest.vector);
  }
}
