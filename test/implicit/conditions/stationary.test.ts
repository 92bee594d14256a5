import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  customFixedPoint,
  customRoot,
  newtonCondition,
  rootJacobian,
  stationaryCondition,
  unrolled,
} from '../../../src/implicit/index.js';
import { minres } from '../../../src/linear/index.js';
import { float64, toFloat64 } from '../../../src/tensor/index.js';
import { number, watch } from './harness.js';

const warnings = watch();

/** ½ (x₁² + 3 x₂²) + x₁⁴ − ⟨θ, x⟩ on a tree of two scalars. */
type Pair = { a: tf.Tensor; b: tf.Tensor };
const objective = ({ a, b }: Pair, theta: tf.Tensor): tf.Tensor =>
  tf.sub(
    tf.add(tf.mul(0.5, tf.add(tf.square(a), tf.mul(3, tf.square(b)))), tf.square(tf.square(a))),
    tf.sum(tf.mul(theta, tf.stack([a, b]))),
  );
/** a + 4 a³ = θ₁ has the solution ½ at θ₁ = 1; b = θ₂ / 3. */
const theta = () => float64([1, 6]);
const solution = (): Pair => ({ a: float64(0.5), b: float64(2) });

describe('stationaryCondition', () => {
  test('is the gradient of its objective, and its step a gradient step', () => {
    const F = stationaryCondition(objective, { stepSize: 0.1 });
    const point = { a: float64(1), b: float64(1) };
    const value = F(point, theta());
    expect([number(value.a), number(value.b)]).toEqual([4, -3]);
    const moved = F.fixedPoint(point, theta());
    expect(number(moved.a)).toBeCloseTo(0.6, 15);
    expect(number(moved.b)).toBeCloseTo(1.3, 15);
  });

  test.each(['root', 'fixed point'])('differentiates a minimum as a %s', (kind) => {
    const F = stationaryCondition(objective, { stepSize: 0.1 });
    const solve = kind === 'root' ? customRoot(F, solution) : customFixedPoint(F.fixedPoint, solution);
    const of = (pick: (x: Pair) => tf.Tensor) =>
      toFloat64(tf.grad((t: tf.Tensor) => pick(solve(null as never, t)))(theta()));
    // da/dθ₁ = 1/(1 + 12 a²), db/dθ₂ = 1/3
    expect([...of(({ a }) => a)].map((v) => v.toFixed(10))).toEqual(['0.2500000000', '0.0000000000']);
    expect([...of(({ b }) => b)].map((v) => v.toFixed(10))).toEqual(['0.0000000000', '0.3333333333']);
  });

  test('is unrolled by its own step', () => {
    const F = stationaryCondition(objective, { stepSize: 0.2 });
    const solve = customRoot(F, solution, { adjoint: unrolled({ steps: 200 }) });
    const slope = tf.grad((t: tf.Tensor) => solve({ a: float64(0), b: float64(0) }, t).a)(theta());
    expect(toFloat64(slope)[0]).toBeCloseTo(0.25, 12);
  });

  test('says negative curvature at a saddle, which minres differentiates', () => {
    const saddle = (x: tf.Tensor, t: tf.Tensor): tf.Tensor =>
      tf.sub(tf.mul(0.5, tf.sum(tf.mul(float64([1, -2]), tf.square(x)))), tf.sum(tf.mul(x, t)));
    const F = stationaryCondition(saddle);
    const x = float64([1, -0.5]);
    const args = [float64([1, 1])] as const;
    rootJacobian(F, x, args);
    expect(warnings.pop()).toContain('negative curvature');
    const [jacobian] = rootJacobian(F, x, args, { solve: minres });
    expect([...toFloat64(jacobian)].map((v) => v.toFixed(8) as unknown as number).map(Number)).toEqual([
      1, 0, 0, -0.5,
    ]);
  });

  test('refuses an objective that is no number, and a step size that is none', () => {
    const F = stationaryCondition((x: tf.Tensor) => tf.square(x));
    expect(() => F(float64([1, 2]))).toThrow('must return one number');
    expect(() => stationaryCondition(objective, { stepSize: 0 })).toThrow('positive number');
  });

  test('leaves no tensor behind', () => {
    const F = stationaryCondition(objective);
    const [x, t] = [solution(), theta()];
    const before = tf.memory().numTensors;
    tf.dispose(F(x, t) as never);
    tf.dispose(F.fixedPoint(x, t) as never);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('newtonCondition', () => {
  const F = newtonCondition(stationaryCondition(objective), { tolerance: 1e-13 });

  test('has a step that finds the minimum in a few', () => {
    let x: Pair = { a: float64(1), b: float64(1) };
    for (let k = 0; k < 6; k++) x = F.fixedPoint(x, theta());
    expect(number(x.a)).toBeCloseTo(0.5, 14);
    expect(number(x.b)).toBeCloseTo(2, 14);
  });

  test('has η times the identity for its system, and the derivative of the condition inside', () => {
    const iterations: number[] = [];
    for (const stepSize of [1, 0.25]) {
      const condition = newtonCondition(stationaryCondition(objective), { stepSize, tolerance: 1e-13 });
      const solve = customRoot(condition, solution, {
        onSolve: (linear) => iterations.push(linear.iterations),
      });
      const slope = toFloat64(
        tf.grad((t: tf.Tensor) => tf.add(solve(null as never, t).a, solve(null as never, t).b))(theta()),
      );
      expect(slope[0]).toBeCloseTo(0.25, 10);
      expect(slope[1]).toBeCloseTo(1 / 3, 10);
    }
    expect(Math.max(...iterations)).toBe(1);
  });

  test('has second derivatives', () => {
    const G = (x: tf.Tensor, t: tf.Tensor): tf.Tensor => tf.sub(tf.square(x), t);
    const solve = customRoot(newtonCondition(G), (_s: null, t: tf.Tensor) => toFloat64(t).map(Math.sqrt));
    const second = tf.grad(tf.grad((t: tf.Tensor) => solve(null, t)));
    expect(number(second(float64(2)))).toBeCloseTo(-0.25 * 2 ** -1.5, 10);
  });
});
