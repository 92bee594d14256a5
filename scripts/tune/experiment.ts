/**
 * The experiment of section 4.1 of Blondel et al., NeurIPS 2022: the penalty of a multiclass support vector machine, through its
 * dual, on made-up data of 700 training and 200 validation samples and 5 classes; time an outer step against the number of
 * features, for each inner solver, differentiated implicitly and by unrolling. docs/hyperparameter.md says what is timed.
 */
import { join } from 'node:path';
import { makeClassification, splitSamples, take } from '../../src/data/index.js';
import { type SvmOptions, svm, tune } from '../../src/hyperparameter/index.js';
import { type Adjoint, implicit, unrolled } from '../../src/implicit/index.js';
import { gradientDescent } from '../../src/optimize/index.js';
import type { Outcome } from '../command.js';
import { htmlReport } from '../html-report.js';
import type { Terminal } from '../terminal.js';
import { writeWhole } from '../whole-files.js';

export interface ExperimentRow {
  readonly features: number;
  readonly solver: string;
  readonly adjoint: 'implicit' | 'unrolled';
  /** Of an outer step: inner solve, derivative. */
  readonly secondsPerStep: number;
  /** Before the first: the Gram matrix. */
  readonly setup: number;
  readonly validationLoss: number;
  readonly steps: number;
}

const solvers = ['mirror-descent', 'projected-gradient', 'block-coordinate-descent'] as const;
/** Inner steps at the most, as in the paper; and those that are unrolled, whose memory grows with them. */
const innerSteps = {
  'mirror-descent': 2500,
  'projected-gradient': 2500,
  'block-coordinate-descent': 500,
} as const;
const unrolledSteps = 100;

/** The unrolled steps are those of a condition's fixed point; a sweep over blocks is not written in tfjs. */
const variants = solvers.flatMap((solver) => [
  { solver, adjoint: 'implicit' as const },
  ...(solver === 'block-coordinate-descent' ? [] : [{ solver, adjoint: 'unrolled' as const }]),
]);

export function svmExperiment(
  features: readonly number[],
  outerSteps: number,
  seed: number,
  onRow: (row: ExperimentRow) => void = () => {},
): ExperimentRow[] {
  return features.flatMap((width) => {
    const data = makeClassification({ count: 900, width, classes: 5, seed });
    const split = splitSamples(900, 200 / 900, { seed, labels: data.labels });
    const pair = { training: take(data, split.training), validation: take(data, split.validation) };
    return variants.map(({ solver, adjoint }) => {
      const row = measure(pair, solver, adjoint, outerSteps);
      onRow(row);
      return row;
    });
  });
}

function measure(
  pair: Parameters<typeof svm>[0],
  solver: (typeof solvers)[number],
  kind: 'implicit' | 'unrolled',
  outerSteps: number,
): ExperimentRow {
  const began = performance.now();
  const condition: SvmOptions['condition'] =
    kind === 'implicit' ? 'face' : solver === 'mirror-descent' ? 'mirror-descent' : 'projected-gradient';
  const model = svm(pair, { solver, condition, maxSteps: innerSteps[solver] });
  const setup = (performance.now() - began) / 1000;
  const adjoint: Adjoint =
    kind === 'implicit'
      ? implicit({ tolerance: 1e-6, residualTolerance: Infinity })
      : unrolled({ steps: unrolledSteps });
  const { training } = pair;
  const { history, validationLoss, solutions } = tune({
    ...model,
    initial: { theta: 10 * training.width },
    method: gradientDescent({ firstStep: 1, maxStep: 1 }),
    adjoint,
    innerTolerance: 1e-6,
    tolerance: 1e-12,
    budget: { evaluations: outerSteps },
  });
  for (const solution of solutions) solution.dispose();
  const times = history.map(({ seconds }, k) => seconds - (history[k - 1]?.seconds ?? 0));
  return {
    features: training.width,
    solver,
    adjoint: kind,
    // The first step begins cold, and warms the program up.
    secondsPerStep: median(times.length > 1 ? times.slice(1) : times),
    setup,
    validationLoss: Math.min(validationLoss, ...history.map(({ loss }) => loss)),
    steps: history.length,
  };
}

export function experimentOutcome(
  features: readonly number[],
  outerSteps: number,
  output: string,
  seed: number,
  terminal: Terminal,
): Outcome {
  const began = performance.now();
  const shown = terminal.progressWidth !== null;
  const rows = svmExperiment(
    features,
    outerSteps,
    seed,
    ({ features: p, solver, adjoint, secondsPerStep }) => {
      if (shown) terminal.err(`p = ${p}  ${solver}, ${adjoint}  ${secondsPerStep.toPrecision(3)} s a step\n`);
    },
  );
  const files = { report: join(output, 'svm-experiment.html'), data: join(output, 'svm-experiment.json') };
  writeWhole({
    [files.report]: experimentReport(rows),
    [files.data]: `${JSON.stringify({ rows }, null, 1)}\n`,
  });
  const seconds = (performance.now() - began) / 1000;
  const message = `${rows.length} runs of ${outerSteps} outer steps each`;
  return {
    done: true,
    json: { result: 'measured', message, rows, seconds, files },
    summary: {
      title: 'the penalty of a multiclass support vector machine',
      subtitle: '700 training and 200 validation samples, 5 classes; a tenth of the features informative',
      success: message,
      rows: rows.map((row) => ({
        label: `p = ${row.features}, ${row.solver}, ${row.adjoint}`,
        value: `${row.secondsPerStep.toPrecision(3).padStart(9)} s a step   loss ${row.validationLoss.toFixed(5)}`,
      })),
      footer: [`${files.report}  the figure and the table`, `${files.data}  their data`],
    },
  };
}

function experimentReport(rows: readonly ExperimentRow[]): string {
  const groups = [...new Set(rows.map(({ solver, adjoint }) => `${solver}, ${adjoint}`))];
  const series = (pick: (row: ExperimentRow) => number) =>
    groups.map((label) => {
      const own = rows.filter(({ solver, adjoint }) => `${solver}, ${adjoint}` === label);
      return {
        label,
        x: own.map((row) => row.features),
        y: own.map(pick),
        style: 'both' as const,
        dashed: label.endsWith('unrolled'),
      };
    });
  const x = { label: 'number of features', scale: 'log' as const };
  return htmlReport({
    title: 'The penalty of a multiclass support vector machine',
    subtitle: '700 training and 200 validation samples, 5 classes, a tenth of the features informative',
    sections: [
      {
        kind: 'plot',
        title: 'Time of an outer step',
        x,
        y: { label: 'seconds', scale: 'log' },
        series: series((row) => row.secondsPerStep),
      },
      {
        kind: 'plot',
        title: 'Validation loss reached',
        x,
        y: { label: 'validation loss' },
        series: series((row) => row.validationLoss),
      },
      {
        kind: 'table',
        title: 'All runs',
        header: [
          'features',
          'inner solver',
          'adjoint',
          'seconds a step',
          'setup',
          'validation loss',
          'outer steps',
        ],
        rows: rows.map((row) => [
          row.features,
          row.solver,
          row.adjoint,
          row.secondsPerStep.toPrecision(3),
          row.setup.toPrecision(3),
          row.validationLoss.toFixed(6),
          row.steps,
        ]),
        note: `Inner solves to 1e-6 or ${innerSteps['projected-gradient']} steps (${innerSteps['block-coordinate-descent']} sweeps); ${unrolledSteps} steps unrolled. Setup forms X Xᵀ where there are more features than samples. Float64 on one core.`,
      },
    ],
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
