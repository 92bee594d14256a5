/** `stillpoint distill`: a few samples that stand for a whole training set, their pictures, and a report. */
import type { Argv } from 'yargs';
import { type DistillProgress, distillAsync, softmaxRegression } from '../src/distillation/index.js';
import { implicit, unrolled } from '../src/implicit/index.js';
import { InputError } from '../src/message/index.js';
import { defineCommand, type Outcome } from './command.js';
import { type AdjointRow, compareAdjoints } from './distill/adjoints.js';
import { compare } from './distill/comparison.js';
import { contactSheet } from './distill/contact-sheet.js';
import { readData } from './distill/data.js';
import { accuracyRows, distillReport } from './distill/report.js';
import { examples, integer, positive, printOptions } from './options.js';
import { fileLines } from './report.js';
import { formatSeconds, plural } from './summary.js';
import { columnOptions } from './table-data.js';
import type { Terminal } from './terminal.js';
import { writeTogether } from './whole-files.js';

const optional =
  <T>(read: (given: unknown) => T) =>
  (given: unknown): T | undefined =>
    given === undefined ? undefined : read(given);

export const distillCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(
        columnOptions(yargs)
          .option('data', {
            describe: 'digits (8 × 8, bundled), mnist, fashion (IDX files), or a CSV file',
            type: 'string',
            default: 'digits',
            requiresArg: true,
          })
          .option('folder', {
            describe: 'where the four IDX files are, gzipped or not; an installed package by default',
            type: 'string',
            requiresArg: true,
          })
          .option('test-share', {
            describe: 'share of the samples that are for testing, where the data have no test set',
            default: 0.2,
            requiresArg: true,
            coerce: share,
          })
          .option('limit', {
            describe: 'learn from so many training samples only',
            requiresArg: true,
            coerce: optional(integer('--limit', 10)),
          })
          .option('per-class', {
            describe: 'distilled samples of each class',
            default: 1,
            requiresArg: true,
            coerce: integer('--per-class', 1),
          })
          .option('labels', {
            describe: 'fixed: one class a sample; learnt: probabilities',
            choices: ['fixed', 'learnt'] as const,
            default: 'fixed' as const,
            requiresArg: true,
          })
          .option('start', {
            describe: 'where the samples begin',
            choices: ['means', 'noise'] as const,
            default: 'means' as const,
            requiresArg: true,
          })
          .option('l2', {
            describe: 'penalty of the model that is trained on the samples',
            default: 0.1,
            requiresArg: true,
            coerce: positive('--l2'),
          })
          .option('full-l2', {
            describe: 'penalty of the model that is trained on the whole training set, to compare',
            default: 1e-3,
            requiresArg: true,
            coerce: positive('--full-l2'),
          })
          .option('steps', {
            describe: 'steps of L-BFGS on the samples',
            default: 50,
            requiresArg: true,
            coerce: integer('--steps', 0),
          })
          .option('tolerance', {
            describe: 'done before that when no entry of the gradient is larger',
            default: 1e-5,
            requiresArg: true,
            coerce: positive('--tolerance'),
          })
          .option('seconds', {
            describe: 'stop after so many seconds',
            requiresArg: true,
            coerce: optional(positive('--seconds')),
          })
          .option('unroll', {
            describe: 'differentiate through so many unrolled steps of the training, not implicitly',
            requiresArg: true,
            coerce: optional(integer('--unroll', 1)),
          })
          .option('adjoints', {
            describe: 'also time one outer step, implicit and unrolled at like accuracy',
            type: 'boolean',
            default: false,
          })
          .option('compare', {
            describe: 'hold the samples against the whole set, random samples and class means (--no-compare)',
            type: 'boolean',
            default: true,
          })
          .option('seed', {
            describe: 'of the split, the noise and the random samples',
            default: 0,
            requiresArg: true,
            coerce: integer('--seed', 0),
          })
          .option('output', {
            alias: 'o',
            describe: 'name of the files, without their endings .png, .json and .html',
            type: 'string',
            default: 'distilled',
            requiresArg: true,
          }),
      ),
      [
        ['ten pictures in place of 1,437', 'distill'],
        ['of 60,000 pictures, and the experiment of the paper', 'distill --data fashion --adjoints'],
        [
          'a table, with the classes in its column kind',
          'distill --data flowers.csv --target kind -o flowers',
        ],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { perClass, l2, seed, start, labels, unroll } = args;
    const data = readData(args);
    const { training, test } = data;
    const count = perClass * training.classes;
    const files = {
      pictures: `${args.output}.png`,
      samples: `${args.output}.json`,
      report: `${args.output}.html`,
    };
    const description =
      `${training.count} training and ${test.count} test samples · ${training.width} features · ` +
      `${training.classes} classes · softmax regression, l2 = ${l2}`;
    const progress = progressLine(terminal, args, args.steps);
    return writeTogether(Object.values(files), async () => {
      const distilled = await distillAsync({
        data: training,
        test,
        perClass,
        inner: softmaxRegression({ l2 }),
        start,
        labels,
        seed,
        maxSteps: args.steps,
        tolerance: args.tolerance,
        adjoint: unroll === undefined ? implicit() : unrolled({ steps: unroll }),
        onProgress: progress.update,
        ...(args.seconds !== undefined && { budget: { seconds: args.seconds } }),
        ...(terminal.interrupted && { signal: terminal.interrupted }),
      });
      distilled.parameters.dispose();
      progress.say('training on what it is compared with …');
      const comparison = args.compare
        ? compare({ training, test, perClass, l2, fullL2: args.fullL2, seed })
        : null;
      const adjoints = args.adjoints
        ? compareAdjoints({
            ...{ data: training, perClass, l2, start, seed, accuracy: adjointAccuracy, patience: 20 },
            onRow: (row) => progress.say(`timing adjoints: ${row.adjoint} ${row.steps ?? ''}`),
          })
        : null;
      progress.end();
      const sheet = contactSheet(distilled.samples, data.image);
      const { samples, outerLoss, testAccuracy, evaluations, seconds, result, message, history } = distilled;
      const numbers = {
        data: data.name,
        trainingSamples: training.count,
        testSamples: test.count,
        features: training.width,
        classes: training.classes,
        samples: count,
        l2,
        outerLoss,
        testAccuracy,
        fullDataAccuracy: comparison?.full ?? null,
        meansAccuracy: comparison?.means ?? null,
        randomAccuracy: comparison?.random ?? null,
        evaluations,
        converged: distilled.converged,
        result,
        message,
        seconds,
        adjoints: adjoints && adjointFields(adjoints),
      };
      const stored = {
        ...numbers,
        source: data.source ?? null,
        classNames: data.classNames,
        image: data.image,
        history,
        labels: rowsOf(distilled.labels, training.classes),
        images: rowsOf(samples.X, training.width),
      };
      const contents = { data, description, distilled: distilled as never, comparison, adjoints, sheet };
      const failed = result === 'not-finite' || result === 'inner-failed';
      const outcome: Outcome = {
        // The steps are a budget: having used them up is no failure.
        done: !failed && result !== 'aborted',
        json: { ...numbers, files },
        summary: {
          title: `${data.name} · ${plural(count, 'distilled sample')}`,
          subtitle: description,
          success: `${plural(evaluations, 'evaluation')} of the loss over the training set, ${formatSeconds(seconds)}`,
          rows: [
            { label: 'loss over the training set', value: outerLoss, digits: 6 },
            ...accuracyRows(contents).map(([what, samples, accuracy]) => ({
              label: 'test accuracy',
              value: accuracy,
              note: `trained on ${samples} samples: ${what}`,
            })),
            ...(adjoints ?? []).map(({ adjoint, steps, error, seconds, bytes }) => ({
              label: 'one outer step',
              value: formatSeconds(seconds),
              note:
                `${adjoint}${steps === null ? '' : `, ${steps} steps`}: error ${error.toExponential(1)}, ` +
                `${(bytes / 2 ** 20).toFixed(1)} MB held`,
            })),
          ],
          footer: [distilled.converged ? message.split(':')[0] : message, ...fileLines(files)],
        },
      };
      return { contents: [sheet, `${JSON.stringify(stored)}\n`, distillReport(contents)], outcome };
    });
  },
});

/** Of the gradient that `--adjoints` asks for. */
const adjointAccuracy = 1e-3;

/** The rows, how much slower unrolling is, and whether it came to be as accurate as was asked for. */
function adjointFields(rows: readonly AdjointRow[]) {
  const last = (kind: AdjointRow['adjoint']): AdjointRow =>
    rows.findLast(({ adjoint }) => adjoint === kind) as AdjointRow;
  const [mine, through] = [last('implicit'), last('unrolled')];
  return { rows, ratio: through.seconds / mine.seconds, reached: through.error <= adjointAccuracy };
}

function rowsOf(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, k) =>
    Array.from(values.subarray(k * width, (k + 1) * width)),
  );
}

function share(given: unknown): number {
  const value = Number(given);
  if (value > 0 && value < 1) return value;
  throw new InputError(`--test-share must lie between 0 and 1; found "${given}"`);
}

interface ProgressLine {
  update(progress: DistillProgress): void;
  say(text: string): void;
  end(): void;
}

/** One line on a terminal, nothing elsewhere. */
function progressLine(
  terminal: Terminal,
  { json, quiet }: { json: boolean; quiet: boolean },
  steps: number,
): ProgressLine {
  const width = terminal.progressWidth;
  if (width === null || json || quiet) return { update() {}, say() {}, end() {} };
  const say = (text: string): void => terminal.err(`\r\x1b[2K${text.slice(0, width - 1)}`);
  return {
    say,
    update({ evaluation, loss, testAccuracy, seconds }) {
      const rate = seconds / evaluation;
      const left = Math.max(0, steps - evaluation) * rate;
      say(
        `distilling  evaluation ${String(evaluation).padEnd(4)}  loss ${loss.toFixed(5)}  ` +
          `test accuracy ${(100 * (testAccuracy ?? 0)).toFixed(1)} %  about ${formatSeconds(left)} left`,
      );
    },
    end: () => terminal.err('\r\x1b[2K'),
  };
}
