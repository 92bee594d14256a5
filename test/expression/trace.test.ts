import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  computeDerivatives,
  type Derivatives,
  evaluate,
  Graph,
  type Node,
  type ScalarFunction,
  traceDerivatives,
  Untraceable,
} from '../../src/expression/index.js';
import { float64, useBackend } from '../../src/tensor/index.js';

const names = ['x', 'p'] as const;
const declared = { x: { variable: true, nonNegative: true }, p: {} };

interface Values {
  readonly x: number;
  readonly p: number;
}

/** All of the derivatives of f(x, p) as functions of values, from its trace. */
function tracer(f: ScalarFunction): (values: Values) => Derivatives<number> {
  const nodes = traceDerivatives(f, declared, 'x');
  return ({ x, p }) => {
    const read = (record: Readonly<Record<string, Node>>): Record<string, number> =>
      Object.fromEntries(names.map((name) => [name, evaluate([record[name]], { x, p })[0]]));
    return {
      value: evaluate([nodes.value], { x, p })[0],
      gradient: read(nodes.gradient),
      mixed: read(nodes.mixed),
    };
  };
}

const traced = (f: ScalarFunction, values: Values): Derivatives<number> => tracer(f)(values);

/** The same by central differences of a value. */
function differences(value: (x: number, p: number) => number, { x, p }: Values): Derivatives<number> {
  const at = (dx: number, dp: number): number => value(x + dx, p + dp);
  const h = 1e-4;
  const first = (along: (t: number) => number): number =>
    (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h);
  return {
    value: at(0, 0),
    gradient: { x: first((t) => at(t, 0)), p: first((t) => at(0, t)) },
    mixed: { x: first((t) => first((s) => at(t + s, 0))), p: first((t) => first((s) => at(s, t))) },
  };
}

const functions: Readonly<Record<string, ScalarFunction>> = {
  'powers, roots and quotients': ({ x, p }) =>
    tf.div(tf.sub(tf.pow(x, 3), tf.rsqrt(x)), tf.add(tf.sqrt(x), p)),
  'a power of a parameter': ({ x, p }) => tf.pow(x, p),
  'a constant to a power': ({ x, p }) => tf.mul(tf.pow(tf.scalar(2), x), p),
  'a power of a negative base': ({ x, p }) =>
    tf.add(tf.pow(tf.sub(x, 5), 3), tf.pow(tf.sub(x, tf.mul(p, 9)), -3)),
  exponentials: ({ x, p }) => tf.mul(tf.exp(tf.neg(tf.mul(x, p))), tf.expm1(x)),
  logarithms: ({ x, p }) => tf.mul(tf.log(x), tf.log1p(tf.mul(x, p))),
  trigonometry: ({ x, p }) => tf.addN([tf.sin(x), tf.cos(tf.mul(x, p)), tf.tan(p), tf.atan(x)]),
  'inverse functions': ({ x, p }) => tf.addN([tf.asin(tf.div(x, 3)), tf.acos(tf.div(p, 4)), tf.atan2(x, p)]),
  hyperbolic: ({ x, p }) => tf.mul(tf.tanh(x), tf.add(tf.sinh(p), tf.cosh(x))),
  'inverse hyperbolic': ({ x, p }) => tf.addN([tf.asinh(x), tf.acosh(tf.add(x, p)), tf.atanh(tf.div(p, 3))]),
  'error function': ({ x, p }) => tf.div(tf.erf(tf.mul(x, p)), x),
  activations: ({ x, p }) =>
    tf.addN([tf.sigmoid(x), tf.softplus(tf.mul(x, p)), tf.elu(tf.sub(x, 3)), tf.relu(x)]),
  'leaky and bounded activations': ({ x, p }) =>
    tf.mul(tf.leakyRelu(tf.sub(p, x), 0.2), tf.relu6(tf.mul(x, p))),
  masks: ({ x, p }) => tf.where(tf.less(x, p), tf.square(x), tf.where(tf.greater(x, 1), tf.log(x), p)),
  'extremes and clips': ({ x, p }) =>
    tf.addN([
      tf.minimum(tf.square(x), p),
      tf.maximum(tf.mul(x, p), tf.sin(x)),
      tf.clipByValue(tf.mul(x, p), 0.1, 1),
    ]),
  'absolute values': ({ x, p }) => tf.mul(tf.abs(tf.sub(p, x)), tf.abs(tf.sub(1, tf.square(x)))),
  'squared differences and means': ({ x, p }) =>
    tf.add(tf.squaredDifference(x, tf.square(p)), tf.mean(tf.mul(x, p))),
  'shapes of one element': ({ x, p }) =>
    tf.sum(
      tf.reshape(tf.expandDims(tf.mul(tf.reshape(x, [1, 1]), tf.reshape(p, [1])), 0), [1, 1, 1]),
      [0, 1],
    ),
  'steps and rounding': ({ x, p }) =>
    tf.mul(tf.add(tf.floor(tf.mul(x, 3)), tf.add(tf.sign(p), tf.step(x))), x),
};

describe('a traced function', () => {
  for (const [name, f] of Object.entries(functions)) {
    test(`of ${name} has the derivatives that differences give, and those that it computes when it is run`, () => {
      const trace = tracer(f);
      for (const values of [
        { x: 1.3, p: 0.7 },
        { x: 0.55, p: 1.9 },
        { x: 2.35, p: 1.15 },
      ]) {
        const found = trace(values);
        const near = differences((x, p) => trace({ x, p }).value, values);
        const run = computeDerivatives(f, values, 'x');
        const scale = 1 + Math.abs(found.value);
        expect(Math.abs(found.value - run.value) / scale).toBeLessThan(1e-14);
        for (const variable of names) {
          const size = 1 + Math.abs(found.gradient[variable]) + Math.abs(found.mixed[variable]);
          expect(Math.abs(found.gradient[variable] - near.gradient[variable]) / size).toBeLessThan(1e-9);
          expect(Math.abs(found.mixed[variable] - near.mixed[variable]) / size).toBeLessThan(1e-5);
          expect(Math.abs(found.gradient[variable] - run.gradient[variable]) / size).toBeLessThan(1e-13);
          expect(Math.abs(found.mixed[variable] - run.mixed[variable]) / size).toBeLessThan(1e-13);
        }
      }
    });
  }

  test('takes numbers as they were typed', () => {
    const [value] = evaluate([traceDerivatives(({ x }) => tf.mul(x, 0.1), declared, 'x').value], { x: 1 });
    expect(value).toBe(0.1);
    const { value: node } = traceDerivatives(
      ({ x }) => tf.add(tf.mul(x, 1234.567), tf.scalar(-1e-9)),
      declared,
      'x',
    );
    expect(evaluate([node], { x: 0 })).toEqual([-1e-9]);
    expect(evaluate([node], { x: 1 })[0]).toBe(1234.567 - 1e-9);
    const exact = traceDerivatives(({ x }) => tf.mul(x, float64(Math.PI)), declared, 'x').value;
    expect(evaluate([exact], { x: 1 })).toEqual([Math.PI]);
  });

  test('has no derivative but zero in what it does not depend on', () => {
    const constant = traced(() => float64(3), { x: 1, p: 1 });
    expect(constant).toEqual({ value: 3, gradient: { x: 0, p: 0 }, mixed: { x: 0, p: 0 } });
    const linear = traced(({ x }) => tf.mul(x, 2), { x: 1, p: 1 });
    expect(linear).toEqual({ value: 2, gradient: { x: 2, p: 0 }, mixed: { x: 0, p: 0 } });
    const stepped = traced(({ x, p }) => tf.mul(tf.step(x), p), { x: 1, p: 4 });
    expect(stepped).toEqual({ value: 4, gradient: { x: 0, p: 1 }, mixed: { x: 0, p: 0 } });
  });
});

describe('tensors from outside the function', () => {
  test('become constants of it, with all of their digits, and go on living', () => {
    const before = tf.memory().numTensors;
    const outer = float64(Math.E);
    const single = useBackend('cpu', () => tf.scalar(0.25));
    const f: ScalarFunction = ({ x }) => tf.add(tf.mul(x, outer), single);
    for (let round = 0; round < 3; round++) {
      expect(traced(f, { x: 2, p: 1 }).value).toBe(2 * Math.E + 0.25);
      expect(computeDerivatives(f, { x: 2, p: 1 }, 'x').value).toBe(2 * Math.E + 0.25);
      expect(outer.dataSync()[0]).toBe(Math.E);
      expect(single.dataSync()[0]).toBe(0.25);
      expect(tf.tidy(() => tf.mul(outer, 2).dataSync()[0])).toBe(2 * Math.E);
    }
    expect(useBackend('cpu', () => tf.tidy(() => tf.add(single, 1).dataSync()[0]))).toBe(1.25);
    tf.dispose([outer, single]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('are constants of every trace anew, and not nodes of an older graph', () => {
    const outer = float64(1.5);
    const bounded: ScalarFunction = ({ x, p }) => tf.minimum(tf.mul(x, p), outer);
    const first = traced(bounded, { x: 3, p: 4 }).value;
    expect(first).toBe(1.5);
    // a graph in which the numbers of the nodes fall otherwise
    for (let shift = 0; shift < 12; shift++) {
      const graph = new Graph();
      for (let k = 0; k < shift; k++) graph.constant(100 + k);
      const { value } = traceDerivatives(
        ({ x, p }) => tf.add(tf.minimum(tf.mul(x, p), tf.square(x)), tf.minimum(tf.mul(x, p), outer)),
        declared,
        'x',
        graph,
      );
      expect(evaluate([value], { x: 3, p: 4 })).toEqual([9 + 1.5]);
    }
    outer.dispose();
  });

  test('are told of when they have been disposed of', () => {
    const gone = float64(2);
    gone.dispose();
    const f: ScalarFunction = ({ x }) => tf.mul(x, gone);
    expect(() => traced(f, { x: 2, p: 1 })).toThrow('uses a tensor that has been disposed of');
  });
});

test('a gradient of tfjs’s that uses what it has not kept is traced all the same', () => {
  const f: ScalarFunction = ({ x, p }) => tf.logSigmoid(tf.mul(x, p));
  const { value, gradient, mixed } = traced(f, { x: 0.5, p: 3 });
  const s = 1 / (1 + Math.exp(1.5));
  expect(value).toBeCloseTo(-Math.log1p(Math.exp(-1.5)), 14);
  expect(gradient.x).toBeCloseTo(3 * s, 14);
  expect(gradient.p).toBeCloseTo(0.5 * s, 14);
  expect(mixed.x).toBeCloseTo(-9 * s * (1 - s), 14);
});

describe('a function that cannot be traced says why', () => {
  const reasons: Readonly<Record<string, [ScalarFunction, RegExp]>> = {
    'a branch on a value': [
      ({ x }) => (x.dataSync()[0] > 1 ? tf.square(x) : tf.neg(x)),
      /may branch on data/,
    ],
    'a branch on arraySync': [({ x, p }) => (tf.less(x, p).arraySync() ? x : p), /may branch on data/],
    'a vector': [({ x }) => tf.sum(tf.mul(tf.tensor1d([1, 2, 3]), x)), /shape \[3\]; only scalars/],
    'a vector from outside': [({ x }) => tf.sum(tf.mul(outside, x)), /shape \[2\]; only scalars/],
    'a stack of scalars': [({ x, p }) => tf.sum(tf.stack([x, p])), /Pack has no scalar form/],
    'an op without a scalar form': [
      ({ x }) => tf.sum(tf.fft(tf.complex(tf.reshape(x, [1]), tf.zeros([1])))),
      /scalar/,
    ],
    'a tile of many': [({ x }) => tf.sum(tf.tile(tf.reshape(x, [1]), [3])), /Tile has no scalar form/],
    'a fill of many': [({ x }) => tf.mul(tf.sum(tf.fill([4], 1)), x), /Fill has no scalar form/],
    // A trace is kept, and their values may change.
    'a variable': [({ x }) => tf.mul(x, variable), /uses a tf\.variable, whose value may change/],
    'a result that is a vector': [({ x }) => tf.broadcastTo(x, [2]), /Tile has no scalar form/],
  };
  const outside = float64([1, 2]);
  const variable = tf.variable(float64(3));

  for (const [name, [f, reason]] of Object.entries(reasons)) {
    test(`${name}, and leaves no tensors behind`, () => {
      const before = tf.memory().numTensors;
      const backend = tf.getBackend();
      expect(() => traceDerivatives(f, declared, 'x')).toThrow(Untraceable);
      expect(() => traceDerivatives(f, declared, 'x')).toThrow(reason);
      expect(tf.memory().numTensors).toBe(before);
      expect(tf.getBackend()).toBe(backend);
      // and the tape is as it was: gradients still work
      expect(
        tf.tidy(
          () =>
            tf
              .grad((t: tf.Tensor) => tf.square(t))(float64(3))
              .dataSync()[0],
        ),
      ).toBe(6);
    });
  }

  test('and an error of its own comes out as it is', () => {
    const before = tf.memory().numTensors;
    const mistake = new RangeError('my own mistake');
    const f: ScalarFunction = ({ x }) => {
      tf.square(x);
      throw mistake;
    };
    expect(() => traceDerivatives(f, declared, 'x')).toThrow(mistake);
    expect(() => computeDerivatives(f, { x: 1, p: 1 }, 'x')).toThrow(mistake);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('but a branch on a constant is none', () => {
    const f: ScalarFunction = ({ x }) => (tf.scalar(2).dataSync()[0] > 1 ? tf.square(x) : x);
    expect(traced(f, { x: 3, p: 1 }).value).toBe(9);
  });
});

describe('tracing', () => {
  test('leaves as many tensors as there were, and the backend that was in use', () => {
    const before = tf.memory().numTensors;
    for (const f of Object.values(functions)) {
      traceDerivatives(f, declared, 'x');
      computeDerivatives(f, { x: 1, p: 1 }, 'x');
    }
    expect(tf.memory().numTensors).toBe(before);
    useBackend('cpu', () => {
      traceDerivatives(functions.masks, declared, 'x');
      expect(tf.getBackend()).toBe('cpu');
    });
  });

  test('works inside a tidy and inside a gradient', () => {
    const before = tf.memory().numTensors;
    const value = tf.tidy(() => {
      const y = tf.grad((t: tf.Tensor) => {
        const { value } = traced(({ x }) => tf.square(x), { x: 3, p: 1 });
        return tf.mul(t, value);
      })(float64(1));
      return y.dataSync()[0];
    });
    expect(value).toBe(9);
    expect(tf.memory().numTensors).toBe(before);
  });
});
