/** Directions along which finite differences of a truncated potential are sound. */
import { random } from '../../src/random/index.js';
import { distance, type System } from '../../systems/index.js';

/**
 * Normal deviates on some ten atoms, zero elsewhere. No pair of theirs is within 0.001 of the cutoff, where the
 * energy jumps: a difference over a shorter step meets no jump.
 */
export function localDirection(system: System, cutoff: number, seed: number): Float64Array {
  const { count, dimension: d } = system;
  const { integer, normal } = random(seed);
  const direction = new Float64Array(count * d);
  for (let chosen = 0, tries = 0; chosen < 10 && tries < 100; tries++) {
    const i = integer(count);
    let quiet = true;
    for (let j = 0; j < count && quiet; j++) {
      quiet = Math.abs(distance(system, i, j) - cutoff) > 1e-3;
    }
    if (!quiet) continue;
    for (let k = 0; k < d; k++) direction[i * d + k] = normal();
    chosen++;
  }
  return direction;
}
