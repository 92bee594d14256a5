/**
 * What tests of differentiable functions are watched by: warnings are kept, and tensors go with the scope that a test
 * runs in. Called once at the head of a file.
 */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach } from 'vitest';
import { onWarning } from '../../src/message/index.js';

export interface Watched {
  /** What the running test has been warned of. */
  readonly warnings: string[];
  /** How many tensors there were when it began. */
  readonly tensors: number;
}

export function watched(): Watched {
  const seen = { warnings: [] as string[], tensors: 0 };
  beforeEach(() => {
    seen.warnings.length = 0;
    onWarning((message) => seen.warnings.push(message));
    tf.engine().startScope();
    seen.tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    tf.engine().endScope();
    onWarning(null);
  });
  return seen;
}
