/** Small random displacements: a structure shaken off its equilibrium. */
import { InputError } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, type System, withPositions } from '../system.js';

/**
 * Moves every coordinate by a normal deviate.
 *
 * @param amplitude standard deviation of each coordinate, in the unit of the positions
 * @throws InputError on a negative amplitude
 */
export function perturb(system: System, amplitude: number, seed = 0): System {
  if (!Number.isFinite(amplitude) || amplitude < 0) {
    throw new InputError(`amplitude must be a number from 0 on, found ${amplitude}`);
  }
  const { normal } = random(seed);
  return withPositions(
    system,
    coordinates(system).map((x) => x + amplitude * normal()),
  );
}
