/** Work on a backend of one's choice, for the length of a function. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { registerBackend } from './register.js';
import { availableBackend } from './tensorflow.js';

/**
 * Runs `run` with the named tfjs backend in use, and brings the former one back, also when `run` throws.
 *
 * @param name 'float64', 'cpu', 'wasm', 'tensorflow', … ; one that loads asynchronously must have been loaded before
 * @param run synchronous: what it starts and does not finish would go on with the former backend
 * @throws InputError for a name that is not registered, or a backend that has not loaded
 */
export function useBackend<T>(name: string, run: () => T): T {
  registerBackend();
  const former = activeBackend();
  const wanted = availableBackend(name);
  if (former === wanted) return run();
  activate(wanted);
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
  const instance = engine.registry[name];
  if (prepared.has(instance) && !engine.state.profiling && !tf.env().getBool('DEBUG')) {
    // What setBackend does beside this, a walk through all kernels for what they set up, has been done.
    Object.assign(engine, { backendName: name, backendInstance: instance });
    return;
  }
  // Synchronous for a backend that is there: the promise only says so.
  void engine.setBackend(name);
  prepared.add(instance);
}

/** Backends that tfjs has set up for this module before; it takes a quarter of a millisecond each time. */
const prepared = new WeakSet<object>();
