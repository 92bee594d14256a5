/** The error function and its complement in double precision, which Math lacks. */

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

/**
 * erfc(x) = exp(L(t) − x²) / (1 + 2x), t = (x − 2)/(x + 2), for 0.75 ≤ x ≤ 27.3, beyond which erfc is 0: L as a minimax
 * polynomial with an error below 0.1 · 2^-53. Source of the variable: M. M. Shepherd and J. G. Laframboise, Mathematics
 * of Computation 36, 249 (1981); the coefficients are made as those above.
 */
export const erfcExponent: readonly number[] = [
  0.2444966478174628, -0.07264322397765681, -0.13265669315809625, 0.11889561023118753, -0.042272689366329115,
  0.006727061442319836, -0.006017066444308364, 0.006344898230918317, -0.002245766827848734,
  0.000446064945851925, -0.0006983970773195117, 0.0005041211302405672, -0.00010999711123613525,
  6.870407716854092e-5, -8.615059252914658e-5, 3.127601671574076e-5, -9.168719111021941e-6,
  1.2785633934444732e-5, -6.569934247676572e-6, 1.8979881688865089e-6, -2.486466662802238e-6,
  1.7757039068507366e-6, -3.959075869838356e-7,
];
/** Below, erfc is 1 − erf without a loss of digits. */
export const erfcFrom = 0.75;

/** erfc(x) = 1 − erf(x), to within 3 units in the last place also where erf(x) is near 1. */
export function erfc(x: number): number {
  const z = Math.abs(x);
  if (z < erfcFrom) return 1 - x - x * quotient(erfQuotients.near, z * z);
  if (!(z < 28)) return Number.isNaN(x) ? x : 1 - Math.sign(x);
  // The square of 24 bits is exact.
  const leading = Math.fround(z);
  const rest = (leading - z) * (leading + z) + polynomial(erfcExponent, (z - 2) / (z + 2));
  const fall = Math.exp(-leading * leading);
  const tail = (fall + fall * Math.expm1(rest)) / (1 + 2 * z);
  return x < 0 ? 2 - tail : tail;
}

function quotient({ above, below }: Quotient, x: number): number {
  return polynomial(above, x) / polynomial(below, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let total = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) total = total * x + coefficients[k];
  return total;
}
