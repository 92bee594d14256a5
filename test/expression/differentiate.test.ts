/** Derivatives by rules against those of tfjs's tape, which they stand in for. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../src/expression/differentiate.js';
import {
  computeDerivatives,
  evaluate,
  Graph,
  type ScalarFunction,
  traceDerivatives,
} from '../../src/expression/index.js';

const smooth: Readonly<Record<string, ScalarFunction>> = {
  exp: ({ s, p }) => tf.exp(tf.mul(s, p)),
  expm1: ({ s, p }) => tf.expm1(tf.mul(s, p)),
  log: ({ s, p }) => tf.log(tf.add(s, p)),
  log1p: ({ s, p }) => tf.log1p(tf.mul(s, p)),
  sin: ({ s, p }) => tf.sin(tf.mul(s, p)),
  cos: ({ s, p }) => tf.cos(tf.mul(s, p)),
  tan: ({ s, p }) => tf.tan(tf.mul(s, p)),
  asin: ({ s, p }) => tf.asin(tf.mul(s, p)),
  acos: ({ s, p }) => tf.acos(tf.mul(s, p)),
  atan: ({ s, p }) => tf.atan(tf.mul(s, p)),
  sinh: ({ s, p }) => tf.sinh(tf.mul(s, p)),
  cosh: ({ s, p }) => tf.cosh(tf.mul(s, p)),
  tanh: ({ s, p }) => tf.tanh(tf.mul(s, p)),
  asinh: ({ s, p }) => tf.asinh(tf.mul(s, p)),
  acosh: ({ s, p }) => tf.acosh(tf.add(1.5, tf.mul(s, p))),
  atanh: ({ s, p }) => tf.atanh(tf.mul(s, p)),
  erf: ({ s, p }) => tf.erf(tf.mul(s, p)),
  'the complement of erf': ({ s, p }) => tf.sub(1, tf.erf(tf.mul(s, p))),
  'a power with an exponent of its own': ({ s, p }) => tf.pow(tf.add(s, p), tf.mul(p, s)),
  'powers, roots, quotients': ({ s, p }) =>
    tf.addN([tf.div(p, tf.square(s)), tf.sqrt(tf.mul(s, p)), tf.rsqrt(s), tf.reciprocal(tf.add(p, s))]),
  'a choice': ({ s, p }) => tf.where(tf.less(s, p), tf.exp(s), tf.mul(p, tf.square(s))),
};

const inputs = { s: { variable: true, nonNegative: true }, p: {} };

describe('derivatives by rules', () => {
  for (const [name, f] of Object.entries(smooth)) {
    test(`of ${name} are those of tfjs’s tape, mixed second ones too`, () => {
      const graph = new Graph();
      const { value, gradient, mixed } = traceDerivatives(f, inputs, 's', graph);
      // Not asked of the tape: the rules know them.
      expect(differentiate(graph, value, ['s', 'p'])).toEqual([gradient.s, gradient.p]);
      const roots = [value, gradient.s, gradient.p, mixed.s, mixed.p];
      for (const point of [
        { s: 0.4, p: 0.7 },
        { s: 0.9, p: 0.3 },
      ]) {
        const tape = computeDerivatives(f, point, 's');
        const expected = [tape.value, tape.gradient.s, tape.gradient.p, tape.mixed.s, tape.mixed.p];
        evaluate(roots, point).forEach((found, k) => {
          expect(Math.abs(found - expected[k])).toBeLessThan(1e-13 * (1 + Math.abs(expected[k])));
        });
      }
    });
  }

  test('are not known where a function has a kink', () => {
    const graph = new Graph();
    const s = graph.input('s', { variable: true });
    expect(differentiate(graph, graph.call('maximum', [s, graph.constant(1)]), ['s'])).toBeNull();
    expect(differentiate(graph, graph.call('floor', [s]), ['s'])).toBeNull();
  });
});

describe('functions that go by the tape', () => {
  const at = (f: ScalarFunction, s: number) => {
    const { gradient } = traceDerivatives(f, inputs, 's');
    return evaluate([gradient.s], { s, p: 1 })[0];
  };

  test('are those with a gradient of their own', () => {
    const frozen = tf.customGrad((x) => ({
      value: tf.square(x as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, 7),
    }));
    expect(at(({ s, p }) => tf.mul(p, frozen(s)), 3)).toBe(7);
  });

  test('are those with kinks', () => {
    expect(at(({ s }) => tf.mul(3, tf.relu(tf.sub(s, 1))), 2)).toBe(3);
    expect(at(({ s }) => tf.mul(3, tf.relu(tf.sub(s, 1))), 0.5)).toBe(0);
  });

  test('are those whose gradient is safe from overflow', () => {
    expect(at(({ s }) => tf.sigmoid(tf.mul(s, -1000)), 2)).toBe(0);
  });
});
