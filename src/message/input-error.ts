/**
 * Something that the caller gave cannot be used.
 *
 * The message says what was found, where, what was expected and what to do. The command line answers it with
 * exit code 2 and no stack trace.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}
