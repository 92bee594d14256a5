/** tfjs's own wasm backend (single precision), for what is measured beside `float64`. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';

/** Loads it, so that `useBackend('wasm', …)` can use it. `float64` stays the one in use. */
export async function loadWasm(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(main)}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend of tfjs did not load');
  await tf.setBackend('float64');
}
