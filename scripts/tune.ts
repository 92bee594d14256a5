/** `stillpoint tune`: hyperparameters of a model on a table, by the gradient of its validation loss. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { Argv } from 'yargs';
import { adam, type Checkpoint, tuneAsync } from '../src/hyperparameter/index.js';
import { implicit, unrolled } from '../src/implicit/index.js';
import { InputError, warn } from '../src/message/index.js';
import { gradientDescent, type Minimizer } from '../src/optimize/index.js';
import { defineCommand, type Outcome } from './command.js';
import { demandCompany, examples, integer, optional, positive, printOptions } from './options.js';
import { formatNumber, plural } from './summary.js';
import { columnOptions } from './table-data.js';
import type { Terminal } from './terminal.js';
import { experimentOutcome } from './tune/experiment.js';
import { fittedModel, type HyperNumbers, validationAccuracy } from './tune/fitted.js';
import { type GridSearch, gridSearch } from './tune/grid.js';
import { fieldsOf, historyOf, inSeconds, rowsOf, splitOf } from './tune/outcome.js';
import { tuneReport } from './tune/report.js';
import {
  type Hyper,
  type ModelName,
  modelNames,
  type Penalty,
  penalties,
  readSubject,
} from './tune/subject.js';
import { replaceFile, writeTogether } from './whole-files.js';

const methods = ['lbfgs', 'adam', 'gradient-descent'] as const;
/** By default. */
const VALIDATION = 0.25;
const UNROLLED_STEPS = 100;
const OUTER_STEPS = 12;
const FEATURES: readonly number[] = [100, 300, 1000, 3000, 10_000];

export const tuneCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(
        columnOptions(
          yargs.positional('file', {
            describe: 'table of numbers as CSV, with a header',
            type: 'string',
          }),
        )
          .option('model', {
            alias: 'm',
            describe: 'what to fit',
            choices: modelNames,
            default: 'ridge' as ModelName,
            requiresArg: true,
          })
          .option('penalty', {
            describe: 'one penalty for all, one a feature, one a class',
            choices: penalties,
            default: 'one' as Penalty,
            requiresArg: true,
          })
          .option('validation', {
            describe: 'share of the rows to validate on',
            defaultDescription: '0.25',
            requiresArg: true,
            coerce: optional(share),
          })
          .option('folds', {
            describe: 'cross-validation with so many folds, in place of one split',
            requiresArg: true,
            coerce: optional(integer('--folds', 2)),
          })
          .option('seed', {
            describe: 'of the split or the folds',
            default: 0,
            requiresArg: true,
            coerce: integer('--seed', 0),
          })
          .option('standardize', {
            describe: 'features to mean 0 and variance 1; --no-standardize leaves them',
            type: 'boolean',
            default: true,
          })
          .option('method', {
            describe: 'outer optimiser',
            choices: methods,
            default: 'lbfgs' as (typeof methods)[number],
            requiresArg: true,
          })
          .option('adjoint', {
            describe: 'how the inner solution is differentiated',
            choices: ['implicit', 'unrolled'] as const,
            default: 'implicit' as 'implicit' | 'unrolled',
            requiresArg: true,
          })
          .option('unrolled-steps', {
            describe: 'inner steps with --adjoint unrolled',
            defaultDescription: '100',
            requiresArg: true,
            coerce: optional(integer('--unrolled-steps', 1)),
          })
          .option('tolerance', {
            describe: 'done when no slope of the loss (in log θ) is larger',
            default: 1e-5,
            requiresArg: true,
            coerce: positive('--tolerance'),
          })
          .option('evaluations', {
            describe: 'budget of evaluations',
            default: 50,
            requiresArg: true,
            coerce: integer('--evaluations', 1),
          })
          .option('seconds', {
            describe: 'budget of time; of the experiment, for each run (15)',
            requiresArg: true,
            coerce: optional(positive('--seconds')),
          })
          .option('checkpoint', {
            describe: 'keep the state here after every evaluation, and go on from it where it exists',
            type: 'string',
            requiresArg: true,
          })
          .option('output', {
            alias: 'o',
            describe: 'folder for tune.json, model.json and report.html',
            type: 'string',
            default: 'stillpoint-output',
            requiresArg: true,
          })
          .option('experiment', {
            describe: "the paper's experiment on made-up data, in place of FILE",
            choices: ['svm'] as const,
            requiresArg: true,
          })
          .option('features', {
            describe: 'of the experiment: numbers of features, by comma',
            defaultDescription: '100,300,1000,3000,10000',
            requiresArg: true,
            coerce: optional((given) => String(given).split(',').map(integer('--features', 3))),
          })
          .option('outer-steps', {
            describe: 'of the experiment, in each run',
            defaultDescription: '12',
            requiresArg: true,
            coerce: optional(integer('--outer-steps', 1)),
          }),
      ),
      [
        ['the penalty of a ridge regression, and its report', 'tune data.csv --target y'],
        [
          'one penalty a feature, by five folds',
          'tune data.csv -t y --model lasso --penalty feature --folds 5',
        ],
        ['a classifier, as JSON', 'tune flowers.csv -t species --model logistic --json'],
        ['inner solvers and adjoints compared, as in the paper', 'tune --experiment svm --features 100,1000'],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { experiment, unrolledSteps = UNROLLED_STEPS } = args;
    const unrolls = experiment !== undefined || args.adjoint === 'unrolled';
    demandCompany(args.unrolledSteps, '--unrolled-steps', '--adjoint unrolled', unrolls);
    demandCompany(args.outerSteps, '--outer-steps', '--experiment', experiment !== undefined);
    demandCompany(args.features, '--features', '--experiment', experiment !== undefined);
    if (experiment !== undefined) {
      if (args.file !== undefined)
        throw new InputError(`--experiment makes its own data: leave ${args.file} out, or the option`);
      const { seconds = 15, features = FEATURES, outerSteps = OUTER_STEPS } = args;
      return experimentOutcome({ ...args, seconds, features, outerSteps, unrolledSteps }, terminal);
    }
    if (args.folds !== undefined && args.validation !== undefined)
      throw new InputError('--folds takes the place of --validation: give one of them');
    if (args.file === undefined) throw new InputError('name a CSV file, or --experiment svm');
    const { file, model, seed, output, checkpoint } = args;
    const subject = readSubject({ ...args, file, validation: args.validation ?? VALIDATION });
    const files = {
      json: join(output, 'tune.json'),
      model: join(output, 'model.json'),
      report: join(output, 'report.html'),
    };
    return writeTogether(
      Object.values(files),
      async () => {
        const progress = progressLine(terminal, args);
        const run = tuneAsync<tf.Tensor, Hyper>({
          folds: subject.folds,
          initial: subject.initial,
          transform: subject.transform,
          ...methodOf(args.method),
          adjoint: args.adjoint === 'implicit' ? implicit() : unrolled({ steps: unrolledSteps }),
          tolerance: args.tolerance,
          budget: {
            evaluations: args.evaluations,
            ...(args.seconds === undefined ? {} : { seconds: args.seconds }),
          },
          onEvaluation: ({ evaluation, loss, seconds }) => progress.update(evaluation, loss, seconds),
          ...(terminal.interrupted === undefined ? {} : { signal: terminal.interrupted }),
          ...(checkpoint === undefined ? {} : { checkpoint: checkpointFile(checkpoint) }),
        });
        const result = await run.catch((error) => {
          if (!(error instanceof InputError) || checkpoint === undefined) throw error;
          throw new InputError(`${checkpoint}: ${error.message}`);
        });
        progress.end();
        const values = result.hyperparameters as HyperNumbers;
        const accuracy = validationAccuracy(subject, result.solutions, values);
        for (const solution of result.solutions) solution.dispose();
        const grid = gridSearch(subject, result.evaluations);
        warnOfBetter(grid, result.validationLoss);
        const json = { ...fieldsOf(model, args.penalty, subject, result, accuracy, grid, seed), files };
        const rows = rowsOf(subject, values, result, accuracy, grid);
        const title = `${file} · ${plural(subject.rows, 'row')} · ${plural(subject.features.length, 'feature')} · target ${subject.target}`;
        const subtitle = `${model} · ${splitOf(args.folds, subject)} · seed ${seed}`;
        const contents = [
          `${JSON.stringify({ ...json, history: historyOf(result) }, null, 1)}\n`,
          `${JSON.stringify(fittedModel(model, subject, values), null, 1)}\n`,
          tuneReport({
            title,
            subtitle,
            message: result.message,
            history: result.history,
            grid,
            facts: rows.map(({ label, value }) => [
              label,
              typeof value === 'number' ? formatNumber(value) : String(value),
            ]),
          }),
        ];
        const outcome: Outcome = {
          done: !['inner-failed', 'not-finite', 'aborted', 'unbounded'].includes(result.result),
          json,
          summary: {
            title,
            subtitle,
            success: `${result.converged ? 'tuned' : 'stopped'} after ${plural(result.evaluations, 'evaluation')}, ${inSeconds(result.seconds)}${result.converged ? '' : ` (${result.result})`}`,
            rows,
            footer: [
              `${files.report}  the report`,
              `${files.model}  the model, fitted to all rows`,
              `${files.json}  everything`,
            ],
          },
        };
        return { contents, outcome };
      },
      output,
    );
  },
});

/** Nothing for the default. */
function methodOf(name: (typeof methods)[number]): { method?: Minimizer } {
  if (name === 'adam') return { method: adam() };
  return name === 'lbfgs' ? {} : { method: gradientDescent({ firstStep: 1, maxStep: 1 }) };
}

/** The loss may have several valleys, or a kink that the gradient does not get over. */
function warnOfBetter({ best }: GridSearch, reached: number): void {
  if (!(reached - best.loss > 1e-3 * Math.abs(reached))) return;
  const values = Object.entries(best.hyperparameters).map(
    ([name, value]) => `${name} = ${formatNumber(value)}`,
  );
  warn(
    `the grid of as many evaluations found a lower validation loss, ${formatNumber(best.loss)} at ${values.join(', ')}; ` +
      'the model that is written is that of the gradient: take another seed or --folds, or more --evaluations',
  );
}

function checkpointFile(path: string): { resume?: unknown; save: (checkpoint: Checkpoint) => void } {
  const save = (checkpoint: Checkpoint): void => replaceFile(path, `${JSON.stringify(checkpoint)}\n`);
  if (!existsSync(path)) return { save };
  try {
    return { save, resume: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    throw new InputError(`${path}: this is no checkpoint: ${error instanceof Error ? error.message : error}`);
  }
}

function share(given: unknown): number {
  const value = positive('--validation')(given);
  if (value < 1) return value;
  throw new InputError(`--validation must lie between 0 and 1; found "${given}"`);
}

function progressLine(terminal: Terminal, { json, quiet }: { json: boolean; quiet: boolean }) {
  const width = terminal.progressWidth;
  const shown = width !== null && !json && !quiet;
  return {
    update(evaluation: number, loss: number, seconds: number): void {
      const line = `evaluation ${evaluation}  validation loss ${loss.toPrecision(6)}  ${inSeconds(seconds)}`;
      if (shown) terminal.err(`\r\x1b[2K${line.slice(0, (width ?? 80) - 1)}`);
    },
    end(): void {
      if (shown) terminal.err('\r\x1b[2K');
    },
  };
}
