/**
 * Atoms at random places, none closer to another than a minimum distance: a start without overlaps.
 *
 * Random sequential insertion (Widom, J. Chem. Phys. 44, 3888, 1966): a place is drawn uniformly in the cell and
 * kept if it is free. The method jams at about 55 % of the plane covered by discs of that diameter and 38 % of
 * space by spheres, well below close packing; for denser systems start from a lattice.
 */
import { InputError } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import { type Box, faceDistance } from '../box.js';
import { minimumImage, shortestPeriod } from '../minimum-image.js';
import { createSystem, type System } from '../system.js';
import { checkedCount } from './check.js';

export interface RandomGasOptions {
  count: number;
  /** Must have a volume. Along directions that do not repeat the atoms are between the two faces. */
  box: Box;
  /** Between any two atoms, periodic images and an atom's own included. 0 by default. */
  minimumDistance?: number;
  /** 0 by default. */
  seed?: number;
  /** One label an atom, or one for all; 'A' by default. */
  species?: readonly string[] | string;
}

/** Failures in a row after which the box is taken to be full. */
const PATIENCE = 10_000;

/** @throws InputError when the box is full before all atoms are in it, and when it is narrower than the distance */
export function randomGas(options: RandomGasOptions): System {
  const { box, minimumDistance = 0, seed = 0, species } = options;
  const { dimension } = box;
  const count = checkedCount('count', options.count);
  if (!Number.isFinite(minimumDistance) || minimumDistance < 0) {
    throw new InputError(`minimumDistance must be a number from 0 on, found ${minimumDistance}`);
  }
  if (box.volume === null)
    throw new InputError('a random gas needs a box with a volume; make one with createBox');
  const period = shortestPeriod(box);
  if (period < minimumDistance) {
    throw new InputError(
      `the box repeats after ${period}, so that an atom is closer to its own image than minimumDistance ${minimumDistance}; ` +
        'give a larger box',
    );
  }
  const { uniform } = random(seed);
  const positions = new Float64Array(count * dimension);
  const taken = occupancy(box, count, minimumDistance, positions);
  const fractions = new Float64Array(dimension);
  for (let atom = 0; atom < count; atom++) {
    const place = positions.subarray(atom * dimension, (atom + 1) * dimension);
    for (let failures = 0; ; failures++) {
      if (failures === PATIENCE) {
        throw new InputError(
          `the box is full after ${atom} of ${count} atoms: ${PATIENCE} random places in a row were within ` +
            `${minimumDistance} of an atom; lower count or minimumDistance, enlarge the box, or start from a lattice`,
        );
      }
      for (let k = 0; k < dimension; k++) fractions[k] = uniform();
      for (let c = 0; c < dimension; c++) {
        place[c] = 0;
        for (let k = 0; k < dimension; k++) place[c] += fractions[k] * box.vectors[k * dimension + c];
      }
      if (taken.insert(atom, fractions)) break;
    }
  }
  return createSystem({ positions, box, species });
}

interface Occupancy {
  /** Enters the atom, whose place is in `positions` already, unless another is too close. */
  insert(atom: number, fractions: Float64Array): boolean;
}

/** A grid of cells no narrower than the distance: only atoms of adjacent cells can be too close. */
function occupancy(box: Box, count: number, minimumDistance: number, positions: Float64Array): Occupancy {
  const { dimension } = box;
  // Cells much smaller than the room an atom has would mostly be empty.
  const room = ((box.volume ?? 1) / count) ** (1 / dimension);
  const size = Math.max(minimumDistance, room);
  const cells = Array.from({ length: dimension }, (_, k) =>
    Math.max(1, Math.floor(faceDistance(box, k) / size)),
  );
  // Linked lists: the last atom entered in each cell, and for each atom the one before it.
  const last = new Int32Array(cells.reduce((product, n) => product * n, 1)).fill(-1);
  const before = new Int32Array(count).fill(-1);
  const dx = new Float64Array(dimension);
  const limit = minimumDistance * minimumDistance;

  const tooClose = (atom: number, other: number): boolean => {
    for (let c = 0; c < dimension; c++)
      dx[c] = positions[other * dimension + c] - positions[atom * dimension + c];
    minimumImage(box, dx, dx);
    return dx.reduce((sum, x) => sum + x * x, 0) < limit;
  };

  /** The cells adjacent to `at` along direction k, each once, `at` among them. */
  const adjacent = (at: number, k: number): number[] => {
    const around = [at - 1, at, at + 1];
    const n = cells[k];
    if (!box.periodic[k]) return around.filter((cell) => cell >= 0 && cell < n);
    return [...new Set(around.map((cell) => (cell + n) % n))];
  };

  return {
    insert(atom, fractions) {
      const home = cells.map((n, k) => Math.min(n - 1, Math.floor(fractions[k] * n)));
      let around = [0];
      for (let k = 0; k < dimension; k++) {
        const steps = adjacent(home[k], k);
        around = around.flatMap((index) => steps.map((step) => index * cells[k] + step));
      }
      if (minimumDistance > 0) {
        for (const cell of around) {
          for (let other = last[cell]; other >= 0; other = before[other])
            if (tooClose(atom, other)) return false;
        }
      }
      const cell = home.reduce((index, step, k) => index * cells[k] + step, 0);
      before[atom] = last[cell];
      last[cell] = atom;
      return true;
    },
  };
}
