/** Gradients inside the backward pass of another gradient. */
import { isolated, isRecording } from '../tensor/index.js';

/**
 * Runs `run` so that gradients may be taken in it from inside another gradient's backward pass: recorded where an
 * outer tape records, isolated where none does.
 */
export function withinBackward<T>(run: () => T): T {
  return isRecording() ? run() : isolated(run);
}
