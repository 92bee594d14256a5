/** `stillpoint sensitivity`: relaxes, then tells how the equilibrium answers one parameter. */
import type { Argv } from 'yargs';
import type { Equilibrium, Sensitivity } from '../src/relax/index.js';
import { coordinates, withColumn, withInfo } from '../systems/index.js';
import { defineCommand, type Outcome } from './command.js';
import { evaluationFields, evaluationRows, unitsNote } from './energy.js';
import { evaluate } from './evaluation.js';
import { printOptions, relaxOptions, structureOptions } from './options.js';
import { withOutputFiles } from './output-files.js';
import { parameterEntry } from './parameter-entry.js';
import { fileLines } from './relax.js';
import { relaxationFields, relaxationSuccess, relaxedStructure, runRelaxation } from './relaxation.js';
import { readSubject, vectorColumn } from './structure.js';
import { plural, type Row } from './summary.js';

/** A linear solve with a relative residual above this is no answer. */
const acceptableResidual = 1e-8;

export const sensitivityCommand = defineCommand({
  options: (yargs: Argv) =>
    printOptions(relaxOptions(structureOptions(yargs), 1e-10))
      .option('wrt', {
        describe: 'with respect to which parameter, or entry of one: epsilon, sigma.A-B, diameter.B',
        type: 'string',
        demandOption: 'name a parameter with --wrt',
        requiresArg: true,
      })
      .option('output', {
        alias: 'o',
        describe: 'write the relaxed structure with the column "sensitivity" here',
        type: 'string',
        requiresArg: true,
      })
      .example('$0 sensitivity rest.xyz -p soft-sphere --wrt diameter.B -o out.xyz', 'of all B spheres')
      .example('$0 sensitivity rest.xyz -p soft-sphere --wrt diameter.17', 'of one sphere, counted from 0')
      .example('$0 sensitivity rest.xyz -p glass.json --wrt sigma.A-B --json', 'of a pair of species'),

  run(args, terminal): Outcome {
    const { model, title, description } = readSubject(args);
    const direction = parameterEntry(args.wrt, model);
    const { output } = args;
    const { rest, sensitivity } = withOutputFiles({ output }, (files) => {
      const rest = runRelaxation(model, args, terminal);
      if (rest.result === 'not-finite') return { keep: false, rest, sensitivity: null };
      const sensitivity = rest.sensitivity(direction);
      files.output?.append(answer(rest, sensitivity, args.wrt));
      return { keep: true, rest, sensitivity };
    });
    const evaluation = evaluate(model, coordinates(rest.system));
    const solved = sensitivity !== null && sensitivity.linear.residual <= acceptableResidual;
    const relaxation = relaxationFields(rest);
    const failed = rest.converged && sensitivity && !solved ? sensitivity.linear : null;
    return {
      done: rest.converged && solved,
      json: {
        ...evaluationFields(evaluation),
        ...relaxation,
        ...(failed ? { result: `linear-${failed.result}`, message: failed.message } : {}),
        ...sensitivityFields(args.wrt, rest, sensitivity),
        output: (sensitivity && output) ?? null,
      },
      summary: {
        title,
        subtitle: description,
        success: relaxationSuccess(rest, args.method),
        rows: [...evaluationRows(evaluation), ...sensitivityRows(args.wrt, rest, sensitivity)],
        footer: [unitsNote, ...fileLines({ sensitivity: sensitivity ? output : undefined })],
      },
    };
  },
});

function answer(rest: Equilibrium, { vectors, energy }: Sensitivity, parameter: string) {
  const column = vectorColumn(rest.system, coordinates({ ...rest.system, positions: vectors }));
  const system = withColumn(relaxedStructure(rest), 'sensitivity', column);
  return withInfo(system, { parameter, energy_derivative: energy });
}

function sensitivityFields(parameter: string, rest: Equilibrium, sensitivity: Sensitivity | null) {
  if (!sensitivity) return { parameter, dEnergy: null, norm1: null, linear: null, zeroModes: null };
  const { solver, iterations, residual, result } = sensitivity.linear;
  const { zeroModes, stability, lowestEigenvalue, largestEigenvalue } = rest.curvature();
  const { count, ...kinds } = zeroModes;
  return {
    parameter,
    dEnergy: sensitivity.energy,
    norm1: sensitivity.norm1,
    linear: { solver, iterations, residual, result },
    zeroModes: count,
    zeroModeKinds: kinds,
    stability,
    lowestEigenvalue,
    largestEigenvalue,
  };
}

export function sensitivityRows(
  parameter: string,
  rest: Equilibrium,
  sensitivity: Sensitivity | null,
): Row[] {
  if (!sensitivity) return [];
  const { linear, energy, norm1 } = sensitivity;
  const { zeroModes, stability, lowestEigenvalue } = rest.curvature();
  return [
    { label: `∂energy/∂${parameter}`, value: energy, digits: 12 },
    { label: `∂x/∂${parameter}`, value: norm1, note: 'sum of the absolute values of all coordinates' },
    {
      label: 'linear solve',
      value: linear.residual,
      digits: 3,
      note: `residual after ${plural(linear.iterations, 'iteration')} of ${linear.solver}`,
    },
    { label: 'zero modes', value: zeroModes.count, note: describeZeroModes(zeroModes) },
    {
      label: 'lowest curvature',
      value: lowestEigenvalue,
      digits: 4,
      note:
        stability === 'undecided'
          ? 'too large a system to tell whether it is a minimum for sure'
          : `a ${stability}`,
    },
  ];
}

function describeZeroModes(counts: {
  translations: number;
  rotations: number;
  rattlers: readonly number[];
  others: number;
}): string {
  const { translations, rotations, rattlers, others } = counts;
  const parts = [
    [translations, 'translation'],
    [rotations, 'rotation'],
    [rattlers.length, 'rattler'],
    [others, 'other'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => plural(count, word))
    .join(', ');
}
