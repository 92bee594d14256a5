import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium, openBrowser } from '../../bench/viewer/browser.js';
import { buildPage, servePages } from '../../bench/viewer/build.js';
import { type Figures, measurePair } from '../../bench/viewer/measure.js';
import { toMarkdown } from '../../bench/viewer/report.js';

const program = findChromium();

/** Ours alone, and few atoms: that everything is measured and what can be counted is right. No time is asked for. */
describe.skipIf(program === null && !process.env.CI)('the benchmark of the viewer (needs chromium)', () => {
  it('counts the bytes of a frame that moves, and none of one that only turns', async () => {
    const figures = await measured(1_000);
    expect(figures.failed).toBeUndefined();
    expect(figures.pixels).toBe(800 * 600);
    // The cube's middle takes three fifths of the height of a picture of 4 : 3; its near side is larger.
    expect(figures.share).toBeGreaterThan((0.6 * 0.6 * 3) / 4);
    expect(figures.share).toBeLessThan(0.6);
    expect(figures.turning?.uploaded).toBe(0);
    // Three numbers of 4 bytes an atom, in whole rows of a texture.
    expect(figures.playing?.uploaded).toBeGreaterThanOrEqual(12 * 1_000);
    expect(figures.playing?.uploaded).toBeLessThan(12 * 1_000 + 4 * 4_096);
    expect(figures.graphicsBytes).toBeGreaterThan(12 * 1_000 + 4 * 800 * 600);
    expect(figures.programBytes).toBeGreaterThan(12 * 1_000);
    expect(figures.firstPicture).toBeGreaterThan(0);
    expect(figures.turning?.frames).toBeGreaterThan(0);
  }, 120_000);
});

describe('the report of the viewers', () => {
  it('shows what a viewer cannot do in place of its figures, and who is not here', () => {
    const ours: Figures = {
      turning: { median: 120, fastest: 100, frames: 10, uploaded: 0 },
      playing: { median: 1234.5, fastest: 100, frames: 10, uploaded: 12_000 },
    };
    const text = toMarkdown({
      machine: 'a machine',
      browser: 'a browser',
      date: '2000-01-01',
      quick: false,
      loadAverage: [0, 0],
      versions: { stillpoint: '1', ngl: '2' },
      missing: { molstar: 'npm install molstar' },
      cells: [
        { viewer: 'ngl', atoms: 1_000_000, pair: { ours, peer: { failed: 'out of time' }, ratios: {} } },
      ],
    });
    expect(text).toContain('| 1,000,000 | ngl | out of time |');
    expect(text).toContain('| 120 |  | 1235 |  | 0 B / 12 kB |');
    expect(text).toContain('molstar is not here: npm install molstar');
  });
});

async function measured(atoms: number): Promise<Figures> {
  if (program === null) throw new Error('there is no chromium');
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-viewer-bench-'));
  await buildPage('stillpoint', folder);
  const server = await servePages(folder);
  const browser = await openBrowser(program);
  try {
    const url = `${server.resolvedUrls?.local[0]}index.html`;
    const plan = { atoms, rounds: 1, turnMilliseconds: 50, secondsEach: 100 };
    return (await measurePair(browser, [url, null], plan)).ours;
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
