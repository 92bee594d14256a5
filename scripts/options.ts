/** Options that several commands share. */
import type { Argv } from 'yargs';
import { potentialKinds } from '../potentials/index.js';
import { InputError } from '../src/message/index.js';
import { type RelaxMethod, relaxMethods } from '../src/relax/index.js';

/** FILE, its frame, and the potential. */
export function structureOptions<T>(yargs: Argv<T>) {
  return yargs
    .positional('file', { describe: 'structure in extended XYZ', type: 'string', demandOption: true })
    .option('potential', {
      alias: 'p',
      describe: `${potentialKinds.join(', ')}, or a JSON file`,
      type: 'string',
      demandOption: `name one of ${potentialKinds.join(', ')}, or a JSON file`,
      requiresArg: true,
    })
    .option('cutoff', {
      describe: "cutoff in place of the potential's own: a length, or none",
      requiresArg: true,
      coerce: readCutoff,
    })
    .option('truncation', {
      describe: "in place of the potential's own: none, shift, force-shift, smooth",
      type: 'string',
      requiresArg: true,
    })
    .option('threads', {
      describe: 'threads for 4,000 atoms or more; by default all that the machine runs at once',
      requiresArg: true,
      coerce: (given: unknown) => (given === undefined ? undefined : integer('--threads', 1)(given)),
    })
    .option('frame', {
      describe: 'frame of FILE, from 0; negative from the end',
      default: -1,
      requiresArg: true,
      coerce: integer('--frame', -Infinity),
    });
}

/** How to relax. */
export function relaxOptions<T>(yargs: Argv<T>, maxForce: number) {
  return yargs
    .option('method', {
      describe: 'minimiser',
      choices: relaxMethods,
      default: 'fire' as RelaxMethod,
      requiresArg: true,
    })
    .option('time-step', {
      describe: 'first time step of fire',
      default: 0.1,
      requiresArg: true,
      coerce: positive('--time-step'),
    })
    .option('max-force', {
      describe: 'done when no atom feels a larger force',
      default: maxForce,
      requiresArg: true,
      coerce: positive('--max-force'),
    })
    .option('max-steps', {
      describe: 'give up after so many steps',
      default: 10_000,
      requiresArg: true,
      coerce: integer('--max-steps', 0),
    });
}

/** Refuses an option, where it was given, that would do nothing. @param needs what it has to stand beside */
export function demandCompany(given: unknown, option: string, needs: string, there: boolean): void {
  if (given !== undefined && !there)
    throw new InputError(`${option} does nothing without ${needs}: leave it out`);
}

/** What is not given stays so. */
export const optional =
  <T>(coerce: (given: unknown) => T) =>
  (given: unknown): T | undefined =>
    given === undefined ? undefined : coerce(given);

/** How to print. */
export function printOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('json', { describe: 'print one JSON object', type: 'boolean', default: false })
    .option('quiet', {
      alias: 'q',
      describe: 'print nothing but warnings and errors',
      type: 'boolean',
      default: false,
    });
}

/** Adds examples to the help: the command on one line, what it is for above it. */
export function examples<T>(
  yargs: Argv<T>,
  list: readonly (readonly [what: string, command: string])[],
): Argv<T> {
  const lines = list.map(([what, command]) => `  # ${what}\n  stillpoint ${command}`);
  return yargs.epilogue(`Examples:\n${lines.join('\n')}`);
}

/** Numbers are read here and not by yargs, which makes NaN of what is none. */
export function positive(name: string): (given: unknown) => number {
  return (given) => {
    const value = numberOf(given);
    if (value > 0 && Number.isFinite(value)) return value;
    throw new InputError(`${name} must be a positive number; found "${given}"`);
  };
}

export function integer(name: string, least: number): (given: unknown) => number {
  return (given) => {
    const value = numberOf(given);
    if (Number.isSafeInteger(value) && value >= least) return value;
    const range = least === -Infinity ? '' : ` of ${least} or more`;
    throw new InputError(`${name} must be a whole number${range}; found "${given}"`);
  };
}

function readCutoff(given: unknown): number | null | undefined {
  if (given === undefined) return undefined;
  return given === 'none' ? null : positive('--cutoff')(given);
}

function numberOf(given: unknown): number {
  const text = String(given).trim();
  return text === '' ? Number.NaN : Number(text);
}
