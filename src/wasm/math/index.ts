/** Elementary functions as vector code, two doubles at a time; sources and errors are in docs/kernels.md. */
export {
  choose,
  constant,
  exactProduct,
  flipSign,
  head,
  type Pair,
  polynomial,
  quickSum,
  scale,
  signOf,
} from './arithmetic.js';
export { exp, expm1, expNormal, expPair } from './exponential.js';
export { expByTable, exponentialTable } from './exponential-table.js';
export { acosh, asinh, atanh, cosh, sinh, tanh } from './hyperbolic.js';
export { acos, asin, atan, atan2 } from './inverse-trigonometric.js';
export { log, log1p } from './logarithm.js';
export { pow } from './power.js';
export { cos, sin, tan } from './trigonometric.js';
