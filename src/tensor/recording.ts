/** Whether tfjs is recording operations for a derivative. */
import * as tf from '@tensorflow/tfjs';

/**
 * True inside a function that is being differentiated. In the backward pass of a gradient it is true only when
 * that gradient will itself be differentiated.
 */
export function isRecording(): boolean {
  return tf.engine().state.gradientDepth > 0;
}
