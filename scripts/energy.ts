/** `stillpoint energy`: one evaluation. */
import type { Argv } from 'yargs';
import { relaxModel } from '../src/relax/index.js';
import { coordinates } from '../systems/index.js';
import { defineCommand, type Outcome } from './command.js';
import { evaluate } from './evaluation.js';
import { examples, printOptions, structureOptions } from './options.js';
import { evaluationFields, evaluationRows, unitsNote } from './report.js';
import { readSubject } from './structure.js';

export const energyCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(printOptions(structureOptions(yargs)), [
      ['Lennard-Jones with a plain cutoff', 'energy argon.xyz -p lennard-jones --cutoff 2.5'],
      ['the first frame, for a program', 'energy run.xyz -p glass.json --frame 0 --json'],
    ]),

  run(args): Outcome {
    const { model, system, title, description } = readSubject(args);
    const evaluation = evaluate(model, coordinates(system));
    const done = Number.isFinite(evaluation.energy) && Number.isFinite(evaluation.maxForce);
    const result = done ? 'evaluated' : 'not-finite';
    // A relaxation of no steps says which atoms are to blame.
    const message = done ? 'evaluated' : relaxModel(model, { maxSteps: 0 }).message;
    return {
      done,
      json: { ...evaluationFields(evaluation), result, message },
      summary: {
        title,
        subtitle: description,
        rows: evaluationRows(evaluation),
        footer: [unitsNote],
      },
    };
  },
});
