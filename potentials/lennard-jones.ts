/** The Lennard-Jones potential. */
import * as tf from '@tensorflow/tfjs';
import { pairPotential } from './pair-potential.js';

/**
 * u = 4 ε ((σ/r)¹² − (σ/r)⁶) (Lennard-Jones, Proc. R. Soc. A 106, 463, 1924).
 *
 * Parameters: epsilon (energy) and sigma (length), both 1 by default, mixed by Lorentz and Berthelot's rules. No
 * cutoff by default: a periodic system needs one.
 */
export const lennardJones = pairPotential({
  name: 'lennard-jones',
  energy: (r, { epsilon, sigma }) => {
    const attraction = tf.pow(tf.div(sigma, r), 6);
    return tf.mul(tf.mul(epsilon, 4), tf.sub(tf.square(attraction), attraction));
  },
  parameters: ['epsilon', 'sigma'],
  defaults: { epsilon: 1, sigma: 1 },
  least: { sigma: 0 },
  mixing: { epsilon: 'geometric', sigma: 'arithmetic' },
});
