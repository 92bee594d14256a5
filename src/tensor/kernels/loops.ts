/**
 * Plain loops over doubles for the kernels that expressions spend their time in. A loop that calls a function of
 * one element works for every kernel but is some six times slower, because engines cannot inline the call.
 */

/**
 * An operation on pairs, for results `from … to − 1`; a step of 0 takes the same number again. Four at a time, which
 * halves the time that checks of bounds take.
 */
export type PairLoop = (
  a: Float64Array,
  aStart: number,
  aStep: number,
  b: Float64Array,
  bStart: number,
  bStep: number,
  out: Float64Array,
  from: number,
  to: number,
) => void;

export const add: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  let p = aStart;
  let q = bStart;
  let i = from;
  for (; i + 3 < to; i += 4) {
    out[i] = a[p] + b[q];
    out[i + 1] = a[p + aStep] + b[q + bStep];
    out[i + 2] = a[p + 2 * aStep] + b[q + 2 * bStep];
    out[i + 3] = a[p + 3 * aStep] + b[q + 3 * bStep];
    p += 4 * aStep;
    q += 4 * bStep;
  }
  for (; i < to; i++) {
    out[i] = a[p] + b[q];
    p += aStep;
    q += bStep;
  }
};

export const subtract: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  let p = aStart;
  let q = bStart;
  let i = from;
  for (; i + 3 < to; i += 4) {
    out[i] = a[p] - b[q];
    out[i + 1] = a[p + aStep] - b[q + bStep];
    out[i + 2] = a[p + 2 * aStep] - b[q + 2 * bStep];
    out[i + 3] = a[p + 3 * aStep] - b[q + 3 * bStep];
    p += 4 * aStep;
    q += 4 * bStep;
  }
  for (; i < to; i++) {
    out[i] = a[p] - b[q];
    p += aStep;
    q += bStep;
  }
};

export const multiply: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  let p = aStart;
  let q = bStart;
  let i = from;
  for (; i + 3 < to; i += 4) {
    out[i] = a[p] * b[q];
    out[i + 1] = a[p + aStep] * b[q + bStep];
    out[i + 2] = a[p + 2 * aStep] * b[q + 2 * bStep];
    out[i + 3] = a[p + 3 * aStep] * b[q + 3 * bStep];
    p += 4 * aStep;
    q += 4 * bStep;
  }
  for (; i < to; i++) {
    out[i] = a[p] * b[q];
    p += aStep;
    q += bStep;
  }
};

export const divide: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  let p = aStart;
  let q = bStart;
  let i = from;
  for (; i + 3 < to; i += 4) {
    out[i] = a[p] / b[q];
    out[i + 1] = a[p + aStep] / b[q + bStep];
    out[i + 2] = a[p + 2 * aStep] / b[q + 2 * bStep];
    out[i + 3] = a[p + 3 * aStep] / b[q + 3 * bStep];
    p += 4 * aStep;
    q += 4 * bStep;
  }
  for (; i < to; i++) {
    out[i] = a[p] / b[q];
    p += aStep;
    q += bStep;
  }
};

/** A comparison of doubles, for results `from … to − 1` of 1 and 0. */
export type CompareLoop = (
  a: Float64Array,
  aStart: number,
  aStep: number,
  b: Float64Array,
  bStart: number,
  bStep: number,
  out: Uint8Array,
  from: number,
  to: number,
) => void;

export const equal: CompareLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) {
    out[i] = a[p] === b[q] ? 1 : 0;
  }
};

export const greater: CompareLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) {
    out[i] = a[p] > b[q] ? 1 : 0;
  }
};

export const greaterEqual: CompareLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) {
    out[i] = a[p] >= b[q] ? 1 : 0;
  }
};

export const less: CompareLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  greater(b, bStart, bStep, a, aStart, aStep, out, from, to);
};

export const lessEqual: CompareLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  greaterEqual(b, bStart, bStep, a, aStart, aStep, out, from, to);
};

/** An operation on each element of an array. */
export type ElementLoop = (x: Float64Array, out: Float64Array) => void;

export const negate: ElementLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = -x[i];
};

export const square: ElementLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = x[i] * x[i];
};

export const squareRoot: ElementLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]);
};

export const exponential: ElementLoop = (x, out) => {
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]);
};
