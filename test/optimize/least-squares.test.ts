import { describe, expect, test } from 'vitest';
import { cg, qr } from '../../src/linear/index.js';
import {
  gaussNewton,
  type IterationState,
  leastSquaresObjective,
  levenbergMarquardt,
  type Method,
  minimize,
  newtonCg,
  type Residual,
  run,
} from '../../src/optimize/index.js';
import { problems, residualOf } from './problems.js';
import { distance } from './reference.js';

const methods: readonly (readonly [string, () => Method<Residual, IterationState>])[] = [
  ['levenbergMarquardt', () => levenbergMarquardt()],
  ['levenbergMarquardt with CG', () => levenbergMarquardt({ solve: cg })],
  ['gaussNewton', () => gaussNewton()],
  ['gaussNewton with QR', () => gaussNewton({ solve: qr })],
];

describe.each(methods)('%s', (_, method) => {
  test.each(problems)('minimises $name', (problem) => {
    const found = run(method(), residualOf(problem), Float64Array.from(problem.start), {
      tolerance: 1e-10,
      maxSteps: 2000,
    });
    expect(found.result).toBe('converged');
    expect(2 * found.stats.objective).toBeCloseTo(problem.minimum, 12);
    if (problem.solution) expect(distance(found.value, problem.solution)).toBeLessThan(1e-8);
  });
});

/** Statistical Reference Datasets of NIST: data, starts, and certified parameters and residual sum of squares. */
const misra = {
  x: [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760],
  y: [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78],
  starts: [
    [500, 0.0001],
    [250, 0.0005],
  ],
  certified: [238.94212918, 5.5015643181e-4],
  sumOfSquares: 0.12455138894,
};

/** y = b₁ (1 − exp(−b₂ x)) */
const misra1a: Residual = {
  size: 2,
  count: misra.x.length,
  evaluate([b1, b2], out) {
    for (let k = 0; k < out.length; k++) out[k] = b1 * (1 - Math.exp(-b2 * misra.x[k])) - misra.y[k];
  },
  linearize([b1, b2]) {
    const matrix = Float64Array.from(
      misra.x.flatMap((x) => [1 - Math.exp(-b2 * x), b1 * x * Math.exp(-b2 * x)]),
    );
    return {
      matrix,
      product(v, out) {
        for (let k = 0; k < out.length; k++) out[k] = matrix[2 * k] * v[0] + matrix[2 * k + 1] * v[1];
      },
      transposed(w, out) {
        out.fill(0);
        for (let k = 0; k < w.length; k++) {
          out[0] += matrix[2 * k] * w[k];
          out[1] += matrix[2 * k + 1] * w[k];
        }
      },
    };
  },
};

describe("NIST's Misra1a", () => {
  test.each(misra.starts)('levenbergMarquardt finds the certified values from %f, %f', (...start) => {
    const found = run(levenbergMarquardt(), misra1a, Float64Array.from(start), { tolerance: 1e-7 });
    expect(found.result).toBe('converged');
    misra.certified.forEach((value, i) => {
      expect(Math.abs(found.value[i] / value - 1)).toBeLessThan(1e-9);
    });
    expect(2 * found.stats.objective).toBeCloseTo(misra.sumOfSquares, 10);
  });
});

describe('least squares', () => {
  test('gives the shortest step where the Jacobian is singular', () => {
    const sum: Residual = {
      size: 2,
      count: 1,
      evaluate: ([x, y], out) => out.fill(x + y - 2),
      linearize: () => ({
        product: ([x, y], out) => out.fill(x + y),
        transposed: ([w], out) => out.fill(w),
      }),
    };
    const found = run(gaussNewton(), sum, new Float64Array(2), { tolerance: 1e-12 });
    expect(distance(found.value, [1, 1])).toBeLessThan(1e-12);
    expect(run(levenbergMarquardt(), sum, new Float64Array(2), { tolerance: 1e-12 }).result).toBe(
      'converged',
    );
  });

  test('more unknowns than are factorised go to conjugate gradients', () => {
    const n = 400;
    const chain: Residual = {
      size: n,
      count: n,
      evaluate(x, out) {
        for (let i = 0; i < n; i++) out[i] = x[i] + 0.1 * x[i] ** 3 - 0.3 * (x[i - 1] ?? 0) - Math.sin(i);
      },
      linearize: (x) => ({
        product(v, out) {
          for (let i = 0; i < n; i++) out[i] = (1 + 0.3 * x[i] ** 2) * v[i] - 0.3 * (v[i - 1] ?? 0);
        },
        transposed(w, out) {
          for (let i = 0; i < n; i++) out[i] = (1 + 0.3 * x[i] ** 2) * w[i] - 0.3 * (w[i + 1] ?? 0);
        },
      }),
    };
    for (const method of [gaussNewton(), levenbergMarquardt()] as Method<Residual, IterationState>[]) {
      const found = run(method, chain, new Float64Array(n), { tolerance: 1e-11 });
      expect(found.result).toBe('converged');
      expect(found.stats.objective).toBeLessThan(1e-22);
    }
  });

  test('any minimiser takes a residual as an objective', () => {
    const objective = leastSquaresObjective(residualOf(problems[0]));
    const found = minimize(newtonCg(), objective, Float64Array.of(-1.2, 1), { tolerance: 1e-12 });
    expect(distance(found.value, [1, 1])).toBeLessThan(1e-10);
  });
});
