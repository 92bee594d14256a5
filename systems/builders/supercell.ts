/** A system repeated along its lattice vectors. */
import { InputError } from '../../src/message/index.js';
import { createBox } from '../box.js';
import { takeRows } from '../column.js';
import { coordinates, createSystem, type System } from '../system.js';
import { checkedRepeat } from './check.js';

/**
 * `repeat` copies along each lattice vector, in a cell as many times as large, with their columns. The copies follow
 * each other with the last vector running fastest; atoms keep their order within a copy. The comment entries are
 * left behind: an energy, say, was that of the one cell.
 *
 * @param repeat one number for all vectors, or one a vector
 * @throws InputError where there is no vector to repeat along
 */
export function supercell(system: System, repeat: number | readonly number[]): System {
  const { box, dimension, count } = system;
  const times = checkedRepeat(repeat, dimension);
  const blocked = times.findIndex((n, k) => n > 1 && box.volume === null && !box.periodic[k]);
  if (blocked >= 0) {
    throw new InputError(
      `the system has no lattice vector ${blocked + 1} to repeat along; give it a box, or repeat 1 there`,
    );
  }
  const copies = times.reduce((product, n) => product * n, 1);
  const from = coordinates(system);
  const positions = new Float64Array(copies * count * dimension);
  const origin = new Float64Array(count * copies);
  for (let copy = 0; copy < copies; copy++) {
    const cell = cellIndex(copy, times);
    for (let i = 0; i < count; i++) {
      const atom = copy * count + i;
      origin[atom] = i;
      for (let c = 0; c < dimension; c++) {
        let x = from[i * dimension + c];
        for (let k = 0; k < dimension; k++) x += cell[k] * box.vectors[k * dimension + c];
        positions[atom * dimension + c] = x;
      }
    }
  }
  const rows = times.map((n, k) =>
    // A box without volume has no vector where nothing repeats, which zeros say.
    Array.from(box.vectors.subarray(k * dimension, (k + 1) * dimension), (x) =>
      box.volume === null && !box.periodic[k] ? 0 : n * x,
    ),
  );
  return createSystem({
    positions,
    dimension,
    species: Array.from(origin, (i) => system.species[i]),
    box: createBox(rows, box.periodic),
    columns: new Map([...system.columns].map(([name, column]) => [name, takeRows(column, origin)])),
  });
}

/** Which cell the copy of that number is, the last direction running fastest. */
function cellIndex(copy: number, times: readonly number[]): number[] {
  const cell = new Array<number>(times.length);
  let rest = copy;
  for (let k = times.length - 1; k >= 0; k--) {
    cell[k] = rest % times[k];
    rest = Math.floor(rest / times[k]);
  }
  return cell;
}
