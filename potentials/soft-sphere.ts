/** Repulsive spheres with a finite range. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../src/message/index.js';
import { type PairPotentialFactory, pairPotential } from './pair-potential.js';

const byDiameter = defineBy('diameter');
const bySigma = defineBy('sigma');

/**
 * u = (ε/α) (1 − r/σ)^α for r < σ, else 0 (O'Hern et al., Phys. Rev. E 68, 011306, 2003): harmonic for α = 2,
 * Hertzian for α = 5/2.
 *
 * Parameters: diameter (σ, a length; `sigma` is another name for it), epsilon (energy) and alpha (1 or more),
 * by default 1, 1 and 2. Diameters are mixed arithmetically, σ_ij = (d_i + d_j)/2, epsilon geometrically. The range
 * is σ: no cutoff is needed.
 */
export const softSphere: PairPotentialFactory = (parameters = {}, options = {}) => {
  if ('sigma' in parameters && 'diameter' in parameters) {
    throw new InputError(
      'soft-sphere has two names for one length, "diameter" and "sigma"; give one of them',
    );
  }
  return ('sigma' in parameters ? bySigma : byDiameter)(parameters, options);
};

function defineBy(size: 'diameter' | 'sigma'): PairPotentialFactory {
  return pairPotential({
    name: 'soft-sphere',
    energy: (r, { [size]: diameter, epsilon, alpha }) =>
      tf.mul(tf.div(epsilon, alpha), tf.pow(tf.sub(1, tf.div(r, diameter)), alpha)),
    range: ({ [size]: diameter }) => diameter,
    parameters: [size, 'epsilon', 'alpha'],
    defaults: { [size]: 1, epsilon: 1, alpha: 2 },
    specialize: ['alpha'],
    least: { [size]: 0, alpha: 1 },
    mixing: { [size]: 'arithmetic', epsilon: 'geometric', alpha: 'arithmetic' },
  });
}
