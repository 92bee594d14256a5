/** What minimisers minimise: a function of a flat vector, with its gradient. */

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
}

/** The largest Euclidean norm among the blocks of `v`; NaN where an entry is not a number. */
export function largestBlock(v: Float64Array, blockSize: number): number {
  let most = 0;
  if (blockSize === 2) {
    for (let i = 0; i < v.length; i += 2) {
      const square = v[i] * v[i] + v[i + 1] * v[i + 1];
      // Written so that NaN is kept.
      if (!(square <= most)) most = square;
    }
  } else if (blockSize === 3) {
    for (let i = 0; i < v.length; i += 3) {
      const square = v[i] * v[i] + v[i + 1] * v[i + 1] + v[i + 2] * v[i + 2];
      if (!(square <= most)) most = square;
    }
  } else {
    for (let i = 0; i < v.length; i += blockSize) {
      let square = 0;
      for (let k = 0; k < blockSize; k++) square += v[i + k] * v[i + k];
      if (!(square <= most)) most = square;
    }
  }
  return Math.sqrt(most);
}
