/** The Morse potential. */
import * as tf from '@tensorflow/tfjs';
import { pairPotential } from './pair-potential.js';

/**
 * u = D ((1 − e)² − 1) with e = exp(−α (r − r₀)) (Morse, Phys. Rev. 34, 57, 1929): −D at r₀, 0 far away.
 *
 * Parameters: D (energy), alpha (1/length) and r0 (length), all 1 by default; D is mixed geometrically, the others
 * arithmetically. No cutoff by default: a periodic system needs one.
 */
export const morse = pairPotential({
  name: 'morse',
  energy: (r, { D, alpha, r0 }) => {
    const e = tf.exp(tf.mul(alpha, tf.sub(r0, r)));
    // (1 − e)² − 1, written so that nothing cancels far away
    return tf.mul(D, tf.mul(e, tf.sub(e, 2)));
  },
  parameters: ['D', 'alpha', 'r0'],
  defaults: { D: 1, alpha: 1, r0: 1 },
  mixing: { D: 'geometric', alpha: 'arithmetic', r0: 'arithmetic' },
});
