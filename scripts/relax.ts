/** `stillpoint relax`: atoms to equilibrium. */
import type { Argv } from 'yargs';
import { coordinates } from '../systems/index.js';
import { defineCommand, type Outcome } from './command.js';
import { evaluate } from './evaluation.js';
import {
  demandCompany,
  examples,
  integer,
  optional,
  printOptions,
  relaxOptions,
  structureOptions,
} from './options.js';
import { withOutputFiles } from './output-files.js';
import { runRelaxation } from './relaxation.js';
import {
  evaluationFields,
  evaluationRows,
  fileLines,
  relaxationFields,
  relaxationSuccess,
  unitsNote,
  withFixed,
} from './report.js';
import { readSubject, relaxedStructure } from './structure.js';

export const relaxCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(relaxOptions(structureOptions(yargs), 1e-6))
        .option('output', {
          alias: 'o',
          describe: 'write the relaxed structure here',
          type: 'string',
          requiresArg: true,
        })
        .option('trajectory', {
          describe: 'write the steps on the way here',
          type: 'string',
          requiresArg: true,
        })
        .option('every', {
          describe: 'write every k-th step to the trajectory',
          defaultDescription: '1',
          requiresArg: true,
          coerce: optional(integer('--every', 1)),
        }),
      [
        ['relax with FIRE and write the result', 'relax start.xyz -p soft-sphere -o rest.xyz'],
        ['every tenth step on the way', 'relax start.xyz -p glass.json --trajectory path.xyz --every 10'],
        [
          'as tightly as double precision allows',
          'relax start.xyz -p soft-sphere --max-force 1e-13 -o rest.xyz',
        ],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { model, title, description, config } = readSubject(args);
    const { output, trajectory, every = 1 } = args;
    demandCompany(args.every, '--every', '--trajectory', trajectory !== undefined);
    const { rest } = await withOutputFiles({ output, trajectory }, async (files) => {
      const target = files.trajectory ? { writer: files.trajectory, every } : undefined;
      const rest = await runRelaxation(model, args, terminal, target);
      const keep = rest.result !== 'not-finite';
      if (keep) files.output?.append(relaxedStructure(rest, config));
      return { keep, rest };
    });
    const evaluation = evaluate(model, coordinates(rest.system), rest.fixed);
    const written = rest.result !== 'not-finite';
    const files = { output: written ? output : undefined, trajectory: written ? trajectory : undefined };
    return {
      done: rest.converged,
      json: {
        ...evaluationFields(evaluation),
        ...relaxationFields(rest),
        output: files.output ?? null,
        trajectory: files.trajectory ?? null,
      },
      summary: {
        title,
        subtitle: withFixed(description, rest),
        success: relaxationSuccess(rest, args.method),
        rows: evaluationRows(evaluation),
        footer: [unitsNote, ...fileLines({ structure: files.output, trajectory: files.trajectory })],
      },
    };
  },
});
