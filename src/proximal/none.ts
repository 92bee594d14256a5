/** The proximal operator of nothing. */
import * as tf from '@tensorflow/tfjs';
import { type Parameter, supportAll, withSupport } from '../projection/index.js';

/** x itself: for the smooth blocks of a problem whose other blocks are penalised. */
export const proxNone = withSupport(
  (x: tf.Tensor, _parameters?: undefined, _scaling?: Parameter): tf.Tensor => tf.clone(x),
  supportAll,
);
