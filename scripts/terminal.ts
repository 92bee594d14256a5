/** Where a command prints, and how: the only thing of the process that the commands see, so that tests can stand in. */
import { styleText } from 'node:util';
import { openInBrowser } from './browser.js';

type Format = Parameters<typeof styleText>[0];

export interface Terminal {
  out(text: string): void;
  /** Messages and progress. */
  err(text: string): void;
  /** Whether what goes to `out` may have colours. */
  readonly colour: boolean;
  /** Width of the terminal that `err` goes to, in characters; null where it is none, and progress has no place. */
  readonly progressWidth: number | null;
  /** Aborted when the program is asked to stop (Ctrl-C, SIGTERM); what has been reached by then is still written. */
  readonly interrupted?: AbortSignal;
  /** Shows a page to the user; absent where nobody would see it. */
  readonly openPage?: (address: string) => void;
}

/** Once: a second Ctrl-C ends the program as it always does. Batch systems ask by SIGTERM before they kill. */
function interruptionOf(program: NodeJS.Process): AbortController {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) program.once(signal, () => interruption.abort());
  return interruption;
}

export function processTerminal(): Terminal {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const { NO_COLOR, TERM } = process.env;
  let interruption: AbortController | null = null;
  return {
    // From when somebody looks: what does not is ended by the system.
    get interrupted() {
      interruption ??= interruptionOf(process);
      return interruption.signal;
    },
    openPage: (address) => openInBrowser(address),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: process.stdout.isTTY === true && !NO_COLOR && TERM !== 'dumb',
    progressWidth: process.stderr.isTTY === true && TERM !== 'dumb' ? (process.stderr.columns ?? 80) : null,
  };
}

/** The text in a format where the terminal has colours, as it is where not. */
export function styled(terminal: Terminal, format: Format, text: string): string {
  return terminal.colour ? styleText(format, text, { validateStream: false }) : text;
}
