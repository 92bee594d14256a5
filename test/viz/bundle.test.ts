/** How much a browser loads before the first picture, and what it loads only when it is needed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Of what is loaded first, compressed. */
const MOST_KILOBYTES = 260;

describe('the page that is built', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-bundle-'));
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const assets = (): string[] => readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`);
  const first = (): string[] => {
    const page = text('index.html');
    return ['index.html', ...assets().filter((name) => page.includes(name))];
  };
  const later = (): string[] => assets().filter((name) => !first().includes(name));

  beforeAll(async () => {
    await build({ configFile: 'vite.config.ts', logLevel: 'error', build: { outDir: folder } });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is small at first', () => {
    const sizes = first().map((name) => [name, gzipSync(text(name)).length / 1000] as const);
    const sum = sizes.reduce((total, [, size]) => total + size, 0);
    expect(sum, sizes.map(([name, size]) => `${name} ${size.toFixed(0)} kB`).join(', ')).toBeLessThan(
      MOST_KILOBYTES,
    );
  });

  test('loads TensorFlow.js, kernels and films only when they are needed', () => {
    const holds = (names: string[], mark: RegExp): boolean => names.some((name) => mark.test(text(name)));
    for (const mark of [/tfjs|TensorFlow/i, /stsz/]) {
      expect([mark, holds(first(), mark)]).toEqual([mark, false]);
      expect([mark, holds(later(), mark)]).toEqual([mark, true]);
    }
  });

  test('holds no style or script within its HTML, which its policy forbids', () => {
    expect(text('index.html')).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)/);
  });
});
