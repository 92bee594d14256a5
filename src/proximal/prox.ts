/** What a proximal operator is. */
import type * as tf from '@tensorflow/tfjs';
import type { Parameter, Support } from '../projection/index.js';

/**
 * x ↦ argmin over y of ½‖y − x‖² + scaling · g(y; parameters). The scaling is 1 where it is left out; a proximal gradient
 * step of size η takes η.
 */
export type Prox<P> = ((x: tf.Tensor, parameters: P, scaling?: Parameter) => tf.Tensor) & {
  readonly support?: Support<P>;
};
