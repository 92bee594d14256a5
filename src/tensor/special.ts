/** The error function in double precision, which Math lacks. */

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/**
 * erf(x) = (2/√π) ∫₀ˣ exp(−t²) dt, to within a few units in the last place.
 *
 * Up to 2.5 by the series with positive terms, Abramowitz and Stegun 7.1.6; beyond by the continued fraction of
 * the complement, 7.1.14, whose error is far smaller than the 1 that it is taken from.
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (Number.isNaN(z)) return z;
  if (z > 6) return Math.sign(x);
  const value = z < 2.5 ? series(z) : 1 - complement(z);
  return x < 0 ? -value : value;
}

function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_SQRT_PI * Math.exp(-z * z) * sum;
}

function complement(z: number): number {
  let fraction = z;
  for (let n = 60; n >= 1; n--) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
}
