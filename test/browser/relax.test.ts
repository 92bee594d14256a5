import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, type OpenPage, openPage } from './browser.js';
import { type RelaxedPacking, relaxedPacking } from './relaxed-packing.js';

const executable = findChromium();

// Without a browser there is nothing to see here; where all tools are promised, that is a failure.
describe.skipIf(executable === null && !process.env.CI)('in a browser (needs chromium)', () => {
  let open: OpenPage;
  let there: RelaxedPacking;

  beforeAll(async () => {
    if (executable === null)
      throw new Error('there is no chromium: install it, or name its program in CHROMIUM');
    open = await openPage('test/browser/page', executable);
    there = await open.page.evaluate(() =>
      (globalThis as unknown as { relaxedPacking(): RelaxedPacking }).relaxedPacking(),
    );
  }, 120_000);
  afterAll(() => open?.close());

  test('a packing relaxes to the same energy and the same sensitivity as in Node', () => {
    const here = relaxedPacking();
    expect(there.result).toBe('converged');
    expect(there.energy / here.energy).toBeCloseTo(1, 12);
    const size = Math.max(...here.sensitivity.map(Math.abs));
    expect(size).toBeGreaterThan(0.1);
    expect(there.sensitivity).toHaveLength(64);
    there.sensitivity.forEach((value, k) => {
      expect(Math.abs(value - here.sensitivity[k]) / size).toBeLessThan(1e-7);
    });
  });

  test('a structure is written and read without a file system', () => {
    expect(there.roundTrip).toBe(true);
  });

  test('nothing is printed: no banner, no warning, no error', () => {
    expect(open.messages).toEqual([]);
  });
});
