/** Sorting by cell: a counting sort that keeps the order within a cell. Not shared between threads. */
import { defineFunction, i32, type WasmFunction } from '../../../src/wasm/index.js';
import { intAt } from './frame.js';

/**
 * `sort(count, cells, cell, start, order)`: the i-th item is in `cell[i]`. Of `start`, `cells + 2` zeros, the first
 * `cells + 1` become the places in `order` at which cells begin, and the last the end.
 */
export function sortFunction(): WasmFunction {
  const parameters = { count: 'i32', cells: 'i32', cell: 'i32', start: 'i32', order: 'i32' } as const;
  return defineFunction('sort', parameters, null, (f, p) => {
    const i = f.local('i32');
    f.for(i, 0, p.count, 1, () => {
      const at = f.let(intAt(p.start, i32.load(intAt(p.cell, i))));
      f.store(at, i32.add(i32.load(at, 8), 1), 8);
    });
    const sum = f.local('i32');
    f.for(i, 0, p.cells, 1, () => {
      const at = f.let(intAt(p.start, i));
      f.set(sum, i32.add(sum, i32.load(at, 8)));
      f.store(at, sum, 8);
    });
    // start[c + 1] is now where cell c begins, and moves on to its end, where the next begins.
    f.for(i, 0, p.count, 1, () => {
      const at = f.let(intAt(p.start, i32.load(intAt(p.cell, i))));
      const place = f.let(i32.load(at, 4));
      f.store(intAt(p.order, place), i);
      f.store(at, i32.add(place, 1), 4);
    });
    return null;
  });
}
