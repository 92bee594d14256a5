/**
 * A linear system of a non-smooth solution, solved on its support.
 *
 * Entries that are held (at zero, at a bound, by an inactive constraint) have rows of ∂₁F that are multiples of unit
 * rows. With the moving entries M first, ∂₁F = [A B; 0 D], D diagonal: the hard part of a solve is A, which is smaller,
 * better conditioned, and often symmetric where ∂₁F is not.
 */
import type { LinearOperator, LinearOptions, LinearSolution, LinearSolver } from '../linear/index.js';
import { norm2, subtract } from '../linear/index.js';
import type { LinearSystem } from './options.js';

export interface WholeSystem {
  readonly kind: LinearSystem;
  /** out ← ∂₁F v ('tangent') or ∂₁Fᵀ v ('adjoint') */
  apply(v: Float64Array, out: Float64Array): void;
  /** The other of the two. */
  applyTranspose(v: Float64Array, out: Float64Array): void;
}

/**
 * The solution of the whole system, through the block of the entries that move. Its counts are those of the block; its
 * residual is that of the whole system.
 *
 * @param moving indices of the entries that move, ascending
 */
export function solveOnSupport(
  { kind, apply, applyTranspose }: WholeSystem,
  moving: readonly number[],
  properties: Pick<LinearOperator, 'symmetric' | 'definite'>,
  b: Float64Array,
  solver: LinearSolver,
  options: LinearOptions,
): LinearSolution {
  const n = b.length;
  const [whole, image] = [new Float64Array(n), new Float64Array(n)];
  const moves = new Uint8Array(n);
  for (const i of moving) moves[i] = 1;
  const held = Array.from({ length: n }, (_, i) => i).filter((i) => moves[i] === 0);

  for (const i of held) whole[i] = 1;
  apply(whole, image);
  const diagonal = held.map((i) => image[i]);
  whole.fill(0);

  const right = Float64Array.from(moving, (i) => b[i]);
  if (kind === 'tangent') {
    held.forEach((i, k) => {
      whole[i] = b[i] / diagonal[k];
    });
    apply(whole, image);
    moving.forEach((i, k) => {
      right[k] -= image[i];
    });
  }
  const block = solver(
    blockOf({ kind, apply, applyTranspose }, moving, n, properties),
    right,
    restrictedOptions(options, moving, n),
  );
  moving.forEach((i, k) => {
    whole[i] = block.value[k];
  });
  if (kind === 'adjoint') {
    apply(whole, image);
    held.forEach((i, k) => {
      whole[i] = (b[i] - image[i]) / diagonal[k];
    });
  }
  apply(whole, image);
  subtract(b, image, image);
  const residual = norm2(image) / norm2(b);
  const solution = { ...block, value: whole, residual };
  // A mask that holds entries which do move leaves a residual that no block can explain.
  const explained = 10 * (options.tolerance ?? 1e-10) * (1 + norm2(right) / norm2(b));
  if (block.result !== 'converged' || residual <= explained) return solution;
  return {
    ...solution,
    result: 'inconsistent',
    message:
      `the system was solved on a support of ${moving.length} of ${n} unknowns, but the others are not held there: the whole ` +
      `has a relative residual of ${residual.toExponential(1)}. Give a support that fits the mapping, or restrict: false.`,
  };
}

function blockOf(
  { apply, applyTranspose }: WholeSystem,
  moving: readonly number[],
  n: number,
  { symmetric, definite }: Pick<LinearOperator, 'symmetric' | 'definite'>,
): LinearOperator {
  const [whole, image] = [new Float64Array(n), new Float64Array(n)];
  const by = (product: WholeSystem['apply']) => (v: Float64Array, out: Float64Array) => {
    moving.forEach((i, k) => {
      whole[i] = v[k];
    });
    product(whole, image);
    moving.forEach((i, k) => {
      out[k] = image[i];
    });
  };
  return {
    size: moving.length,
    symmetric,
    ...(definite === undefined ? {} : { definite }),
    apply: by(apply),
    applyTranspose: by(applyTranspose),
  };
}

/** The start and the preconditioner are for the whole system; a principal block of a positive M⁻¹ is positive, too. */
function restrictedOptions(
  { start, preconditioner, ...rest }: LinearOptions,
  moving: readonly number[],
  n: number,
): LinearOptions {
  const narrow = (v: Float64Array): Float64Array => Float64Array.from(moving, (i) => v[i]);
  return {
    ...rest,
    ...(start === undefined ? {} : { start: narrow(start) }),
    ...(preconditioner === undefined
      ? {}
      : {
          preconditioner: (r: Float64Array, out: Float64Array) => {
            const [whole, image] = [new Float64Array(n), new Float64Array(n)];
            moving.forEach((i, k) => {
              whole[i] = r[k];
            });
            preconditioner(whole, image);
            out.set(narrow(image));
          },
        }),
  };
}
