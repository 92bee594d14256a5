import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  customFixedPoint,
  customRoot,
  DerivativeError,
  type ImplicitOptions,
  rootJvp,
  rootVjp,
  unrolled,
} from '../../src/implicit/index.js';
import { bicgstab, cg, type LinearSolution, minres } from '../../src/linear/index.js';
import { float64, hvp, jvp, toFloat64, useBackend, vjp } from '../../src/tensor/index.js';
import { watched } from '../support/watched.js';
import { bisection, central, eliminate, newton } from './numerics.js';

const seen = watched();
const { warnings } = seen;

const number = (tensor: tf.Tensor): number => toFloat64(tensor)[0];

/** x² = θ. */
const square = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.square(x), theta);
const squareRoot = (_start: unknown, theta: tf.Tensor): Float64Array => toFloat64(theta).map(Math.sqrt);

describe('customRoot', () => {
  test('differentiates a square root that Math.sqrt computed', () => {
    const solve = customRoot(square, squareRoot);
    for (const value of [0.25, 2, 1e6]) {
      const theta = float64(value);
      const gradient = tf.grad((t: tf.Tensor) => tf.sum(solve(float64(1), t)))(theta);
      expect(number(gradient)).toBeCloseTo(0.5 / Math.sqrt(value), 14);
      expect(number(solve(float64(1), theta))).toBe(Math.sqrt(value));
    }
    expect(warnings).toEqual([]);
  });

  test('gives second and third derivatives of a scalar', () => {
    const solve = customRoot(square, squareRoot);
    const f = (t: tf.Tensor): tf.Tensor => solve(float64(1), t);
    const theta = float64(2);
    expect(number(tf.grad(tf.grad(f))(theta))).toBeCloseTo(-0.25 * 2 ** -1.5, 12);
    expect(number(tf.grad(tf.grad(tf.grad(f)))(theta))).toBeCloseTo(0.375 * 2 ** -2.5, 12);
  });

  test('solves a linear system, with gradients for the matrix and the right-hand side', () => {
    const A = float64([4, 1, 0.5, 0, 3, 1, 1, 0, 5], [3, 3]);
    const b = float64([1, -2, 3]);
    const F = (x: tf.Tensor, { A, b }: { A: tf.Tensor; b: tf.Tensor }): tf.Tensor =>
      tf.sub(tf.reshape(tf.matMul(A, tf.reshape(x, [3, 1])), [3]), b);
    const solve = customRoot(F, (_start: null, { A, b }) => eliminate(toFloat64(A), toFloat64(b)));
    const w = float64([1, 2, -1]);
    const loss = (A: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.mul(w, solve(null, { A, b })));
    const [gA, gb] = tf.grads(loss)([A, b]);
    // dx = A⁻¹ (db − dA x): b̄ = A⁻ᵀ w, Ā = −b̄ xᵀ.
    const x = eliminate(toFloat64(A), toFloat64(b));
    const bBar = eliminate(transpose(toFloat64(A), 3), toFloat64(w));
    for (let i = 0; i < 3; i++) {
      expect(toFloat64(gb)[i]).toBeCloseTo(bBar[i], 9);
      for (let j = 0; j < 3; j++) expect(toFloat64(gA)[3 * i + j]).toBeCloseTo(-bBar[i] * x[j], 9);
    }
  });

  test('hands trees, scalars and integer arguments through, and leaves the integers alone', () => {
    interface Model {
      scale: tf.Tensor;
      shift: [tf.Tensor, number];
      index: tf.Tensor;
    }
    const F = (x: tf.Tensor, { scale, shift, index }: Model, power: number): tf.Tensor =>
      tf.sub(tf.pow(x, power), tf.add(tf.mul(scale, tf.gather(shift[0], index)), shift[1]));
    const solve = customRoot(
      F,
      (_x0: tf.Tensor, { scale, shift, index }: Model, power: number) => {
        const values = toFloat64(shift[0]);
        return Float64Array.from(
          index.dataSync(),
          (i) => (number(scale) * values[i] + shift[1]) ** (1 / power),
        );
      },
      { symmetric: true },
    );
    const index = tf.tensor1d([2, 0], 'int32');
    const shift = float64([1, 5, 3]);
    const start = float64([1, 1]);
    const f = (scale: tf.Tensor, shift: tf.Tensor): tf.Tensor =>
      tf.sum(solve(start, { scale, shift: [shift, 0.5], index }, 3));
    const [gScale, gShift] = tf.grads(f)([float64(2), shift]);
    // x_i = (2 s_i + 1/2)^⅓
    const slope = (s: number): number => (2 * s + 0.5) ** (-2 / 3) / 3;
    expect(number(gScale)).toBeCloseTo(slope(3) * 3 + slope(1) * 1, 10);
    expect([...toFloat64(gShift)].map((value) => value.toFixed(10))).toEqual(
      [2 * slope(1), 0, 2 * slope(3)].map((value) => value.toFixed(10)),
    );
  });

  test('takes and gives trees of unknowns', () => {
    type X = { a: tf.Tensor; b: [tf.Tensor] };
    // a + b = θ, a − b θ = 1 at every entry
    const F = ({ a, b }: X, theta: tf.Tensor): X => ({
      a: tf.sub(tf.add(a, b[0]), theta),
      b: [tf.sub(tf.sub(a, tf.mul(b[0], theta)), 1)],
    });
    const solver = (_start: null, theta: tf.Tensor): X => {
      const b = tf.div(tf.sub(theta, 1), tf.add(theta, 1));
      return { a: tf.sub(theta, b), b: [b] };
    };
    const solve = customRoot(F, solver);
    const theta = float64([2, 3]);
    const f = (theta: tf.Tensor): tf.Tensor => {
      const { a, b } = solve(null, theta);
      return tf.sum(tf.mul(a, tf.square(b[0])));
    };
    const direct = (theta: tf.Tensor): tf.Tensor => {
      const { a, b } = solver(null, theta);
      return tf.sum(tf.mul(a, tf.square(b[0])));
    };
    const gradient = toFloat64(tf.grad(f)(theta));
    const expected = toFloat64(tf.grad(direct)(theta));
    for (let i = 0; i < 2; i++) expect(gradient[i]).toBeCloseTo(expected[i], 10);
    const v = float64([0.3, -1]);
    const forward = solve.jvp(null, [theta], [v]);
    const dot = (a: tf.Tensor, b: Float64Array): number =>
      toFloat64(a).reduce((sum, value, i) => sum + value * b[i], 0);
    expect(dot(forward.jvp.a, Float64Array.of(1, 1))).toBeCloseTo(
      [2, 3].reduce((sum, t, i) => sum + (1 - 2 / (t + 1) ** 2) * [0.3, -1][i], 0),
      10,
    );
  });

  test('gives the gradient of an energy minimum, by any linear solver, against finite differences', () => {
    const n = 5;
    const start = float64(new Float64Array(n));
    const energy = (x: tf.Tensor, k: tf.Tensor, a: tf.Tensor): tf.Tensor =>
      tf.add(
        tf.sum(tf.mul(k, tf.square(tf.sub(tf.slice(x, [1], [n - 1]), tf.slice(x, [0], [n - 1]))))),
        tf.sum(tf.add(tf.mul(0.25, tf.pow(x, 4)), tf.square(tf.sub(x, a)))),
      );
    const F = (x: tf.Tensor, k: tf.Tensor, a: tf.Tensor): tf.Tensor =>
      tf.grad((x: tf.Tensor) => energy(x, k, a))(x);
    const solver = (x0: tf.Tensor, k: tf.Tensor, a: tf.Tensor): Float64Array => newton(F, x0, k, a);
    const k = float64([1, 2, 0.5, 3]);
    const a = float64([1, -2, 0.5, 3, -1]);
    const w = float64([1, -1, 2, 0.5, 0.3]);
    const loss = (k: Float64Array): number => {
      const x = newton(F, start, float64(k), a);
      return x.reduce((sum, value, i) => sum + toFloat64(w)[i] * Math.sin(value), 0);
    };
    const expected = central(loss, toFloat64(k), 1e-5);
    for (const options of [{ solve: cg }, { solve: minres }, { solve: bicgstab }, {}] as ImplicitOptions[]) {
      const solve = customRoot(F, solver, options);
      const f = (k: tf.Tensor): tf.Tensor => tf.sum(tf.mul(w, tf.sin(solve(start, k, a))));
      const gradient = toFloat64(tf.grad(f)(k));
      for (let i = 0; i < 4; i++) expect(gradient[i]).toBeCloseTo(expected[i], 8);
    }
    expect(warnings).toEqual([]);
  });

  test('gives the Hessian of an outer loss', () => {
    // x solves x + tanh(M x) = θ: nonsymmetric, vector-valued.
    const M = float64([0.5, -0.3, 0.8, 0.2], [2, 2]);
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
      tf.sub(tf.add(x, tf.tanh(tf.reshape(tf.matMul(M, tf.reshape(x, [2, 1])), [2]))), theta);
    const start = float64([0, 0]);
    const solve = customRoot(F, (x0: tf.Tensor, theta: tf.Tensor) => newton(F, x0, theta), {
      tolerance: 1e-13,
    });
    const loss = (theta: tf.Tensor): tf.Tensor =>
      tf.sum(tf.exp(tf.mul(solve(start, theta), float64([1, 0.5]))));
    const theta = float64([0.7, -0.4]);
    const gradientAt = (theta: Float64Array): Float64Array => toFloat64(tf.grad(loss)(float64(theta)));
    for (const [i, v] of [
      [0, [1, 0]],
      [1, [0, 1]],
    ] as const) {
      const row = toFloat64(
        tf.grad((t: tf.Tensor) => tf.sum(tf.mul(tf.grad(loss)(t), float64([...v]))))(theta),
      );
      for (let j = 0; j < 2; j++) {
        const entry = central((t) => gradientAt(t)[i], toFloat64(theta), 1e-5)[j];
        expect(row[j]).toBeCloseTo(entry, 8);
      }
    }
    expect(warnings).toEqual([]);
  });

  test('differentiates the second derivative of a nonlinear mapping in x and θ together', () => {
    // x = Lambert-like: x eˣ = θ; x' = 1 / (eˣ (1 + x)), x'' = −(2 + x) / (e²ˣ (1 + x)³).
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(x, tf.exp(x)), theta);
    const solve = customRoot(F, (x0: tf.Tensor, theta: tf.Tensor) => newton(F, x0, theta));
    const theta = float64(1);
    const f = (t: tf.Tensor): tf.Tensor => solve(float64(0.5), t);
    const x = number(f(theta));
    expect(x).toBeCloseTo(0.5671432904097838, 14); // the omega constant
    expect(number(tf.grad(f)(theta))).toBeCloseTo(1 / (Math.exp(x) * (1 + x)), 12);
    expect(number(tf.grad(tf.grad(f))(theta))).toBeCloseTo(-(2 + x) / (Math.exp(2 * x) * (1 + x) ** 3), 12);
  });

  test('agrees forwards and backwards', () => {
    const M = float64([0.5, -0.3, 0.8, 0.2], [2, 2]);
    const F = (x: tf.Tensor, M: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
      tf.sub(tf.add(x, tf.sin(tf.reshape(tf.matMul(M, tf.reshape(x, [2, 1])), [2]))), theta);
    const theta = float64([0.7, -0.4]);
    const start = float64([0, 0]);
    const solve = customRoot(F, (x0: tf.Tensor, M: tf.Tensor, theta: tf.Tensor) => newton(F, x0, M, theta));
    const w = float64([0.3, -1.1]);
    const [dM, dTheta] = [float64([0.1, 0.7, -0.2, 0.4], [2, 2]), float64([1, 2])];
    const { vjp: backward } = vjp(
      ([M, theta]: readonly [tf.Tensor, tf.Tensor]) => solve(start, M, theta),
      [M, theta] as const,
      w,
    );
    const left = number(tf.add(tf.sum(tf.mul(backward[0], dM)), tf.sum(tf.mul(backward[1], dTheta))));
    const { jvp, value } = solve.jvp(start, [M, theta], [dM, dTheta]);
    expect(number(tf.sum(tf.mul(w, jvp)))).toBeCloseTo(left, 12);
    expect([...toFloat64(value)]).toEqual([...toFloat64(solve(start, M, theta))]);
    const only = solve.jvp(start, [M, theta], [null, dTheta]).jvp;
    expect([...toFloat64(only)]).toEqual([...toFloat64(rootJvp(F, value, [M, theta], [undefined, dTheta]))]);
  });

  test('goes through jvp and hvp of the tensor bridge', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(x, tf.exp(x)), theta);
    const solve = customRoot(F, (x0: tf.Tensor, theta: tf.Tensor) => newton(F, x0, theta));
    const theta = float64([1, 2]);
    const start = float64([0.5, 0.8]);
    const v = float64([1, -3]);
    const x = toFloat64(solve(start, theta));
    const slope = (x: number): number => 1 / (Math.exp(x) * (1 + x));
    const bend = (x: number): number => -(2 + x) / (Math.exp(2 * x) * (1 + x) ** 3);
    const forward = toFloat64(jvp((t: tf.Tensor) => solve(start, t), theta, v).jvp);
    const curved = toFloat64(hvp((t: tf.Tensor) => tf.sum(solve(start, t)), theta, v));
    [1, -3].forEach((factor, i) => {
      expect(forward[i]).toBeCloseTo(factor * slope(x[i]), 10);
      expect(curved[i]).toBeCloseTo(factor * bend(x[i]), 10);
    });
  });

  test('gives the start no derivative, and says so by zero', () => {
    const solve = customRoot(square, squareRoot);
    const [gStart, gTheta] = tf.grads((x0: tf.Tensor, t: tf.Tensor) => tf.add(solve(x0, t), tf.mul(0, x0)))([
      float64(1),
      float64(4),
    ]);
    expect(number(gStart)).toBe(0);
    expect(number(gTheta)).toBeCloseTo(0.25, 14);
  });

  test('returns auxiliary output untouched', () => {
    const solve = customRoot(
      square,
      (_x0: null, theta: tf.Tensor) => [squareRoot(null, theta), { steps: 7 }] as const,
      {
        hasAux: true,
      },
    );
    const [x, aux] = solve(null, float64([4, 9]));
    expect([...toFloat64(x)]).toEqual([2, 3]);
    expect(aux).toEqual({ steps: 7 });
    const gradient = tf.grad((t: tf.Tensor) => tf.sum(solve(null, t)[0]))(float64([4, 9]));
    expect(toFloat64(gradient)[1]).toBeCloseTo(1 / 6, 12);
  });

  test('takes a start of any kind, and keeps the tensors of an auxiliary tree', () => {
    class Search {
      readonly self = this;
      readonly guess = 1;
    }
    const solve = customRoot(
      square,
      (_search: Search, theta: tf.Tensor) => [squareRoot(null, theta), { history: [tf.neg(theta)] }] as const,
      { hasAux: true },
    );
    const [x, { history }] = solve(new Search(), float64([4]));
    expect([...toFloat64(x)]).toEqual([2]);
    expect([...toFloat64(history[0])]).toEqual([-4]);
  });

  test('trains with an optimizer', () => {
    const solve = customRoot(square, squareRoot);
    const theta = tf.variable(float64(1));
    const optimizer = tf.train.sgd(8);
    for (let step = 0; step < 60; step++) {
      optimizer.minimize(() => tf.square(tf.sub(solve(float64(1), theta), 3)) as tf.Scalar);
    }
    expect(number(theta)).toBeCloseTo(9, 6);
    theta.dispose();
    optimizer.dispose();
  });

  test('leaves no tensor behind', () => {
    const solve = customRoot(square, (x0: tf.Tensor, theta: tf.Tensor) => newton(square, x0, theta));
    const x0 = float64([1, 1]);
    const theta = float64([2, 3]);
    const before = tf.memory().numTensors;
    solve(x0, theta).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.grad((t: tf.Tensor) => tf.sum(solve(x0, t)))(theta).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.grad(tf.grad((t: tf.Tensor) => tf.sum(solve(x0, t))))(theta).dispose();
    expect(tf.memory().numTensors).toBe(before);
    const { value, jvp } = solve.jvp(x0, [theta], [theta]);
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose([value, jvp]);
    for (const part of rootVjp(square, theta, [theta], theta, { residualTolerance: 10 })) part.dispose();
    rootJvp(square, theta, [theta], [theta], { residualTolerance: 10 }).dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(before - seen.tensors).toBe(2);
  });

  test('keeps the iterations of a solver written in tfjs out of the tape', () => {
    const counts: number[] = [];
    const solver = (x0: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
      tf.tidy(() => {
        let x = x0;
        for (let k = 0; k < 50; k++) x = tf.mul(0.5, tf.add(x, tf.div(theta, x)));
        counts.push(tf.engine().state.activeTape?.length ?? 0);
        return x;
      });
    const solve = customRoot(square, solver);
    const gradient = tf.grad((t: tf.Tensor) => solve(float64(1), t))(float64(2));
    expect(number(gradient)).toBeCloseTo(0.5 / Math.SQRT2, 12);
    expect(counts).toEqual([0]);
  });

  test('solves nothing for a zero cotangent', () => {
    const solved: LinearSolution[] = [];
    const solve = customRoot(square, squareRoot, { onSolve: (solution) => solved.push(solution) });
    const gradient = tf.grad((t: tf.Tensor) => tf.sum(tf.mul(0, solve(null, t))))(float64([2, 3]));
    expect([...toFloat64(gradient)]).toEqual([0, 0]);
    expect(solved).toEqual([]);
  });

  test('solves as well for a tiny cotangent', () => {
    const solve = customRoot(square, squareRoot);
    const gradient = tf.grad((t: tf.Tensor) => tf.mul(float64(1e-300), solve(null, t)))(float64(4));
    expect(number(gradient) / 1e-300).toBeCloseTo(0.25, 12);
  });

  test('starts warm where asked', () => {
    const iterations: number[] = [];
    const diagonal = float64([1, 2, 3, 4, 5, 6]);
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(diagonal, x), theta);
    const solve = customRoot(F, (_s: null, theta: tf.Tensor) => toFloat64(tf.div(theta, diagonal)), {
      solve: cg,
      warmStart: true,
      onSolve: (solution) => iterations.push(solution.iterations),
    });
    const gradient = () => tf.grad((t: tf.Tensor) => tf.sum(solve(null, t)))(float64([1, 1, 1, 1, 1, 1]));
    expect([...toFloat64(gradient())]).toEqual([...toFloat64(gradient())]);
    expect(iterations).toEqual([6, 0]);
  });

  test('projects out a known null space', () => {
    // A chain of three atoms on springs: only differences matter; the minimum-norm response has no translation.
    const F = (x: tf.Tensor, length: tf.Tensor): tf.Tensor =>
      tf.grad((x: tf.Tensor) =>
        tf.sum(tf.square(tf.sub(tf.sub(tf.slice(x, [1], [2]), tf.slice(x, [0], [2])), length))),
      )(x);
    const translation = new Float64Array(3).fill(1 / Math.sqrt(3));
    const solve = customRoot(
      F,
      (_s: null, length: tf.Tensor) => {
        const l = number(length);
        return Float64Array.of(-l, 0, l);
      },
      { solve: cg, nullSpace: [translation] },
    );
    // w has a translation in it, which is not answered.
    const w = float64([1, 0, 3]);
    const gradient = tf.grad((l: tf.Tensor) => tf.sum(tf.mul(w, solve(null, l))))(float64(1.5));
    expect(number(gradient)).toBeCloseTo(2, 12);
    expect(warnings).toEqual([]);
  });
});

describe('honesty', () => {
  test('warns once about a point that is no root, with the distance', () => {
    const solve = customRoot(square, (_s: null, theta: tf.Tensor) =>
      toFloat64(theta).map((t) => Math.sqrt(t) * 1.01),
    );
    for (let k = 0; k < 3; k++) tf.grad((t: tf.Tensor) => solve(null, t))(float64(4));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('no root');
    // F = 4 (1.01² − 1), slope 2 · 2.02: 0.0199 away, to first order
    expect(warnings[0]).toContain('2.0e-2 away');
    const quiet = customRoot(
      square,
      (_s: null, theta: tf.Tensor) => toFloat64(theta).map((t) => Math.sqrt(t) * 1.01),
      {
        residualTolerance: 0.1,
      },
    );
    tf.grad((t: tf.Tensor) => quiet(null, t))(float64(4));
    expect(warnings).toHaveLength(1);
  });

  test('throws with strict', () => {
    const solve = customRoot(square, () => 1.5, { strict: true });
    expect(() => tf.grad((t: tf.Tensor) => solve(float64(1), t))(float64(2))).toThrow(DerivativeError);
    expect(warnings).toEqual([]);
  });

  test('warns about a linear system that was not solved', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
      tf.sub(tf.mul(float64([1, 2, 3, 4, 5]), x), theta);
    const solver = (_s: null, theta: tf.Tensor): Float64Array => toFloat64(theta).map((t, i) => t / (i + 1));
    const solve = customRoot(F, solver, { maxIterations: 2, solve: cg });
    tf.grad((t: tf.Tensor) => tf.sum(solve(null, t)))(float64([1, 1, 1, 1, 1]));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('iteration limit');
  });

  test('names a saddle when CG meets one', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(float64([1, -1]), x), theta);
    const solver = (_s: null, theta: tf.Tensor): Float64Array =>
      toFloat64(theta).map((t, i) => (i === 0 ? t : -t));
    const solve = customRoot(F, solver, { solve: cg });
    tf.grad((t: tf.Tensor) => tf.sum(tf.mul(float64([1, 2]), solve(null, t))))(float64([1, 1]));
    expect(warnings[0]).toContain('negative curvature');
    warnings.length = 0;
    const right = customRoot(F, solver, { solve: minres });
    const gradient = tf.grad((t: tf.Tensor) => tf.sum(tf.mul(float64([1, 2]), right(null, t))))(
      float64([1, 1]),
    );
    expect(toFloat64(gradient)[0]).toBeCloseTo(1, 12);
    expect(toFloat64(gradient)[1]).toBeCloseTo(-2, 12);
    expect(warnings).toEqual([]);
  });

  test('notices a mapping that is not as symmetric as the solver takes it to be', () => {
    const M = float64([2, 1, 0, 2], [2, 2]);
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
      tf.sub(tf.reshape(tf.matMul(M, tf.reshape(x, [2, 1])), [2]), theta);
    const solver = (_s: null, theta: tf.Tensor): Float64Array => eliminate(toFloat64(M), toFloat64(theta));
    const theta = float64([1, 1]);
    const solve = customRoot(F, solver, { solve: minres });
    for (let k = 0; k < 2; k++) solve.jvp(null, [theta], [theta]);
    expect(warnings.filter((message) => message.includes('not symmetric'))).toHaveLength(1);
    const strict = customRoot(F, solver, { solve: cg, strict: true });
    expect(() => strict.jvp(null, [theta], [theta])).toThrow('not symmetric');
  });

  test('warns about a singular Jacobian and a cotangent outside its range', () => {
    // x² = 0 is a double root: ∂₁F = 0 there.
    const solve = customRoot(square, squareRoot);
    tf.grad((t: tf.Tensor) => solve(null, t))(float64(0));
    expect(warnings[0]).toContain('not to be trusted');
  });

  test('warns about a cotangent that is not finite, and gives NaN', () => {
    const solve = customRoot(square, squareRoot);
    const gradient = tf.grad((t: tf.Tensor) => tf.mul(float64(Number.NaN), solve(null, t)))(float64(4));
    expect(number(gradient)).toBeNaN();
    expect(warnings[0]).toContain('right-hand side is NaN');
  });

  test('warns about a point that is not finite', () => {
    const solve = customRoot(square, () => Number.NaN);
    tf.grad((t: tf.Tensor) => solve(float64(1), t))(float64(4));
    expect(warnings.join()).toContain('NaN');
  });

  test('refuses an F of another shape, an output that is no tensor, a length that does not fit', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sum(tf.sub(x, theta));
    const solve = customRoot(F, (_s: null, theta: tf.Tensor) => toFloat64(theta));
    expect(() => tf.grad((t: tf.Tensor) => tf.sum(solve(null, t)))(float64([1, 2]))).toThrow(
      'what x is, tensor [2]',
    );
    const odd = customRoot(square, () => 'x' as unknown as Float64Array);
    expect(() => odd(float64(1), float64(1))).toThrow('the solver must return');
    const long = customRoot(square, () => new Float64Array(3));
    expect(() => long(float64(1), float64(1))).toThrow('3 values for a start of 1');
    expect(() => solve.jvp(null, [float64([1, 2])], [float64(1)])).toThrow('tangents[0]');
  });

  test('works in single precision, and refuses a tolerance that cannot be met there', () => {
    useBackend('cpu', () => {
      const solver = (_s: null, theta: tf.Tensor): tf.Tensor => tf.sqrt(theta);
      const solve = customRoot(square, solver);
      const theta = tf.tensor1d([2, 3]);
      const gradient = tf.grad((t: tf.Tensor) => tf.sum(solve(null, t)))(theta);
      expect(gradient.dataSync()[1]).toBeCloseTo(0.5 / Math.sqrt(3), 5);
      const tooGood = customRoot(square, solver, { tolerance: 1e-10 });
      expect(() => tf.grad((t: tf.Tensor) => tf.sum(tooGood(null, t)))(theta)).toThrow('single precision');
    });
    expect(warnings).toEqual([]);
  });
});

describe('customFixedPoint', () => {
  test('differentiates x = cos(θ x)', () => {
    const T = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.cos(tf.mul(theta, x));
    const solver = (x0: tf.Tensor, theta: tf.Tensor): tf.Tensor => {
      let x = x0;
      for (let k = 0; k < 200; k++) x = T(x, theta);
      return x;
    };
    const solve = customFixedPoint(T, solver);
    const theta = float64(1);
    const x = number(solve(float64(0.5), theta));
    expect(x).toBeCloseTo(0.7390851332151607, 14); // the Dottie number
    const gradient = tf.grad((t: tf.Tensor) => solve(float64(0.5), t))(theta);
    expect(number(gradient)).toBeCloseTo((-x * Math.sin(x)) / (1 + Math.sin(x)), 12);
  });

  test('accepts a tree, and refuses a T that returns something else', () => {
    const T = ({ u, v }: { u: tf.Tensor; v: tf.Tensor }, a: tf.Tensor) => ({
      u: tf.mul(0.5, tf.add(v, a)),
      v: tf.mul(0.5, u),
    });
    // u = 2a/3, v = a/3
    const solve = customFixedPoint(T, (_s: null, a: tf.Tensor) => ({
      u: tf.mul(2 / 3, a),
      v: tf.mul(1 / 3, a),
    }));
    const gradient = tf.grad((a: tf.Tensor) => {
      const { u, v } = solve(null, a);
      return tf.add(u, tf.mul(10, v));
    })(float64(3));
    expect(number(gradient)).toBeCloseTo(2 / 3 + 10 / 3, 7);
    const wrong = customFixedPoint(
      (x: tf.Tensor) => tf.stack([x, x]),
      () => 1,
    );
    expect(() => tf.grad((a: tf.Tensor) => wrong.jvp(float64(1), [a] as never, [a]).jvp)(float64(1))).toThrow(
      'T must return',
    );
  });
});

describe('one degree of freedom', () => {
  /** Sum over an fcc lattice of nearest-neighbour distance a, all pairs up to 14 r0. */
  const shells = fccShells(14 / 0.85);

  // Closed form, full range to 14 r0, D = r0 = 1, given to nine digits.
  test.each([
    { alpha: 4, nearest: 0.901407287, energyPerAtom: -9.899510058, slope: 0.102434423 },
    { alpha: 6, nearest: 0.982482762, energyPerAtom: -6.892239054, slope: 0.013126423 },
  ])(
    'the spacing of an fcc Morse crystal answers alpha = $alpha',
    ({ alpha, nearest, energyPerAtom, slope }) => {
      const distances = (a: tf.Tensor): { r: tf.Tensor; count: tf.Tensor } => {
        const inside = shells.filter(({ distance }) => distance * number(a) <= 14);
        return {
          r: tf.mul(a, float64(inside.map(({ distance }) => distance))),
          count: float64(inside.map(({ count }) => count)),
        };
      };
      const energy = (a: tf.Tensor, alpha: tf.Tensor): tf.Tensor => {
        const { r, count } = distances(a);
        const e = tf.exp(tf.mul(tf.neg(alpha), tf.sub(r, 1)));
        return tf.mul(0.5, tf.sum(tf.mul(count, tf.sub(tf.square(tf.sub(1, e)), 1))));
      };
      const slopeOf = (a: tf.Tensor, alpha: tf.Tensor): tf.Tensor =>
        tf.grad((a: tf.Tensor) => energy(a, alpha))(a);
      const solve = customRoot(
        slopeOf,
        (_start: null, alpha: tf.Tensor) => bisection((a) => number(slopeOf(float64(a), alpha)), 0.85, 1.1),
        { solve: cg },
      );
      const parameter = float64(alpha);
      const a = solve(null, parameter);
      expect(number(a)).toBeCloseTo(nearest, 8);
      expect(number(energy(a, parameter))).toBeCloseTo(energyPerAtom, 7);
      const gradient = tf.grad((alpha: tf.Tensor) => solve(null, alpha))(parameter);
      expect(number(gradient)).toBeCloseTo(slope, 8);
      expect(number(solve.jvp(null, [parameter], [float64(1)]).jvp)).toBeCloseTo(number(gradient), 12);
      expect(warnings).toEqual([]);
    },
  );
});

/** Distances from a site of an fcc lattice with nearest-neighbour distance 1, and how many sites lie there. */
function fccShells(cutoff: number): { distance: number; count: number }[] {
  const counts = new Map<number, number>();
  const reach = Math.ceil(cutoff * Math.SQRT2);
  for (let i = -reach; i <= reach; i++) {
    for (let j = -reach; j <= reach; j++) {
      for (let k = -reach; k <= reach; k++) {
        if ((i + j + k) % 2 !== 0) continue;
        const square = i * i + j * j + k * k;
        if (square > 0 && square <= 2 * cutoff * cutoff) counts.set(square, (counts.get(square) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([square, count]) => ({ distance: Math.sqrt(square / 2), count }));
}

function transpose(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, k) => matrix[(k % n) * n + Math.floor(k / n)]);
}

describe('what cannot be meant is refused', () => {
  const F = (x: tf.Tensor, a: tf.Tensor) => tf.sub(x, a);
  test('a solver without aux, where aux was announced', () => {
    const solve = customRoot(F, ((_x: tf.Tensor, a: tf.Tensor) => a) as never, { hasAux: true });
    expect(() => solve(float64(0), float64(2))).toThrow(/with hasAux the solver must return \[x, aux\]/);
  });

  test('an option of another name, and an adjoint that is none', () => {
    const solver = (_x: tf.Tensor, a: tf.Tensor) => a;
    expect(() => customRoot(F, solver, { slove: cg } as object)).toThrow(/no option "slove".*"solve"/);
    expect(() => customRoot(F, solver, { adjoint: 'implicit' as never })).toThrow(/made by implicit\(\)/);
  });

  test('steps that lead nowhere', () => {
    expect(() => unrolled({ steps: 3, stepSize: -1 })).toThrow(/positive stepSize, found -1/);
    expect(() => unrolled({ steps: 3, from: 'end' as never })).toThrow(/found 'end'/);
  });
});
