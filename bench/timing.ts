/** Taking times on a machine that others use too: batches long enough for the clock, and runs in turns. */
import { summarize } from './statistics.js';

/** Seconds that one call takes, as the mean of `calls` calls. */
export function secondsPerCall(calls: number, work: () => void): number {
  const began = performance.now();
  for (let k = 0; k < calls; k++) work();
  return (performance.now() - began) / 1000 / calls;
}

/** As `secondsPerCall`, the median of several batches: one that was interrupted does not count. */
export function medianSecondsPerCall(batches: number, calls: number, work: () => void): number {
  return summarize(Array.from({ length: batches }, () => secondsPerCall(calls, work))).median;
}

/** Processor seconds of one call: what other processes do on the machine is not in it. */
export function processorSeconds(calls: number, work: () => void): number {
  const began = process.cpuUsage();
  for (let k = 0; k < calls; k++) work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6 / calls;
}

/** How many calls take about so many seconds, after some calls to warm up. */
export function callsWithin(seconds: number, work: () => void): number {
  work();
  let calls = 1;
  for (;;) {
    const each = secondsPerCall(calls, work);
    if (each * calls >= seconds / 4 || calls >= 2 ** 24) return Math.max(1, Math.round(seconds / each));
    calls *= 2;
  }
}

/** One measured run of something: a time a quantity, such as `{ pair: 0.01, loop: 0.012 }`, in seconds. */
export type Sample<K extends string> = Readonly<Record<K, number>>;

/**
 * Runs both in turns, A B A B …, after one turn that does not count.
 *
 * @returns the samples of each, by quantity, in the order in which they were taken
 */
export async function inTurns<A extends string, B extends string>(
  rounds: number,
  ours: () => Sample<A> | Promise<Sample<A>>,
  peer: () => Sample<B> | Promise<Sample<B>>,
): Promise<{ ours: Record<A, number[]>; peer: Record<B, number[]> }> {
  await ours();
  await peer();
  const mine: Sample<A>[] = [];
  const theirs: Sample<B>[] = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(await ours());
    theirs.push(await peer());
  }
  return { ours: byQuantity(mine), peer: byQuantity(theirs) };
}

function byQuantity<K extends string>(samples: readonly Sample<K>[]): Record<K, number[]> {
  const names = Object.keys(samples[0] ?? {}) as K[];
  return Object.fromEntries(names.map((name) => [name, samples.map((sample) => sample[name])])) as Record<
    K,
    number[]
  >;
}
