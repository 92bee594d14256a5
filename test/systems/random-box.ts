/** Boxes of every kind for tests that draw at random. */
import type { Random } from '../../src/random/index.js';
import { type Box, createBox, freeBox } from '../../systems/index.js';

/** A box of edges around 1: free, rectangular or triclinic, with each direction repeating or not. */
export function randomBox(rng: Random, dimension: 2 | 3): Box {
  const kind = rng.integer(8);
  if (kind === 0) return freeBox(dimension);
  const periodic = Array.from({ length: dimension }, () => rng.uniform() < 0.8);
  const edges = Array.from({ length: dimension }, () => 0.3 + 2 * rng.uniform());
  if (kind <= 2) return createBox(edges, periodic);
  const skew = kind <= 5 ? 0.7 : 4;
  const rows = edges.map((edge, k) =>
    edges.map((_, m) => (m === k ? edge : m < k ? skew * (2 * rng.uniform() - 1) : 0)),
  );
  return createBox(rows, periodic);
}
