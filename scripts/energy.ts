/** `stillpoint energy`: one evaluation. */
import type { Argv } from 'yargs';
import { relaxModel } from '../src/relax/index.js';
import { coordinates } from '../systems/index.js';
import { defineCommand, type Outcome } from './command.js';
import { type Evaluation, evaluate } from './evaluation.js';
import { printOptions, structureOptions } from './options.js';
import { readSubject } from './structure.js';
import type { Row } from './summary.js';

export const energyCommand = defineCommand({
  options: (yargs: Argv) =>
    printOptions(structureOptions(yargs))
      .example('$0 energy argon.xyz -p lennard-jones --cutoff 2.5', 'Lennard-Jones with a plain cutoff')
      .example('$0 energy run.xyz -p glass.json --frame 0 --json', 'first frame, for a program'),

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

export const unitsNote = 'Energies and lengths are in the units of the input.';

/** What every command says about a structure at rest or not. */
export function evaluationFields({ forces: _, ...fields }: Evaluation): Omit<Evaluation, 'forces'> {
  return fields;
}

export function evaluationRows({ energy, energyPerAtom, maxForce, virial, stress }: Evaluation): Row[] {
  return [
    { label: 'energy', value: energy, digits: 12 },
    { label: 'energy per atom', value: energyPerAtom, digits: 12 },
    { label: 'largest force', value: maxForce, digits: 4 },
    ...(virial === null ? [] : [{ label: 'virial', value: virial }]),
    ...(stress === null ? [] : [{ label: 'stress', value: stress }]),
  ];
}
