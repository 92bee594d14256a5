import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { onWarning } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import {
  erf,
  float64,
  float64Kernels,
  isFloat64,
  shortestDecimal,
  toFloat64,
} from '../../src/tensor/index.js';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe('float64 tensors', () => {
  test('are made on the backend that importing the library makes the default', () => {
    tf.add(1, 1);
    expect(tf.getBackend()).toBe('float64');
    expect(float64Kernels).toContain('BatchMatMul');
    expect(float64Kernels).not.toContain('Conv2D');
  });

  test('keep every digit, in and out', () => {
    const values = [Math.PI, 1 / 3, 1e-300, -1.7976931348623157e308];
    expect(Array.from(toFloat64(float64(values)))).toEqual(values);
    expect(float64(values).dtype).toBe('float32');
    expect(toFloat64(tf.exp(float64(1)))[0]).toBe(Math.E);
    expect(tf.mul(float64(Math.PI), 2).dataSync()[0]).toBe(2 * Math.PI);
  });

  test('take a number, nested arrays, or a flat list with a shape', () => {
    expect(float64(2).shape).toEqual([]);
    expect(
      float64([
        [1, 2, 3],
        [4, 5, 6],
      ]).shape,
    ).toEqual([2, 3]);
    expect(float64(Float64Array.of(1, 2, 3, 4), [2, 2]).arraySync()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(float64([], [0, 3]).shape).toEqual([0, 3]);
  });

  test('are copies of what they were made from', () => {
    const values = Float64Array.of(1, 2);
    const tensor = float64(values);
    values[0] = 7;
    expect(Array.from(toFloat64(tensor))).toEqual([1, 2]);
  });

  test('refuse ragged arrays and shapes that do not fit, and say what they found', () => {
    expect(() => float64([[1, 2], [3]])).toThrow(/shape \[2,2\].*found 3/);
    expect(() => float64([1, 2, 3], [2, 2])).toThrow('has 4 values, found 3');
  });
});

describe('numbers typed in ops', () => {
  test('are the numbers that were typed', () => {
    for (const x of [0.1, -2.5e-7, 1234.567, 3e30, 0.3, 1e-3, 16777216, 0]) {
      expect(shortestDecimal(Math.fround(x))).toBe(x);
      expect(tf.mul(float64(1), x).dataSync()[0]).toBe(x);
    }
  });

  test('are exact where they are short in binary and not in decimal', () => {
    for (const x of [2 ** -20, 2 ** 60, 3 / 4096]) expect(shortestDecimal(x)).toBe(x);
  });

  test('have lost digits when they had more than seven, which is said once', () => {
    const said: string[] = [];
    const former = onWarning((message) => said.push(message));
    tf.mul(float64(1), Math.PI);
    tf.mul(float64(1), Math.SQRT2);
    onWarning(former);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('float64(value)');
  });

  test('in longer arrays stay the single-precision numbers that tfjs makes of them', () => {
    expect(Array.from(tf.tensor1d([0.1, 0.2]).dataSync())).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  });
});

test('int32 and bool tensors hold what they hold on other backends', () => {
  expect(tf.tensor1d([1, 2], 'int32').dataSync()).toBeInstanceOf(Int32Array);
  expect(tf.less(float64([1, 3]), 2).dataSync()).toEqual(Uint8Array.of(1, 0));
  expect(tf.tensor1d(['a', 'b']).dataSync()).toEqual(['a', 'b']);
});

test('broadcasting agrees with index arithmetic on random shapes', () => {
  const { integer, uniform } = random(3);
  for (let trial = 0; trial < 200; trial++) {
    const shape = Array.from({ length: 1 + integer(4) }, () => 1 + integer(4));
    const operand = () => {
      const own = shape.slice(integer(shape.length + 1)).map((length) => (integer(2) === 0 ? 1 : length));
      const size = own.reduce((product, length) => product * length, 1);
      return { own, values: Array.from({ length: size }, uniform) };
    };
    const [a, b] = [operand(), operand()];
    const result = tf.sub(float64(a.values, a.own), float64(b.values, b.own));
    const element = ({ own, values }: typeof a, index: readonly number[]) => {
      const aligned = index.slice(index.length - own.length);
      const place = own.reduce((sum, length, k) => sum * length + (length === 1 ? 0 : aligned[k]), 0);
      return values[place];
    };
    const found = toFloat64(result);
    for (let i = 0; i < found.length; i++) {
      let rest = i;
      const index = result.shape.map(() => 0);
      for (let k = index.length - 1; k >= 0; k--) {
        index[k] = rest % result.shape[k];
        rest = Math.floor(rest / result.shape[k]);
      }
      expect(found[i]).toBe(element(a, index) - element(b, index));
    }
  }
});

test('matMul agrees with the sum of products for blocks of every size', () => {
  const { uniform } = random(4);
  for (const [rows, inner, columns] of [
    [1, 1, 1],
    [3, 70, 5],
    [65, 64, 66],
    [2, 0, 3],
  ]) {
    const a = Array.from({ length: rows * inner }, uniform);
    const b = Array.from({ length: inner * columns }, uniform);
    const found = toFloat64(tf.matMul(float64(a, [rows, inner]), float64(b, [inner, columns])));
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * columns + j];
        expect(Math.abs(found[i * columns + j] - sum)).toBeLessThan(1e-13);
      }
    }
  }
});

test('erf has the values of published tables to double precision', () => {
  // The digits are those of Abramowitz and Stegun, table 7.1, and of mpmath.
  const table = [
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1.5, 0.9661051464753108],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [7, 1],
  ];
  for (const [x, value] of table) {
    expect(Math.abs(erf(x) / value - 1)).toBeLessThan(4e-16);
    expect(erf(-x)).toBe(-erf(x));
  }
  expect(erf(0)).toBe(0);
  expect(erf(Number.NaN)).toBeNaN();
  expect(Math.abs(erf(2.5 - 1e-15) - erf(2.5))).toBeLessThan(4e-16);
});

describe('memory', () => {
  test('counts eight bytes a number, over all tensors that share values, and gives all of them back', () => {
    const before = tf.memory();
    const x = float64([1, 2, 3]);
    expect(tf.memory().numBytes - before.numBytes).toBe(24);
    const y = tf.reshape(x, [3, 1]);
    expect(tf.memory().numBytes - before.numBytes).toBe(48);
    expect(tf.memory().numDataBuffers - before.numDataBuffers).toBe(1);
    x.dispose();
    expect(Array.from(toFloat64(y))).toEqual([1, 2, 3]);
    y.dispose();
    expect(tf.memory()).toEqual(before);
  });

  test('counts int32 and bool tensors as tfjs does', () => {
    const before = tf.memory().numBytes;
    tf.tensor1d([1, 2], 'int32');
    expect(tf.memory().numBytes - before).toBe(8);
    tf.tensor1d([true, false], 'bool');
    expect(tf.memory().numBytes - before).toBe(10);
  });

  test('is what it was after variables and optimisers have come and gone', () => {
    const before = tf.memory();
    tf.tidy(() => {
      const variable = tf.variable(float64([3, -2]), true);
      const optimiser = tf.train.adam(0.1);
      for (let step = 0; step < 5; step++) {
        optimiser.minimize(() => tf.sum(tf.square(variable)) as tf.Scalar);
      }
      expect(toFloat64(variable)[0]).toBeLessThan(3);
      optimiser.dispose();
      variable.dispose();
    });
    expect(tf.memory()).toEqual(before);
  });

  test('says that nothing about it is unreliable', () => {
    expect(tf.memory().unreliable).toBe(false);
  });
});

describe('a kernel that is missing', () => {
  test('is named in the error, with what to do', () => {
    const image = float64(new Float64Array(16), [1, 4, 4, 1]) as tf.Tensor4D;
    const filter = float64([1], [1, 1, 1, 1]) as tf.Tensor4D;
    expect(() => tf.conv2d(image, filter, 1, 'same')).toThrow(/no kernel 'Conv2D'.*useBackend/s);
    expect(() => tf.maxPool(image, 2, 1, 'same')).toThrow("no kernel 'MaxPool'");
    expect(() => tf.complex([1], [2])).toThrow("no kernel 'Complex'");
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(() => tf.fft(tf.complex([1], [2])))).toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('the banner of the stock cpu backend does not appear when tensors move there and back', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const x = float64([Math.PI, 1]);
  const former = tf.getBackend();
  void tf.setBackend('cpu');
  expect(tf.add(x, 0).dataSync()).toEqual(Float32Array.of(Math.PI, 1));
  expect(isFloat64(x)).toBe(false);
  void tf.setBackend(former);
  expect(toFloat64(tf.add(x, 0))[0]).toBe(Math.fround(Math.PI));
  expect(isFloat64(x)).toBe(true);
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
