/** Warnings go to `console.warn` unless a program takes them over with `onWarning`. */

export type WarningHandler = (message: string) => void;

const toConsole: WarningHandler = (message) => console.warn(`stillpoint: ${message}`);

let handler: WarningHandler = toConsole;
const said = new Set<string>();

/** Sends later warnings to `next` (null: back to the console). Returns the handler that was in force. */
export function onWarning(next: WarningHandler | null): WarningHandler {
  const previous = handler;
  handler = next ?? toConsole;
  return previous;
}

export function warn(message: string): void {
  handler(message);
}

/** Says a message once in the life of the process. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  handler(message);
}
