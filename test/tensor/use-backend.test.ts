import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import '@tensorflow/tfjs-backend-wasm';
import { float64, toFloat64, useBackend } from '../../src/tensor/index.js';

test('a function runs on the named backend, and the former one is back afterwards', () => {
  const value = useBackend('cpu', () => {
    expect(tf.getBackend()).toBe('cpu');
    useBackend('float64', () => expect(tf.getBackend()).toBe('float64'));
    return tf.tidy(() => tf.exp(tf.scalar(1)).dataSync()[0]);
  });
  expect(value).toBeCloseTo(Math.E, 6);
  expect(value).not.toBe(Math.E);
  expect(tf.getBackend()).toBe('float64');
});

test('the former backend is back when the function throws', () => {
  const fail = () => {
    throw new Error('of its own');
  };
  expect(() => useBackend('cpu', fail)).toThrow('of its own');
  expect(tf.getBackend()).toBe('float64');
});

test('a name that is not registered is refused with those that are', () => {
  expect(() => useBackend('webnn', () => 0)).toThrow(/no tfjs backend 'webnn'; registered are .*float64/);
  expect(tf.getBackend()).toBe('float64');
});

test('a backend that has to be loaded first is refused, and the one in use goes on', async () => {
  expect(() => useBackend('wasm', () => 0)).toThrow(/'wasm' has not loaded.*await tf\.setBackend/s);
  expect(tf.tidy(() => toFloat64(tf.exp(float64(1)))[0])).toBe(Math.E);
});

test('once it has loaded it is used, and gradients of gather and scatter run there', async () => {
  await tf.setBackend('wasm');
  await tf.setBackend('float64');
  const gradient = () =>
    tf.tidy(() => {
      const x = tf.tensor2d([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      const places = tf.tensor1d([2, 0, 2], 'int32');
      return Array.from(
        tf
          .grad((at: tf.Tensor) => tf.sum(tf.square(tf.gather(at, places))))(x)
          .dataSync(),
      );
    });
  expect(useBackend('wasm', gradient)).toEqual([2, 4, 0, 0, 20, 24]);
  expect(useBackend('cpu', gradient)).toEqual([2, 4, 0, 0, 20, 24]);
  expect(gradient()).toEqual([2, 4, 0, 0, 20, 24]);
});

test.each(['wasm', 'cpu'])(
  'the gradient of a product with a narrow matrix is right on %s',
  async (backend) => {
    await tf.setBackend('wasm');
    await tf.setBackend('float64');
    const gradient = useBackend(backend, () =>
      tf.tidy(() => {
        // Whole numbers: sums are exact in single precision, too.
        const a = tf.reshape(tf.range(0, 12, 1), [4, 3]) as tf.Tensor2D;
        const weights = tf.reshape(tf.range(1, 9, 1), [4, 2]) as tf.Tensor2D;
        const of = (b: tf.Tensor): tf.Scalar => tf.sum(tf.mul(weights, tf.matMul(a, b as tf.Tensor2D)));
        return Array.from(
          tf
            .grad(of)(tf.ones([3, 2]))
            .dataSync(),
        );
      }),
    );
    // Σₙ aₙᵢ wₙⱼ
    const sum = (i: number, j: number): number =>
      [0, 1, 2, 3].reduce((total, n) => total + (3 * n + i) * (2 * n + j + 1), 0);
    expect(gradient).toEqual([0, 1, 2].flatMap((i) => [0, 1].map((j) => sum(i, j))));
  },
);
