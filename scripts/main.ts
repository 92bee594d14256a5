/**
 * The command line: arguments in, an exit code out. Nothing here touches the process, so that tests call it as
 * a user calls the program.
 *
 * Exit codes: 0 done, 1 ran but did not converge, 2 bad usage or bad input, 3 a fault of the program itself.
 */
import yargs, { type Argv } from 'yargs';
import { InputError, onWarning } from '../src/message/index.js';
import type { AnyCommand, Outcome } from './command.js';
import { printSummary } from './summary.js';
import { styled, type Terminal } from './terminal.js';

interface Entry {
  readonly usage: string;
  readonly describe: string;
  /** Commands are loaded when they are called: TensorFlow.js takes half a second. */
  load(): Promise<AnyCommand>;
}

const entries: readonly Entry[] = [
  {
    usage: 'energy <file>',
    describe: 'Evaluate energy, forces and stress of a structure',
    load: async () => (await import('./energy.js')).energyCommand,
  },
  {
    usage: 'relax <file>',
    describe: 'Move the atoms to where the forces vanish',
    load: async () => (await import('./relax.js')).relaxCommand,
  },
  {
    usage: 'sensitivity <file>',
    describe: 'Relax, then differentiate the equilibrium with respect to a parameter',
    load: async () => (await import('./sensitivity.js')).sensitivityCommand,
  },
  {
    usage: 'demo',
    describe: 'Make, relax and differentiate a packing of 128 soft spheres',
    load: async () => (await import('./demo.js')).demoCommand,
  },
  {
    usage: 'jacobian-precision',
    describe: 'Draw how precise derivatives of unfinished solutions are: implicit, unrolled, and the bound',
    load: async () => (await import('./jacobian-precision.js')).jacobianPrecisionCommand,
  },
  {
    usage: 'distill',
    describe: 'Learn a few samples that stand for a whole training set',
    load: async () => (await import('./distill.js')).distillCommand,
  },
  {
    usage: 'dictionary',
    describe: 'Learn a dictionary for a classifier, through sparse codes; beside three others',
    load: async () => (await import('./dictionary.js')).dictionaryCommand,
  },
  {
    usage: 'tune [file]',
    describe: 'Choose the hyperparameters of a model on a table by the gradient of its validation loss',
    load: async () => (await import('./tune.js')).tuneCommand,
  },
  {
    usage: 'view [files..]',
    describe: 'Show structures and trajectories in the browser, or as a picture',
    load: async () => (await import('./view.js')).viewCommand,
  },
];

/** Bad usage: the message points at the help. */
class UsageError extends InputError {}

export async function main(argv: readonly string[], terminal: Terminal, version: string): Promise<number> {
  const json = argv.includes('--json');
  let exitCode = 0;
  const warnings: string[] = [];
  const previous = onWarning((message) => warnings.push(message));
  try {
    let help = '';
    const parser = entries.reduce(
      (yargs, entry) =>
        yargs.command(
          entry.usage,
          entry.describe,
          async (yargs) => (await entry.load()).options(yargs),
          async (args) => {
            exitCode = await execute(await entry.load(), args, terminal, warnings);
          },
        ),
      frame(version, terminal),
    );
    await parser.parseAsync([...argv], {}, (_error, _args, output) => {
      help = output;
    });
    if (help !== '') terminal.out(`${help}\n`);
    return exitCode;
  } catch (error) {
    return fail(error, argv, json, terminal);
  } finally {
    onWarning(previous);
  }
}

function frame(version: string, terminal: Terminal): Argv<object> {
  return yargs()
    .scriptName('stillpoint')
    .usage('$0 COMMAND\n\nRelaxes atoms, and differentiates where they come to rest.')
    .locale('en')
    .version(version)
    .alias('help', 'h')
    .wrap(Math.min(110, terminal.progressWidth ?? 110))
    .exitProcess(false)
    .strict()
    .demandCommand(1, 'name a command')
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .epilogue('Exit codes: 0 done, 1 ran but did not converge, 2 bad usage or bad input.')
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
}

async function execute(
  command: AnyCommand,
  args: object,
  terminal: Terminal,
  warnings: readonly string[],
): Promise<number> {
  const typed = optionsAsTyped(args);
  let outcome: Outcome;
  try {
    outcome = await command.run(args, terminal);
  } catch (error) {
    if (error instanceof InputError) error.message = typed(error.message);
    throw error;
  }
  const told = warnings.map(typed);
  for (const warning of told) terminal.err(`${styled(terminal, 'yellow', 'warning:')} ${warning}\n`);
  const { json = false, quiet = false } = args as { json?: boolean; quiet?: boolean };
  const message = typed(outcome.json.message);
  if (json) terminal.out(`${JSON.stringify({ ...outcome.json, message, warnings: told })}\n`);
  else if (!quiet && outcome.summary) printSummary(terminal, outcome.summary);
  if (!outcome.done && !json) terminal.err(`stillpoint: ${message}\n`);
  return outcome.done ? 0 : 1;
}

/**
 * The library names options as its callers write them, `maxForce`; who types a command writes `--max-force`. Names of
 * files and entries, which are parts of paths or in quotes, stay.
 */
function optionsAsTyped(args: object): (message: string) => string {
  const names = Object.keys(args)
    .filter((name) => name.includes('-'))
    .map(
      (name) => [name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()), `--${name}`] as const,
    );
  return (message) =>
    names.reduce(
      (text, [name, option]) => text.replace(new RegExp(`(?<![^\\s(])${name}(?=$|[\\s,;:)])`, 'g'), option),
      message,
    );
}

function fail(error: unknown, argv: readonly string[], json: boolean, terminal: Terminal): number {
  // yargs has an error type of its own for options that lack a value.
  const usage = error instanceof UsageError || (error instanceof Error && error.name === 'YError');
  const mine = usage || error instanceof InputError;
  const given = error instanceof Error ? error.message : String(error);
  const message = usage ? usageMessage(given) : given;
  if (json) terminal.out(`${JSON.stringify({ result: mine ? 'bad-input' : 'internal-error', message })}\n`);
  if (mine) {
    const command = entries.find((entry) => entry.usage.split(' ')[0] === argv[0]);
    const help = `stillpoint ${command ? `${argv[0]} ` : ''}--help`;
    terminal.err(`stillpoint: ${message}\n${usage ? `See ${help}.\n` : ''}`);
    return 2;
  }
  terminal.err(`stillpoint: this is a fault of the program, please report it: ${message}\n`);
  if (error instanceof Error && error.stack) terminal.err(`${error.stack}\n`);
  return 3;
}

/** What yargs says, in the words of this program. */
function usageMessage(message: string): string {
  const rules: readonly (readonly [RegExp, string])[] = [
    [/^Not enough non-option arguments.*/s, 'name a structure file'],
    [/^Not enough arguments following: (.*)/s, '--$1 needs a value'],
    [/^Missing required arguments?: ([^\n,]*)[^\n]*(?:\n([^\n]*).*)?$/s, '--$1 is missing: $2'],
    [/^Invalid values:\s*Argument: (\S*), Given: (.*?), Choices: (.*)/s, '--$1 cannot be $2; expected $3'],
    [/^Unknown arguments?: (.*)/s, 'there is no command, option or argument $1'],
  ];
  const rule = rules.find(([pattern]) => pattern.test(message));
  // An option that was written by its one letter is named by it.
  return rule ? message.replace(rule[0], rule[1]).replace(/^--(\w) /, '-$1 ') : message;
}
