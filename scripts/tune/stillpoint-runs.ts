/** The experiment's runs in this program. */
import type { ClassificationData } from '../../src/data/index.js';
import {
  adam,
  hypergradient,
  type SvmOptions,
  svm,
  type TrainingPair,
  tuneAsync,
} from '../../src/hyperparameter/index.js';
import { type Adjoint, implicit, unrolled } from '../../src/implicit/index.js';
import { onWarning } from '../../src/message/index.js';
import { float64 } from '../../src/tensor/index.js';
import { common, type ExperimentOptions, type ExperimentRow, median, variants } from './svm-experiment.js';

/** @param exact the derivative by log θ at `common.checkedAt` */
export async function stillpointRuns(
  pair: TrainingPair<ClassificationData>,
  exact: number,
  options: ExperimentOptions,
  onRow: (row: ExperimentRow) => void,
): Promise<void> {
  for (const variant of variants) {
    if (options.signal?.aborted) return;
    onRow(await silently(() => measure(pair, variant, exact, options)));
  }
}

async function measure(
  pair: TrainingPair<ClassificationData>,
  { solver, adjoint: kind }: (typeof variants)[number],
  exact: number,
  { outerSteps, seconds, unrolledSteps, signal }: ExperimentOptions,
): Promise<ExperimentRow> {
  const began = performance.now();
  const condition: SvmOptions['condition'] =
    kind === 'implicit' ? 'face' : solver === 'mirror-descent' ? 'mirror-descent' : 'projected-gradient';
  const { tolerance, innerSteps, start, stepSize, checkedAt } = common;
  const model = svm(pair, { solver, condition, maxSteps: innerSteps[solver] });
  const setup = (performance.now() - began) / 1000;
  const adjoint: Adjoint =
    kind === 'implicit'
      ? implicit({ tolerance, residualTolerance: Infinity })
      : unrolled({ steps: unrolledSteps });
  const { width } = pair.training;
  const { history, solutions } = await tuneAsync({
    ...model,
    initial: { theta: start * width },
    method: adam({ stepSize }),
    adjoint,
    innerTolerance: tolerance,
    tolerance: 1e-12,
    budget: { evaluations: outerSteps, seconds },
    ...(signal && { signal }),
  });
  for (const solution of solutions) solution.dispose();
  const times = history.map((record, k) => record.seconds - (history[k - 1]?.seconds ?? 0));
  return {
    features: width,
    program: 'stillpoint',
    solver,
    adjoint: kind,
    secondsPerStep: median(times.length > 1 ? times.slice(1) : times),
    setup,
    gradientError: Math.abs(slopeAt(model, checkedAt * width, adjoint, tolerance) / exact - 1),
    validationLoss: Math.min(...history.map(({ loss }) => loss)),
    steps: history.length,
  };
}

/** The derivative of the outer loss by log θ. */
export function slopeAt(
  model: ReturnType<typeof svm>,
  theta: number,
  adjoint: Adjoint,
  tolerance: number,
): number {
  const hyper = { theta: float64(theta) };
  const { gradient } = hypergradient(model, hyper, { adjoint, tolerance });
  hyper.theta.dispose();
  return theta * gradient[0];
}

/** Steps that run out are what the table shows: no warnings. */
async function silently<T>(work: () => Promise<T>): Promise<T> {
  const previous = onWarning(() => {});
  try {
    return await work();
  } finally {
    onWarning(previous);
  }
}
