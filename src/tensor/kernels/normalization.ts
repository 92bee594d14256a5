/** Normalisation by given means and variances. */
import type * as tf from '@tensorflow/tfjs';
import type { Call, KernelTable } from './kernel.js';

/** (x − mean) scale / √(variance + ε) + offset, the statistics repeated along x from its last axis. */
function batchNorm(call: Call<{ varianceEpsilon?: number }>): tf.TensorInfo {
  const { backend, inputs, attrs } = call;
  const { x, mean, variance, scale, offset } = inputs;
  const epsilon = attrs.varianceEpsilon ?? 0.001;
  const values = backend.values(x);
  const means = backend.values(mean);
  const variances = backend.values(variance);
  const scales = scale ? backend.values(scale) : Float64Array.of(1);
  const offsets = offset ? backend.values(offset) : Float64Array.of(0);
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const factor = scales[i % scales.length] / Math.sqrt(variances[i % variances.length] + epsilon);
    result[i] = (values[i] - means[i % means.length]) * factor + offsets[i % offsets.length];
  }
  return backend.output(x.shape, x.dtype, result);
}

export const normalizationKernels: KernelTable = { FusedBatchNorm: batchNorm };
