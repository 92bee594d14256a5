/** The atoms around an atom, images included. */
import { coordinates } from '../../systems/index.js';
import type { Frame } from './frame.js';

export interface Neighbour {
  readonly atom: number;
  readonly distance: number;
}

/** Everything within a radius of an atom, the nearest first; an atom is there once for each of its images. */
export function neighboursWithin(frame: Frame, atom: number, radius: number): readonly Neighbour[] {
  const { system } = frame;
  const { box, dimension: d } = system;
  const x = coordinates(system);
  const found: Neighbour[] = [];
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  const way = [0, 0, 0];
  for (let j = 0; j < system.count; j++) {
    for (let m = 0; m < d; m++) way[m] = x[j * d + m] - x[atom * d + m];
    // The radius reaches so many cells along each vector, and no image beyond is within it.
    for (let k = 0; k < d; k++) {
      low[k] = high[k] = 0;
      if (!box.periodic[k]) continue;
      let at = 0;
      let steep = 0;
      for (let m = 0; m < d; m++) {
        at += box.inverse[k * d + m] * way[m];
        steep += box.inverse[k * d + m] ** 2;
      }
      const cells = radius * Math.sqrt(steep);
      low[k] = Math.ceil(-at - cells);
      high[k] = Math.floor(-at + cells);
    }
    for (let a = low[0]; a <= high[0]; a++) {
      for (let b = low[1]; b <= high[1]; b++) {
        for (let c = low[2]; c <= high[2]; c++) {
          let square = 0;
          for (let m = 0; m < d; m++) {
            const { vectors } = box;
            const here = way[m] + a * vectors[m] + b * vectors[d + m] + (d === 3 ? c * vectors[6 + m] : 0);
            square += here * here;
          }
          const itself = j === atom && a === 0 && b === 0 && c === 0;
          if (!itself && square <= radius * radius) found.push({ atom: j, distance: Math.sqrt(square) });
        }
      }
    }
  }
  return found.sort((a, b) => a.distance - b.distance || a.atom - b.atom);
}
