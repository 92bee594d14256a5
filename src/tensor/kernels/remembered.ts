/**
 * The last products of a large matrix, so that the same one is not computed again.
 *
 * tfjs keeps no tape between derivatives: each product with a Hessian or a Jacobian evaluates the function anew, at the
 * same point, and most of that are products of the data with the same vectors. The matrix is known by its array, whose
 * numbers never change and which belongs to one tensor for all of its life; the other factor by its numbers, for it is
 * often made anew. Comparing them takes a hundredth of the product, and no time where the first number differs.
 */
import type { Values } from '../backend.js';

interface Remembered {
  /** Which way the operands lie. */
  readonly way: string;
  readonly right: Float64Array;
  readonly result: Float64Array;
}

/** Products that a matrix keeps: one that is asked for again, and those in between. */
const most = 4;
/** What a matrix keeps is small beside it: its numbers are so many times those of the other factor and the result. */
const leastRatio = 16;
/** Numbers of a matrix from which on products are worth keeping. */
const leastNumbers = 50_000;

const products = new WeakMap<Values, Remembered[]>();

/**
 * Fills `result` with the product of two arrays, by memory or by `compute`.
 *
 * @param way what else the product depends on: shapes and transposes
 */
export function remembered(
  left: Values,
  right: Values,
  way: string,
  result: Float64Array,
  compute: () => void,
): void {
  const kept = right.length + result.length;
  if (left.length < Math.max(leastNumbers, leastRatio * kept)) {
    compute();
    return;
  }
  const known = products.get(left) ?? [];
  const found = known.findIndex((product) => product.way === way && sameNumbers(product.right, right));
  if (found >= 0) {
    const [product] = known.splice(found, 1);
    result.set(product.result);
    known.unshift(product);
    return;
  }
  compute();
  // The oldest one's arrays are used again, where they are as long.
  const oldest = known.length === most ? known.pop() : undefined;
  known.unshift({ way, right: copy(right, oldest?.right), result: copy(result, oldest?.result) });
  products.set(left, known);
}

function copy(numbers: Values, into: Float64Array | undefined): Float64Array {
  if (into?.length !== numbers.length) return new Float64Array(numbers);
  into.set(numbers);
  return into;
}

/** Also signs of zeros; NaN is never the same. */
function sameNumbers(a: Float64Array, b: Values): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] || (a[i] === 0 && 1 / a[i] !== 1 / b[i])) return false;
  }
  return true;
}
