/**
 * The one change that this library makes to TensorFlow.js for everybody in the process: gradients that are right
 * when they are differentiated again, and a guard on those that are not.
 */
import * as tf from '@tensorflow/tfjs';
import { allKernelNames } from '../register.js';
import { softmaxCrossEntropy } from '../softmax.js';
import { comparisonGradients } from './comparison.js';
import { elementwiseGradients } from './elementwise.js';
import type { GradientTable } from './gradient.js';
import { guarded } from './guard.js';
import { indexingGradients } from './indexing.js';
import { reductionGradients } from './reduction.js';

const table: GradientTable = {
  ...comparisonGradients,
  ...elementwiseGradients,
  ...indexingGradients,
  ...reductionGradients,
};

/** The configurations that this file has registered, so that a second call can tell what has been overwritten. */
const ours = new WeakSet<tf.GradConfig>();

/**
 * Registers the safe gradients and the guards. Importing `src/tensor` does it; call it again after registering
 * gradients of your own with tf.registerGradient, and the ones that need it get their guard.
 */
export function installSafeGradients(): void {
  for (const [kernelName, gradient] of Object.entries(table)) {
    register({
      kernelName,
      inputsToSave: gradient.inputs === 'all' ? [] : [...(gradient.inputs ?? [])],
      saveAllInputs: gradient.inputs === 'all',
      outputsToSave: [...(gradient.outputs ?? [])],
      gradFunc: gradient.pull as unknown as tf.GradFunc,
    });
  }
  for (const kernelName of allKernelNames()) guardRegistered(kernelName);
  guardCustomGradients();
  // tf.losses is an object, so that its entry can be one that is right.
  Object.assign(tf.losses, { softmaxCrossEntropy });
}

function register(config: tf.GradConfig): void {
  const former = tf.getGradient(config.kernelName);
  if (former && ours.has(former)) return;
  if (former) tf.unregisterGradient(config.kernelName);
  ours.add(config);
  tf.registerGradient(config);
}

/** Guards a registered gradient that saves outputs. */
function guardRegistered(kernelName: string): void {
  const config = tf.getGradient(kernelName);
  if (!config || ours.has(config) || !config.outputsToSave?.some(Boolean)) return;
  const count = config.outputsToSave.filter(Boolean).length;
  register({
    ...config,
    gradFunc: (dy, saved, attrs) => {
      // tfjs saves the inputs first, then the outputs.
      const outputs = saved.slice(saved.length - count);
      const pulled = guarded(kernelName, outputs, () => config.gradFunc(dy, saved, attrs));
      const entries = Object.entries(pulled);
      return Object.fromEntries(
        entries.map(([input, pull]) => [input, () => guarded(kernelName, outputs, pull)]),
      );
    },
  });
}

/** What tfjs takes for a function with a gradient of its own: its last argument is the save function. */
type WithGradient = (...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
  value: tf.Tensor;
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
};

type CustomGradient = (f: WithGradient) => (...inputs: tf.Tensor[]) => tf.Tensor;

const GUARDED = Symbol('guarded');

/** Guards tf.customGrad: what a function saves beside its own inputs does not depend on them, to tfjs. */
function guardCustomGradients(): void {
  const engine = tf.engine() as unknown as { customGrad: CustomGradient & { [GUARDED]?: boolean } };
  if (engine.customGrad[GUARDED]) return;
  const plain = engine.customGrad.bind(engine) as CustomGradient;
  const wrapped: CustomGradient & { [GUARDED]?: boolean } = (f) =>
    plain((...args) => {
      const inputs = args.slice(0, -1) as tf.Tensor[];
      const save = args[args.length - 1] as tf.GradSaveFunc;
      let results: number[] = [];
      const { value, gradFunc } = f(...inputs, (tensors: tf.Tensor[]) => {
        results = tensors.flatMap((tensor, k) => (inputs.includes(tensor) ? [] : [k]));
        save(tensors);
      });
      return {
        value,
        gradFunc: (dy, saved) =>
          guarded(
            'a function with a custom gradient',
            results.map((k) => saved[k]),
            () => gradFunc(dy, saved),
          ),
      };
    });
  wrapped[GUARDED] = true;
  engine.customGrad = wrapped;
}
