/** Ridge, logistic and lasso regression, solved and differentiated by the penalty, against JAXopt. */
import * as tf from '@tensorflow/tfjs';
import { customRoot } from '../../src/implicit/index.js';
import { bicgstab, cg } from '../../src/linear/index.js';
import { logisticLoss } from '../../src/loss/index.js';
import { lbfgs, proximalGradient, type Solution, tensorSolver } from '../../src/optimize/index.js';
import { proxLasso } from '../../src/proximal/index.js';
import { random } from '../../src/random/index.js';
import { constant, float64, toFloat64 } from '../../src/tensor/index.js';
import { filesOf, scriptTexts, withScript } from '../peers/script.js';
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

const kinds = { ridge: 'Ridge regression', logistic: 'Logistic regression', lasso: 'Lasso' } as const;
type Kind = keyof typeof kinds;

const tolerance = 1e-8;
const linearTolerance = 1e-10;
const script = 'learning.py';

export const learningRows: readonly Row[] = (Object.keys(kinds) as Kind[]).map((kind) => {
  const width = kind === 'lasso' ? 500 : 200;
  return {
    name: kind,
    title: `${kinds[kind]}, 10,000 × ${width}, solved and differentiated by the penalty`,
    peers: ['jax'],
    run: (setting) => measure(kind, width, setting),
  };
});

interface Answer {
  seconds: number;
  solution: number[];
  gradient: number;
  steps: number;
}

interface Data {
  readonly count: number;
  readonly width: number;
  readonly X: Float64Array;
  readonly y: Float64Array;
  /** Of the outer function ⟨weights, w*⟩. */
  readonly weights: Float64Array;
}

/** Normal features; a tenth of the true weights are not zero; noise on the targets, or labels 0 and 1. */
function makeData(kind: Kind, count: number, width: number): Data {
  const { normal, uniform } = random(11);
  const X = Float64Array.from({ length: count * width }, normal);
  const truth = Float64Array.from({ length: width }, (_, k) => (k % 10 === 0 ? normal() : 0));
  const y = Float64Array.from({ length: count }, (_, i) => {
    let z = 0;
    for (let k = 0; k < width; k++) z += X[i * width + k] * truth[k];
    return kind === 'logistic' ? Number(uniform() < 1 / (1 + Math.exp(-z))) : z + 0.5 * normal();
  });
  return { count, width, X, y, weights: Float64Array.from({ length: width }, normal) };
}

/** θ ↦ w*(θ), differentiable, and the account of its last solve. */
function solverOf(
  kind: Kind,
  { count, width, ...data }: Data,
): { solve(theta: tf.Tensor): tf.Tensor; last(): Solution } {
  const X = float64(data.X, [count, width]);
  const y = float64(data.y, [count, 1]);
  const start = float64(new Float64Array(width), [width, 1]);
  const share = constant(1 / count);
  const half = constant(0.5);
  let last = {} as Solution;
  const onSolution = (solution: Solution): void => {
    last = solution;
  };
  const predict = (w: tf.Tensor): tf.Tensor => tf.matMul(X, w as tf.Tensor2D);
  /** Xᵀ r / count */
  const back = (r: tf.Tensor): tf.Tensor => tf.mul(share, tf.matMul(X, r as tf.Tensor2D, true));
  const squares = (w: tf.Tensor): tf.Tensor =>
    tf.mul(tf.mul(half, share), tf.sum(tf.square(tf.sub(predict(w), y))));
  const penalty = (w: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
    tf.mul(tf.mul(half, theta), tf.sum(tf.square(w)));

  type Pair = readonly [
    (w: tf.Tensor, theta: tf.Tensor) => tf.Tensor,
    (w: tf.Tensor, theta: tf.Tensor) => tf.Tensor,
  ];
  const smooth: Record<'ridge' | 'logistic', Pair> = {
    ridge: [
      (w, theta) => tf.add(squares(w), penalty(w, theta)),
      (w, theta) => tf.add(back(tf.sub(predict(w), y)), tf.mul(theta, w)),
    ],
    logistic: [
      (w, theta) => tf.add(tf.mul(share, tf.sum(logisticLoss(y, predict(w)))), penalty(w, theta)),
      (w, theta) => tf.add(back(tf.sub(tf.sigmoid(predict(w)), y)), tf.mul(theta, w)),
    ],
  };
  const step = constant(0.5);
  const solve =
    kind === 'lasso'
      ? customRoot(
          (w: tf.Tensor, theta: tf.Tensor) =>
            tf.sub(w, proxLasso(tf.sub(w, tf.mul(step, back(tf.sub(predict(w), y)))), theta, step)),
          tensorSolver(proximalGradient(), (w: tf.Tensor, _theta: tf.Tensor) => squares(w), {
            tolerance,
            prox: (w: tf.Tensor, size: number, theta: tf.Tensor) => proxLasso(w, theta, constant(size)),
            onSolution,
          }),
          { solve: bicgstab, tolerance: linearTolerance },
        )
      : customRoot(smooth[kind][1], tensorSolver(lbfgs(), smooth[kind][0], { tolerance, onSolution }), {
          solve: cg,
        });
  return { solve: (theta) => solve(start, theta), last: () => last };
}

async function measure(
  kind: Kind,
  fullWidth: number,
  { quick, rounds, directory }: Setting,
): Promise<Measurement> {
  const data = quick ? makeData(kind, 200, 20) : makeData(kind, 10_000, fullWidth);
  const penalty = kind === 'lasso' ? 0.05 : 0.01;
  const { solve, last } = solverOf(kind, data);
  const theta = float64(penalty);
  const weights = float64(data.weights, [data.width, 1]);
  const derivative = tf.grad((t: tf.Tensor) => tf.sum(tf.mul(weights, solve(t))));
  const work = (): number => tf.tidy(() => toFloat64(derivative(theta))[0] as never) as number;
  let gradient = 0;
  const first = secondsPerCall(1, () => {
    gradient = work();
  });
  const { value, stats, result } = last();

  return withScript(script, async (peer) => {
    const files = filesOf(directory, { X: data.X, y: data.y, weights: data.weights });
    await peer.ask({
      kind,
      count: data.count,
      width: data.width,
      theta: penalty,
      tolerance,
      linearTolerance,
      ...files,
    });
    const compile = await peer.ask<Answer>({ prepare: true });
    const theirs = await peer.ask<Answer>({ run: true });
    const checks = [
      vectorAgreement('solution', value, theirs.solution, 1e-6),
      agreement('derivative', gradient, theirs.gradient, 1e-6),
      { what: 'solves that did not converge', difference: result === 'converged' ? 0 : 1, tolerance: 0 },
    ];
    const samples = await inTurns(
      rounds,
      () => {
        const both = secondsPerCall(1, work);
        return { both, solving: last().stats.seconds };
      },
      async () => ({ both: (await peer.ask<Answer>({ run: true })).seconds }),
    );
    return {
      checks,
      series: [
        series('ours, both', samples.ours.both),
        series(
          `ours, solving alone (${stats.steps} steps, ${stats.evaluations} evaluations)`,
          samples.ours.solving,
        ),
        series('ours, first call in the process', [first]),
        series(`JAXopt, both (${theirs.steps} steps)`, samples.peer.both),
        series('JAX, compile time', [compile.seconds]),
      ],
      ratios: [
        ratio('ours / JAXopt without compiling', samples.ours.both, samples.peer.both, { goal: 1 }),
        ratio('ours, first call / JAXopt with compiling', [first], [compile.seconds + theirs.seconds]),
      ],
      contents: [
        kind === 'lasso'
          ? 'Accelerated proximal gradient with backtracking in both; the fixed point of the proximal gradient step differentiated implicitly, the linear system by BiCGSTAB in both (JAXopt’s default, CG on the normal equations to 1e-5, is less exact).'
          : 'L-BFGS in both; the gradient’s root differentiated implicitly, the linear system by CG in both (JAXopt’s default, CG on the normal equations to 1e-5, is less exact).',
        `Linear systems to a relative residual of ${linearTolerance}. Solved to an error of ${tolerance}: the largest component of the gradient in ours with L-BFGS and the norm of the gradient mapping in ours with proximal gradient, the norm of either in JAXopt. Double precision on the CPU: ours on the float64 backend of tfjs; all cores of both.`,
      ],
      scripts: scriptTexts(script),
    };
  });
}
