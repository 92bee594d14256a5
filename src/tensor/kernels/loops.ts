/**
 * Plain loops over doubles for the kernels that expressions spend their time in. A loop that calls a function of
 * one element works for every kernel but is some six times slower, because engines cannot inline the call.
 */

/** An operation on pairs: of two arrays, of an array and a number, of a number and an array. */
export interface PairLoops {
  readonly both: (a: Float64Array, b: Float64Array, out: Float64Array) => void;
  readonly right: (a: Float64Array, b: number, out: Float64Array) => void;
  readonly left: (a: number, b: Float64Array, out: Float64Array) => void;
}

export const add: PairLoops = {
  both: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  },
  right: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] + b;
  },
  left: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a + b[i];
  },
};

export const subtract: PairLoops = {
  both: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  },
  right: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b;
  },
  left: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a - b[i];
  },
};

export const multiply: PairLoops = {
  both: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  },
  right: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] * b;
  },
  left: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a * b[i];
  },
};

export const divide: PairLoops = {
  both: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] / b[i];
  },
  right: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] / b;
  },
  left: (a, b, out) => {
    for (let i = 0; i < out.length; i++) out[i] = a / b[i];
  },
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
