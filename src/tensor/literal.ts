/**
 * Numbers typed in a program reach a backend through a Float32Array of one element, because tfjs has no wider
 * type. Here the number that was typed is recovered. Not for computed values: those have to come as float64.
 */
import { warn } from '../message/index.js';

let warned = false;

/** Digits that every decimal number keeps on its way through float32. */
const SAFE_DIGITS = 7;

/** Of the 24 bits of a float32, how many a short binary fraction leaves empty at the end. */
const EMPTY_BITS = 12;

/**
 * The number that was typed, as far as it can be told from the float32 `x`: the shortest decimal that rounds to x
 * (0.1 for fround(0.1)), or x itself where that is the shorter one in binary (2 ** -20, 3 / 4096).
 *
 * A number that needs more than seven digits (Math.PI, 1/3) lost the rest before it came here; that is said once.
 */
export function shortestDecimal(x: number): number {
  if (!Number.isFinite(x) || (Number.isInteger(x) && Math.abs(x) < 2 ** 24)) return x;
  for (let digits = 1; digits <= 9; digits++) {
    const decimal = Number(x.toPrecision(digits));
    if (Math.fround(decimal) !== x) continue;
    if (digits >= SAFE_DIGITS && isShortBinary(x)) return x;
    if (digits > SAFE_DIGITS && !warned) {
      warned = true;
      warn(
        'a number with more than 7 digits passed through tfjs in single precision ' +
          `(${decimal} is what arrived); write float64(value) in its place to keep all of its digits`,
      );
    }
    return decimal;
  }
  return x;
}

function isShortBinary(x: number): boolean {
  const [bits] = new Uint32Array(Float32Array.of(x).buffer);
  return bits % 2 ** EMPTY_BITS === 0;
}
