import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatWithOptions } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as systems from '../../systems/index.js';

const page = readFileSync('docs/systems.md', 'utf8');
const examples = [...page.matchAll(/```ts\n([\s\S]*?)```\n```text\n([\s\S]*?)```/g)];

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'stillpoint-docs-'));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

/** Runs an example of the page and returns what it prints. The examples are plain JavaScript too. */
async function printed(code: string): Promise<string> {
  const body = code.replace(/import (\{[^}]*\}) from 'stillpoint\/systems';/g, 'const $1 = systems;');
  const lines: string[] = [];
  const log = (...values: unknown[]): number => lines.push(formatWithOptions({ colors: false }, ...values));
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  await new AsyncFunction('systems', 'console', body)(systems, { log });
  return lines.map((line) => `${line}\n`).join('');
}

describe('the page on systems', () => {
  test('has an output for each of its examples', () => {
    expect(examples).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
    expect(examples.length).toBeGreaterThan(4);
  });

  test.each(examples.map(([, code, output]) => [code.split('\n')[2], code, output]))(
    'prints what it says: %s',
    async (_, code, output) => {
      expect(await printed(code)).toBe(output);
    },
  );
});
