/** Work on a backend of one's choice, for the length of a function. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { registerBackend } from './register.js';

/**
 * Runs `run` with the named tfjs backend in use, and brings the former one back, also when `run` throws.
 *
 * @param name 'float64', 'cpu', 'wasm', … ; one that loads asynchronously must have been loaded before
 * @param run synchronous: what it starts and does not finish would go on with the former backend
 * @throws InputError for a name that is not registered, or a backend that has not loaded
 */
export function useBackend<T>(name: string, run: () => T): T {
  registerBackend();
  const former = activeBackend();
  if (former === name) return run();
  activate(name);
  try {
    return run();
  } finally {
    activate(former);
  }
}

function activeBackend(): string {
  const engine = tf.engine();
  // Reading the backend makes tfjs choose one where none was chosen yet.
  if (!engine.backendName) void engine.backend;
  return engine.backendName;
}

function activate(name: string): void {
  const engine = tf.engine();
  const known = engine.backendNames();
  if (!known.includes(name)) {
    throw new InputError(
      `there is no tfjs backend '${name}'; registered are ${known.join(', ')} ` +
        '(a backend of another package must be imported first)',
    );
  }
  if (!(name in engine.registry) && engine.findBackend(name) == null) {
    // Looking for it has begun to load it, and until that ends tfjs would refuse to work on any other backend.
    Object.assign(engine, { pendingBackendInit: null });
    throw new InputError(
      `the tfjs backend '${name}' has not loaded: call \`await tf.setBackend('${name}')\` once before, ` +
        'and see what it prints if that fails',
    );
  }
  // Synchronous for a backend that is there: the promise only says so.
  void engine.setBackend(name);
}
