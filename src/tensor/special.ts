/** The error function in double precision, which Math lacks. */

/** A quotient of polynomials, lowest powers first. */
interface Quotient {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/**
 * erf(x) = x + x Y(x²) for |x| < 1, 1 − exp(−x²) G(x) for 1 ≤ x ≤ 6, with minimax quotients Y and G whose errors are
 * below 0.1 · 2^-53 of the result. Source of the forms: W. J. Cody, Mathematics of Computation 23, 631 (1969); the
 * coefficients are made by test/data/math/coefficients.py.
 */
export const erfQuotients: { readonly near: Quotient; readonly far: Quotient } = {
  near: {
    above: [
      0.1283791670955126, -0.31701414939804873, -0.04830971581789671, -0.00881252421751503,
      -0.0004951292539627435, -2.0710092629411675e-5,
    ],
    below: [
      1, 0.46045040617696315, 0.09378403325495038, 0.010687338566977539, 0.0006919147234848915,
      2.0783780813962925e-5,
    ],
  },
  far: {
    above: [
      0.9999998869874565, 1.3905928376967873, 0.9495394269626733, 0.37361014466704107, 0.08435225741355326,
      0.008930800400971571,
    ],
    below: [
      1, 2.51897081422218, 2.7918995973074057, 1.7571943039446356, 0.6701809695072698, 0.1495065785188944,
      0.015829554013678235,
    ],
  },
};

/** erf(x) = (2/√π) ∫₀ˣ exp(−t²) dt, to within 2 units in the last place. */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z < 1) return x + x * quotient(erfQuotients.near, z * z);
  const fall = z < 6 ? Math.exp(-z * z) * quotient(erfQuotients.far, z) : 0;
  return Math.sign(x) * (1 - fall);
}

function quotient({ above, below }: Quotient, x: number): number {
  return polynomial(above, x) / polynomial(below, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let total = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) total = total * x + coefficients[k];
  return total;
}
