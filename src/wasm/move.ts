/** Bytes moved within a memory. */
import { defineFunction, type WasmFunction } from './module.js';
import { i32, v128 } from './values.js';

/**
 * `move(from, to, source, target)`: copies bytes `from … to − 1` of what lies at `source` to `target`, from below, so
 * that they may overlap where the target lies below. All are multiples of four. The order of writing is that of the
 * bytes, and nothing beyond them is written.
 */
export function moveFunction(): WasmFunction {
  const parameters = { from: 'i32', to: 'i32', source: 'i32', target: 'i32' } as const;
  return defineFunction('move', parameters, null, (f, p) => {
    const at = f.local('i32');
    // Sixteen bytes at a time, read before they are written; then what is left, by fours.
    const whole = f.let(i32.add(p.from, i32.and(i32.sub(p.to, p.from), -16)));
    f.for(at, p.from, whole, 16, () => {
      f.store(i32.add(p.target, at), v128.load(i32.add(p.source, at)));
    });
    f.for(at, whole, p.to, 4, () => {
      f.store(i32.add(p.target, at), i32.load(i32.add(p.source, at)));
    });
    return null;
  });
}
