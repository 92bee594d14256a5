/** One outer step of data set distillation, ten pictures of 28 × 28 for 60,000, against JAXopt; and unrolled. */
import * as tf from '@tensorflow/tfjs';
import type { ClassificationData } from '../../src/data/index.js';
import { type Classifier, distillationProblem, softmaxRegression } from '../../src/distillation/index.js';
import { type Adjoint, implicit, unrolled } from '../../src/implicit/index.js';
import { norm2 } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';
import { useBackend } from '../../src/tensor/index.js';
import { filesOf, scriptTexts, withScript } from '../peers/script.js';
import { number } from '../report.js';
import {
  agreement,
  type Measurement,
  type Row,
  ratio,
  type Setting,
  series,
  vectorAgreement,
} from '../row.js';
import { inTurns, secondsPerCall } from '../timing.js';
import { loadWasm } from '../wasm-backend.js';

const l2 = 0.1;
const tolerance = 1e-6;
const linearTolerance = 1e-6;
/** Both, in single precision. */
const singleTolerance = 1e-4;
/** Of the gradient that is unrolled, against the exact one. */
const accuracy = 1e-3;
const script = 'distillation.py';

export const distillationRow: Row = {
  name: 'distillation',
  title: 'Distillation, one outer step: ten pictures of 28 × 28 for 60,000',
  peers: ['jax', 'tfjs-wasm'],
  run: measure,
};

interface Answer {
  readonly seconds: number;
  readonly value: number;
  readonly gradient: number[];
  readonly bytes: number;
}

/** Pictures like clothes: half of a class's pixels are empty, the others vary about the class's mean. */
function makeData(count: number, width: number, classes: number): ClassificationData {
  const { uniform } = random(7);
  const means = Float64Array.from({ length: classes * width }, () => Math.max(0, 2 * uniform() - 1));
  const X = new Float64Array(count * width);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) {
      const mean = means[labels[i] * width + j];
      X[i * width + j] = mean > 0 ? Math.min(1, 0.3 * mean + 0.7 * uniform()) : 0;
    }
  }
  return { count, width, X, labels, classes };
}

async function measure({ quick, rounds, directory }: Setting): Promise<Measurement> {
  await loadWasm();
  const data = quick ? makeData(300, 16, 3) : makeData(60_000, 784, 10);
  const { count, width, classes, X, labels } = data;
  const { uniform } = random(8);
  const start = Float64Array.from({ length: classes * width }, () => 0.2 * uniform());
  let [before, held] = [0, 0];
  const model = softmaxRegression({ l2 });
  const watched: Classifier<tf.Tensor> = {
    ...model,
    scores(W, features) {
      held = tf.memory().numBytes;
      return model.scores(W, features);
    },
  };
  const problem = distillationProblem({ data, start, inner: watched });
  const stepOf = (adjoint: Adjoint) => {
    const objective = problem.objective({ adjoint, innerTolerance: tolerance });
    const gradient = new Float64Array(start.length);
    return () => {
      before = tf.memory().numBytes;
      return { value: objective.gradient(start, gradient), gradient };
    };
  };
  const step = stepOf(implicit({ tolerance: linearTolerance, residualTolerance: 1e-3 }));
  const { value, gradient } = step();
  const exact = Float64Array.from(gradient);
  const heldImplicit = held - before;
  const single = useBackend('wasm', () => distillationProblem({ data, start, inner: model }));
  const singleGradient = new Float64Array(start.length);
  const onWasm = (): number =>
    useBackend('wasm', () =>
      single
        .objective({
          adjoint: implicit({ tolerance: singleTolerance, residualTolerance: 1e-2 }),
          innerTolerance: singleTolerance,
        })
        .gradient(start, singleGradient),
    );
  const singleValue = onWasm();

  return withScript(script, async (peer) => {
    const files = filesOf(directory, { X, labels, features: start });
    await peer.ask({ count, width, classes, l2, tolerance, linearTolerance, ...files });
    const compiled = await peer.ask<Answer>({ prepare: true });
    const theirs = await peer.ask<Answer>({ run: true });
    const checks = [
      agreement('outer loss', value, theirs.value, 1e-5),
      vectorAgreement('gradient', exact, theirs.gradient, 1e-4),
      agreement('outer loss, on the wasm backend', singleValue, theirs.value, 1e-3),
      vectorAgreement('gradient, on the wasm backend', singleGradient, theirs.gradient, 1e-2),
    ];
    const samples = await inTurns(
      rounds,
      () => ({ step: secondsPerCall(1, () => void step()), wasm: secondsPerCall(1, () => void onWasm()) }),
      async () => ({ step: (await peer.ask<Answer>({ run: true })).seconds }),
    );

    const errorOf = (found: ArrayLike<number>): number =>
      norm2(exact.map((component, k) => component - found[k])) / norm2(exact);
    const rows: string[][] = [];
    let through: Answer | null = null;
    for (let steps = 10; steps <= 20_000; steps *= 2) {
      const { bytes } = await peer.ask<Answer>({ prepare: true, steps });
      await peer.ask({ run: true });
      through = await peer.ask<Answer>({ run: true });
      const error = errorOf(through.gradient);
      // Every gradient that tfjs takes within a gradient looks through the tape so far.
      const ours = steps <= 80 ? unrolledStep(stepOf(unrolled({ steps })), () => held - before) : null;
      rows.push([
        String(steps),
        error.toExponential(1),
        ours ? number(ours.seconds * 1e3) : '',
        ours ? number(ours.bytes / 2 ** 20) : '',
        number(through.seconds * 1e3),
        number(bytes / 2 ** 20),
      ]);
      if (error <= accuracy) break;
    }
    const unrolledSeconds = through?.seconds ?? Number.NaN;
    return {
      checks,
      series: [
        series('ours, implicit', samples.ours.step),
        series('ours on the wasm backend of tfjs, implicit', samples.ours.wasm),
        series('JAXopt, implicit', samples.peer.step),
        series('JAX, compile time', [compiled.seconds]),
      ],
      ratios: [
        ratio('ours / JAXopt, both implicit', samples.ours.step, samples.peer.step, { goal: 1 }),
        ratio('ours on the wasm backend / JAXopt', samples.ours.wasm, samples.peer.step, { goal: 1 }),
        ratio(
          'JAX unrolled / ours implicit, at like accuracy',
          [unrolledSeconds],
          samples.ours.step.slice(0, 1),
        ),
      ],
      tables: [
        {
          title:
            `Unrolled: milliseconds of one outer step, and MB held for its backward pass (ours, implicit: ` +
            `${number(heldImplicit / 2 ** 20)} MB whatever the steps):`,
          header: ['steps', 'error of the gradient', 'ours', 'ours, MB', 'JAX', 'JAX, MB in all'],
          rows,
        },
      ],
      contents: [
        `The mean cross entropy over ${count} × ${width} made-up pictures of softmax regression trained on one sample of ` +
          `each class (l2 = ${l2}), and its gradient by the samples. L-BFGS to ${tolerance} from zero in both: the largest ` +
          'component of the gradient in ours, its norm in JAXopt; the linear system by CG to ' +
          `${linearTolerance} in both. Double precision on the CPU: ours on the float64 backend of tfjs, JAX on all cores. The wasm backend of tfjs is in single precision: training and linear ` +
          `system to ${singleTolerance}.`,
        'Unrolled: gradient descent with the step that the trace of the Hessian’s bound allows, until the gradient is ' +
          `within ${accuracy} of the implicit one.`,
      ],
      scripts: scriptTexts(script),
    };
  }).finally(() => {
    problem.dispose();
    useBackend('wasm', () => single.dispose());
  });
}

function unrolledStep(step: () => unknown, bytes: () => number): { seconds: number; bytes: number } {
  const seconds = secondsPerCall(1, () => void step());
  return { seconds, bytes: bytes() };
}
