/**
 * The bridge to TensorFlow.js: double precision, and derivatives that can be trusted.
 *
 * Importing it registers the `float64` backend, makes it the default, and installs the safe gradients.
 */
import { installSafeGradients } from './gradients/install.js';
import { registerBackend } from './register.js';

export { isDoublePrecision } from './backend.js';
export { constant } from './constants.js';
export { hvp, jvp, type TensorTree, vjp } from './differentiate.js';
export { installSafeGradients } from './gradients/install.js';
export { gradientsOf } from './gradients-of.js';
export { type HostMatrix, hostMatrix } from './host-matrix.js';
export { isolated } from './isolated.js';
export { type JacobianProducts, jacobianProducts } from './jacobian-products.js';
export { shortestDecimal } from './literal.js';
export { isRecording } from './recording.js';
export { float64Kernels } from './register.js';
export { logSoftmax, softmaxCrossEntropy } from './softmax.js';
export { erf, erfc, erfcExponent, erfcFrom, erfQuotients } from './special.js';
export { availableBackend } from './tensorflow.js';
export { flatten, LeafShape, type Tree, type TreeStructure, unflatten } from './tree.js';
export { useBackend } from './use-backend.js';
export { float64, isFloat64, type NestedNumbers, toFloat64 } from './values.js';
export { withoutLeaks } from './without-leaks.js';

registerBackend();
installSafeGradients();
