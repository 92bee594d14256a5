/** Second derivatives that tfjs would get wrong throw; first ones, and those that are right, do not. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { float64, hvp, installSafeGradients, isolated, jvp, toFloat64, vjp } from '../../src/tensor/index.js';

beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const x = () => float64([0.5, -1, 2]);
const list = (tensor: tf.Tensor) => Array.from(toFloat64(tensor));

/** exp with a gradient of its own that saves what `choose` picks of its input and its result. */
const customExp = (
  choose: (input: tf.Tensor, result: tf.Tensor) => tf.Tensor,
  fromSaved: (s: tf.Tensor) => tf.Tensor,
) =>
  tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const value = tf.exp(input);
    save([choose(input, value)]);
    return { value, gradFunc: (dy, saved) => tf.mul(dy, fromSaved(saved[0])) };
  });

describe('a custom gradient that saves', () => {
  const savesResult = customExp(
    (_, result) => result,
    (result) => result,
  );
  const savesIntermediate = customExp((input) => tf.mul(input, 1), tf.exp);
  const savesInput = customExp((input) => input, tf.exp);
  const expected = [0.5, -1, 2].map(Math.exp);

  test('its result is right once and throws twice', () => {
    expect(list(tf.grad((at: tf.Tensor) => savesResult(at))(x()))).toEqual(expected);
    expect(() => hvp((at: tf.Tensor) => tf.sum(savesResult(at)), x(), x())).toThrow(
      'cannot be differentiated again',
    );
  });

  test('its result throws also where another term would hide it', () => {
    const mixed = (at: tf.Tensor) => tf.sum(tf.add(savesResult(at), tf.mul(at, tf.square(at))));
    expect(() => tf.grad(tf.grad(mixed))(x())).toThrow('cannot be differentiated again');
  });

  test('something computed from its input throws twice', () => {
    expect(list(tf.grad((at: tf.Tensor) => savesIntermediate(at))(x()))).toEqual(expected);
    expect(() => hvp((at: tf.Tensor) => tf.sum(savesIntermediate(at)), x(), x())).toThrow('custom gradient');
  });

  test('its input is right any number of times', () => {
    expect(list(tf.grad(tf.grad(tf.grad((at: tf.Tensor) => savesInput(at))))(x()))).toEqual(expected);
  });

  test('its result throws twice also in work of its own inside a Jacobian product', () => {
    const inner = () => isolated(() => hvp((at: tf.Tensor) => tf.sum(savesResult(at)), x(), x()));
    const outer = tf.customGrad((input) => ({
      value: tf.clone(input as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => {
        inner().dispose();
        return tf.clone(dy);
      },
    }));
    expect(inner).toThrow('cannot be differentiated again');
    expect(() => jvp((at: tf.Tensor) => outer(at), x(), x())).toThrow('cannot be differentiated again');
  });

  test('its result may be used for a Jacobian product, which is linear in the cotangent', () => {
    expect(list(jvp((at: tf.Tensor) => savesResult(at), x(), float64([1, 1, 1])).jvp)).toEqual(expected);
    const product = (at: tf.Tensor) => jvp((p: tf.Tensor) => savesResult(p), at, float64([1, 1, 1])).jvp;
    expect(() => tf.grad(product)(x())).toThrow('cannot be differentiated again');
    const inner = (at: tf.Tensor) => tf.grad((p: tf.Tensor) => savesResult(p))(at);
    expect(() => jvp(inner, x(), float64([1, 1, 1]))).toThrow('cannot be differentiated again');
  });

  test('a thing that it does not use does no harm', () => {
    const unused = tf.customGrad((...args) => {
      const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
      const value = tf.square(input);
      save([input, value]);
      return { value, gradFunc: (dy, saved) => tf.mul(dy, tf.mul(2, saved[0])) };
    });
    expect(list(hvp((at: tf.Tensor) => tf.sum(unused(at)), x(), float64([1, 1, 1])))).toEqual([2, 2, 2]);
  });
});

test('tf.logSoftmax is right once and throws twice, and says what to use', () => {
  const f = (at: tf.Tensor) => tf.sum(tf.mul(tf.logSoftmax(at), float64([1, 2, 3])));
  expect(vjp(f, x(), tf.scalar(1)).vjp.shape).toEqual([3]);
  expect(() => hvp(f, x(), x())).toThrow('logSoftmax, softmaxCrossEntropy');
});

describe('a registered gradient that saves its output', () => {
  const kernelName = 'LRN';

  test('is guarded, also when it is registered later and the gradients are installed again', () => {
    const stock = tf.getGradient(kernelName);
    const registered = {
      kernelName,
      outputsToSave: [true],
      gradFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => ({
        x: () => tf.mul(dy as tf.Tensor, saved[0]),
      }),
    };
    const exp = { kernelName, backendName: 'float64', kernelFunc: tf.getKernel('Exp', 'float64').kernelFunc };
    const missing = tf.getKernel(kernelName, 'float64');
    tf.unregisterKernel(kernelName, 'float64');
    tf.registerKernel(exp);
    tf.unregisterGradient(kernelName);
    tf.registerGradient(registered);
    installSafeGradients();
    const f = (at: tf.Tensor): tf.Tensor => tf.engine().runKernel(kernelName, { x: at });
    expect(list(tf.grad(f)(x()))).toEqual([0.5, -1, 2].map(Math.exp));
    expect(() => tf.grad(tf.grad(f))(x())).toThrow(
      `the gradient of ${kernelName} cannot be differentiated again`,
    );
    tf.unregisterKernel(kernelName, 'float64');
    tf.registerKernel(missing);
    tf.unregisterGradient(kernelName);
    tf.registerGradient(stock);
    installSafeGradients();
  });

  test('no op with a kernel of the float64 backend is left with one', () => {
    const unsafe = ['Exp', 'Sigmoid', 'Tanh', 'Softmax', 'Elu', 'Pow', 'Max', 'Min'];
    for (const name of unsafe) expect(tf.getGradient(name).outputsToSave ?? []).not.toContain(true);
  });
});

test('gradients that somebody overwrites are mended by installing again', () => {
  tf.registerGradient({
    kernelName: 'Exp',
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => tf.mul(dy as tf.Tensor, saved[0]) }),
  });
  installSafeGradients();
  expect(list(hvp((at: tf.Tensor) => tf.sum(tf.exp(at)), x(), float64([1, 1, 1])))).toEqual(
    [0.5, -1, 2].map(Math.exp),
  );
});

describe('where a derivative does not exist', () => {
  const gradient = (f: (at: tf.Tensor) => tf.Tensor, at: number[]) => list(tf.grad(f)(float64(at)));

  test('equal largest elements share the cotangent, a subgradient', () => {
    expect(gradient((at) => tf.max(at), [2, 1, 2])).toEqual([0.5, 0, 0.5]);
    expect(gradient((at) => tf.min(at), [1, 1, 2])).toEqual([0.5, 0.5, 0]);
  });

  test('logSumExp is right where its largest elements are equal', () => {
    const third = 1 / 3;
    for (const value of gradient((at) => tf.logSumExp(at), [2, 2, 2]))
      expect(Math.abs(value - third)).toBeLessThan(1e-15);
  });

  test('pow with an exponent of its own has finite derivatives at zero', () => {
    const f = (b: tf.Tensor) => tf.sum(tf.pow(float64([0, 2]), b));
    const values = list(hvp(f, float64([2, 2]), float64([1, 1])));
    expect(values[0]).toBe(0);
    expect(Math.abs(values[1] - 4 * Math.LN2 ** 2)).toBeLessThan(1e-14);
  });

  test('a branch that is not taken does not pass on an infinite cotangent', () => {
    const f = (at: tf.Tensor) => tf.sqrt(tf.where(tf.greater(at, 0), at, tf.zerosLike(at)));
    expect(gradient(f, [4])).toEqual([0.25]);
    expect(gradient(f, [-1])).toEqual([0]);
  });
});
