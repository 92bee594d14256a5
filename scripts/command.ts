/** What every command is: its options, and a run that gives numbers for programs and a summary for people. */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Summary } from './summary.js';
import type { Terminal } from './terminal.js';

export interface Outcome {
  /** Whether all that was asked for was reached; if not, the exit code is 1. */
  readonly done: boolean;
  /** The fields of the JSON object; numbers that are not finite become null. */
  readonly json: Readonly<Record<string, unknown>> & { readonly result: string; readonly message: string };
  /** Absent where the command has said all there is. */
  readonly summary?: Summary;
}

/** `T` are the options as they are written, `max-force`; the run gets them as `maxForce`. */
export interface Command<T> {
  options(yargs: Argv): Argv<T>;
  /** @throws InputError when an argument or a file cannot be used; nothing has been written then */
  run(args: ArgumentsCamelCase<T>, terminal: Terminal): Outcome | Promise<Outcome>;
}

/** A command as the command line sees it, whatever its options are. */
export interface AnyCommand {
  options(yargs: Argv): Argv<object>;
  run(args: object, terminal: Terminal): Outcome | Promise<Outcome>;
}

/** Takes the type of the options from `options`. The parser that makes them hands them to `run`, and nobody else. */
export function defineCommand<T extends object>(command: Command<T>): AnyCommand {
  return {
    options: command.options as AnyCommand['options'],
    run: (args, terminal) => command.run(args as ArgumentsCamelCase<T>, terminal),
  };
}
