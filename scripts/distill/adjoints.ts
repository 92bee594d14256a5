/**
 * The paper's experiment: one outer step (the outer loss and its gradient by the samples), implicitly and through the
 * unrolled steps of the training, at like accuracy (Blondel et al., NeurIPS 2022, section 4.2).
 */
import * as tf from '@tensorflow/tfjs';
import type { ClassificationData } from '../../src/data/index.js';
import { type Classifier, distillationProblem, softmaxRegression } from '../../src/distillation/index.js';
import { type Adjoint, implicit, unrolled } from '../../src/implicit/index.js';
import { norm2 } from '../../src/linear/index.js';

export interface AdjointRow {
  readonly adjoint: 'implicit' | 'unrolled';
  /** Gradient steps that were unrolled. */
  readonly steps: number | null;
  /** ‖gradient − exact gradient‖ / ‖exact gradient‖ */
  readonly error: number;
  readonly seconds: number;
  /** Bytes of tensors that are held for the backward pass when training is over, without the data. */
  readonly bytes: number;
}

export interface AdjointOptions {
  readonly data: ClassificationData;
  readonly perClass: number;
  readonly l2: number;
  readonly start: 'means' | 'noise' | Float64Array;
  readonly seed: number;
  /** Unrolling goes on, with twice the steps each time, until the gradient is as exact as this. */
  readonly accuracy: number;
  /** … or until one evaluation has taken so many seconds. */
  readonly patience: number;
  readonly onRow?: (row: AdjointRow) => void;
}

/** Implicit with the inner problem solved to 1e-3, 1e-4 … until it is accurate enough, then unrolled. */
export function compareAdjoints(options: AdjointOptions): AdjointRow[] {
  const { data, perClass, l2, start, seed, accuracy, patience, onRow } = options;
  let held = 0;
  const model = softmaxRegression({ l2 });
  const watched: Classifier<tf.Tensor> = {
    ...model,
    scores(W, X) {
      held = tf.memory().numBytes;
      return model.scores(W, X);
    },
  };
  const problem = distillationProblem({ data, perClass, start, seed, inner: watched });
  try {
    const x = Float64Array.from(problem.initial.features.dataSync());
    const measured = (adjoint: Adjoint, innerTolerance: number) => {
      const objective = problem.objective({ adjoint, innerTolerance });
      const gradient = new Float64Array(x.length);
      const before = tf.memory().numBytes;
      const began = performance.now();
      objective.gradient(x, gradient);
      return { gradient, seconds: (performance.now() - began) / 1000, bytes: held - before };
    };
    // The first evaluation compiles what the others use.
    const { gradient: exact } = measured(implicit({ tolerance: 1e-12 }), 1e-11);
    const errorOf = (gradient: Float64Array): number =>
      norm2(gradient.map((value, k) => value - exact[k])) / norm2(exact);
    const rows: AdjointRow[] = [];
    const add = (
      adjoint: AdjointRow['adjoint'],
      steps: number | null,
      { gradient, ...cost }: ReturnType<typeof measured>,
    ): AdjointRow => {
      const row = { adjoint, steps, error: errorOf(gradient), ...cost };
      rows.push(row);
      onRow?.(row);
      return row;
    };
    for (let tolerance = 1e-3; tolerance > 1e-11; tolerance /= 10) {
      const linear = Math.min(1e-2, accuracy);
      const adjoint = implicit({ tolerance: linear, residualTolerance: Infinity });
      if (add('implicit', null, measured(adjoint, tolerance)).error <= accuracy) break;
    }
    for (let steps = 10; ; steps *= 2) {
      const { error, seconds } = add('unrolled', steps, measured(unrolled({ steps }), 1));
      if (error <= accuracy || seconds > patience) break;
    }
    return rows;
  } finally {
    problem.dispose();
  }
}
