/**
 * The README and the page on the command line: their examples are run, and what they show is what comes out.
 *
 * `UPDATE_PAGES=1 npx vitest run test/pages` writes what comes out into the pages.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Folder, stillpoint, temporaryFolder } from './scripts/command-line.js';

interface Example {
  readonly code: string;
  readonly output: string;
}

const root = process.cwd();

/** The blocks of a language that have their output in a block right after them. */
function examples(page: string, language: string): Example[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```\n/g)];
  return blocks.flatMap((block, k) => {
    const next = blocks[k + 1];
    const shown = next?.[1] === 'text' && next.index === block.index + block[0].length;
    return block[1] === language && shown ? [{ code: block[2], output: next[2] }] : [];
  });
}

let folder: Folder;
beforeAll(async () => {
  folder = temporaryFolder();
  symlinkSync(join(root, 'test'), folder.path('test'));
  process.chdir(folder.path('.'));
  expect((await stillpoint('demo', '--quiet')).code).toBe(0);
}, 120_000);
afterAll(() => {
  process.chdir(root);
  folder.remove();
});

/** Holds what came out against a page, or puts it there. */
function check(page: string, actual: string, shown: string): void {
  if (process.env.UPDATE_PAGES) {
    const path = join(root, page);
    const block = (output: string): string => `\`\`\`text\n${output}\`\`\``;
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(block(shown), () => block(actual)),
    );
  } else {
    expectSame(actual, shown);
  }
}

/**
 * Words must be the same. Numbers agree to the digits of single precision: those below 1e-6 are residuals, and only
 * have to be as small; a time is any time; counts of steps and iterations may differ a little between machines.
 */
function expectSame(actual: string, shown: string): void {
  const parts = (text: string): string[] =>
    text
      .replace(/\s+/g, ' ')
      .trim()
      // What takes milliseconds here takes seconds on a busy machine.
      .replace(/\b\d+(?:\.\d+)? m?s\b/g, 'a time')
      .split(/(-?\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)/);
  const [found, expected] = [parts(actual), parts(shown)];
  const words = (all: string[]): string[] => all.filter((_, k) => k % 2 === 0);
  expect(words(found)).toEqual(words(expected));
  for (let k = 1; k < expected.length; k += 2) {
    const [a, b, next] = [Number(found[k]), Number(expected[k]), expected[k + 1]];
    if (Math.abs(b) < 1e-6) expect(Math.abs(a)).toBeLessThan(1e-6);
    else if (/^ (?:steps|evaluations|iterations)/.test(next)) expect(a / b).toBeCloseTo(1, 0);
    else
      expect(Math.abs(a - b), `${found[k]} where the page has ${expected[k]}`).toBeLessThan(
        2e-6 * Math.abs(b) + 1e-12,
      );
  }
}

describe.each(['README.md', 'docs/command-line.md'])('the commands of %s', (page) => {
  const commands = examples(page, 'sh').filter(({ code }) => code.startsWith('stillpoint '));

  test('are there', () => {
    expect(commands.length).toBeGreaterThan(1);
  });

  test.each(commands.map(({ code, output }) => [code.trim(), output]))('%s', async (code, output) => {
    const { out, err } = await stillpoint(...code.split(/\s+/).slice(1));
    expect(err).toBe('');
    check(page, out, output);
  });
});

describe('the TypeScript of the README', () => {
  const programs = examples('README.md', 'ts');
  // Inside the package its own name can be imported, as it is written.
  const place = join(root, 'stillpoint-output/examples');

  test('has an output for each example', () => {
    expect(programs).toHaveLength(
      readFileSync(join(root, 'README.md'), 'utf8').match(/```ts\n/g)?.length ?? 0,
    );
  });

  test.each(programs.map(({ code, output }, k) => [code.split('\n')[0], k, code, output] as const))(
    'prints what it says: %s',
    (_, k, code, output) => {
      mkdirSync(place, { recursive: true });
      const file = join(place, `readme-${k}.mjs`);
      writeFileSync(file, code);
      check('README.md', execFileSync(process.execPath, [file], { encoding: 'utf8' }), output);
    },
  );
});

test('what npm start prints is what the README shows', () => {
  const output = /```text\n(bidisperse packing[\s\S]*?)```/.exec(
    readFileSync(join(root, 'README.md'), 'utf8'),
  )?.[1];
  const program = join(root, 'dist/scripts/stillpoint.js');
  check('README.md', execFileSync(process.execPath, [program, 'demo'], { encoding: 'utf8' }), output ?? '');
});

test('links between the pages lead somewhere', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const broken = [...pages, ...docs.map((name) => `docs/${name}`)].flatMap((page) => {
    // Blocks of code may hold what looks like a link.
    const prose = readFileSync(join(root, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    const links = [...prose.matchAll(/\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)/g)];
    return links
      .map(([, target]) => target)
      .filter((target) => !existsSync(resolve(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`);
  });
  expect(broken).toEqual([]);
});
