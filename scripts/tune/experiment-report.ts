/** The experiment's report: time an outer step and loss reached against the number of features, and the table of all runs. */
import { availableParallelism } from 'node:os';
import { htmlReport } from '../html-report.js';
import { common, type ExperimentOptions, type ExperimentRow, solvers } from './svm-experiment.js';

export const programNames = { stillpoint: 'Stillpoint', jaxopt: 'JAXopt' } as const;

/** A solver has its colour in both programs; the other program's is lighter. */
const colours: Record<ExperimentRow['program'], readonly string[]> = {
  stillpoint: ['#1f6fb4', '#d9622b', '#2c8c57'],
  jaxopt: ['#8fb7da', '#ecb094', '#93c6aa'],
};

export function experimentReport(
  rows: readonly ExperimentRow[],
  { unrolledSteps, outerSteps, seconds }: ExperimentOptions,
  peer: string,
): string {
  const groupOf = ({ program, solver, adjoint }: ExperimentRow): string =>
    `${programNames[program]}: ${solver.replaceAll('-', ' ')}, ${adjoint}`;
  const groups = [...new Set(rows.map(groupOf))];
  const series = (pick: (row: ExperimentRow) => number) =>
    groups.map((label) => {
      const own = rows.filter((row) => groupOf(row) === label);
      const [{ program, solver, adjoint }] = own;
      return {
        label,
        x: own.map((row) => row.features),
        y: own.map(pick),
        style: 'both' as const,
        dashed: adjoint === 'unrolled',
        colour: colours[program][solvers.indexOf(solver)],
      };
    });
  const x = { label: 'number of features', scale: 'log' as const };
  const { innerSteps, tolerance, start, stepSize, checkedAt } = common;
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
        y: { label: 'validation loss', scale: 'log' },
        series: series((row) => (row.steps === outerSteps ? row.validationLoss : Number.NaN)),
        note: `Of runs that took all ${outerSteps} outer steps in their time; the others are in the table.`,
      },
      {
        kind: 'table',
        title: 'All runs',
        header: [
          'features',
          'program',
          'inner solver',
          'adjoint',
          'seconds a step',
          'setup, s',
          'validation loss',
          'outer steps',
          'error of the gradient',
        ],
        rows: rows.map((row) => [
          row.features,
          programNames[row.program],
          row.solver.replaceAll('-', ' '),
          row.adjoint,
          row.secondsPerStep.toPrecision(3),
          row.setup.toPrecision(3),
          row.validationLoss.toFixed(6),
          row.steps,
          row.gradientError.toExponential(1),
        ]),
      },
      {
        kind: 'text',
        title: 'What was run',
        paragraphs: [
          `Adam on log θ with steps of ${stepSize}, from θ = ${start} p; a run ends after the step in which its ${seconds} s are over. Inner solves to ${tolerance.toExponential()} or ${innerSteps['projected-gradient']} steps (${innerSteps['block-coordinate-descent']} sweeps), each from the last solution; unrolled are ${unrolledSteps} steps from the start. The gradient is compared at θ = ${checkedAt} p, from a cold start, with that of a solution to 1e-10.`,
          `Setup: in Stillpoint X Xᵀ where there are more features than samples, in JAXopt compiling; there it is given the samples in coordinates of their span, which is as good, and not in the time. Double precision on ${availableParallelism()} cores; ${peer}.`,
        ],
      },
    ],
  });
}
