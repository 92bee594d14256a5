/** The failure table of docs/choosing.md: what goes wrong, and the code and message that it gives. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  customRoot,
  DerivativeError,
  type DerivativeReport,
  type ImplicitOptions,
  proximalGradientCondition,
  rootJacobian,
  rootVjp,
  stationaryCondition,
} from '../../src/implicit/index.js';
import { cg, gmres, lu, minres } from '../../src/linear/index.js';
import { gradientDescent, type Solution, tensorSolver } from '../../src/optimize/index.js';
import { proxLasso } from '../../src/proximal/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { watched } from '../support/watched.js';

const { warnings } = watched();

/** diag · x = θ */
const linear =
  (diagonal: readonly number[]) =>
  (x: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
    tf.sub(tf.mul(float64(diagonal), x), theta);

interface Failure {
  readonly title: string;
  readonly F: (x: tf.Tensor, theta: tf.Tensor) => tf.Tensor;
  readonly x: readonly number[];
  readonly theta: readonly number[];
  readonly cotangent?: readonly number[];
  readonly options?: ImplicitOptions;
  readonly code: string;
  readonly message: RegExp;
}

const failures: Failure[] = [
  {
    title: 'an inner solver that did not converge',
    F: (x, theta) => tf.sub(tf.square(x), theta),
    x: [2.02],
    theta: [4],
    code: 'no-root',
    message: /‖F‖ = 8\.04e-2.* 2\.0e-2 away .*wrong by some 0\.99 %/,
  },
  {
    title: 'an indefinite operator handed to CG',
    F: linear([1, -1]),
    x: [1, -1],
    theta: [1, 1],
    cotangent: [1, 2],
    options: { solve: cg },
    code: 'negative-curvature',
    message: /met a direction of negative curvature.*minres/,
  },
  {
    title: 'an inconsistent singular system',
    F: linear([1, 0]),
    x: [1, 5],
    theta: [1, 0],
    options: { solve: minres },
    code: 'inconsistent',
    message: /the operator is singular and the right-hand side has a part outside its range/,
  },
  {
    title: 'a singular system handed to a factorisation',
    F: linear([1, 0]),
    x: [1, 5],
    theta: [1, 0],
    options: { solve: lu },
    code: 'singular',
    message: /singular/,
  },
  {
    title: 'a singular Jacobian of a scalar problem',
    F: (x, theta) => tf.sub(tf.square(x), theta),
    x: [0],
    theta: [0],
    code: 'inconsistent',
    message: /not to be trusted/,
  },
  {
    title: 'a point that is NaN',
    F: linear([1, 2]),
    x: [Number.NaN, 1],
    theta: [1, 2],
    code: 'not-finite',
    message: /F is NaN at index 0/,
  },
  {
    title: 'a cotangent that is NaN',
    F: linear([1, 2]),
    x: [1, 1],
    theta: [1, 2],
    cotangent: [1, Number.NaN],
    code: 'not-finite',
    message: /right-hand side is NaN at index 1/,
  },
  {
    title: 'a linear solve that runs out of iterations',
    F: linear([1, 2, 3, 4, 5]),
    x: [1, 1, 1, 1, 1],
    theta: [1, 2, 3, 4, 5],
    options: { solve: cg, maxIterations: 2 },
    code: 'iteration-limit',
    message: /iteration limit/,
  },
  {
    title: 'a system that is not symmetric as declared',
    F: (x, theta) =>
      tf.sub(tf.reshape(tf.matMul(float64([2, 1, 0, 2], [2, 2]), tf.reshape(x, [2, 1])), [2]), theta),
    x: [0.25, 0.5],
    theta: [1, 1],
    options: { solve: minres },
    code: 'not-symmetric',
    message: /not symmetric/,
  },
];

describe('a derivative that cannot be trusted', () => {
  test.each(failures)('$title: $code', ({ F, x, theta, cotangent, options, code, message }) => {
    const w = float64(cotangent ?? x.map(() => 1));
    const reports: DerivativeReport[] = [];
    const call = (more: ImplicitOptions = {}) =>
      rootVjp(F, float64(x), [float64(theta)], w, { ...options, ...more });
    // It warns, once.
    call({ onDerivative: (report) => reports.push(report) });
    call();
    expect(
      warnings.filter((text) => message.test(text)),
      warnings.join('\n'),
    ).toHaveLength(1);
    if (code !== 'not-symmetric') {
      expect(reports[0].result).toBe(code);
      expect(reports[0].message).toMatch(message);
    }
    // With strict it throws, with the code.
    const before = warnings.length;
    const strict = (): unknown => {
      const fresh = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => F(x, theta);
      return rootVjp(fresh, float64(x), [float64(theta)], w, { ...options, strict: true });
    };
    expect(strict).toThrow(DerivativeError);
    expect(strict).toThrow(message);
    try {
      strict();
    } catch (error) {
      expect((error as DerivativeError).code).toBe(code);
    }
    expect(warnings).toHaveLength(before);
  });

  test('an inner solver that stops early says so itself, and its derivative does, too', () => {
    const ridge = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
      tf.add(tf.sum(tf.square(tf.sub(tf.mul(float64([1, 30]), x), 1))), tf.mul(theta, tf.sum(tf.square(x))));
    const outcomes: Solution[] = [];
    const solver = tensorSolver(gradientDescent(), ridge, {
      maxSteps: 2,
      onSolution: (solution) => outcomes.push(solution),
    });
    const solve = customRoot(stationaryCondition<tf.Tensor, [tf.Tensor]>(ridge), solver);
    tf.grad((theta: tf.Tensor) => tf.sum(solve(float64([0, 0]), theta)))(float64(1));
    expect(outcomes[0].result).toBe('step-limit');
    expect(outcomes[0].message).toContain('raise maxSteps');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('no root');
  });
});

describe('the estimated error', () => {
  test('is that of the derivative, to first order', () => {
    // x eˣ = θ at points beside the root; x' = 1 / (eˣ (1 + x)).
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.mul(x, tf.exp(x)), theta);
    const root = 0.5671432904097838;
    const slope = (x: number): number => 1 / (Math.exp(x) * (1 + x));
    for (const away of [0.03, -0.01, 0.001]) {
      const reports: DerivativeReport[] = [];
      rootVjp(F, float64(root + away), [float64(1)], float64(3), {
        residualTolerance: 1e-6,
        onDerivative: (report) => reports.push(report),
      });
      const [{ distance, error, residual }] = reports;
      expect(distance / Math.abs(away)).toBeCloseTo(1, 1);
      const truth = Math.abs(slope(root + away) / slope(root) - 1);
      expect((error as number) / truth).toBeGreaterThan(0.9);
      expect((error as number) / truth).toBeLessThan(1.1);
      expect(residual).toBeCloseTo(Math.abs((root + away) * Math.exp(root + away) - 1), 12);
    }
  });

  test('bounds the error of ridge regression at unfinished iterates', () => {
    // F = (A + θ) x − b: only ∂₂F = x moves with x.
    const diagonal = [3, 1, 0.2];
    const theta = 0.5;
    const F = (x: tf.Tensor, t: tf.Tensor): tf.Tensor => tf.sub(tf.mul(tf.add(float64(diagonal), t), x), 1);
    const solution = diagonal.map((d) => 1 / (d + theta));
    for (const steps of [3, 10, 30]) {
      const x = solution.map((value, i) => value * (1 - (1 - 0.25 * (diagonal[i] + theta)) ** steps));
      const reports: DerivativeReport[] = [];
      const options = {
        residualTolerance: 1e-9,
        onDerivative: (report: DerivativeReport) => reports.push(report),
      };
      const [jacobian] = rootJacobian(F, float64(x), [float64(theta)], options);
      const exact = solution.map((value) => -(value ** 2));
      const error = Math.hypot(...toFloat64(jacobian).map((value, i) => value - exact[i]));
      const estimate = reports[0].error as number;
      // ‖∂x* error‖ ≤ ‖(A + θ)⁻¹‖ ‖x̂ − x*‖, both relative to ‖∂₂F‖ = ‖x̂‖ in the report
      const bound = (1 / (0.2 + theta)) * estimate * Math.hypot(...x);
      expect(error).toBeLessThanOrEqual(bound * 1.0001);
      expect(error).toBeGreaterThan(0.3 * bound);
    }
    warnings.length = 0;
  });
});

describe('a derivative of little', () => {
  const F = linear([2, 4]);
  const x = () => float64([1, 1]);
  const theta = () => float64([2, 4]);
  const reports: DerivativeReport[] = [];
  const onDerivative = (report: DerivativeReport): void => {
    reports.push(report);
  };
  beforeEach(() => {
    reports.length = 0;
  });

  test('is zero for a zero cotangent, without a solve', () => {
    const [gradient] = rootVjp(F, x(), [theta()], float64([0, 0]), { onDerivative });
    expect([...toFloat64(gradient)].map(Math.abs)).toEqual([0, 0]);
    expect(reports).toMatchObject([{ result: 'converged', size: 0, residual: 0 }]);
    expect(reports[0].message).toContain('zero');
  });

  test('is as exact for a tiny or a huge cotangent as for any', () => {
    for (const size of [1e-300, 1e-160, 1e200]) {
      const [gradient] = rootVjp(F, x(), [theta()], float64([size, size]), { onDerivative });
      expect(toFloat64(gradient)[0] / size).toBeCloseTo(0.5, 12);
      expect(toFloat64(gradient)[1] / size).toBeCloseTo(0.25, 12);
    }
    expect(reports.map(({ result }) => result)).toEqual(['converged', 'converged', 'converged']);
  });

  test.each([
    ['gmres', gmres],
    ['lu', lu],
    ['cg', cg],
  ])('is right for a scalar problem, by %s', (_, solve) => {
    const G = (x: tf.Tensor, t: tf.Tensor): tf.Tensor => tf.sub(tf.mul(5, x), t);
    const [gradient] = rootVjp(G, float64(2), [float64(10)], float64(3), { solve });
    expect(gradient.shape).toEqual([]);
    expect(toFloat64(gradient)[0]).toBeCloseTo(0.6, 14);
  });

  test('is zero for an empty problem, forwards and backwards', () => {
    const G = (x: tf.Tensor, t: tf.Tensor): tf.Tensor => tf.mul(x, t);
    const solve = customRoot(G, () => new Float64Array(0), { onDerivative });
    const empty = float64([], [0]);
    const gradient = tf.grad((t: tf.Tensor) => tf.sum(solve(empty, t)))(float64(2));
    expect(Math.abs(toFloat64(gradient)[0])).toBe(0);
    const { value, jvp } = solve.jvp(empty, [float64(2)], [float64(1)]);
    expect([value.shape, jvp.shape]).toEqual([[0], [0]]);
    for (const { result } of reports) expect(result).toBe('converged');
  });

  test('is zero for a solution that is held altogether', () => {
    const condition = proximalGradientCondition(
      (x: tf.Tensor, _t: tf.Tensor) => tf.sum(tf.square(tf.sub(x, 1))),
      (x, step, t) => proxLasso(x, t, step),
    );
    const [gradient] = rootVjp(condition, float64([0, 0]), [float64(9)], float64([1, 1]), { onDerivative });
    expect(Math.abs(toFloat64(gradient)[0])).toBe(0);
    expect(reports).toMatchObject([{ result: 'converged', size: 0 }]);
  });

  afterEach(() => expect(warnings).toEqual([]));
});
