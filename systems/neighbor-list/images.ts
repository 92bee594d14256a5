/** Which periodic images a list needs: the lattice shifts, and between which fractional coordinates. */
import { InputError } from '../../src/message/index.js';
import { type Box, faceDistance } from '../box.js';
import type { Extent } from './grid.js';

export interface Images {
  /** Images between these fractional coordinates are wanted. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** One of each pair n and −n of shifts that can bring an atom near another, without 0: n, then the vector. */
  readonly shifts: readonly (readonly number[])[];
}

/** More shifts than this are a mistake: each brings an image of an atom or more. */
const mostShifts = 2 ** 22;

/**
 * The images within `reach` of the region that `count` atoms fill.
 *
 * @throws InputError when the box is so small beside the reach that there is no end of them
 */
export function imagesWithin(box: Box, count: number, extent: Extent, reach: number): Images {
  const { dimension: d, vectors, periodic } = box;
  const { fractionalLow: low, fractionalHigh: high } = extent;
  const margin = low.map((_, k) => reach / faceDistance(box, k));
  const most = low.map((_, k) => (periodic[k] && count > 0 ? Math.floor(high[k] - low[k] + margin[k]) : 0));
  const around = most.reduce((product, cells) => product * (2 * cells + 1), 1);
  if (around > 2 * mostShifts) {
    throw new InputError(
      `the neighbour list reaches ${reach} (cutoff and skin) and so over ${around.toPrecision(3)} periodic images of ` +
        'the box; give a smaller cutoff, or a supercell',
    );
  }
  const shifts = [...halfOfShifts(most)].map((n) => [
    ...n,
    ...n.map((_, m) => n.reduce((sum, cells, k) => sum + cells * vectors[k * d + m], 0)),
  ]);
  return { low: low.map((f, k) => f - margin[k]), high: high.map((f, k) => f + margin[k]), shifts };
}

function* halfOfShifts(most: readonly number[]): Generator<number[]> {
  const [a, b, c] = [most[0], most[1], most[2] ?? 0];
  for (let i = 0; i <= a; i++) {
    for (let j = i === 0 ? 0 : -b; j <= b; j++) {
      for (let k = i === 0 && j === 0 ? 1 : -c; k <= c; k++) yield most.length === 2 ? [i, j] : [i, j, k];
    }
  }
}
