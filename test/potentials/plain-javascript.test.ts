/** What plain JavaScript may hand to potentials: names that there are not, and values that are none. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  type BindOptions,
  energyFunction,
  lennardJones,
  type PairPotentialOptions,
  type ParameterValues,
  pairPotential,
  softSphere,
} from '../../potentials/index.js';
import { InputError } from '../../src/message/index.js';
import { relax } from '../../src/relax/index.js';
import { createSystem } from '../../systems/index.js';

const pair = createSystem({
  positions: [
    [0, 0, 0],
    [1.1, 0, 0],
  ],
  species: ['A', 'B'],
});

describe('an option that there is not', () => {
  test('is told by a potential, with the one that was meant', () => {
    expect(() => lennardJones({}, { cutof: 3 } as PairPotentialOptions)).toThrow(
      'lennard-jones has no option "cutof" (did you mean "cutoff"?)',
    );
    expect(() => pairPotential({ energy: (r: tf.Scalar) => r, cutof: 3 } as never)).toThrow(InputError);
    expect(() => energyFunction({ energy: (x: tf.Tensor) => tf.sum(x), backnd: 'cpu' } as never)).toThrow(
      '(did you mean "backend"?)',
    );
  });

  test('so is a rule for a parameter that there is not', () => {
    expect(() => lennardJones({}, { mixing: { sgma: 'geometric' } })).toThrow('(did you mean "sigma"?)');
  });

  test('and a definition without an energy', () => {
    expect(() => pairPotential({} as never)).toThrow(
      'needs a tfjs function of r as its energy, found undefined',
    );
    expect(() => energyFunction({ energy: 3 } as never)).toThrow('found number');
  });
});

test.each<[BindOptions, string]>([
  [{ threads: 0 }, 'threads must be a whole number of 1 or more, found 0'],
  [{ threads: 1.5 }, 'found 1.5'],
  [{ kernels: 'wasm' } as object, 'kernels must be "webassembly" or "javascript", found "wasm"'],
])('binding with %o is refused', (options, message) => {
  expect(() => lennardJones().bind(pair, options)).toThrow(message);
});

test.each<[unknown, string]>([
  [Float32Array.of(1, 1), 'the parameter "sigma" is a Float32Array; expected a number'],
  [tf.scalar(1), 'is a Tensor; expected'],
  ['1', 'is "1"; expected'],
  [null, 'is null; expected'],
])('a parameter that is %o is refused', (sigma, message) => {
  expect(() => lennardJones({ sigma } as ParameterValues).bind(pair)).toThrow(message);
});

test('species whose values have no mean are named', () => {
  expect(() => lennardJones({ epsilon: { A: 1, B: -2 } }).bind(pair)).toThrow(
    'lennard-jones has no geometric mean of epsilon for A (1) and B (-2); give a value for each pair of species',
  );
  const pairs = { 'A-A': 1, 'A-B': 0.5, 'B-B': -2 };
  expect(() => lennardJones({ epsilon: pairs }).bind(pair)).not.toThrow();
});

test('an exponent below 1, and a length that is given twice, are no soft spheres', () => {
  expect(() => softSphere({ alpha: 0.5 }).bind(pair)).toThrow(
    'soft-sphere needs alpha to be 1 or more, found 0.5',
  );
  expect(() => softSphere({ diameter: Float64Array.of(1, -0.5) }).bind(pair)).toThrow(
    'soft-sphere needs diameter to be 0 or more, found -0.5',
  );
  expect(() => softSphere({ diameter: 1, sigma: 1 })).toThrow('two names for one length');
});

test('a direction that is none is refused', () => {
  const rest = relax(pair, lennardJones());
  expect(() => rest.jvp({ sigma: { A: 1 } })).toThrow('has one value for the system and no entry "A"');
  expect(() => rest.jvp({ sigma: Number.NaN })).toThrow('the direction of the parameter "sigma" has NaN');
});
