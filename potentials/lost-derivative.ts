/** Energies that change where atoms move, but by numbers that were read out of tensors: tfjs knows no derivative of them. */
import { InputError } from '../src/message/index.js';

/** Far enough to be seen, and near enough for a first derivative to be most of the change. */
const STEP = 1e-4;

/**
 * Called where tfjs has given no derivative.
 *
 * @param energyAt the energy after a move of so much
 * @throws InputError where the energy has a derivative all the same
 */
export function demandNoSlope(name: string, energyAt: (step: number) => number): void {
  const [back, here, near, far] = [-STEP, 0, STEP, 2 * STEP].map(energyAt);
  const [before, after, beyond] = [here - back, near - here, far - here];
  const noise = 1e-12 * Math.max(Math.abs(here), Math.abs(near), Math.abs(back));
  const alike = (a: number, b: number): boolean => a / b > 1 / 3 && a / b < 3;
  // Before and behind a kink the changes differ, at the bottom of a well they turn round, and on a plateau they grow
  // as a higher power.
  const slopes = Math.abs(before) > noise && Math.abs(after) > noise && alike(before, after);
  if (!slopes || !alike(beyond, 2 * after)) return;
  throw new InputError(
    `${name} changes when atoms move, but tfjs finds no derivative of it: it is made of numbers that were read out ` +
      'of tensors (dataSync, arraySync); write it in operations of tensors',
  );
}
