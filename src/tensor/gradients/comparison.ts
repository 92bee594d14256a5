/** Comparisons are constant wherever they have a derivative: it is zero. (tfjs has none for most of them.) */
import { type Gradient, type GradientTable, zeros } from './gradient.js';

const ofTwo: Gradient = {
  inputs: ['a', 'b'],
  pull: (_, [a, b]) => ({ a: () => zeros(a), b: () => zeros(b) }),
};

const ofOne: Gradient = { inputs: ['x'], pull: (_, [x]) => ({ x: () => zeros(x) }) };

export const comparisonGradients: GradientTable = {
  Equal: ofTwo,
  Greater: ofTwo,
  GreaterEqual: ofTwo,
  Less: ofTwo,
  LessEqual: ofTwo,
  LogicalAnd: ofTwo,
  LogicalNot: ofOne,
  LogicalOr: ofTwo,
  LogicalXor: ofTwo,
  NotEqual: ofTwo,
};
