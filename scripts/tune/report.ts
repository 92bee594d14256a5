/** The HTML report of a tuning run: loss against evaluations, the path of the hyperparameters, beside a grid of equal cost. */
import type { EvaluationRecord } from '../../src/hyperparameter/index.js';
import { htmlReport, type PlotSeries } from '../html-report.js';
import type { GridSearch } from './grid.js';
import type { Hyper } from './subject.js';

export interface TuneReport {
  readonly title: string;
  readonly subtitle: string;
  readonly message: string;
  readonly history: readonly EvaluationRecord<Hyper>[];
  readonly grid: GridSearch;
  readonly facts: readonly (readonly [string, string | number])[];
}

/** Curves of so many hyperparameters can be told apart. */
const mostCurves = 24;

export function tuneReport({ title, subtitle, message, history, grid, facts }: TuneReport): string {
  const evaluations = history.map(({ evaluation }) => evaluation);
  const losses = history.map(({ loss }) => loss);
  const paths = pathsOf(history);
  return htmlReport({
    title,
    subtitle,
    sections: [
      { kind: 'table', header: ['', ''], rows: facts.map(([what, value]) => [what, value]), note: message },
      {
        kind: 'plot',
        title: 'Validation loss against evaluations',
        x: { label: 'evaluation' },
        y: { label: 'validation loss', scale: 'log' },
        series: [
          { label: 'by the gradient', x: evaluations, y: losses, style: 'points' },
          {
            label: 'its best so far',
            x: evaluations,
            y: lowestSoFar(losses),
            style: 'steps',
            colour: '#1f6fb4',
          },
          {
            label: 'grid, best so far',
            x: grid.points.map((_, k) => k + 1),
            y: grid.points.map(({ best }) => best),
            style: 'steps',
            colour: '#d9622b',
          },
        ],
        note: `An evaluation by the gradient solves the inner problem and one linear system; one of the grid (${grid.points.length} points over six orders of magnitude) solves the inner problem alone.`,
      },
      {
        kind: 'plot',
        title: 'Path of the hyperparameters',
        x: { label: 'evaluation' },
        y: { label: 'hyperparameter', scale: 'log' },
        series: paths
          .slice(0, mostCurves)
          .map(({ label, values }) => ({ label, x: evaluations, y: values, style: 'both' })),
        ...(paths.length > mostCurves ? { note: `The first ${mostCurves} of ${paths.length}.` } : {}),
      },
      ...lossAlong(history, grid),
      {
        kind: 'table',
        title: 'Evaluations',
        header: [
          'evaluation',
          'validation loss',
          'gradient',
          'inner tolerance',
          'inner steps',
          'linear iterations',
          'solved',
          'seconds',
        ],
        rows: history.map((record) => [
          record.evaluation,
          record.loss.toPrecision(8),
          record.gradient.toExponential(2),
          record.innerTolerance.toExponential(0),
          record.inner.map(({ steps }) => steps).join(' '),
          record.linear.map((outcome) => outcome?.iterations ?? '–').join(' '),
          record.solved ? 'yes' : 'no',
          record.seconds.toPrecision(3),
        ]),
      },
    ],
  });
}

/** With one hyperparameter, the loss over it: of both searches. */
function lossAlong(history: readonly EvaluationRecord<Hyper>[], grid: GridSearch) {
  const names = Object.keys(grid.best.hyperparameters);
  const paths = pathsOf(history);
  if (names.length !== 1 || paths.length !== 1) return [];
  const series: PlotSeries[] = [
    {
      label: 'grid',
      x: grid.points.map(({ hyperparameters }) => hyperparameters[names[0]]),
      y: grid.points.map(({ loss }) => loss),
      style: 'both',
      colour: '#d9622b',
    },
    {
      label: 'by the gradient',
      x: paths[0].values,
      y: history.map(({ loss }) => loss),
      style: 'points',
      colour: '#1f6fb4',
    },
  ];
  return [
    {
      kind: 'plot' as const,
      title: `Validation loss over ${names[0]}`,
      x: { label: names[0], scale: 'log' as const },
      y: { label: 'validation loss', scale: 'log' as const },
      series,
    },
  ];
}

function pathsOf(history: readonly EvaluationRecord<Hyper>[]): { label: string; values: number[] }[] {
  const first = Object.entries(history[0].hyperparameters);
  return first.flatMap(([name, value]) => {
    const at = (k: number, i: number): number => {
      const found = history[k].hyperparameters[name];
      return typeof found === 'number' ? found : (found as Float64Array)[i];
    };
    const count = typeof value === 'number' ? 1 : (value as Float64Array).length;
    return Array.from({ length: count }, (_, i) => ({
      label: count === 1 ? name : `${name}.${i}`,
      values: history.map((_, k) => at(k, i)),
    }));
  });
}

function lowestSoFar(losses: readonly number[]): number[] {
  let best = Infinity;
  return losses.map((loss) => {
    if (loss < best) best = loss;
    return best;
  });
}
