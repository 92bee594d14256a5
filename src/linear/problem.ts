/**
 * A x = b made ready for an iteration, and its end: the part that all iterative solvers share.
 *
 * The right-hand side is divided by a power of two (exact, so that 1e-300 and 1e300 are as good as 1), null
 * vectors are projected out of every product, products are counted and checked for NaN, and the answer is judged
 * by its true residual, whatever the recurrence of the solver believed.
 */
import { InputError } from '../message/index.js';
import { random } from '../random/index.js';
import { checkInput } from './check.js';
import { explain } from './explain.js';
import type { LinearOperator } from './operator.js';
import type { LinearOptions, LinearResult, LinearSolution, Preconditioner } from './solution.js';
import { firstNotFinite, maxAbs, norm2, projectOut, scale, subtract } from './vector.js';

/** How long a solver may go without its residual getting 1 % better. */
const patience = (size: number): number => Math.min(2 * size, 1000) + 50;

/** ‖Aᵀ r‖ below this share of ‖A‖ ‖r‖ means that no x has a smaller residual: the system is inconsistent. */
const stationary = 1e-10;

export class Problem {
  readonly size: number;
  /** The right-hand side, scaled and projected. */
  readonly b: Float64Array;
  readonly bNorm: number;
  /** Largest ‖b − A x‖ of the scaled system that counts as converged. */
  readonly target: number;
  readonly maxIterations: number;
  readonly preconditioned: boolean;
  iterations = 0;
  matvecs = 0;
  /** The answer where no iteration is needed (b zero or not finite, no unknowns). */
  readonly answer: LinearSolution | null;

  private readonly power: number;
  readonly nullSpace: readonly Float64Array[];
  private readonly preconditioner: Preconditioner | undefined;
  private readonly relativeTolerance: number;
  private readonly start: Float64Array | undefined;
  private readonly onIteration: LinearOptions['onIteration'];
  private bestNorm = Infinity;
  private bestIteration = 0;

  constructor(
    readonly A: LinearOperator,
    b: Float64Array,
    options: LinearOptions,
    /** The solver's name, for messages. */
    readonly solver: string,
  ) {
    const size = A.size;
    this.size = size;
    checkInput(A, b, options);
    this.relativeTolerance = options.tolerance ?? 1e-10;
    this.maxIterations = options.maxIterations ?? 10 * size + 100;
    this.preconditioner = options.preconditioner;
    this.preconditioned = options.preconditioner !== undefined;
    this.nullSpace = options.nullSpace ?? [];
    this.start = options.start;
    this.onIteration = options.onIteration;

    const largest = maxAbs(b);
    this.power = Number.isFinite(largest) ? powerOfTwoBelow(largest) : 1;
    this.b = Float64Array.from(b, (value) => value / this.power);
    const before = norm2(this.b);
    projectOut(this.nullSpace, this.b);
    this.bNorm = norm2(this.b);
    // What the projection leaves of a right-hand side inside the null space is rounding.
    if (this.nullSpace.length > 0 && this.bNorm <= 1e-14 * before) this.bNorm = 0;
    this.target = this.relativeTolerance * this.bNorm;
    this.answer = this.trivial(b);
  }

  /** out ← A v, projected. */
  apply(v: Float64Array, out: Float64Array): void {
    this.A.apply(v, out);
    this.applied(out);
  }

  /** Takes up a product that the operator was asked for elsewhere. */
  applied(out: Float64Array): void {
    this.matvecs++;
    projectOut(this.nullSpace, out);
  }

  /** out ← Aᵀ v, projected. */
  applyTranspose(v: Float64Array, out: Float64Array): void {
    if (this.A.symmetric) {
      this.apply(v, out);
      return;
    }
    if (!this.A.applyTranspose) {
      throw new InputError(
        `${this.solver} needs products with Aᵀ: give applyTranspose, or declare A symmetric if it is`,
      );
    }
    this.A.applyTranspose(v, out);
    this.matvecs++;
    projectOut(this.nullSpace, out);
  }

  /** out ← M⁻¹ r, projected; a copy of r without a preconditioner. */
  precondition(r: Float64Array, out: Float64Array): void {
    if (!this.preconditioner) {
      out.set(r);
      return;
    }
    this.preconditioner(r, out);
    projectOut(this.nullSpace, out);
  }

  /** Sets x to the start, or to zero where that is better, and r to its residual. Returns ‖r‖. */
  begin(x: Float64Array, r: Float64Array): number {
    const guess = this.start;
    if (guess) {
      for (let i = 0; i < x.length; i++) x[i] = guess[i] / this.power;
      projectOut(this.nullSpace, x);
      const norm = this.residual(x, r);
      if (norm < this.bNorm) return norm;
      x.fill(0);
    }
    r.set(this.b);
    return this.bNorm;
  }

  /** r ← b − A x; returns ‖r‖. One product. */
  residual(x: Float64Array, r: Float64Array): number {
    this.apply(x, r);
    subtract(this.b, r, r);
    return norm2(r);
  }

  /**
   * Looks at the residual norm after an iteration.
   *
   * @returns null to go on, else why to stop
   */
  watch(norm: number): LinearResult | null {
    this.onIteration?.({ iterations: this.iterations, residual: norm / this.bNorm });
    if (!Number.isFinite(norm)) return 'not-finite';
    if (norm < 0.99 * this.bestNorm) {
      this.bestNorm = norm;
      this.bestIteration = this.iterations;
    }
    if (this.iterations - this.bestIteration > patience(this.size)) return 'stalled';
    return this.iterations >= this.maxIterations ? 'iteration-limit' : null;
  }

  /**
   * Judges x by its true residual and undoes the scaling.
   *
   * @param x the scaled solution; becomes the caller's
   * @param result what the solver believes
   * @param r scratch of the same length; holds the true residual afterwards
   * @param verified ‖b − A x‖ where r already holds it: saves a product
   */
  finish(
    x: Float64Array,
    result: LinearResult,
    r: Float64Array,
    { verified, direction }: { verified?: number; direction?: Float64Array } = {},
  ): LinearSolution {
    let norm = verified ?? this.residual(x, r);
    const lost = firstNotFinite(x) >= 0;
    if (lost) {
      x.fill(0);
      r.set(this.b);
      norm = this.bNorm;
    }
    const residual = norm / this.bNorm;
    scale(this.power, x);
    let code = result;
    // A solution beyond the largest number counts as none.
    if (lost || firstNotFinite(x) >= 0) code = 'not-finite';
    else if (residual <= this.relativeTolerance) code = 'converged';
    else if (!Number.isFinite(norm)) code = 'not-finite';
    else if (code === 'converged') code = 'stalled';
    if (code === 'stalled' || code === 'iteration-limit' || code === 'breakdown') {
      if (this.isStationary(r, norm)) code = 'inconsistent';
    }
    return {
      value: x,
      iterations: this.iterations,
      matvecs: this.matvecs,
      residual,
      result: code,
      message: explain({
        name: this.solver,
        result: code,
        residual,
        tolerance: this.relativeTolerance,
        iterations: this.iterations,
        preconditioned: this.preconditioned,
      }),
      ...(direction === undefined ? {} : { direction }),
    };
  }

  /** Whether Aᵀ r vanishes against ‖A‖ ‖r‖; asked only of solves that failed, so its few products do not matter. */
  private isStationary(r: Float64Array, norm: number): boolean {
    if (!this.A.symmetric && !this.A.applyTranspose) return false;
    const g = new Float64Array(this.size);
    this.applyTranspose(r, g);
    return norm2(g) <= stationary * this.estimateNorm() * norm;
  }

  /** ‖A‖ from below, by six power steps on Aᵀ A. */
  private estimateNorm(): number {
    const source = random(1);
    let v = Float64Array.from({ length: this.size }, () => source.normal());
    let out = new Float64Array(this.size);
    let norm = 0;
    for (let step = 0; step < 6; step++) {
      const length = norm2(v);
      if (!(length > 0)) return norm;
      scale(1 / length, v);
      if (step % 2 === 0) this.apply(v, out);
      else this.applyTranspose(v, out);
      norm = Math.max(norm, norm2(out));
      [v, out] = [out, v];
    }
    return norm;
  }

  private trivial(b: Float64Array): LinearSolution | null {
    const { size } = this;
    const bad = firstNotFinite(b);
    if (bad >= 0) {
      return {
        value: new Float64Array(size).fill(Number.NaN),
        iterations: 0,
        matvecs: 0,
        residual: Number.NaN,
        result: 'not-finite',
        message: `${this.solver}: the right-hand side is ${b[bad]} at index ${bad}; nothing was solved.`,
      };
    }
    if (this.bNorm > 0) return null;
    return {
      value: new Float64Array(size),
      iterations: 0,
      matvecs: 0,
      residual: 0,
      result: 'converged',
      message: `${this.solver}: the right-hand side is zero${this.nullSpace.length > 0 ? ' outside the null space' : ''}, and so is the solution.`,
    };
  }
}

/** The power of two at or below a positive number; 1 for zero. Division by it is exact. */
function powerOfTwoBelow(value: number): number {
  if (value === 0) return 1;
  let exponent = Math.floor(Math.log2(value));
  if (2 ** exponent > value) exponent--;
  return 2 ** Math.max(-1074, Math.min(1023, exponent));
}
