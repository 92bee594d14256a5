/** `stillpoint sensitivity`: relaxes, then tells how the equilibrium answers one parameter. */
import type { Argv } from 'yargs';
import type { ParameterValues } from '../potentials/index.js';
import type { Equilibrium, Sensitivity } from '../src/relax/index.js';
import { coordinates } from '../systems/index.js';
import { defineCommand, type Outcome } from './command.js';
import { evaluate } from './evaluation.js';
import { examples, positive, printOptions, relaxOptions, structureOptions } from './options.js';
import { withOutputFiles } from './output-files.js';
import { parameterEntry } from './parameter-entry.js';
import { createProgress, type ProgressOptions, solving } from './progress.js';
import { runRelaxation } from './relaxation.js';
import {
  evaluationFields,
  evaluationRows,
  fileLines,
  relaxationFields,
  relaxationSuccess,
  sensitivityFields,
  sensitivityRows,
  unitsNote,
  withFixed,
} from './report.js';
import { readSubject, sensitivityStructure } from './structure.js';
import type { Terminal } from './terminal.js';

/** A linear solve with a relative residual above this is no answer, unless a larger one was asked for. */
const acceptableResidual = 1e-8;

export const sensitivityCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(relaxOptions(structureOptions(yargs), 1e-10))
        .option('wrt', {
          describe: 'the parameter, or the entry of one: epsilon, sigma.A-B, diameter.B',
          type: 'string',
          demandOption: 'name a parameter',
          requiresArg: true,
        })
        .option('linear-tolerance', {
          describe: 'relative residual at which the linear solve is done',
          default: 1e-12,
          requiresArg: true,
          coerce: positive('--linear-tolerance'),
        })
        .option('output', {
          alias: 'o',
          describe: 'write the relaxed structure with the column "sensitivity" here',
          type: 'string',
          requiresArg: true,
        }),
      [
        ['all spheres of species B', 'sensitivity rest.xyz -p soft-sphere --wrt diameter.B -o out.xyz'],
        ['one sphere, counted from 0', 'sensitivity rest.xyz -p soft-sphere --wrt diameter.17'],
        ['a pair of species', 'sensitivity rest.xyz -p glass.json --wrt sigma.A-B --json'],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { model, title, description, config } = readSubject(args);
    const direction = parameterEntry(args.wrt, model);
    const { output } = args;
    const { keep, rest, sensitivity } = await withOutputFiles({ output }, async (files) => {
      const rest = await runRelaxation(model, args, terminal);
      if (rest.result === 'not-finite') return { keep: false, rest, sensitivity: null };
      const sensitivity = await differentiate(rest, direction, args, terminal);
      if (sensitivity === null) return { keep: false, rest, sensitivity };
      const about = { parameter: args.wrt, direction, potential: config };
      const keep = Number.isFinite(sensitivity.energy) && Number.isFinite(sensitivity.norm1);
      if (keep) files.output?.append(sensitivityStructure(rest, sensitivity, about));
      return { keep, rest, sensitivity };
    });
    const evaluation = evaluate(model, coordinates(rest.system), rest.fixed);
    const acceptable = Math.max(acceptableResidual, args.linearTolerance);
    const solved = sensitivity !== null && sensitivity.linear.residual <= acceptable;
    const relaxation = relaxationFields(rest);
    const failed = rest.converged && sensitivity && !solved ? sensitivity.linear : null;
    const interrupted = sensitivity === null && rest.result !== 'not-finite';
    return {
      done: rest.converged && solved,
      json: {
        ...evaluationFields(evaluation),
        ...relaxation,
        ...(interrupted ? INTERRUPTED : {}),
        ...(failed ? { result: `linear-${failed.result}`, message: failed.message } : {}),
        ...sensitivityFields(args.wrt, rest, sensitivity),
        output: (keep && output) || null,
      },
      summary: {
        title,
        subtitle: withFixed(description, rest),
        success: relaxationSuccess(rest, args.method),
        rows: [...evaluationRows(evaluation), ...sensitivityRows(args.wrt, rest, sensitivity)],
        footer: [unitsNote, ...fileLines({ sensitivity: keep ? output : undefined })],
      },
    };
  },
});

const INTERRUPTED = {
  result: 'aborted',
  message: 'interrupted while the equations of the sensitivity were solved; nothing is written',
} as const;

/** Null where it was interrupted. */
async function differentiate(
  rest: Equilibrium,
  direction: ParameterValues,
  args: ProgressOptions & { readonly linearTolerance: number },
  { interrupted, ...terminal }: Terminal,
): Promise<Sensitivity | null> {
  const progress = createProgress(terminal, solving(args.linearTolerance), args);
  // One that has been interrupted before is differentiated where it got to.
  const signal = interrupted?.aborted ? undefined : interrupted;
  try {
    return await rest.sensitivityAsync(direction, {
      tolerance: args.linearTolerance,
      onProgress: progress.update,
      signal,
    });
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return null;
    throw error;
  } finally {
    progress.end();
  }
}
