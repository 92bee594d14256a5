/** The HTML report of a distillation. */
import type { Distillation } from '../../src/distillation/index.js';
import { htmlReport, type Section } from '../html-report.js';
import type { AdjointRow } from './adjoints.js';
import type { Comparison } from './comparison.js';
import type { DistillData } from './data.js';

export interface ReportContents {
  readonly data: DistillData;
  readonly description: string;
  readonly distilled: Distillation<never>;
  readonly comparison: Comparison | null;
  readonly adjoints: readonly AdjointRow[] | null;
  readonly sheet: Uint8Array;
}

export function distillReport(contents: ReportContents): string {
  const { data, description, distilled, comparison, adjoints, sheet } = contents;
  const { history, samples } = distilled;
  const { count } = samples;
  const evaluations = history.map(({ evaluation }) => evaluation);
  const sections: Section[] = [
    {
      kind: 'picture',
      title: `The ${count} distilled samples`,
      image: sheet,
      alt: `One column of grey pictures for each class: ${data.classNames.join(', ')}`,
      note: `Columns: ${data.classNames.join(', ')}. Black is the lowest value of all pictures, white the highest.`,
    },
    {
      kind: 'table',
      title: 'Test accuracy',
      header: ['trained on', 'samples', 'accuracy'],
      rows: accuracyRows(contents).map(([what, samples, accuracy]) => [what, samples, accuracy]),
      ...(data.source === undefined ? {} : { note: `Data: ${data.source}.` }),
    },
    {
      kind: 'plot',
      title: 'Loss over the training set',
      x: { label: 'evaluations of the outer loss' },
      y: { label: 'mean cross entropy', scale: 'log' },
      series: [
        { label: 'trained on the distilled samples', x: evaluations, y: history.map(({ loss }) => loss) },
      ],
    },
    {
      kind: 'plot',
      title: 'Test accuracy on the way',
      x: { label: 'evaluations of the outer loss' },
      y: { label: 'share that is right' },
      series: [
        {
          label: 'distilled',
          x: evaluations,
          y: history.map(({ testAccuracy }) => testAccuracy ?? Number.NaN),
        },
        ...(comparison
          ? (
              [
                ['whole training set', comparison.full],
                ['class means', comparison.means],
                ['random samples', comparison.random.mean],
              ] as const
            ).map(([label, level]) => ({
              label,
              x: [evaluations[0], evaluations[evaluations.length - 1]],
              y: [level, level],
              dashed: true,
            }))
          : []),
      ],
    },
    ...(adjoints ? [adjointTable(adjoints)] : []),
    { kind: 'text', title: 'How it ended', paragraphs: [`${distilled.message}.`] },
  ];
  return htmlReport({ title: `${data.name}: ${count} distilled samples`, subtitle: description, sections });
}

/** What was trained on, how many samples, and the accuracy in per cent. */
export function accuracyRows({
  data,
  distilled,
  comparison,
}: Pick<ReportContents, 'data' | 'distilled' | 'comparison'>): [string, number, string][] {
  const { count } = distilled.samples;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const own: [string, number, string] = ['distilled samples', count, percent(distilled.testAccuracy ?? 0)];
  if (!comparison) return [own];
  const { full, means, random } = comparison;
  return [
    own,
    ['means of the classes', count, percent(means)],
    [
      `random samples (mean ± standard deviation of ${random.draws} draws)`,
      count,
      `${(100 * random.mean).toFixed(1)} ± ${percent(random.spread)}`,
    ],
    ['the whole training set', data.training.count, percent(full)],
  ];
}

function adjointTable(rows: readonly AdjointRow[]): Section {
  return {
    kind: 'table',
    title: 'One outer step: implicit and unrolled',
    header: ['adjoint', 'unrolled steps', 'relative error of the gradient', 'seconds', 'MB held'],
    rows: rows.map(({ adjoint, steps, error, seconds, bytes }) => [
      adjoint,
      steps ?? '',
      error.toExponential(1),
      seconds.toPrecision(3),
      (bytes / 2 ** 20).toFixed(1),
    ]),
    note: 'The outer loss and its gradient at the start, training included. Held: tensors kept for the backward pass.',
  };
}
