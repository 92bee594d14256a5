import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  customRoot,
  type ImplicitOptions,
  type InnerSolver,
  type KktPoint,
  kktCondition,
  type QuadraticProgramTensors,
  quadraticProgramCondition,
  rootJacobian,
  rootJvp,
  rootVjp,
} from '../../../src/implicit/index.js';
import { gmres, lsmr, lu, minres, qr } from '../../../src/linear/index.js';
import { constrainedSolver, quadraticProgramSolver } from '../../../src/optimize/index.js';
import { float64, toFloat64 } from '../../../src/tensor/index.js';
import { reference } from '../reference.js';
import { distance, number, watch } from './harness.js';

watch();

/** ½ ‖x − p‖² on Σ x = total, x ≤ 1: entries at their bound pass the rest on to the others. */
type Args = [tf.Tensor, tf.Tensor];
const problem = {
  objective: (x: tf.Tensor, p: tf.Tensor, _total: tf.Tensor) => tf.mul(0.5, tf.sum(tf.square(tf.sub(x, p)))),
  equality: (x: tf.Tensor, _p: tf.Tensor, total: tf.Tensor) => tf.sub(tf.sum(x), total),
  inequality: (x: tf.Tensor) => tf.sub(x, 1),
};
const p = () => float64([2, 0.5, -0.5]);
/** x₁ = 1 with λ₁; the others are pᵢ − ν with Σ = 1.4 − 1. */
const point = (): KktPoint<tf.Tensor> => {
  const nu = -0.2;
  return {
    primal: float64([1, 0.7, -0.3]),
    equality: float64(nu),
    inequality: float64([2 - nu - 1, 0, 0]),
  };
};

describe('kktCondition', () => {
  const solvers: [string, ImplicitOptions][] = [
    ['minres', { solve: minres }],
    ['gmres', { solve: gmres }],
    ['lu', { solve: lu }],
    ['qr', { solve: qr }],
    ['lsmr', { solve: lsmr }],
    ['the default', {}],
  ];
  test.each(solvers)('differentiates primal and dual variables, by %s', (_, options) => {
    for (const complementarity of ['projection', 'product'] as const) {
      if (complementarity === 'product' && options.solve === minres) continue; // not symmetric
      const F = kktCondition(problem, { complementarity });
      const value = F(point(), p(), float64(1.4));
      for (const part of Object.values(value)) {
        for (const entry of toFloat64(part as tf.Tensor)) expect(Math.abs(entry)).toBeLessThan(1e-15);
      }
      const moved = rootJvp(F, point(), [p(), float64(1.4)], [null, float64(1)], options);
      // dx₂ = dx₃ = ½, dν = −½, dλ₁ = −dν
      expect(distance(toFloat64(moved.primal), [0, 0.5, 0.5])).toBeLessThan(1e-9);
      expect(number(moved.equality as tf.Tensor)).toBeCloseTo(-0.5, 9);
      expect(distance(toFloat64(moved.inequality as tf.Tensor), [0.5, 0, 0])).toBeLessThan(1e-9);
      const cotangent = { primal: float64([5, 1, 3]), equality: float64(2), inequality: float64([1, 1, 1]) };
      const [byP, byTotal] = rootVjp(
        F,
        point(),
        [p(), float64(1.4)],
        cotangent as KktPoint<tf.Tensor>,
        options,
      );
      expect(number(byTotal)).toBeCloseTo(2 - 1 + 0.5, 9);
      // dν/dp₂ = dν/dp₃ = ½; dλ₁ = dp₁ − dν
      expect(distance(toFloat64(byP), [1, 0.5 - 1.5 + 1 - 0.5, -0.5 + 1.5 + 1 - 0.5])).toBeLessThan(1e-9);
    }
  });

  test('does not depend on the step size, and needs no inequalities', () => {
    for (const stepSize of [0.01, 30]) {
      const F = kktCondition(problem, { stepSize });
      const moved = rootJvp(F, point(), [p(), float64(1.4)], [null, float64(1)]);
      expect(distance(toFloat64(moved.primal), [0, 0.5, 0.5])).toBeLessThan(1e-9);
    }
    const { objective, equality } = problem;
    const F = kktCondition<tf.Tensor, Args>({ objective, equality });
    const free = { primal: float64([1.6, 0.1, -0.9]), equality: float64(0.4) } as KktPoint<tf.Tensor>;
    const moved = rootJvp(F, free, [p(), float64(0.8)], [null, float64(1)]);
    expect(distance(toFloat64(moved.primal), [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(1e-9);
  });

  test('refuses multipliers that do not fit', () => {
    const F = kktCondition(problem);
    const bad = { ...point(), inequality: float64([0, 0]) };
    expect(() => F(bad, p(), float64(1))).toThrow(
      'must have inequality, one multiplier a constraint, of shape [3]',
    );
    expect(() => F({ primal: p() } as KktPoint<tf.Tensor>, p(), float64(1))).toThrow('must have equality');
  });

  test('makes the augmented Lagrangian differentiable', () => {
    // The point of the ellipse x²/a² + y² = 1 with the largest x + y is (a², 1) / √(1 + a²).
    const ellipse = {
      objective: (x: tf.Tensor, _a: tf.Tensor) => tf.mul(-1, tf.sum(x)),
      inequality: (x: tf.Tensor, a: tf.Tensor) =>
        tf.sub(tf.sum(tf.square(tf.div(x, tf.stack([a, float64(1)])))), 1),
    };
    const solve = customRoot(
      kktCondition<tf.Tensor, [tf.Tensor]>(ellipse),
      constrainedSolver<tf.Tensor, [tf.Tensor]>(ellipse, { tolerance: 1e-10 }),
    );
    const start = { primal: float64([0.5, 0.5]), inequality: float64(0) } as KktPoint<tf.Tensor>;
    const width = (a: tf.Tensor): tf.Tensor => tf.sum(tf.slice(solve(start, a).primal, [0], [1]));
    const a = 2;
    expect(number(width(float64(a)))).toBeCloseTo(4 / Math.sqrt(5), 8);
    expect(number(tf.grad(width)(float64(a)))).toBeCloseTo((a * (2 + a * a)) / (1 + a * a) ** 1.5, 7);
  });
});

describe('quadraticProgramCondition', () => {
  const { Q, c, A, b, G, h, solution, derivative, equality, inequality } = reference.qp;
  const data = (theta: tf.Tensor = float64(1)): Required<QuadraticProgramTensors> => ({
    Q: float64(Q, [8, 8]),
    c: float64(c),
    A: float64(A, [2, 8]),
    b: float64(b),
    G: float64(G, [6, 8]),
    h: tf.mul(float64(h), theta),
  });
  type Layer = InnerSolver<KktPoint<tf.Tensor>, [QuadraticProgramTensors], null>;
  const solver = quadraticProgramSolver({ tolerance: 1e-11 }) as unknown as Layer;

  test.each(['projection', 'product'] as const)(
    'is a layer: OSQP’s solution, JAXopt’s derivative (%s)',
    (complementarity) => {
      const solve = customRoot(quadraticProgramCondition({ complementarity }), solver);
      const { value, jvp } = solve.jvp(null, [data()], [{ h: float64(h) }]);
      expect(distance(toFloat64(value.primal), solution)).toBeLessThan(1e-8);
      expect(distance(toFloat64(value.equality as tf.Tensor), equality)).toBeLessThan(1e-8);
      expect(distance(toFloat64(value.inequality as tf.Tensor), inequality)).toBeLessThan(1e-8);
      expect(distance(toFloat64(jvp.primal), derivative)).toBeLessThan(1e-6);
      const total = (theta: tf.Tensor): tf.Tensor =>
        tf.sum(tf.mul(solve(null, data(theta)).primal, float64([1, -2, 3, 0, 1, 1, -1, 2])));
      const expected = [1, -2, 3, 0, 1, 1, -1, 2].reduce((sum, w, i) => sum + w * derivative[i], 0);
      expect(number(tf.grad(total)(float64(1)))).toBeCloseTo(expected, 6);
    },
  );

  test('has gradients in all its data, which agree with differences', () => {
    const solve = customRoot(quadraticProgramCondition(), solver);
    const w = float64([1, -2, 3, 0, 1, 1, -1, 2]);
    const loss = (data: QuadraticProgramTensors): tf.Tensor => tf.sum(tf.mul(w, solve(null, data).primal));
    const names = ['Q', 'c', 'A', 'b', 'G', 'h'] as const;
    const whole = data();
    const gradients = tf.grads((...tensors: tf.Tensor[]) =>
      loss(Object.fromEntries(names.map((name, k) => [name, tensors[k]])) as never),
    )(names.map((name) => whole[name]));
    names.forEach((name, k) => {
      // Along one direction each; of Q a symmetric one.
      const values = toFloat64(whole[name]).map((_, i) => Math.sin(1 + i));
      if (name === 'Q') {
        const rows = Float64Array.from(values);
        for (let i = 0; i < 64; i++) values[i] = rows[i] + rows[(i % 8) * 8 + Math.floor(i / 8)];
      }
      const along = float64(values, whole[name].shape);
      const at = (t: number): number =>
        number(loss({ ...whole, [name]: tf.add(whole[name], tf.mul(t, along)) }));
      const slope = number(tf.sum(tf.mul(gradients[k], along)));
      expect(slope / ((at(1e-4) - at(-1e-4)) / 2e-4), name).toBeCloseTo(1, 5);
    });
  });

  test('has programs with equations only, with inequalities only, and with none', () => {
    const { Q, c, A, b, G, h } = data();
    const F = quadraticProgramCondition();
    for (const part of [
      { Q, c },
      { Q, c, A, b },
      { Q, c, G, h },
    ]) {
      const solution = solver(null, part) as KktPoint<tf.Tensor>;
      const [gradient] = rootJacobian(
        (x: tf.Tensor, c: tf.Tensor) => F({ ...solution, primal: x }, { ...part, c }).primal as tf.Tensor,
        solution.primal,
        [c],
      );
      expect(gradient.shape).toEqual([8, 8]);
      const moved = rootJvp(F, solution, [part], [{ c: float64([1, 0, 0, 0, 0, 0, 0, 0]) }]);
      const at = (t: number): Float64Array =>
        toFloat64(
          (solver(null, { ...part, c: tf.add(c, float64([t, 0, 0, 0, 0, 0, 0, 0])) }) as KktPoint<tf.Tensor>)
            .primal,
        );
      const [above, below] = [at(1e-4), at(-1e-4)];
      expect(
        distance(
          toFloat64(moved.primal),
          above.map((value, i) => (value - below[i]) / 2e-4),
        ),
      ).toBeLessThan(1e-6);
    }
  });
});
