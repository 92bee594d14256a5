/**
 * Running tfjs code away from every gradient tape.
 *
 * tfjs has one tape for all nested gradients. Code that takes gradients of its own while an outer gradient runs
 * (a solver in the forward pass, a linear solve in the backward pass) would either be recorded, step by step, into
 * the outer tape, or end that tape before its time. Here it starts from a clean state, and the outer one comes back.
 */
import * as tf from '@tensorflow/tfjs';
import { withoutLinearPass } from './gradients/guard.js';

type EngineState = ReturnType<typeof tf.engine>['state'];

/** Runs `run` with no tape recording, and puts everything back, also when it throws. */
export function isolated<T>(run: () => T): T {
  const { state } = tf.engine();
  const { gradientDepth, kernelDepth, activeTape } = state;
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  state.activeTape = null as unknown as EngineState['activeTape']; // what tfjs itself sets it to between gradients
  try {
    return withoutLinearPass(run);
  } finally {
    state.gradientDepth = gradientDepth;
    state.kernelDepth = kernelDepth;
    state.activeTape = activeTape;
  }
}
