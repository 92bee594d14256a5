import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  type Adjoint,
  customFixedPoint,
  customRoot,
  implicit,
  oneStep,
  unrolled,
} from '../../src/implicit/index.js';
import { cg } from '../../src/linear/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { watched } from '../support/watched.js';

const { warnings } = watched();

/** x = a x + θ with a = ½: x* = 2θ, and after t steps from 0 the slope is 2 (1 − 2⁻ᵗ). */
const a = 0.5;
const T = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.add(tf.mul(a, x), theta);
const solver = (_x0: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.div(theta, 1 - a);
const slopeBy = (adjoint: Adjoint): number => {
  const solve = customFixedPoint(T, solver, { adjoint });
  return toFloat64(tf.grad((theta: tf.Tensor) => solve(float64(0), theta))(float64(3)))[0];
};

describe('the adjoint as an argument', () => {
  test('implicit is exact; unrolled and oneStep have the error that they should', () => {
    expect(slopeBy(implicit())).toBeCloseTo(2, 12);
    expect(slopeBy(implicit({ solve: cg, tolerance: 1e-12 }))).toBeCloseTo(2, 12);
    expect(slopeBy(oneStep())).toBe(1);
    for (const steps of [1, 2, 5, 20]) {
      expect(slopeBy(unrolled({ steps }))).toBeCloseTo(2 * (1 - 2 ** -steps), 12);
      expect(slopeBy(unrolled({ steps, from: 'solution' }))).toBeCloseTo(2 * (1 - 2 ** -steps), 12);
    }
  });

  test('unrolling from the start gives the iterate; from the solution, the solution', () => {
    const value = (adjoint: Adjoint): number =>
      toFloat64(customFixedPoint(T, solver, { adjoint })(float64(0), float64(3)))[0];
    expect(value(unrolled({ steps: 3 }))).toBe(6 * (1 - 1 / 8));
    expect(value(unrolled({ steps: 3, from: 'solution' }))).toBe(6);
    expect(value(oneStep())).toBe(6);
  });

  test('forward products go the same way', () => {
    for (const adjoint of [implicit(), unrolled({ steps: 4 }), oneStep()]) {
      const solve = customFixedPoint(T, solver, { adjoint });
      const { jvp } = solve.jvp(float64(0), [float64(3)], [float64(2)]);
      expect(toFloat64(jvp)[0]).toBeCloseTo(2 * slopeBy(adjoint), 12);
    }
  });

  test('customRoot is unrolled by gradient steps', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(2, x), theta);
    const by = (adjoint: Adjoint): number => {
      const solve = customRoot(F, (_x0: tf.Tensor, theta: tf.Tensor) => tf.div(theta, 2), { adjoint });
      return toFloat64(tf.grad((theta: tf.Tensor) => solve(float64(0), theta))(float64(3)))[0];
    };
    // x ← x − η (2x − θ): slope ½ (1 − (1 − 2η)ᵗ)
    expect(by(unrolled({ steps: 3, stepSize: 0.1 }))).toBeCloseTo(0.5 * (1 - 0.8 ** 3), 12);
    expect(by(oneStep({ stepSize: 0.1 }))).toBeCloseTo(0.1, 12);
    expect(() => by(oneStep())).toThrow('stepSize');
  });

  test('at an unfinished iterate both are off as in theory, the implicit one less', () => {
    // F = (h + θ) x − 1 by gradient steps: with ρ = 1 − η (h + θ), x_t = (1 − ρᵗ) / (h + θ). The exact slope is
    // −1 / (h + θ)²; implicit differentiation at x_t errs by ρᵗ / (h + θ)², unrolling by η t ρᵗ⁻¹ / (h + θ) more.
    const h = [1, 0.3, 0.05];
    const eta = 0.5;
    const theta = 0.2;
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(tf.add(float64(h), theta), x), 1);
    const iterate =
      (steps: number) =>
      (x0: tf.Tensor, theta: tf.Tensor): tf.Tensor => {
        let x = x0;
        for (let step = 0; step < steps; step++) x = tf.sub(x, tf.mul(eta, F(x, theta)));
        return x;
      };
    const slopes = (steps: number, adjoint: Adjoint): Float64Array => {
      const solve = customRoot(F, iterate(steps), { adjoint, residualTolerance: Number.POSITIVE_INFINITY });
      return toFloat64(solve.jvp(float64([0, 0, 0]), [float64(theta)], [float64(1)]).jvp);
    };
    for (const steps of [5, 20, 40]) {
      const implicitSlopes = slopes(steps, implicit());
      const unrolledSlopes = slopes(steps, unrolled({ steps, stepSize: eta }));
      for (const [i, k] of h.map((value) => value + theta).entries()) {
        const rho = 1 - eta * k;
        const implicitError = rho ** steps / k ** 2;
        expect(implicitSlopes[i] + 1 / k ** 2).toBeCloseTo(implicitError, 8);
        expect(unrolledSlopes[i] + 1 / k ** 2).toBeCloseTo(
          implicitError + (eta * steps * rho ** (steps - 1)) / k,
          8,
        );
      }
    }
    expect(warnings).toEqual([]);
  });

  test('unrolled derivatives of second order are right', () => {
    // x ← x − ½ (x² − θ) converges to √θ.
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.square(x), theta);
    const solve = customRoot(F, (_x0: tf.Tensor, theta: tf.Tensor) => tf.sqrt(theta), {
      adjoint: unrolled({ steps: 60, stepSize: 0.4 }),
    });
    const f = (theta: tf.Tensor): tf.Tensor => solve(float64(1), theta);
    expect(toFloat64(tf.grad(tf.grad(f))(float64(1.5)))[0]).toBeCloseTo(-0.25 * 1.5 ** -1.5, 9);
  });

  test('refuses what cannot be unrolled', () => {
    expect(() => unrolled({ steps: 0 })).toThrow('1 or more');
    const solve = customFixedPoint(T, (_x0: null, theta: tf.Tensor) => solver(theta, theta), {
      adjoint: unrolled({ steps: 2 }),
    });
    expect(() => solve(null, float64(1))).toThrow("from: 'solution'");
  });

  test('leaves no tensor behind', () => {
    const x0 = float64(0);
    const theta = float64(3);
    const before = tf.memory().numTensors;
    for (const adjoint of [implicit(), unrolled({ steps: 4 }), oneStep()]) {
      const solve = customFixedPoint(T, solver, { adjoint });
      tf.grad((theta: tf.Tensor) => solve(x0, theta))(theta).dispose();
      const { value, jvp } = solve.jvp(x0, [theta], [theta]);
      tf.dispose([value, jvp, solve(x0, theta)]);
      expect(tf.memory().numTensors).toBe(before);
    }
  });
});
