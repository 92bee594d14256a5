/** The optimality error of methods that project, or apply a proximal operator. */

/**
 * An entry of (x − P(x − t g)) / t.
 *
 * Where x is so large that rounding loses the step altogether, it is the gradient's own entry: a point that runs away must
 * not pass for a solution.
 *
 * @param moved x − t g
 * @param image P(x − t g)
 */
export function mappingEntry(x: number, g: number, t: number, moved: number, image: number): number {
  return moved === x && image === x ? g : (x - image) / t;
}

/** The largest entry of x − P(x − g), P the nearest point of the box. */
export function boxError(x: Float64Array, g: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    const moved = x[i] - g[i];
    const image = Math.min(upper[i], Math.max(lower[i], moved));
    most = Math.max(most, Math.abs(mappingEntry(x[i], g[i], 1, moved, image)));
  }
  return most;
}
