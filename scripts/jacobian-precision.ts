/** `stillpoint jacobian-precision`: how precise derivatives of unfinished solutions are, as a figure and its data. */
import type { Argv } from 'yargs';
import { InputError } from '../src/message/index.js';
import { defineCommand, type Outcome } from './command.js';
import { jacobianPrecision, type PrecisionRow } from './jacobian-precision/experiment.js';
import { precisionFigure } from './jacobian-precision/figure.js';
import { examples, positive, printOptions } from './options.js';
import { writeTogether } from './whole-files.js';

/** Steps of gradient descent, about evenly spaced on a logarithmic axis of the error. */
const steps = [1, 3, 10, 20, 30, 50, 75, 100, 150, 200, 250, 300];
/** Below this the errors are those of rounding. */
const smallest = 1e-5;
/** Late errors lie along one eigenvector, on which the bound is exact but for rounding. */
const rounding = 1e-4;

export const jacobianPrecisionCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(
        yargs
          .option('theta', {
            describe: 'penalties of the ridge regression, one panel each',
            type: 'string',
            default: '0.1,1',
            requiresArg: true,
            coerce: (given: unknown) => String(given).split(',').map(positive('--theta')),
          })
          .option('output', {
            alias: 'o',
            describe: 'the figure; its data go beside it, as .json',
            type: 'string',
            default: 'jacobian-precision.svg',
            requiresArg: true,
          }),
      ),
      [
        ['the figure of the paper', 'jacobian-precision -o precision.svg'],
        ['its numbers, for a program', 'jacobian-precision --json'],
      ],
    ),

  async run({ theta, output }): Promise<Outcome> {
    if (!output.endsWith('.svg')) {
      throw new InputError(
        `--output must be the name of an SVG file, such as precision.svg; found "${output}"`,
      );
    }
    const data = output.replace(/\.svg$/, '.json');
    const rows = await writeTogether([output, data], async () => {
      const rows = jacobianPrecision(theta, steps).filter(({ iterateError }) => iterateError > smallest);
      return {
        contents: [precisionFigure(rows), `${JSON.stringify({ rows }, null, 1)}\n`],
        outcome: rows,
      };
    });
    const files = { figure: output, data };
    const faithful = rows.every(({ implicit, bound }) => implicit <= bound * (1 + rounding));
    const message = faithful
      ? 'implicit errors are within the bound of theorem 1'
      : 'an implicit error is above the bound of theorem 1: rounding, or a fault of the program';
    return {
      done: faithful,
      json: { result: faithful ? 'within-bound' : 'above-bound', message, rows, files },
      summary: {
        title: 'precision of the derivative of an unfinished solution',
        subtitle: 'ridge regression on the diabetes data (442 × 10) · gradient descent with step 1/L',
        ...(faithful ? { success: message } : {}),
        rows: [
          { label: 'errors of', value: columns(['iterate', 'implicit', 'bound', 'unrolled']) },
          ...shown(rows).map((row) => ({
            label: `θ = ${row.theta}, ${row.iterations} steps`,
            value: columns(
              [row.iterateError, row.implicit, row.bound, row.unrolled].map((error) => error.toPrecision(2)),
            ),
          })),
        ],
        footer: [`${files.figure}  the figure`, `${files.data}  its data`],
      },
    };
  },
});

/** The iterates that are worth a line: some of each θ. */
function shown(rows: readonly PrecisionRow[]): PrecisionRow[] {
  return rows.filter(({ iterations }) => [10, 30, 100, 300].includes(iterations));
}

const columns = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(10)).join('');
