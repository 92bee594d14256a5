/**
 * Atoms at random places, none closer to another than a minimum distance: a start without overlaps.
 *
 * Random sequential insertion (Widom, J. Chem. Phys. 44, 3888, 1966): a place is drawn uniformly in the cell and
 * kept if it is free. The method jams at about 55 % of the plane covered by discs of that diameter and 38 % of
 * space by spheres, well below close packing; for denser systems start from a lattice.
 */
import { checkOptions, InputError } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import { type Box, faceDistance } from '../box.js';
import { shortestPeriod } from '../minimum-image.js';
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

const optionNames: readonly (keyof RandomGasOptions)[] = [
  'count',
  'box',
  'minimumDistance',
  'seed',
  'species',
];

/** Failures in a row after which the box is taken to be full. */
const PATIENCE = 10_000;

/** @throws InputError when the box is full before all atoms are in it, and when it is narrower than the distance */
export function randomGas(options: RandomGasOptions): System {
  checkOptions('randomGas', options, optionNames);
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

/**
 * A grid of cells no narrower than the distance: what is too close to an atom, be it an image, is in its own cell
 * or in one adjacent. A cell beyond a periodic face is that on the other side, moved by a lattice vector.
 */
function occupancy(box: Box, count: number, minimumDistance: number, positions: Float64Array): Occupancy {
  const { dimension: d, vectors, periodic } = box;
  // Cells much smaller than the room an atom has would mostly be empty.
  const room = ((box.volume ?? 1) / count) ** (1 / d);
  const size = Math.max(minimumDistance, room);
  const cells = Array.from({ length: d }, (_, k) => Math.max(1, Math.floor(faceDistance(box, k) / size)));
  // Linked lists: the last atom entered in each cell, and for each atom the one before it.
  const last = new Int32Array(cells.reduce((product, n) => product * n, 1)).fill(-1);
  const before = new Int32Array(count).fill(-1);
  const steps = stepsAround(d);
  const home = new Int32Array(d);
  const shifted = new Float64Array(d);
  const limit = minimumDistance * minimumDistance;

  /** Whether one of the atoms in the cell `step` away from `home` is too close to the place of `atom`. */
  const tooClose = (atom: number, step: readonly number[]): boolean => {
    for (let c = 0; c < d; c++) shifted[c] = positions[atom * d + c];
    let cell = 0;
    for (let k = 0; k < d; k++) {
      let at = home[k] + step[k];
      const beyond = at < 0 ? -1 : at >= cells[k] ? 1 : 0;
      if (beyond !== 0) {
        if (!periodic[k]) return false;
        at -= beyond * cells[k];
        for (let c = 0; c < d; c++) shifted[c] -= beyond * vectors[k * d + c];
      }
      cell = cell * cells[k] + at;
    }
    for (let other = last[cell]; other >= 0; other = before[other]) {
      let squared = 0;
      for (let c = 0; c < d; c++) squared += (positions[other * d + c] - shifted[c]) ** 2;
      if (squared < limit) return true;
    }
    return false;
  };

  return {
    insert(atom, fractions) {
      for (let k = 0; k < d; k++) home[k] = Math.min(cells[k] - 1, Math.floor(fractions[k] * cells[k]));
      if (minimumDistance > 0 && steps.some((step) => tooClose(atom, step))) return false;
      const cell = home.reduce((index, at, k) => index * cells[k] + at, 0);
      before[atom] = last[cell];
      last[cell] = atom;
      return true;
    },
  };
}

/** The steps to a cell itself and to all adjacent ones, the nearest first: there it is decided most often. */
function stepsAround(dimension: 2 | 3): number[][] {
  let steps: number[][] = [[]];
  for (let k = 0; k < dimension; k++) steps = steps.flatMap((step) => [0, -1, 1].map((n) => [...step, n]));
  const far = (step: readonly number[]): number => step.reduce((sum, n) => sum + Math.abs(n), 0);
  return steps.sort((a, b) => far(a) - far(b));
}
