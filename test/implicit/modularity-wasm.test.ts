/** The same table in single precision, to tolerances that single precision can keep; docs/choosing.md lists them. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll } from 'vitest';
import '@tensorflow/tfjs-backend-wasm';
import { modularity } from './modularity-suite.js';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.setBackend('float64');
});

modularity({
  backend: 'wasm',
  solvers: { tolerance: 1e-4, maxSteps: 2000 },
  linear: 1e-4,
  solution: 1e-2,
  derivative: 2e-2,
  residual: 0.1,
  rows: {
    'lasso: KKT (product)': 5e-2,
    'SVM dual: KKT (product)': 1e-1,
    'SVM dual: mirror descent': 3e-1,
  },
  without: [
    // Entries that go to zero step by step, or by a penalty, stay too far from it.
    'SVM dual: mirrorDescent',
    'SVM dual: augmentedLagrangian',
    // Both square the condition number.
    ...['KKT (product)', 'mirror descent'].flatMap((condition) => [
      `SVM dual: ${condition}: lsmr`,
      `SVM dual: ${condition}: normalCg`,
    ]),
  ],
});
