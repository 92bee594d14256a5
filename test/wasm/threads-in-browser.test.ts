/** Threads in a real browser: web workers of a worker, on pages that may share memory and on pages that may not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, type OpenPage, openPage } from '../browser/browser.js';
import { type CrystalSums, crystalSums } from './crystal-sums.js';

const executable = findChromium();
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

interface Page {
  inWorker(wanted: number): Promise<CrystalSums>;
  onPage(wanted: number): Promise<CrystalSums>;
  endOwners(): void;
  isolated: boolean;
}

// Without a browser there is nothing to see here; where all tools are promised, that is a failure.
describe.skipIf(executable === null && !process.env.CI)('threads in a browser (needs chromium)', () => {
  const pages: OpenPage[] = [];
  const open = async (headers: Record<string, string>): Promise<OpenPage> => {
    if (executable === null)
      throw new Error('there is no chromium: install it, or name its program in CHROMIUM');
    const page = await openPage('test/wasm/page', executable, headers);
    pages.push(page);
    return page;
  };
  const inWorker = ({ page }: OpenPage, wanted: number): Promise<CrystalSums> =>
    page.evaluate((n) => (globalThis as unknown as Page).inWorker(n), wanted);
  const isIsolated = ({ page }: OpenPage): Promise<boolean> =>
    page.evaluate(() => (globalThis as unknown as Page).isolated);
  /** Names of all workers of the browser, workers of workers among them. */
  const workers = async ({ page }: OpenPage): Promise<string[]> => {
    const session = await page.context().newCDPSession(page);
    const { targetInfos } = await session.send('Target.getTargets');
    await session.detach();
    return targetInfos.filter(({ type }) => type === 'worker').map(({ title }) => title);
  };
  let alone: CrystalSums;
  let together: CrystalSums;
  let isolated: OpenPage;

  beforeAll(async () => {
    [alone, together] = [await crystalSums(1), await crystalSums(2)];
    isolated = await open(isolation);
  }, 120_000);
  afterAll(async () => {
    for (const page of pages) await page.close();
  });

  test('give the bits that Node gives with as many, where a page is isolated, and end with their owner', async () => {
    expect(await isIsolated(isolated)).toBe(true);
    expect(together.threads).toBe(2);
    expect(together.digest).not.toBe(alone.digest);
    expect(await inWorker(isolated, 2)).toEqual(together);
    expect(await workers(isolated)).toHaveLength(2);
    await isolated.page.evaluate(() => (globalThis as unknown as Page).endOwners());
    await expect.poll(() => workers(isolated), { timeout: 30_000 }).toEqual([]);
    expect(await inWorker(isolated, 1)).toEqual(alone);
    expect(isolated.messages).toEqual([]);
  }, 90_000);

  test('are none on the main thread of a page, which must not wait', async () => {
    const found = await isolated.page.evaluate(() => (globalThis as unknown as Page).onPage(2));
    expect(found).toEqual(alone);
    expect(isolated.messages).toEqual([]);
  }, 60_000);

  test('are none where a page may not share memory, and nothing is said', async () => {
    const page = await open({});
    expect(await isIsolated(page)).toBe(false);
    expect(await inWorker(page, 2)).toEqual(alone);
    expect(page.messages).toEqual([]);
  }, 60_000);
});
