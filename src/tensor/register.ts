/**
 * Makes the float64 backend known to TensorFlow.js, as the one that it takes by default.
 *
 * Runs once, when `src/tensor` is imported. A backend that is already in use stays in use.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { BACKEND_NAME, Float64Backend } from './backend.js';
import { kernels } from './kernels/index.js';

/** Above every backend that comes with tfjs (cpu 1, wasm and webgl 2, webgpu and tensorflow 3). */
const PRIORITY = 10;

/** The names of the kernels that the float64 backend has. */
export const float64Kernels: readonly string[] = Object.keys(kernels).sort();

/** The backend's instance; tfjs makes it on first use, and again after `tf.engine().reset()`. */
export function float64Backend(): Float64Backend {
  registerBackend();
  const found = tf.findBackend(BACKEND_NAME);
  if (found instanceof Float64Backend) return found;
  throw new InputError(
    `the tfjs backend '${BACKEND_NAME}' is not the one of this library; do not register another`,
  );
}

let made: { readonly engine: object; readonly backend: Float64Backend } | null = null;

/** tfjs asks once when the backend is looked for and again when it first chooses one: for the same instance. */
function instance(): Float64Backend {
  const engine = tf.engine();
  if (made === null || made.engine !== engine || made.backend.disposed) {
    made = { engine, backend: new Float64Backend() };
  }
  return made.backend;
}

export function registerBackend(): void {
  if (tf.engine().findBackendFactory(BACKEND_NAME) !== null) return;
  tf.registerBackend(BACKEND_NAME, instance, PRIORITY);
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: kernel as unknown as tf.KernelFunc,
    });
  }
  registerMissing();
  interceptMoves();
  silenceBanner();
}

/** A kernel that is not there says so, and what to do. */
function registerMissing(): void {
  for (const kernelName of allKernelNames()) {
    if (kernelName in kernels) continue;
    const kernelFunc = (): never => {
      throw new InputError(
        `the ${BACKEND_NAME} backend has no kernel '${kernelName}'; run this part on a backend that has it, ` +
          `for example useBackend('cpu', () => …), in single precision`,
      );
    };
    tf.registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc });
  }
}

/** tfjs exports each kernel's name as a string constant of that name, save for the underscore of fused ones. */
export function allKernelNames(): string[] {
  return Object.entries(tf)
    .filter(([key, value]) => typeof value === 'string' && /^_?[A-Z]/.test(value) && sameName(key, value))
    .map(([, value]) => value as string)
    .sort();
}

function sameName(key: string, value: string): boolean {
  return key.toLowerCase().replace('_', '') === value.toLowerCase().replace('_', '');
}

/** When tfjs gives a tensor to another backend, that backend gets the dtype which it understands. */
function interceptMoves(): void {
  const engine = tf.engine();
  const move = engine.moveData.bind(engine);
  engine.moveData = (destination, dataId) => {
    const from = engine.state.tensorInfo.get(dataId)?.backend;
    if (from instanceof Float64Backend) from.exportTo(destination, () => move(destination, dataId));
    else move(destination, dataId);
  };
}

/** The stock cpu backend greets on its first use in Node; not in a program of ours. */
function silenceBanner(): void {
  const cpu = tf.findBackend('cpu') as (tf.KernelBackend & { firstUse?: boolean }) | null;
  if (cpu) cpu.firstUse = false;
}
