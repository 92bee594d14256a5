/** Hyperparameters tuned to the same validation loss: a support vector machine, ridge regression, the lasso, against JAXopt. */
import * as tf from '@tensorflow/tfjs';
import {
  type ClassificationData,
  makeClassification,
  oneHot,
  type RegressionData,
  splitSamples,
  take,
} from '../../src/data/index.js';
import { adam, lasso, type Model, ridge, svm, tune } from '../../src/hyperparameter/index.js';
import { implicit } from '../../src/implicit/index.js';
import { random } from '../../src/random/index.js';
import { useBackend } from '../../src/tensor/index.js';
import { filesOf, scriptTexts, withScript } from '../peers/script.js';
import { agreement, type Measurement, type Row, ratio, type Setting, series } from '../row.js';
import { inTurns } from '../timing.js';
import { loadWasm } from '../wasm-backend.js';

const script = 'tuning.py';
const tolerance = 1e-5;
const linearTolerance = 1e-6;
/** As small as single precision allows. */
const singleLinearTolerance = 1e-4;
const stepSize = 0.4;
const maxSteps = 60;

type AnyModel = Model<tf.Tensor, { readonly [name: string]: tf.Tensor }>;

interface Problem {
  readonly kind: 'svm' | 'ridge' | 'lasso';
  readonly hyper: string;
  readonly initial: number;
  /** X and y for training, Z and yz for validation; y one-hot where there are classes. */
  readonly files: Readonly<Record<'X' | 'y' | 'Z' | 'yz', Float64Array>>;
  readonly facts: Readonly<Record<string, unknown>>;
  model(): AnyModel;
}

export const tuningRows: readonly Row[] = [
  ...[100, 1000, 10_000].map(
    (width): Row => ({
      name: `tune-svm-${width}`,
      title: `Support vector machine tuned to the same validation loss, 700 × ${width.toLocaleString('en')}, 5 classes`,
      peers: ['jax', 'tfjs-wasm'],
      run: (setting) => measure(svmProblem(setting.quick ? 20 : width, setting.quick), setting),
    }),
  ),
  ...(['ridge', 'lasso'] as const).map(
    (kind): Row => ({
      name: `tune-${kind}`,
      title: `${kind === 'ridge' ? 'Ridge regression' : 'Lasso'} tuned to the same validation loss, 5,000 × 300`,
      peers: ['jax', 'tfjs-wasm'],
      run: (setting) => measure(regressionProblem(kind, setting.quick), setting),
    }),
  ),
];

function svmProblem(width: number, quick: boolean): Problem {
  const count = quick ? 90 : 900;
  const data = makeClassification({ count, width, classes: 5, seed: 1 });
  const split = splitSamples(count, 2 / 9, { labels: data.labels });
  const pair: { training: ClassificationData; validation: ClassificationData } = {
    training: take(data, split.training),
    validation: take(data, split.validation),
  };
  return {
    kind: 'svm',
    hyper: 'theta',
    initial: 200 * width,
    files: {
      X: pair.training.X,
      y: oneHot(pair.training),
      Z: pair.validation.X,
      yz: oneHot(pair.validation),
    },
    facts: { training: pair.training.count, validation: pair.validation.count, width, classes: 5 },
    model: () => svm(pair) as unknown as AnyModel,
  };
}

/** Normal features, correlated in a chain; a tenth of the true weights are not zero. No means, so that both programs fit none. */
function regressionProblem(kind: 'ridge' | 'lasso', quick: boolean): Problem {
  const [count, width, training] = quick ? [120, 10, 80] : [7000, 300, 5000];
  const { normal } = random(3);
  const X = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) X[i * width + j] = normal() + (j > 0 ? 0.8 * X[i * width + j - 1] : 0);
  }
  const truth = Float64Array.from({ length: width }, (_, j) => (j % 10 === 0 ? normal() : 0));
  const y = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += X[i * width + j] * truth[j];
    return sum + 10 * normal();
  });
  const all: RegressionData = { count, width, X, y };
  const indices = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);
  const pair = { training: take(all, indices(0, training)), validation: take(all, indices(training, count)) };
  const model = kind === 'ridge' ? ridge : lasso;
  return {
    kind,
    hyper: kind === 'ridge' ? 'l2' : 'l1',
    initial: kind === 'ridge' ? 10 : 3,
    files: { X: pair.training.X, y: pair.training.y, Z: pair.validation.X, yz: pair.validation.y },
    facts: { training, validation: count - training, width },
    model: () => model(pair, { intercept: false }) as unknown as AnyModel,
  };
}

interface Answer {
  seconds: number;
  loss: number;
  first: number;
  steps: number;
}

async function measure(problem: Problem, { rounds, directory }: Setting): Promise<Measurement> {
  await loadWasm();
  const { kind, hyper, initial, facts } = problem;
  /** From the data to the loss: what is formed once is in it. */
  const work = (target: number, linear = linearTolerance) => {
    const began = performance.now();
    const model = problem.model();
    const setup = (performance.now() - began) / 1000;
    const { history, unsolved, solutions } = tune({
      ...model,
      initial: { [hyper]: initial },
      method: adam({ stepSize }),
      adjoint: implicit({ tolerance: linear, residualTolerance: Infinity }),
      innerTolerance: tolerance,
      tolerance: 1e-12,
      maxSteps,
      budget: { evaluations: maxSteps },
      onEvaluation: ({ loss }) => loss > target,
    });
    tf.dispose(solutions as tf.Tensor[]);
    return { setup, seconds: (performance.now() - began) / 1000, history, unsolved };
  };
  const lastLoss = ({ history }: ReturnType<typeof work>): number => history[history.length - 1].loss;
  const full = work(-Infinity);
  const losses = full.history.map(({ loss }) => loss);
  const lowest = Math.min(...losses);
  // Nearly there: what is left of the way from the first loss is a thousandth.
  const target = lowest + 1e-3 * (losses[0] - lowest);
  const formed = kind === 'svm' && Number(facts.width) > Number(facts.training);
  return withScript(script, async (peer) => {
    const files = filesOf(directory, problem.files);
    const request = {
      kind,
      ...facts,
      ...files,
      initial,
      tolerance,
      linearTolerance,
      stepSize,
      maxSteps,
      target,
    };
    await peer.ask({ ...request, gram: false });
    const compile = await peer.ask<Answer>({ prepare: true });
    const theirs = await peer.ask<Answer>({ run: true });
    const mine = work(target);
    const onWasm = () => useBackend('wasm', () => work(target, singleLinearTolerance));
    const single = onWasm();
    const samples = await inTurns(
      rounds,
      () => {
        const { seconds, setup } = work(target);
        return { all: seconds, setup, wasm: onWasm().seconds };
      },
      async () => ({ all: (await peer.ask<Answer>({ run: true })).seconds }),
    );
    let withGram: number[] = [];
    if (formed) {
      await peer.ask({ ...request, gram: true });
      await peer.ask<Answer>({ prepare: true });
      withGram = [];
      for (let round = 0; round < Math.min(rounds, 5); round++) {
        withGram.push((await peer.ask<Answer>({ run: true })).seconds);
      }
    }
    return {
      checks: [
        agreement('first loss', losses[0], theirs.first, 1e-3),
        { what: 'our loss above the target', difference: lastLoss(mine) - target, tolerance: 0 },
        {
          what: 'our loss on the wasm backend above the target',
          difference: lastLoss(single) - target,
          tolerance: 0,
        },
        { what: 'their loss above the target', difference: theirs.loss - target, tolerance: 0 },
        { what: 'solves that did not converge', difference: mine.unsolved + single.unsolved, tolerance: 0 },
      ],
      series: [
        series(`ours (${mine.history.length} outer steps)`, samples.ours.all),
        series('ours, what is formed once of the data', samples.ours.setup),
        series(`ours on the wasm backend of tfjs (${single.history.length} outer steps)`, samples.ours.wasm),
        series(`JAXopt (${theirs.steps} outer steps)`, samples.peer.all),
        ...(formed
          ? [series('JAXopt, with X Xᵀ formed by hand beforehand, and not in the time', withGram)]
          : []),
        series('JAX, compile time', [compile.seconds]),
      ],
      ratios: [
        ratio('ours / JAXopt without compiling', samples.ours.all, samples.peer.all, { goal: 1 }),
        ratio('ours on the wasm backend / JAXopt', samples.ours.wasm, samples.peer.all, { goal: 1 }),
      ],
      contents: [
        `The same outer method in both: Adam with steps of ${stepSize} on the logarithm of the hyperparameter, from the same start to a loss that leaves a thousandth of the way to the lowest. Inner solves begin at the last solution and end at an error of ${tolerance}, linear systems at ${linearTolerance}.`,
        kind === 'svm'
          ? 'Ours: block coordinate descent on the dual, differentiated on the face of its solution by CG; X Xᵀ is formed once where there are more features than samples, and that is in the time. JAXopt: accelerated projected gradient with the best fixed step, its fixed point differentiated by CG on the normal equations (its default).'
          : `Ours: XᵀX formed once, in the time; ${kind === 'ridge' ? 'CG' : 'accelerated proximal gradient'} on it. JAXopt: ${kind === 'ridge' ? 'L-BFGS' : 'accelerated proximal gradient'} on the samples.`,
        `Double precision on the CPU: ours on one core, JAX on all. On the wasm backend inner problems are solved in double precision as well, on the host; the condition, the linear system (to ${singleLinearTolerance}) and the outer loss are in single.`,
      ],
      scripts: scriptTexts(script),
    };
  });
}
