/** Energies whose derivative tfjs cannot know: told, in place of forces that are zero. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test, vi } from 'vitest';
import { energyFunction, pairPotential } from '../../potentials/index.js';
import { onWarning } from '../../src/message/index.js';
import { relax } from '../../src/relax/index.js';
import { createSystem } from '../../systems/index.js';

const three = createSystem({
  positions: [
    [0, 0, 0],
    [1.3, 0, 0],
    [0, 1.2, 0.1],
  ],
});
const lost = /changes when atoms move, but tfjs finds no derivative.*dataSync/;

describe('an energy of numbers that were read out', () => {
  test('is refused, of all positions', () => {
    const read = energyFunction({ energy: (x) => tf.scalar(x.dataSync()[3] ** 2, 'float32') });
    expect(() => relax(three, read())).toThrow(lost);
  });

  test('is refused, of a pair', () => {
    const warned = vi.fn();
    const former = onWarning(warned);
    try {
      const read = pairPotential({ energy: (r) => tf.scalar((r.dataSync()[0] - 1) ** 2) });
      expect(() => relax(three, read())).toThrow(/of a pair at the distance 1\.\d+ changes/);
    } finally {
      onWarning(former);
    }
  });
});

describe('an energy that is flat', () => {
  test('is none of these: a constant, a function of some atoms, and the bottom of a well', () => {
    const constant = relax(three, energyFunction({ energy: () => tf.scalar(1) })());
    expect([constant.result, constant.energy]).toEqual(['converged', 1]);
    const former = onWarning(() => {});
    try {
      // It branches on a value, so that it is run pair by pair, and its pairs lie where it is flat or lowest.
      const well = pairPotential({
        energy: (r) => (r.dataSync()[0] < 0 ? r : (tf.pow(tf.sub(r, 1.3), 4) as tf.Scalar)),
      });
      const pair = createSystem({
        positions: [
          [0, 0, 0],
          [1.3, 0, 0],
        ],
      });
      expect(relax(pair, well()).result).toBe('converged');
      // Just before a kink, where it is flat on one side and rises on the other.
      const ramp = pairPotential({
        energy: (r) => (r.dataSync()[0] < 0 ? r : (tf.relu(tf.sub(r, 1.30001)) as tf.Scalar)),
      });
      expect(relax(pair, ramp()).energy).toBe(0);
    } finally {
      onWarning(former);
    }
  });
});
