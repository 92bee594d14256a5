/**
 * An installed Chromium without a window, driven over its debugging pipe (the DevTools protocol): opens one page and
 * evaluates in it. No port is opened, and its profile is a folder that goes with it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { InputError } from '../src/message/index.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @throws InputError that says what to install when there is none */
export function findChromium(): string {
  const named = process.env.CHROMIUM;
  if (named) {
    if (existsSync(named)) return named;
    throw new InputError(`CHROMIUM names ${named}, which is not there`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
  if (found !== undefined) return found;
  throw new InputError(
    'no Chromium was found to draw with: install the package chromium (apt install chromium), or name its program in the environment variable CHROMIUM',
  );
}

export interface HeadlessPage {
  /** The value of an expression in the page, awaited. @throws Error with what the page threw */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

/** Opens a page of so many pixels. */
export async function openHeadless(
  program: string,
  url: string,
  [width, height]: readonly [number, number],
): Promise<HeadlessPage> {
  const profile = mkdtempSync(join(tmpdir(), 'stillpoint-chromium-'));
  const child = spawn(program, [...flags(profile), `--window-size=${width},${height}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  const ask = connect(child, program);
  const close = async (): Promise<void> => {
    // Asked, it ends with all its processes; what does not end is ended, also where it does not even answer.
    const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
    ask('Browser.close', {}).catch(() => {});
    await ended;
    clearTimeout(patience);
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    const { errorText } = await ask('Page.navigate', { url }, sessionId as string);
    if (errorText !== undefined) throw new Error(`${program} cannot open ${url}: ${errorText}`);
    return {
      async evaluate(expression) {
        const options = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails } = await ask('Runtime.evaluate', options, sessionId as string);
        if (exceptionDetails !== undefined) throw new Error(thrown(exceptionDetails));
        return (result as { value: never }).value;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function flags(profile: string): string[] {
  return [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${profile}`,
    '--use-gl=angle',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-extensions',
    '--disable-sync',
    '--hide-scrollbars',
    // Chromium's sandbox does not start for root, as in containers. The page is ours.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
}

type Answer = Readonly<Record<string, unknown>>;

/** Questions to the browser: messages of JSON with a zero byte after each. */
function connect(child: ChildProcess, program: string) {
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, { done: (answer: Answer) => void; fail: (error: Error) => void }>();
  let last = 0;
  let rest = '';
  let gone: Error | null = null;
  const end = (reason: string): void => {
    gone = new Error(`${program} ended: ${reason}`);
    for (const { fail } of waiting.values()) fail(gone);
    waiting.clear();
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code) => end(`exit code ${code}`));
  input.on('error', () => end('its pipe is closed'));
  output.setEncoding('utf8');
  output.on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message);
      const asked = waiting.get(id);
      if (asked === undefined) continue;
      waiting.delete(id);
      if (error) asked.fail(new Error(`${program}: ${error.message}`));
      else asked.done(result);
    }
  });
  return (method: string, params: object, sessionId?: string): Promise<Answer> =>
    new Promise((done, fail) => {
      if (gone !== null) return fail(gone);
      waiting.set(++last, { done, fail });
      input.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
}

function thrown(details: unknown): string {
  const { text, exception } = details as { text: string; exception?: { description?: string } };
  return (exception?.description ?? text).replace(/^Error: /, '').replace(/\n {4}at .*$/s, '');
}
