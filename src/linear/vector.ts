/**
 * Vector kernels on Float64Array: the inner loops of every solver.
 *
 * Plain loops, four numbers a turn, which takes V8 half the time of one; sums run in four partial sums, which shortens the
 * chain of additions and the rounding error with it. Lengths are not checked here: the solvers check them once.
 */

/** x · y */
export function dot(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  const whole = n - (n % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < whole; i += 4) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
    c += x[i + 2] * y[i + 2];
    d += x[i + 3] * y[i + 3];
  }
  for (let i = whole; i < n; i++) a += x[i] * y[i];
  return a + b + (c + d);
}

/** Largest absolute value; NaN when there is one. */
export function maxAbs(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const value = Math.abs(x[i]);
    if (!(value <= largest)) {
      if (Number.isNaN(value)) return value;
      largest = value;
    }
  }
  return largest;
}

/** Euclidean norm, without overflow or underflow on the way. */
export function norm2(x: Float64Array): number {
  const square = dot(x, x);
  if (square > 1e-280 && square < 1e300) return Math.sqrt(square);
  const largest = maxAbs(x);
  if (!(largest > 0 && largest < Infinity)) return largest;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** y ← y + a x */
export function axpy(a: number, x: Float64Array, y: Float64Array): void {
  const n = x.length;
  const whole = n - (n % 4);
  for (let i = 0; i < whole; i += 4) {
    y[i] += a * x[i];
    y[i + 1] += a * x[i + 1];
    y[i + 2] += a * x[i + 2];
    y[i + 3] += a * x[i + 3];
  }
  for (let i = whole; i < n; i++) y[i] += a * x[i];
}

/** y ← x + a y */
export function xpay(x: Float64Array, a: number, y: Float64Array): void {
  const n = x.length;
  const whole = n - (n % 4);
  for (let i = 0; i < whole; i += 4) {
    y[i] = x[i] + a * y[i];
    y[i + 1] = x[i + 1] + a * y[i + 1];
    y[i + 2] = x[i + 2] + a * y[i + 2];
    y[i + 3] = x[i + 3] + a * y[i + 3];
  }
  for (let i = whole; i < n; i++) y[i] = x[i] + a * y[i];
}

/** x ← x + a p and r ← r − a q in one pass; returns r · r. The step of conjugate gradients. */
export function advance(
  a: number,
  p: Float64Array,
  q: Float64Array,
  x: Float64Array,
  r: Float64Array,
): number {
  const n = x.length;
  const whole = n - (n % 2);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < whole; i += 2) {
    x[i] += a * p[i];
    x[i + 1] += a * p[i + 1];
    const u = r[i] - a * q[i];
    const v = r[i + 1] - a * q[i + 1];
    r[i] = u;
    r[i + 1] = v;
    even += u * u;
    odd += v * v;
  }
  if (whole < n) {
    x[whole] += a * p[whole];
    r[whole] -= a * q[whole];
    even += r[whole] ** 2;
  }
  return even + odd;
}

/** x ← a x */
export function scale(a: number, x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] *= a;
}

/** out ← x − y */
export function subtract(x: Float64Array, y: Float64Array, out: Float64Array): void {
  for (let i = 0; i < x.length; i++) out[i] = x[i] - y[i];
}

/** Takes the components along the orthonormal vectors of `basis` out of v, in place. */
export function projectOut(basis: readonly Float64Array[], v: Float64Array): void {
  for (const direction of basis) axpy(-dot(direction, v), direction, v);
}

/** The index of the first value that is not finite, or −1. */
export function firstNotFinite(x: Float64Array): number {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i])) return i;
  return -1;
}
