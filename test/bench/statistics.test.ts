import { describe, expect, it } from 'vitest';
import { pairedRatios, summarize } from '../../bench/statistics.js';
import { callsWithin, inTurns, secondsPerCall } from '../../bench/timing.js';

describe('statistics of times', () => {
  it('gives the median and quartiles that NumPy gives', () => {
    // numpy.percentile([7, 1, 3, 10, 4, 8], [0, 25, 50, 75, 100])
    expect(summarize([7, 1, 3, 10, 4, 8])).toEqual({
      count: 6,
      min: 1,
      lowerQuartile: 3.25,
      median: 5.5,
      upperQuartile: 7.75,
      max: 10,
    });
  });

  it('gives a single sample for all of its quantiles', () => {
    expect(summarize([2])).toEqual({
      count: 1,
      min: 2,
      lowerQuartile: 2,
      median: 2,
      upperQuartile: 2,
      max: 2,
    });
  });

  it('refuses to summarize nothing', () => {
    expect(() => summarize([])).toThrow(/nothing/);
  });

  it('takes ratios pair by pair, so that a slow minute that hits both cancels', () => {
    const slow = [1, 1, 7, 1, 7];
    const ours = slow.map((factor) => 3 * factor);
    const peer = slow.map((factor) => 2 * factor);
    expect(pairedRatios(ours, peer)).toEqual([1.5, 1.5, 1.5, 1.5, 1.5]);
    expect(() => pairedRatios([1], [1, 2])).toThrow(/as many/);
  });
});

describe('taking times', () => {
  it('runs both in turns and leaves the first turn out', async () => {
    const calls: string[] = [];
    const { ours, peer } = await inTurns(
      2,
      () => {
        calls.push('ours');
        return { time: calls.length };
      },
      async () => {
        calls.push('peer');
        return { time: calls.length, other: 0 };
      },
    );
    expect(calls).toEqual(['ours', 'peer', 'ours', 'peer', 'ours', 'peer']);
    expect(ours).toEqual({ time: [3, 5] });
    expect(peer).toEqual({ time: [4, 6], other: [0, 0] });
  });

  it('asks for more calls of what is quicker', () => {
    const spin = (until: number) => () => {
      const end = performance.now() + until;
      while (performance.now() < end);
    };
    expect(callsWithin(0.02, spin(0.1))).toBeGreaterThan(callsWithin(0.02, spin(5)));
    expect(secondsPerCall(3, spin(2))).toBeGreaterThanOrEqual(0.002);
  });
});
