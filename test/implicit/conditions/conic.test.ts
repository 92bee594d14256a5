import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  type ConicPoint,
  conicCondition,
  conicPoint,
  conicSolution,
  customRoot,
  type KktPoint,
  kktCondition,
  newtonCondition,
  rootJvp,
  rootVjp,
} from '../../../src/implicit/index.js';
import { gmres, lsmr, lu, qr } from '../../../src/linear/index.js';
import { float64, toFloat64 } from '../../../src/tensor/index.js';
import { reference } from '../reference.js';
import { c, coneProgram, cones, equalities, inequalities, n, radius } from './cone-program.js';
import { distance, number, watch } from './harness.js';

watch();

describe('conicCondition', () => {
  // min x₁ + x₂ subject to x₁ + 2 x₂ ≥ θ, x₂ ≤ x₁, ‖(x₁ − 1, x₂)‖ ≤ 1: one row of each kind of inequality
  const small = { nonNegative: 2, secondOrder: [3] };
  const program = (theta: tf.Tensor) => ({
    A: float64([-1, -2, -1, 1, 0, 0, -1, 0, 0, -1], [5, 2]),
    b: tf.concat([tf.reshape(tf.neg(theta), [1]), float64([0, 1, -1, 0])]),
    c: float64([1, 1]),
  });
  /** For θ = 1.5 the first two are active: x = (½, ½), y = (2/3, 1/3), from x = θ/3 (1, 1). */
  const solution = () =>
    conicPoint({
      x: float64([0.5, 0.5]),
      y: float64([2 / 3, 1 / 3, 0, 0, 0]),
      s: float64([0, 0, 1, -0.5, 0.5]),
    });

  test('vanishes at a solution, embedded at any scale', () => {
    const F = conicCondition(small);
    for (const scale of [1, 7, 0.01]) {
      const { u, v, w } = solution();
      const z = { u: tf.mul(u, scale), v: tf.mul(v, scale), w: tf.mul(w, scale) } as ConicPoint;
      for (const part of Object.values(F(z, program(float64(1.5))))) {
        for (const value of toFloat64(part as tf.Tensor)) expect(Math.abs(value)).toBeLessThan(1e-14);
      }
      const { x, y, s } = conicSolution(z, small);
      expect(distance(toFloat64(x), [0.5, 0.5])).toBeLessThan(1e-14);
      expect(distance(toFloat64(y), [2 / 3, 1 / 3, 0, 0, 0])).toBeLessThan(1e-14);
      expect(distance(toFloat64(s), [0, 0, 1, -0.5, 0.5])).toBeLessThan(1e-14);
    }
  });

  test('has the derivative of the solution, with w or without, by any solver that can', () => {
    const F = conicCondition(small);
    const { u, v, w } = solution();
    const slope = (z: ConicPoint, options: object): Float64Array => {
      const solve = customRoot(F, (_s: null, _p) => z, options);
      const x = (theta: tf.Tensor): tf.Tensor => conicSolution(solve(null, program(theta)), small).x;
      return Float64Array.from([0, 1], (i) =>
        number(tf.grad((theta: tf.Tensor) => tf.sum(tf.slice(x(theta), [i], [1])))(float64(1.5))),
      );
    };
    for (const options of [{}, { solve: lsmr }, { solve: qr }]) {
      expect(distance(slope({ u, v, w } as ConicPoint, options), [1 / 3, 1 / 3])).toBeLessThan(1e-8);
    }
    for (const options of [{}, { solve: gmres }, { solve: lu }, { solve: qr }]) {
      expect(distance(slope({ u, v } as ConicPoint, options), [1 / 3, 1 / 3])).toBeLessThan(1e-8);
    }
  });

  test('refuses cones and programs that do not fit', () => {
    expect(() => conicCondition({ secondOrder: [1] })).toThrow('sizes of 2 or more');
    expect(() => conicCondition({})).toThrow('one row');
    const F = conicCondition({ nonNegative: 4 });
    expect(() => F(solution(), program(float64(1.5)))).toThrow('these cones have 4 rows');
  });
});

describe('a second-order-cone program of 100 unknowns', () => {
  const { x, y, s, byRadius, byCost } = reference.cone;
  const F = conicCondition(cones);
  const args = (r = radius, cost: tf.Tensor = c()) => [coneProgram(float64(r), cost)] as const;

  /** The program solved to the last digits by Newton steps from a solution nearby. */
  const refined = (program: ReturnType<typeof coneProgram>, from: ConicPoint): ConicPoint => {
    const newton = newtonCondition(F, { solve: lu });
    return newton.fixedPoint(newton.fixedPoint(from, program), program);
  };
  const clarabel = (): ConicPoint => {
    const { u, v } = conicPoint({ x: float64(x), y: float64(y), s: float64(s) });
    return { u, v } as ConicPoint;
  };

  test('has the derivatives of diffcp, of the KKT conditions and of differences', () => {
    const z = refined(args()[0], clarabel());
    expect(distance(toFloat64(conicSolution(z, cones).x), x)).toBeLessThan(1e-6);

    const tangent = {
      b: tf
        .oneHot(tf.tensor1d([25], 'int32'), y.length)
        .toFloat()
        .reshape([y.length]),
    };
    const forward = rootJvp(F, z, args(), [tangent], { solve: lu });
    expect(distance(toFloat64(forward.u), byRadius)).toBeLessThan(1e-5);
    const embedded = { ...z, w: float64(1) } as ConicPoint;
    const homogeneous = rootJvp(F, embedded, args(), [tangent], { maxIterations: 4000 });
    // d(u/w) = du − u dw at w = 1
    const dx = tf.sub(homogeneous.u, tf.mul(z.u, homogeneous.w as tf.Tensor));
    expect(distance(toFloat64(dx), toFloat64(forward.u))).toBeLessThan(1e-6);
    const byAllCosts = rootJvp(F, z, args(), [{ c: tf.ones([n]) }], { solve: lu });
    expect(distance(toFloat64(byAllCosts.u), byCost)).toBeLessThan(1e-5);

    const kkt = kktCondition<tf.Tensor, [tf.Tensor, tf.Tensor]>({
      objective: (x, _radius, cost) => tf.sum(tf.mul(cost, x)),
      equality: (x) => equalities(x),
      inequality: (x, radius) => inequalities(x, radius),
    });
    const dual = conicSolution(z, cones).y;
    const multipliers = tf.gather(
      dual,
      tf.tensor1d([...Array(21).keys()].map((k) => k + 5).concat(25 + n + 1), 'int32'),
    );
    const point = {
      primal: z.u,
      equality: tf.slice(dual, [0], [5]),
      inequality: multipliers,
    } as KktPoint<tf.Tensor>;
    const byKkt = rootJvp(kkt, point, [float64(radius), c()], [float64(1), null], { solve: lu });
    expect(distance(toFloat64(byKkt.primal), toFloat64(forward.u))).toBeLessThan(1e-6);
    const costs = rootJvp(kkt, point, [float64(radius), c()], [null, tf.ones([n])], { solve: lu });
    expect(distance(toFloat64(costs.primal), toFloat64(byAllCosts.u))).toBeLessThan(1e-6);

    const [above, below] = [1e-4, -1e-4].map((t) => toFloat64(refined(args(radius + t)[0], z).u));
    const difference = above.map((value, i) => (value - below[i]) / 2e-4);
    expect(distance(toFloat64(forward.u), difference)).toBeLessThan(1e-5);
  });

  test('has backward products that agree with the forward ones', () => {
    const z = refined(args()[0], clarabel());
    const w = float64(Float64Array.from({ length: n }, (_, i) => Math.cos(i)));
    const cotangent = { u: w, v: tf.zeros([y.length]) } as ConicPoint;
    const [gradient] = rootVjp(F, z, args(), cotangent, { solve: lu });
    expect(toFloat64(gradient.b)[25]).toBeCloseTo(number(tf.sum(tf.mul(w, float64(byRadius)))), 5);
    expect(number(tf.sum(gradient.c))).toBeCloseTo(number(tf.sum(tf.mul(w, float64(byCost)))), 4);
    // Gradients of the matrix: along A + t D the answer is that of a difference.
    const D = float64(
      Float64Array.from({ length: y.length * n }, (_, k) => Math.sin(k)),
      [y.length, n],
    );
    const at = (t: number): number => {
      const [program] = args();
      return number(
        tf.sum(tf.mul(w, refined({ ...program, A: tf.add(program.A, tf.mul(float64(t), D)) }, z).u)),
      );
    };
    const slope = number(tf.sum(tf.mul(gradient.A, D)));
    expect(slope / ((at(2e-6) - at(-2e-6)) / 4e-6)).toBeCloseTo(1, 4);
  });
});
