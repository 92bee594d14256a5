/**
 * The problems that methods solve, as functions of flat Float64Arrays. Functions write into the `out` that they are
 * given, which never shares memory with their input.
 */

/** A smooth function to be minimised. */
export interface Objective {
  /** Unknowns. */
  readonly size: number;
  /**
   * Unknowns that form one vector, such as the coordinates of a point; 1 by default. Convergence and the longest
   * step are measured on these vectors.
   */
  readonly blockSize?: number;
  /** Writes the gradient at x to `gradient`; returns the value. */
  gradient(x: Float64Array, gradient: Float64Array): number;
  /** out ← H(x) v, for Newton's method. */
  hessianProduct?(x: Float64Array, v: Float64Array, out: Float64Array): void;
}

/** f(x) + g(x): f smooth, g known by its proximal operator. */
export interface CompositeObjective extends Objective {
  /** out ← argmin_u ½ ‖u − v‖² + step · g(u) */
  prox(v: Float64Array, step: number, out: Float64Array): void;
  /** g(x), so that the reported objective is f + g; where it is left out, it is f alone. */
  penalty?(x: Float64Array): number;
}

/** A smooth function on a convex set, known by its projection. */
export interface ProjectedObjective extends Objective {
  /** out ← the point of the set that is closest to v */
  projection(v: Float64Array, out: Float64Array): void;
}

/** A smooth function on the box lower ≤ x ≤ upper. */
export interface BoxObjective extends Objective {
  /** −Infinity where there is no bound. */
  readonly lower: Float64Array;
  /** Infinity where there is no bound. */
  readonly upper: Float64Array;
}

/** A smooth function with constraints of its own kind each; the parts that are left out are not there. */
export interface ConstrainedObjective extends Objective {
  /** c(x) = 0 */
  readonly equality?: Residual;
  /** c(x) ≤ 0 */
  readonly inequality?: Residual;
  readonly lower?: Float64Array;
  readonly upper?: Float64Array;
}

/** A vector function r(x) whose squares are to be small. */
export interface Residual {
  /** Unknowns. */
  readonly size: number;
  /** Values. */
  readonly count: number;
  /** out ← r(x) */
  evaluate(x: Float64Array, out: Float64Array): void;
  /** The Jacobian at x as products; made for each x that a step is taken from. */
  linearize(x: Float64Array): Linearization;
}

/** A Jacobian J, `count` × `size`. */
export interface Linearization {
  /** out ← J v */
  product(v: Float64Array, out: Float64Array): void;
  /** out ← Jᵀ w */
  transposed(w: Float64Array, out: Float64Array): void;
  /** J itself, row-major, where there is one: cheaper than products for few unknowns. */
  readonly matrix?: Float64Array;
}

/** F(x) = 0, as many equations as unknowns; no derivative. */
export interface RootFunction {
  readonly size: number;
  /** out ← F(x) */
  evaluate(x: Float64Array, out: Float64Array): void;
}

/** x = T(x) */
export interface FixedPointMap {
  readonly size: number;
  /** out ← T(x) */
  apply(x: Float64Array, out: Float64Array): void;
}

/** The largest Euclidean norm among the blocks of `v`; NaN where an entry is not a number. */
export function largestBlock(v: Float64Array, blockSize: number): number {
  let most = 0;
  if (blockSize === 2) {
    for (let i = 0; i < v.length; i += 2) {
      const square = v[i] * v[i] + v[i + 1] * v[i + 1];
      // Math.max keeps NaN, wherever it comes.
      most = Math.max(most, square);
    }
  } else if (blockSize === 3) {
    for (let i = 0; i < v.length; i += 3) {
      const square = v[i] * v[i] + v[i + 1] * v[i + 1] + v[i + 2] * v[i + 2];
      most = Math.max(most, square);
    }
  } else {
    for (let i = 0; i < v.length; i += blockSize) {
      let square = 0;
      for (let k = 0; k < blockSize; k++) square += v[i + k] * v[i + k];
      most = Math.max(most, square);
    }
  }
  return Math.sqrt(most);
}
