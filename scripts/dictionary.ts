/** `stillpoint dictionary`: task-driven dictionary learning beside three other classifiers, in one table. */
import type { Argv } from 'yargs';
import { breastCancer, breastCancerSource } from '../src/data/index.js';
import { defineCommand, type Outcome } from './command.js';
import { dictionaryExperiment, methods, titles } from './dictionary/experiment.js';
import { examples, integer, positive, printOptions } from './options.js';
import { formatSeconds, plural } from './summary.js';

const testShare = 0.3;

export const dictionaryCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(
        yargs
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
      ],
    ),

  run({ splits, atoms, l1, steps, seed, json, quiet }, terminal): Outcome {
    const began = performance.now();
    const data = breastCancer();
    const shows = terminal.progressWidth !== null && !json && !quiet;
    const areas = dictionaryExperiment({
      ...{ data, splits, testShare, atoms, l1, steps, seed },
      onSplit: (split) => shows && terminal.err(`\r\x1b[2Ksplit ${split + 1} of ${splits}`),
      ...(terminal.interrupted && { signal: terminal.interrupted }),
    });
    if (shows) terminal.err('\r\x1b[2K');
    const seconds = (performance.now() - began) / 1000;
    const rows = methods.map((method) => ({ method, ...meanAndSpread(areas[method]), areas: areas[method] }));
    const message = `${plural(splits, 'split')}, ${formatSeconds(seconds)}`;
    return {
      done: true,
      json: {
        result: 'done',
        message,
        data: breastCancerSource,
        samples: data.count,
        features: data.width,
        splits,
        atoms,
        seconds,
        methods: rows,
      },
      summary: {
        title: `breast cancer, ${data.count} × ${data.width} · ${plural(atoms, 'atom')}`,
        subtitle: `area under the ROC on ${Math.round(100 * testShare)} % of the samples, ${plural(splits, 'random split')}`,
        success: message,
        rows: rows.map(({ method, mean, spread }) => ({
          label: titles[method],
          value: spread === null ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${spread.toFixed(4)}`,
        })),
        footer: ['Mean and standard deviation over the splits.', `Data: ${breastCancerSource}`],
      },
    };
  },
});

function meanAndSpread(values: readonly number[]): { mean: number; spread: number | null } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}
