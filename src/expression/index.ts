/** Traced scalar functions as graphs: shared, folded, simplified. */
export {
  computeDerivatives,
  type Derivatives,
  type ScalarFunction,
  traceDerivatives,
  traceValue,
} from './derivatives.js';
export { evaluate } from './evaluate.js';
export { type FunctionName, functions } from './functions.js';
export { type Factor, Graph, type InputOptions, type Node, type Term } from './graph.js';
export { type TraceScope, trace, Untraceable } from './trace.js';
