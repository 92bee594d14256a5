/**
 * The radial distribution function g(r) of a frame: how many atoms lie at a distance from an atom, over how many would
 * if they lay anywhere (Allen and Tildesley, Computer Simulation of Liquids, 2nd ed., section 8.2). With ρ = N/V,
 * ρ ∫ g dV is the number of neighbours exactly.
 */
import { coordinates, NeighborList } from '../../systems/index.js';
import type { Frame } from './frame.js';

export interface RadialDistribution {
  /** Middles of the bins. */
  readonly r: Float64Array;
  /** g, or where that is not defined, neighbours an atom for one unit of length. */
  readonly values: Float64Array;
  /** Whether `values` are g. A system that does not repeat in all directions has no density to compare with. */
  readonly normalized: boolean;
}

export interface RadialDistributionOptions {
  /** The largest distance. It may be longer than the cell: images count. */
  readonly cutoff: number;
  readonly bins?: number;
  /** Distances from the first of these species to the second; all atoms where not given. */
  readonly between?: readonly [string, string];
}

export function radialDistribution(frame: Frame, options: RadialDistributionOptions): RadialDistribution {
  const { cutoff, bins = 200, between } = options;
  const { system, count, dimension } = frame;
  const width = cutoff / bins;
  const counts = new Float64Array(bins);
  const from = weights(frame, between?.[0]);
  const to = weights(frame, between?.[1]);
  if (count > 0) {
    const near = new NeighborList(system.box, count, { cutoff, skin: 0 });
    near.update(coordinates(system));
    const { stride, order, owners, first, list } = near;
    const x = near.positions;
    for (let a = 0; list !== null && a < count; a++) {
      const i = order[a];
      for (let at = first[a]; at < first[a + 1]; at++) {
        const site = list[at] / stride;
        const j = order[site < count ? site : owners[site - count]];
        let square = 0;
        for (let m = 0; m < dimension; m++) square += (x[list[at] + m] - x[a * stride + m]) ** 2;
        const bin = Math.floor(Math.sqrt(square) / width);
        // The list has each pair once; both directions count.
        if (bin < bins) counts[bin] += from[i] * to[j] + from[j] * to[i];
      }
    }
  }
  const [origins, targets] = [sum(from), sum(to)];
  const { volume, periodic } = system.box;
  const normalized = volume !== null && periodic.every(Boolean);
  const r = Float64Array.from(counts, (_, k) => (k + 0.5) * width);
  const values = counts.map((pairs, k) => {
    if (pairs === 0) return 0;
    if (!normalized) return pairs / origins / width;
    const [inner, outer] = [k * width, (k + 1) * width];
    const shell =
      dimension === 2 ? Math.PI * (outer ** 2 - inner ** 2) : (4 / 3) * Math.PI * (outer ** 3 - inner ** 3);
    return (pairs * volume) / (origins * targets * shell);
  });
  return { r, values, normalized };
}

function weights({ species }: Frame, wanted: string | undefined): Uint8Array {
  return Uint8Array.from(species, (label) => (wanted === undefined || label === wanted ? 1 : 0));
}

function sum(values: Uint8Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
