/** The two atoms that are nearest each other, for messages about overlaps. */
import { NeighborList, type System } from '../../systems/index.js';

export interface ClosestPair {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/**
 * The closest pair at the coordinates `x`, over all periodic images; null for fewer than two atoms, or where no
 * coordinates are finite.
 */
export function closestPair(system: System, x: Float64Array): ClosestPair | null {
  if (system.count < 2 || !x.every(Number.isFinite)) return null;
  // Atoms that all lie at the origin have no extent, and a volume must not underflow.
  const extent = x.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-90);
  // A wider search only when nothing is near: a few rounds at most.
  for (let cutoff = spacing(system, extent) / 4; cutoff < 64 * extent + 1; cutoff *= 4) {
    const list = new NeighborList(system.box, system.count, { cutoff, skin: 0 });
    list.update(x);
    const found = closestListed(list, system.dimension);
    if (found) return found;
  }
  return null;
}

function spacing(system: System, extent: number): number {
  const volume = system.box.volume ?? (2 * extent) ** system.dimension;
  return (volume / system.count) ** (1 / system.dimension);
}

function closestListed(list: NeighborList, dimension: 2 | 3): ClosestPair | null {
  if (!list.list) return null;
  const { positions, stride, first, order, owners, count } = list;
  let best: ClosestPair | null = null;
  for (let i = 0; i < count; i++) {
    for (let k = first[i]; k < first[i + 1]; k++) {
      const at = list.list[k];
      let square = 0;
      for (let m = 0; m < dimension; m++) square += (positions[i * stride + m] - positions[at + m]) ** 2;
      const distance = Math.sqrt(square);
      const site = at / stride;
      const j = site < count ? site : owners[site - count];
      if (i === j || (best && distance >= best.distance)) continue;
      const pair = [order[i], order[j]].sort((a, b) => a - b);
      best = { first: pair[0], second: pair[1], distance };
    }
  }
  return best;
}
