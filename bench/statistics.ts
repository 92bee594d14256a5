/** Medians, spreads and ratios of times. Nothing here takes a time. */

export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly max: number;
}

/** Quantiles by linear interpolation between order statistics (Hyndman and Fan, Am. Stat. 50, 361, 1996, type 7). */
export function summarize(values: readonly number[]): Summary {
  if (values.length === 0) throw new Error('there is nothing to summarize');
  const sorted = [...values].sort((a, b) => a - b);
  const quantile = (share: number): number => {
    const at = share * (sorted.length - 1);
    const below = Math.floor(at);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  };
  return {
    count: sorted.length,
    min: sorted[0],
    lowerQuartile: quantile(0.25),
    median: quantile(0.5),
    upperQuartile: quantile(0.75),
    max: sorted[sorted.length - 1],
  };
}

/**
 * Ratios of samples that were taken next to each other: what slows the machine down for a while slows both, and
 * cancels.
 */
export function pairedRatios(ours: readonly number[], peer: readonly number[]): number[] {
  if (ours.length !== peer.length) {
    throw new Error(
      `ratios need as many samples of one as of the other, found ${ours.length} and ${peer.length}`,
    );
  }
  return ours.map((value, k) => value / peer[k]);
}
