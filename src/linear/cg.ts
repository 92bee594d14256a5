/**
 * Conjugate gradients: for symmetric positive (semi)definite operators, one product an iteration.
 *
 * `cgTogether` solves for several right-hand sides, which share passes over an operator that knows `applyAll`.
 *
 * Source: Hestenes and Stiefel, J. Res. Nat. Bur. Stand. 49, 409 (1952). Singular systems with b in the range are
 * solved too; from zero the answer is then the minimum-norm one. A direction with pᵀ A p < 0 ends the solve as
 * `negative-curvature` with that direction. Indefinite systems belong to `minres`.
 */
import { applyAll, type LinearOperator } from './operator.js';
import { Problem } from './problem.js';
import type { LinearOptions, LinearResult, LinearSolution, LinearSolver } from './solution.js';
import { advance, axpy, dot, norm2, scale, xpay } from './vector.js';

/** Curvature below this share of the largest one seen is zero up to rounding. */
const flat = 1e-14;

export const cg: LinearSolver = (A, b, options = {}) => {
  const steps = iterate(A, b, options);
  for (;;) {
    const turn = steps.next();
    if (turn.done) return turn.value;
    A.apply(turn.value.vector, turn.value.product);
  }
};

export interface TurnsOptions {
  /** Milliseconds after which other work has its turn; 50 by default. */
  readonly pause?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bits that `cg` gives, while other work has its turn now and then: a page stays alive, and a signal can arrive.
 *
 * @throws the signal's reason, where it is aborted
 */
export async function cgInTurns(
  A: LinearOperator,
  b: Float64Array,
  options: LinearOptions = {},
  { pause = 50, signal }: TurnsOptions = {},
): Promise<LinearSolution> {
  const steps = iterate(A, b, options);
  let last = performance.now();
  for (;;) {
    signal?.throwIfAborted();
    const turn = steps.next();
    if (turn.done) return turn.value;
    A.apply(turn.value.vector, turn.value.product);
    if (performance.now() - last < pause) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  }
}

/**
 * A xₖ = bₖ for all k: the solutions that `cg` gives one by one, in less time.
 *
 * @param atOnce solves under way at a time, each with five vectors of its own
 */
export function cgTogether(
  A: LinearOperator,
  rightHandSides: readonly Float64Array[],
  options: LinearOptions = {},
  atOnce = 4,
): LinearSolution[] {
  const solutions: LinearSolution[] = [];
  const waiting = rightHandSides.map((b, k) => ({ k, steps: iterate(A, b, options) }));
  let running: { k: number; steps: Iteration; wanted: Product }[] = [];
  for (;;) {
    while (running.length < atOnce && waiting.length > 0) {
      const { k, steps } = waiting.shift() as (typeof waiting)[number];
      const turn = steps.next();
      if (turn.done) solutions[k] = turn.value;
      else running.push({ k, steps, wanted: turn.value });
    }
    if (running.length === 0) return solutions;
    applyAll(
      A,
      running.map(({ wanted }) => wanted.vector),
      running.map(({ wanted }) => wanted.product),
    );
    running = running.filter((run) => {
      const turn = run.steps.next();
      if (turn.done) solutions[run.k] = turn.value;
      else run.wanted = turn.value;
      return !turn.done;
    });
  }
}

/** A product with the operator that an iteration waits for. */
interface Product {
  readonly vector: Float64Array;
  readonly product: Float64Array;
}

type Iteration = Generator<Product, LinearSolution, void>;

function* iterate(A: LinearOperator, b: Float64Array, options: LinearOptions): Iteration {
  const problem = new Problem(A, b, options, 'CG');
  if (problem.answer) return problem.answer;
  const n = problem.size;
  const { target } = problem;
  const x = new Float64Array(n);
  const r = new Float64Array(n);
  const p = new Float64Array(n);
  const Ap = new Float64Array(n);
  const z = problem.preconditioned ? new Float64Array(n) : r;
  const best = new Float64Array(n);

  const wanted: Product = { vector: p, product: Ap };
  let norm = problem.begin(x, r);
  let bestNorm = norm;
  best.set(x);
  let verified = norm;
  let largestCurvature = 0;

  // Each pass starts from a true residual; a second one is needed only where the recurrence had drifted from it.
  for (;;) {
    if (norm <= target) return problem.finish(x, 'converged', r, { verified: norm });
    if (z !== r) problem.precondition(r, z);
    let rz = dot(r, z);
    p.set(z);
    let size = rz; // ‖p‖² in the norm of M, by recurrence
    let stop: LinearResult | null = problem.watch(norm);
    while (stop === null && norm > target) {
      if (!(rz > 0)) {
        stop = Number.isFinite(rz) ? 'breakdown' : 'not-finite';
        break;
      }
      yield wanted;
      problem.applied(Ap);
      const pAp = dot(p, Ap);
      if (!Number.isFinite(pAp)) {
        stop = 'not-finite';
        break;
      }
      const curvature = pAp / size;
      largestCurvature = Math.max(largestCurvature, Math.abs(curvature));
      if (curvature <= flat * largestCurvature) {
        if (curvature < -flat * largestCurvature) return negative(problem, x, r, p);
        // A flat direction that b pushes along: no finite x balances it.
        stop = 'inconsistent';
        break;
      }
      const alpha = rz / pAp;
      const square = advance(alpha, p, Ap, x, r);
      problem.iterations++;
      const before = norm;
      norm = square > 1e-280 ? Math.sqrt(square) : norm2(r);
      if (norm > before && before <= bestNorm) {
        bestNorm = before;
        best.set(x);
        axpy(-alpha, p, best);
      }
      stop = problem.watch(norm);
      if (z !== r) problem.precondition(r, z);
      const next = z === r ? square : dot(r, z);
      const beta = next / rz;
      rz = next;
      size = rz + beta * beta * size;
      xpay(z, beta, p);
    }
    if (stop !== null) {
      // `not <` also catches a NaN.
      if (!(norm < bestNorm)) x.set(best);
      return problem.finish(x, stop, r);
    }
    norm = problem.residual(x, r);
    if (norm > target && norm > 0.5 * verified) return problem.finish(x, 'stalled', r, { verified: norm });
    verified = norm;
    bestNorm = norm;
    best.set(x);
  }
}

function negative(problem: Problem, x: Float64Array, r: Float64Array, p: Float64Array) {
  const direction = Float64Array.from(p);
  scale(1 / norm2(direction), direction);
  return problem.finish(x, 'negative-curvature', r, { direction });
}
