/** Systems and parameters drawn at random, for tests that must hold for all. */
import ndarray from 'ndarray';
import type { ParameterValue } from '../../potentials/index.js';
import type { Random } from '../../src/random/index.js';
import {
  type Box,
  createBox,
  createSystem,
  freeBox,
  minimumImage,
  type System,
} from '../../systems/index.js';

/** A box of edges from 1 to 4: free, rectangular or triclinic, each direction repeating or not. */
export function boxOfAnyKind(rng: Random, dimension: 2 | 3): Box {
  const kind = rng.integer(6);
  if (kind === 0) return freeBox(dimension);
  const periodic = Array.from({ length: dimension }, () => rng.uniform() < 0.75);
  const edges = Array.from({ length: dimension }, () => 1 + 3 * rng.uniform());
  const skew = kind <= 2 ? 0 : kind <= 4 ? 1 : 5;
  const rows = edges.map((edge, k) =>
    edges.map((_, m) => (m === k ? edge : m < k ? skew * (2 * rng.uniform() - 1) : 0)),
  );
  return createBox(rows, periodic);
}

/** Atoms of up to three species at random, some outside of the cell, none too close where that can be had. */
export function systemIn(rng: Random, box: Box, most = 8): System {
  const d = box.dimension;
  const count = 2 + rng.integer(most - 1);
  const edge = box.volume === null ? 2.5 : 1;
  const x: number[] = [];
  for (let i = 0; i < count; i++) {
    let best: number[] = [];
    let farthest = -1;
    for (let trial = 0; trial < 30 && farthest < 0.8; trial++) {
      const f = Array.from({ length: d }, () => edge * (1.4 * rng.uniform() - 0.2));
      const place = f.map((_, m) => f.reduce((sum, value, k) => sum + value * box.vectors[k * d + m], 0));
      let nearest = Infinity;
      for (let j = 0; j < i; j++) {
        const dx = place.map((value, m) => value - x[j * d + m]);
        nearest = Math.min(nearest, Math.hypot(...minimumImage(box, dx)));
      }
      if (nearest > farthest) [best, farthest] = [place, nearest];
    }
    x.push(...best);
  }
  const kinds = ['B', 'A', 'C'].slice(0, 1 + rng.integer(3));
  return createSystem({
    positions: Float64Array.from(x),
    box,
    species: Array.from({ length: count }, () => kinds[rng.integer(kinds.length)]),
  });
}

/** Values around `typical`, for the system, the species, the pairs or the atoms, in any of their spellings. */
export function parameterOfAnyLevel(rng: Random, system: System, typical: number): ParameterValue {
  const draw = (): number => typical * (0.9 + 0.2 * rng.uniform());
  const species = [...new Set(system.species)].sort();
  const table = (): number[][] => {
    const rows = species.map(() => species.map(draw));
    return rows.map((row, a) => row.map((value, b) => (a <= b ? value : rows[b][a])));
  };
  switch (rng.integer(8)) {
    case 0:
      return draw();
    case 1:
      return Object.fromEntries(species.map((label) => [label, draw()]));
    case 2:
      return species.map(draw);
    case 3:
      return table();
    case 4: {
      const rows = table();
      return Object.fromEntries(
        species.flatMap((a, p) =>
          species.slice(p).map((b, q) => [rng.uniform() < 0.5 ? `${a}-${b}` : `${b}-${a}`, rows[p][p + q]]),
        ),
      );
    }
    case 5:
      return ndarray(Float64Array.from(table().flat()), [species.length, species.length]);
    default:
      return Float64Array.from({ length: system.count }, draw);
  }
}
