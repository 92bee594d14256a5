/** A process of its own: what matters is what is done first. */
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { float64, toFloat64 } from '../../src/tensor/index.js';

test('the backend is one instance, also where a tensor is made before the first operation', () => {
  const x = float64([1, 2]);
  const before = tf.engine().registry.float64;
  const y = tf.add(x, 1);
  expect(tf.getBackend()).toBe('float64');
  expect(tf.engine().registry.float64).toBe(before);
  expect(Array.from(toFloat64(y))).toEqual([2, 3]);
});

test('after a reset of tfjs there is a new one, which works', () => {
  const before = tf.engine().registry.float64;
  tf.engine().reset();
  const z = tf.mul(float64([0.1, 3]), 2);
  expect(tf.engine().registry.float64).not.toBe(before);
  expect(Array.from(toFloat64(z))).toEqual([0.2, 6]);
});
