/** All kernels of the float64 backend, by the names that tfjs gives them. */
import { binaryKernels } from './binary.js';
import { comparisonKernels } from './comparison.js';
import { countingKernels } from './counting.js';
import { creationKernels } from './creation.js';
import { indexingKernels } from './indexing.js';
import { joiningKernels } from './joining.js';
import type { KernelTable } from './kernel.js';
import { matrixKernels } from './matrix.js';
import { normalizationKernels } from './normalization.js';
import { paddingKernels } from './padding.js';
import { reductionKernels } from './reduction.js';
import { shapeKernels } from './shape.js';
import { unaryKernels } from './unary.js';

export const kernels: KernelTable = {
  ...binaryKernels,
  ...comparisonKernels,
  ...countingKernels,
  ...creationKernels,
  ...indexingKernels,
  ...joiningKernels,
  ...matrixKernels,
  ...normalizationKernels,
  ...paddingKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...unaryKernels,
};
