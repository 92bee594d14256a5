/** `stillpoint tune --experiment svm`: runs the experiment, and writes its table and its figure. */
import { join } from 'node:path';
import { makeClassification, splitSamples, take } from '../../src/data/index.js';
import { svm } from '../../src/hyperparameter/index.js';
import { implicit } from '../../src/implicit/index.js';
import type { Outcome } from '../command.js';
import { formatSeconds, plural } from '../summary.js';
import type { Terminal } from '../terminal.js';
import { writeTogether } from '../whole-files.js';
import { experimentReport, programNames } from './experiment-report.js';
import { findJaxopt, jaxoptRuns } from './jaxopt.js';
import { slopeAt, stillpointRuns } from './stillpoint-runs.js';
import { common, type ExperimentOptions, type ExperimentRow } from './svm-experiment.js';

export interface ExperimentArguments extends ExperimentOptions {
  readonly output: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function experimentOutcome(
  { output, json, quiet, ...options }: ExperimentArguments,
  terminal: Terminal,
): Promise<Outcome> {
  const files = { report: join(output, 'svm-experiment.html'), data: join(output, 'svm-experiment.json') };
  const shown = terminal.progressWidth !== null && !json && !quiet;
  return writeTogether(
    Object.values(files),
    async () => {
      const began = performance.now();
      const { rows, peer } = await svmExperiment({
        ...options,
        onRow: (row) =>
          shown && terminal.err(`${labelOf(row)}  ${formatSeconds(row.secondsPerStep)} a step\n`),
        ...(terminal.interrupted && { signal: terminal.interrupted }),
      });
      const aborted = terminal.interrupted?.aborted === true;
      const seconds = (performance.now() - began) / 1000;
      const message = `${plural(rows.length, 'run')}${aborted ? ', then stopped by the caller' : ''}; ${peer}`;
      const contents = [
        experimentReport(rows, options, peer),
        `${JSON.stringify({ rows, peer }, null, 1)}\n`,
      ];
      const outcome: Outcome = {
        done: !aborted,
        json: { result: aborted ? 'aborted' : 'measured', message, rows, seconds, files },
        summary: {
          title: 'the penalty of a multiclass support vector machine',
          subtitle: '700 training and 200 validation samples, 5 classes; a tenth of the features informative',
          success: message,
          rows: rows.map((row) => ({
            label: labelOf(row),
            value: formatSeconds(row.secondsPerStep).padStart(8),
            note: `a step; validation loss ${row.validationLoss.toFixed(5)} after ${plural(row.steps, 'step')}`,
          })),
          footer: [`${files.report}  the figure and the table`, `${files.data}  their data`],
        },
      };
      return { contents, outcome };
    },
    output,
  );
}

/** @returns the rows, and what became of the other program */
async function svmExperiment(options: ExperimentOptions): Promise<{ rows: ExperimentRow[]; peer: string }> {
  const { features, seed, onRow = () => {}, signal } = options;
  const rows: ExperimentRow[] = [];
  const jaxopt = findJaxopt();
  const add = (row: ExperimentRow): void => {
    rows.push(row);
    onRow(row);
  };
  for (const width of features) {
    const data = makeClassification({ count: 900, width, classes: 5, seed });
    const split = splitSamples(900, 200 / 900, { seed, labels: data.labels });
    const pair = { training: take(data, split.training), validation: take(data, split.validation) };
    const exact = slopeAt(svm(pair), common.checkedAt * width, implicit(), 1e-10);
    await stillpointRuns(pair, exact, options, add);
    if (typeof jaxopt !== 'string' && !signal?.aborted) await jaxoptRuns(jaxopt, pair, exact, options, add);
  }
  return { rows, peer: typeof jaxopt === 'string' ? jaxopt : jaxopt.versions };
}

function labelOf({ features, program, solver, adjoint }: ExperimentRow): string {
  return `p = ${features}, ${programNames[program]}, ${solver}, ${adjoint}`;
}
