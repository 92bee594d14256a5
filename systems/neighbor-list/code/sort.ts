/** Sorting by cell: a counting sort that keeps the order within a cell. */
import { defineFunction, type I32, i32, type Variable, type WasmFunction } from '../../../src/wasm/index.js';
import { intAt } from './frame.js';

/**
 * `sort(from, to, count, cell, start, order)`: the i-th item is in `cell[i]`. The items of cells `from … to − 1` come to
 * their places in `order`, and of `start`, zeros before, `from + 1 … to` become where the next cell begins.
 *
 * Each thread looks at all items and takes those of its own cells: that is a small part of what sorting them costs, and
 * no thread needs another's counts.
 */
export function sortFunction(): WasmFunction {
  const parameters = {
    from: 'i32',
    to: 'i32',
    count: 'i32',
    cell: 'i32',
    start: 'i32',
    order: 'i32',
  } as const;
  return defineFunction('sort', parameters, null, (f, p) => {
    const i = f.local('i32');
    const cells = f.let(i32.sub(p.to, p.from));
    const each = (visit: (c: Variable<'i32'>) => void): void =>
      f.for(i, 0, p.count, 1, () => visit(f.let(i32.load(intAt(p.cell, i)))));
    // Unsigned, so that what lies before the share counts as beyond it.
    const own = (c: I32): I32 => i32.ltU(i32.sub(c, p.from), cells);
    const sum = f.local('i32');
    each((c) => {
      f.set(sum, i32.add(sum, i32.ltU(c, p.from)));
      f.if(own(c), () => {
        const at = f.let(intAt(p.start, c));
        f.store(at, i32.add(i32.load(at, 4), 1), 4);
      });
    });
    f.for(i, p.from, p.to, 1, () => {
      const at = f.let(intAt(p.start, i));
      const items = f.let(i32.load(at, 4));
      f.store(at, sum, 4);
      f.set(sum, i32.add(sum, items));
    });
    // start[c + 1] is now where cell c begins, and moves on to its end, where the next begins.
    each((c) => {
      f.if(own(c), () => {
        const at = f.let(intAt(p.start, c));
        const place = f.let(i32.load(at, 4));
        f.store(intAt(p.order, place), i);
        f.store(at, i32.add(place, 1), 4);
      });
    });
    return null;
  });
}
