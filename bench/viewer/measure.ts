/**
 * A viewer against ours at one size: two pages, which draw in turns. What slows the machine down for a while slows
 * both, and cancels in the ratios of neighbouring turns.
 */
import type { Browser } from 'playwright-core';
import { pairedRatios, summarize } from '../statistics.js';
import { ViewerPage } from './browser.js';
import type { Batch } from './page/main.js';

export interface Plan {
  readonly atoms: number;
  readonly rounds: number;
  /** Of one turn, in which a page draws frame after frame. */
  readonly turnMilliseconds: number;
  /** For all that one page does. */
  readonly secondsEach: number;
}

export interface Motion {
  /** Milliseconds a frame: the median of all frames. */
  readonly median: number;
  readonly fastest: number;
  readonly frames: number;
  readonly uploaded: number;
}

export interface Figures {
  firstPicture?: number;
  /** The part of the picture that atoms cover. */
  share?: number;
  pixels?: number;
  programBytes?: number;
  graphicsBytes?: number;
  turning?: Motion;
  playing?: Motion;
  /** Why the rest is missing. */
  failed?: string;
}

export interface Pair {
  readonly ours: Figures;
  readonly peer: Figures | null;
  /** Ours over the peer's, of turns next to each other: medians. */
  readonly ratios: Ratios;
}

interface Ratios {
  turning?: number;
  playing?: number;
  firstPicture?: number;
}

type Side = { readonly page: ViewerPage; readonly figures: Figures };

/** @param peerUrl null measures ours alone */
export async function measurePair(
  browser: Browser,
  [oursUrl, peerUrl]: readonly [string, string | null],
  plan: Plan,
  picture?: (which: 'ours' | 'peer') => string,
): Promise<Pair> {
  const sides: Side[] = [];
  const ratios: Ratios = {};
  const [ours, peer] = await firstPictures(browser, [oursUrl, peerUrl], plan);
  if (ours !== undefined && peer !== undefined)
    ratios.firstPicture = summarize(pairedRatios(ours, peer)).median;
  try {
    for (const url of [oursUrl, ...(peerUrl === null ? [] : [peerUrl])]) {
      sides.push({ page: await ViewerPage.open(browser, url, plan.secondsEach), figures: {} });
    }
    for (const [k, side] of sides.entries()) {
      await attempt(side, async ({ page, figures }) => {
        const { milliseconds, share, pixels } = await page.openAtoms(plan.atoms);
        const taken = (k === 0 ? ours : peer) ?? [milliseconds];
        Object.assign(figures, { firstPicture: summarize(taken).median, share, pixels });
        if (picture) await page.screenshot(picture(k === 0 ? 'ours' : 'peer'));
      });
    }
    ratios.turning = await inTurns(sides, plan, 'turning', (page) => page.turn(plan.turnMilliseconds));
    for (const side of sides) {
      await attempt(side, async ({ page, figures }) => {
        const { program, graphics } = await page.memory();
        Object.assign(figures, { programBytes: program, graphicsBytes: graphics });
      });
    }
    for (const side of sides) await attempt(side, ({ page }) => page.prepare());
    ratios.playing = await inTurns(sides, plan, 'playing', (page) => page.play(plan.turnMilliseconds));
  } finally {
    for (const { page } of sides) await page.close();
  }
  return { ours: sides[0].figures, peer: sides[1]?.figures ?? null, ratios };
}

/** Opened so often, each time in a fresh page; what was opened before leaves the browser's graphics warm. */
const OPENINGS = 6;
/** Milliseconds from which on one opening is enough. */
const SLOW = 5000;

/**
 * Milliseconds of the first pictures of both, in turns, of which every other one begins with the peer; the very first
 * turn, for which the browser's own graphics have to start, does not count.
 */
async function firstPictures(
  browser: Browser,
  [oursUrl, peerUrl]: readonly [string, string | null],
  { atoms, secondsEach }: Plan,
): Promise<[number[] | undefined, number[] | undefined]> {
  const urls = [oursUrl, ...(peerUrl === null ? [] : [peerUrl])];
  const found: number[][] = urls.map(() => []);
  for (let turn = 0; turn < OPENINGS; turn++) {
    for (const k of turn % 2 === 0 ? urls.keys() : [...urls.keys()].reverse()) {
      const page = await ViewerPage.open(browser, urls[k], secondsEach);
      try {
        const { milliseconds } = await page.openAtoms(atoms);
        if (turn > 0) found[k].push(milliseconds);
        // Told, with the reason, when it is opened to be measured.
        if (milliseconds > SLOW) return [undefined, undefined];
      } catch {
        return [undefined, undefined];
      } finally {
        await page.close();
      }
    }
  }
  return [found[0], found[1]];
}

/** Both draw in turns until one fails. @returns the median of the ratios of turns next to each other */
async function inTurns(
  sides: readonly Side[],
  { rounds, secondsEach }: Plan,
  what: 'turning' | 'playing',
  draw: (page: ViewerPage) => Promise<Batch>,
): Promise<number | undefined> {
  const batches: Batch[][] = sides.map(() => []);
  // Slow viewers get fewer turns, so that there is time left for the rest.
  const end = Date.now() + 1000 * secondsEach * 0.5;
  for (let round = 0; round < rounds && (round === 0 || Date.now() < end); round++) {
    for (const [k, side] of sides.entries()) {
      await attempt(side, async ({ page }) => {
        batches[k].push(await draw(page));
      });
    }
  }
  for (const [k, { figures }] of sides.entries()) {
    if (batches[k].length === 0) continue;
    const frames = batches[k].flatMap((batch) => batch.frames);
    const { median, min } = summarize(frames);
    const uploaded = summarize(batches[k].map((batch) => batch.uploaded)).median;
    figures[what] = { median, fastest: min, frames: frames.length, uploaded };
  }
  const [ours, peer] = batches.map((one) => one.map(({ frames }) => summarize(frames).median));
  if (peer === undefined || ours.length === 0 || ours.length !== peer.length) return undefined;
  return summarize(pairedRatios(ours, peer)).median;
}

/** What fails is kept as the reason why this side goes no further. */
async function attempt({ page, figures }: Side, work: (side: Side) => Promise<void>): Promise<void> {
  if (figures.failed !== undefined) return;
  try {
    await work({ page, figures });
  } catch (error) {
    const [first] = String(error instanceof Error ? error.message : error).split('\n');
    const told = page.errors[0]?.split('\n')[0];
    figures.failed = told === undefined || first === 'out of time' ? first : `${first} (${told})`;
  }
}
