import { describe, expect, test } from 'vitest';
import { lennardJones, morse, type Potential, softSphere } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, createBox, createSystem, freeBox, type System } from '../../systems/index.js';
import { relativeError } from './reference.js';

/** Fifty atoms at random: thirty neighbours or so within the cutoffs below. */
function gas(dimension: 2 | 3, seed: number, free = false): System {
  const rng = random(seed);
  const edge = dimension === 2 ? 6 : 3.5;
  return createSystem({
    positions: Float64Array.from({ length: 50 * dimension }, () => edge * rng.uniform()),
    box: free ? freeBox(dimension) : createBox(new Array<number>(dimension).fill(edge)),
    species: Array.from({ length: 50 }, (_, k) => (k % 3 === 0 ? 'B' : 'A')),
  });
}

const potentials: Readonly<Record<string, Potential>> = {
  'soft spheres': softSphere({ diameter: { A: 1.2, B: 1.6 } }),
  'spheres, one diameter each': softSphere({
    diameter: Float64Array.from({ length: 50 }, (_, k) => 0.8 + 0.02 * k),
  }),
  'Morse, force-shifted': morse({ alpha: 3 }, { cutoff: 1.5, truncation: 'force-shift' }),
  'Lennard-Jones, small': lennardJones({ sigma: 0.3, epsilon: [1, 2] }, { cutoff: 1.4, truncation: 'shift' }),
};

/** How far atoms move in step k, in units of the cutoff. */
const walks: Readonly<Record<string, (k: number) => number>> = {
  'that crawl': () => 1e-4,
  'that walk': () => 5e-3,
  'that run': () => 0.05,
  'that speed up': (k) => 1e-5 * 1.15 ** k,
  'that come to rest': (k) => 0.03 * 0.85 ** k,
  'that rest and jump': (k) => (k % 23 === 22 ? 0.04 : k % 5 === 0 ? 1e-6 : 0),
};

describe.each(Object.entries(potentials))('%s on atoms', (_, potential) => {
  test.each(Object.entries(walks))('%s: evaluations are those of a model bound anew', (name, lengthOf) => {
    for (const dimension of [2, 3] as const) {
      const system = gas(dimension, name.length, name === 'that walk');
      const model = potential.bind(system);
      const rng = random(1);
      const x = coordinates(system).slice();
      for (let k = 0; k < 60; k++) {
        const length = lengthOf(k);
        // A few atoms move much farther than the others.
        for (let i = 0; i < x.length; i++) x[i] += length * rng.normal() * (i < 3 * dimension ? 3 : 1);
        // The model is asked at every step, since it adapts to how far atoms move from one to the next.
        const energy = model.energy(x);
        if (k % 4 !== 3) continue;
        const fresh = potential.bind(system);
        const [found, expected] = [x.slice(), x.slice()];
        const energies = [model.gradient(x, found), fresh.gradient(x, expected)];
        const v = x.map(() => rng.normal());
        const errors = [
          relativeError([energy, energies[0]], [energies[1], energies[1]]),
          relativeError(found, expected),
        ];
        model.hessianProduct(x, v, found);
        fresh.hessianProduct(x, v, expected);
        errors.push(relativeError(found, expected));
        errors.push(relativeError(model.parameterGradient(x), fresh.parameterGradient(x)));
        for (const error of errors) if (!(error < 1e-10)) throw new Error(`step ${k}: errors ${errors}`);
      }
      expect(model.energy(x)).not.toBe(0);
    }
  });
});
