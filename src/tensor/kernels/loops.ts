/**
 * Plain loops over doubles for the kernels that expressions spend their time in.
 *
 * Each operation has a loop of its own, although they differ in one character. Measured for 128 and 500 numbers: one loop
 * that is given a function of a pair takes six times as long, because engines do not inline a call that leads to
 * several functions; one that looks which operation it is takes half as long again. Written out for four numbers at a
 * time they are no faster.
 */

/** An operation on pairs, for results `from … to − 1`; a step of 0 takes the same number again. */
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
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) out[i] = a[p] + b[q];
};

export const subtract: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) out[i] = a[p] - b[q];
};

export const multiply: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) out[i] = a[p] * b[q];
};

export const divide: PairLoop = (a, aStart, aStep, b, bStart, bStep, out, from, to) => {
  for (let i = from, p = aStart, q = bStart; i < to; i++, p += aStep, q += bStep) out[i] = a[p] / b[q];
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
