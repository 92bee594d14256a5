/** Motions of single atoms that cost next to nothing: an atom that only just touches one other. */
import { expect, test } from 'vitest';
import { softSphere } from '../../potentials/index.js';
import { relax } from '../../src/relax/index.js';
import { coordinates, createSystem, lattice } from '../../systems/index.js';

/** A pressed crystal of discs without one of them, and in the gap a small disc against one neighbour. */
function grazing(repeat: number, overlap: number) {
  const potential = softSphere({ diameter: [1.05, 0.3] });
  const crystal = lattice({ structure: 'hexagonal', latticeConstant: 1, repeat });
  const { count, box } = crystal;
  const x = coordinates(crystal);
  const gap = count / 2 + repeat;
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) => i !== gap);
  const positions = kept.map((i) => [x[2 * i], x[2 * i + 1]]);
  const discs = createSystem({ box, positions, species: kept.map(() => 'A') });
  const rest = coordinates(relax(discs, softSphere({ diameter: 1.05 }), { maxForce: 1e-13 }).system);
  // The neighbour to the right of the gap.
  const right = kept
    .map((_, k) => k)
    .reduce((best, k) => (away(rest, k, x, gap) < away(rest, best, x, gap) ? k : best));
  const contact = [rest[2 * right] - (0.675 - overlap), rest[2 * right + 1]];
  const system = createSystem({
    box,
    positions: [...kept.map((_, k) => [rest[2 * k], rest[2 * k + 1]]), contact],
    species: [...kept.map(() => 'A'), 'B'],
  });
  return { system, potential };
}

const away = (rest: Float64Array, k: number, x: Float64Array, gap: number): number =>
  Math.hypot(rest[2 * k] - x[2 * gap] - 1, rest[2 * k + 1] - x[2 * gap + 1]);

test.each([8, 34])(
  'a disc that grazes one other is free to move across, in a crystal of %i cells a side',
  (repeat) => {
    const { system, potential } = grazing(repeat, 1e-9);
    const rest = relax(system, potential, { maxForce: 1e-8 });
    expect(rest.steps).toBe(0);
    expect(rest.curvature()).toMatchObject({
      stability: 'minimum',
      zeroModes: { count: 3, translations: 2, rattlers: [], others: 1 },
    });
    // As the small disc grows it is pushed along, half as far, and across not at all.
    const { vectors, linear } = rest.sensitivity({ diameter: [0, 1] }, { strict: true });
    expect(linear.result).toBe('converged');
    const last = system.count - 1;
    expect(Math.abs(vectors.get(last, 0) + 0.5)).toBeLessThan(1e-2);
    expect(Math.abs(vectors.get(last, 1))).toBeLessThan(1e-3);
  },
);
