/** tf.tidy for functions that give anything but tensors. */
import * as tf from '@tensorflow/tfjs';

export function scoped<R>(run: () => R): R {
  const engine = tf.engine();
  engine.startScope();
  try {
    return run();
  } finally {
    engine.endScope();
  }
}
