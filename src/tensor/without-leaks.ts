/** tf.tidy for functions that give numbers, or nothing: frees every tensor that `run` made, also where it throws. */
import * as tf from '@tensorflow/tfjs';

export function withoutLeaks<R>(run: () => R): R {
  const engine = tf.engine();
  engine.startScope();
  try {
    return run();
  } finally {
    engine.endScope();
  }
}
