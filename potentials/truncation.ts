/** What becomes of a pair energy at its cutoff r_c, as a tfjs function made from a tfjs function. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../src/message/index.js';
import { constant } from '../src/tensor/index.js';

/**
 * - none: u, cut off; energy and force jump at r_c
 * - shift: u(r) − u(r_c); the force jumps
 * - force-shift: u(r) − u(r_c) − u′(r_c) (r − r_c); energy and force are continuous
 * - smooth: u(r) S(r), with S = 1 up to the onset and falling to 0 at r_c so that u″ is continuous as well, which
 *   derivatives of an equilibrium need
 */
export type Truncation = 'none' | 'shift' | 'force-shift' | 'smooth';

export const truncations: readonly Truncation[] = ['none', 'shift', 'force-shift', 'smooth'];

type RadialEnergy = (r: tf.Scalar) => tf.Tensor;

/** Where S begins to fall, as a share of the cutoff, unless the caller says. */
export const defaultOnset = 0.9;

/** The truncated energy; valid for r < cutoff, beyond which the loops see no pair. */
export function truncate(
  energy: RadialEnergy,
  truncation: Truncation,
  cutoff: number,
  onset = defaultOnset * cutoff,
): RadialEnergy {
  switch (truncation) {
    case 'none':
      return energy;
    case 'shift':
      return (r) => tf.sub(energy(r), energy(constant(cutoff)));
    case 'force-shift':
      return (r) => {
        const slope = tf.grad((x: tf.Tensor) => energy(x as tf.Scalar))(constant(cutoff));
        const linear = tf.mul(slope, tf.sub(r, constant(cutoff)));
        return tf.sub(tf.sub(energy(r), energy(constant(cutoff))), linear);
      };
    case 'smooth':
      return (r) => tf.mul(energy(r), switchingFunction(r, onset, cutoff));
  }
}

/**
 * S = 1 − 10 t³ + 15 t⁴ − 6 t⁵ with t = (r² − r_on²) / (r_c² − r_on²) from 0 to 1: the quintic step, in r² so that
 * no square root is taken.
 */
function switchingFunction(r: tf.Scalar, onset: number, cutoff: number): tf.Tensor {
  const width = cutoff ** 2 - onset ** 2;
  const t = tf.relu(tf.mul(tf.sub(tf.square(r), constant(onset ** 2)), constant(1 / width)));
  const polynomial = tf.add(tf.mul(t, tf.sub(tf.mul(t, -6), -15)), -10);
  return tf.add(tf.mul(tf.pow(t, 3), polynomial), 1);
}

/** @throws InputError on a name that is no truncation, and on one that lacks what it needs */
export function checkTruncation(
  truncation: Truncation,
  cutoff: number | null,
  onset: number | undefined,
): void {
  if (!truncations.includes(truncation)) {
    throw new InputError(`there is no truncation "${truncation}"; expected ${truncations.join(', ')}`);
  }
  if (cutoff !== null && !(cutoff > 0 && Number.isFinite(cutoff))) {
    throw new InputError(`the cutoff must be a positive length, or null for none; found ${cutoff}`);
  }
  if (truncation !== 'none' && cutoff === null) {
    throw new InputError(`the truncation "${truncation}" needs a cutoff; give one, or use "none"`);
  }
  if (onset !== undefined && !(cutoff !== null && onset > 0 && onset < cutoff)) {
    throw new InputError(`the onset ${onset} must lie between 0 and the cutoff ${cutoff}`);
  }
}
