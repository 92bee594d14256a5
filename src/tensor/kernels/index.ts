/** All kernels of the float64 backend, by the names that tfjs gives them. */
import { binaryKernels } from './binary.js';
import { comparisonKernels } from './comparison.js';
import { creationKernels } from './creation.js';
import { indexingKernels } from './indexing.js';
import type { KernelTable } from './kernel.js';
import { matrixKernels } from './matrix.js';
import { reductionKernels } from './reduction.js';
import { shapeKernels } from './shape.js';
import { sumKernels } from './sum.js';
import { unaryKernels } from './unary.js';

export const kernels: KernelTable = {
  ...binaryKernels,
  ...comparisonKernels,
  ...creationKernels,
  ...indexingKernels,
  ...matrixKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...sumKernels,
  ...unaryKernels,
};
