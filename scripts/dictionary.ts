/** `stillpoint dictionary`: task-driven dictionary learning beside three other classifiers, in one table. */
import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { breastCancer, breastCancerSource, type ClassificationData } from '../src/data/index.js';
import { InputError } from '../src/message/index.js';
import { defineCommand, type Outcome } from './command.js';
import { dictionaryExperiment, methods, titles } from './dictionary/experiment.js';
import { examples, integer, positive, printOptions } from './options.js';
import { formatSeconds, plural } from './summary.js';
import { columnOptions, type ReadOptions, readClassification } from './table-data.js';

const testShare = 0.3;

export const dictionaryCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(
        columnOptions(yargs)
          .option('data', {
            describe: 'a CSV file with two classes; the breast-cancer data of the package by default',
            type: 'string',
            requiresArg: true,
          })
          .option('splits', {
            describe: 'random splits into training and test samples',
            default: 10,
            requiresArg: true,
            coerce: integer('--splits', 1),
          })
          .option('atoms', {
            describe: 'atoms of the dictionaries',
            default: 10,
            requiresArg: true,
            coerce: integer('--atoms', 1),
          })
          .option('l1', {
            describe: 'penalty that makes the codes sparse',
            default: 0.5,
            requiresArg: true,
            coerce: positive('--l1'),
          })
          .option('steps', {
            describe: 'steps of L-BFGS on a dictionary',
            default: 20,
            requiresArg: true,
            coerce: integer('--steps', 1),
          })
          .option('seed', {
            describe: 'of the first split; the others count on',
            default: 0,
            requiresArg: true,
            coerce: integer('--seed', 0),
          }),
      ),
      [
        ['the table of the page on distillation', 'dictionary'],
        ['quickly, for a program', 'dictionary --splits 2 --json'],
        ['a table, with the classes in its column kind', 'dictionary --data flowers.csv --target kind'],
      ],
    ),

  async run({ splits, atoms, l1, steps, seed, json, quiet, ...source }, terminal): Promise<Outcome> {
    const began = performance.now();
    const { data, name, citation, positive: high } = readSource(source);
    const shows = terminal.progressWidth !== null && !json && !quiet;
    const areas = await dictionaryExperiment({
      ...{ data, splits, testShare, atoms, l1, steps, seed },
      onSplit: (split) => shows && terminal.err(`\r\x1b[2Ksplit ${split + 1} of ${splits}`),
      ...(terminal.interrupted && { signal: terminal.interrupted }),
    });
    if (shows) terminal.err('\r\x1b[2K');
    const seconds = (performance.now() - began) / 1000;
    const rows = methods.map((method) => ({ method, ...meanAndSpread(areas[method]), areas: areas[method] }));
    const finished = areas.l1.length;
    const aborted = finished < splits;
    const message =
      `${plural(finished, 'split')}, ${formatSeconds(seconds)}` +
      (aborted ? `; stopped by the caller, ${splits} were asked for` : '');
    return {
      done: !aborted,
      json: {
        result: aborted ? 'aborted' : 'done',
        message,
        data: citation ?? name,
        positive: high,
        samples: data.count,
        features: data.width,
        splits: finished,
        atoms,
        seconds,
        methods: rows,
      },
      summary: {
        title: `${name}, ${data.count} × ${data.width} · ${plural(atoms, 'atom')}`,
        subtitle: `area under the ROC on ${Math.round(100 * testShare)} % of the samples, ${plural(finished, 'random split')}`,
        success: message,
        rows: rows.map(({ method, mean, spread }) => ({
          label: titles[method],
          value: spread === null ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${spread.toFixed(4)}`,
        })),
        footer: [
          `Mean and standard deviation over the splits. High scores speak for the class ${high}.`,
          ...(citation === null ? [] : [`Data: ${citation}`]),
        ],
      },
    };
  },
});

/** Two classes, of which the second is what high scores speak for. */
interface Source {
  readonly data: ClassificationData;
  readonly name: string;
  /** Whom to cite. */
  readonly citation: string | null;
  readonly positive: string;
}

/** So many samples a class are enough for each of the three parts of a split to have one. */
const leastOfClass = 8;

/** @throws InputError for a table that cannot be used */
function readSource({ data: file, ...options }: ReadOptions & { readonly data?: string }): Source {
  if (file === undefined) {
    if ((options.target ?? options.columns ?? options.drop) !== undefined) {
      throw new InputError('--target, --columns and --drop name columns of a CSV file; name one with --data');
    }
    const citation = breastCancerSource;
    return { data: breastCancer(), name: 'breast cancer', citation, positive: 'benign' };
  }
  const { data, classNames, target } = readClassification(file, options);
  if (data.classes !== 2) {
    const shown = classNames.slice(0, 6).join(', ') + (data.classes > 6 ? ', …' : '');
    throw new InputError(
      `${file}: column "${target}" has ${data.classes} classes (${shown}), expected two: the area under the ROC is of two; ` +
        'name another column with --target, or leave rows out',
    );
  }
  classNames.forEach((className, label) => {
    const count = data.labels.reduce((sum, each) => sum + Number(each === label), 0);
    if (count >= leastOfClass) return;
    throw new InputError(
      `${file}: ${plural(count, 'row')} of the class "${className}" in column "${target}", expected ${leastOfClass} or ` +
        'more: the rows are split into three parts, each with both classes',
    );
  });
  return { data, name: basename(file), citation: null, positive: classNames[1] };
}

function meanAndSpread(values: readonly number[]): { mean: number; spread: number | null } {
  const mean =
    values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}
