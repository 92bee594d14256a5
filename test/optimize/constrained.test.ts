import { describe, expect, test } from 'vitest';
import {
  augmentedLagrangian,
  type ConstrainedObjective,
  nonlinearCg,
  type Residual,
  run,
} from '../../src/optimize/index.js';
import { distance } from './reference.js';

/** Constraints from their values and gradients. */
function constraints(
  size: number,
  values: (x: Float64Array) => number[],
  gradients: (x: Float64Array) => number[][],
  count: number,
): Residual {
  return {
    size,
    count,
    evaluate: (x, out) => out.set(values(x)),
    linearize: (x) => ({
      product: (v, out) =>
        out.set(gradients(x).map((row) => row.reduce((sum, value, i) => sum + value * v[i], 0))),
      transposed(w, out) {
        out.fill(0);
        gradients(x).forEach((row, k) => {
          for (let i = 0; i < size; i++) out[i] += row[i] * w[k];
        });
      },
    }),
  };
}

interface Published {
  readonly name: string;
  readonly problem: ConstrainedObjective;
  readonly start: readonly number[];
  readonly value: number;
  readonly solution: readonly number[];
}

const { exp, sqrt } = Math;

/** Hock and Schittkowski, Test Examples for Nonlinear Programming Codes (1981): starts and optima as published. */
const problems: readonly Published[] = [
  {
    name: 'HS6',
    problem: {
      size: 2,
      gradient([x], g) {
        g.set([2 * (x - 1), 0]);
        return (1 - x) ** 2;
      },
      equality: constraints(
        2,
        ([x, y]) => [10 * (y - x * x)],
        ([x]) => [[-20 * x, 10]],
        1,
      ),
    },
    start: [-1.2, 1],
    value: 0,
    solution: [1, 1],
  },
  {
    name: 'HS7',
    problem: {
      size: 2,
      gradient([x, y], g) {
        g.set([(2 * x) / (1 + x * x), -1]);
        return Math.log(1 + x * x) - y;
      },
      equality: constraints(
        2,
        ([x, y]) => [(1 + x * x) ** 2 + y * y - 4],
        ([x, y]) => [[4 * x * (1 + x * x), 2 * y]],
        1,
      ),
    },
    start: [2, 2],
    value: -sqrt(3),
    solution: [0, sqrt(3)],
  },
  {
    name: 'HS10',
    problem: {
      size: 2,
      gradient([x, y], g) {
        g.set([1, -1]);
        return x - y;
      },
      inequality: constraints(
        2,
        ([x, y]) => [3 * x * x - 2 * x * y + y * y - 1],
        ([x, y]) => [[6 * x - 2 * y, -2 * x + 2 * y]],
        1,
      ),
    },
    start: [-10, 10],
    value: -1,
    solution: [0, 1],
  },
  {
    name: 'HS39',
    problem: {
      size: 4,
      gradient([x], g) {
        g.set([-1, 0, 0, 0]);
        return -x;
      },
      equality: constraints(
        4,
        ([a, b, c, d]) => [b - a ** 3 - c * c, a * a - b - d * d],
        ([a, , c, d]) => [
          [-3 * a * a, 1, -2 * c, 0],
          [2 * a, -1, 0, -2 * d],
        ],
        2,
      ),
    },
    start: [2, 2, 2, 2],
    value: -1,
    solution: [1, 1, 0, 0],
  },
  {
    name: 'HS43 (Rosen and Suzuki)',
    problem: {
      size: 4,
      gradient([a, b, c, d], g) {
        g.set([2 * a - 5, 2 * b - 5, 4 * c - 21, 2 * d + 7]);
        return a * a + b * b + 2 * c * c + d * d - 5 * a - 5 * b - 21 * c + 7 * d;
      },
      inequality: constraints(
        4,
        ([a, b, c, d]) => [
          a * a + b * b + c * c + d * d + a - b + c - d - 8,
          a * a + 2 * b * b + c * c + 2 * d * d - a - d - 10,
          2 * a * a + b * b + c * c + 2 * a - b - d - 5,
        ],
        ([a, b, c, d]) => [
          [2 * a + 1, 2 * b - 1, 2 * c + 1, 2 * d - 1],
          [2 * a - 1, 4 * b, 2 * c, 4 * d - 1],
          [4 * a + 2, 2 * b - 1, 2 * c, -1],
        ],
        3,
      ),
    },
    start: [0, 0, 0, 0],
    value: -44,
    solution: [0, 1, 2, -1],
  },
  {
    name: 'HS71',
    problem: {
      size: 4,
      gradient([a, b, c, d], g) {
        g.set([d * (2 * a + b + c), a * d, a * d + 1, a * (a + b + c)]);
        return a * d * (a + b + c) + c;
      },
      inequality: constraints(
        4,
        ([a, b, c, d]) => [25 - a * b * c * d],
        ([a, b, c, d]) => [[-b * c * d, -a * c * d, -a * b * d, -a * b * c]],
        1,
      ),
      equality: constraints(
        4,
        (x) => [x.reduce((sum, value) => sum + value * value, -40)],
        (x) => [Array.from(x, (value) => 2 * value)],
        1,
      ),
      lower: new Float64Array(4).fill(1),
      upper: new Float64Array(4).fill(5),
    },
    start: [1, 5, 5, 1],
    value: 17.0140173,
    solution: [],
  },
  {
    name: 'HS78',
    problem: {
      size: 5,
      gradient(x, g) {
        for (let i = 0; i < 5; i++) g[i] = x.reduce((all, value, j) => (i === j ? all : all * value), 1);
        return x.reduce((all, value) => all * value, 1);
      },
      equality: constraints(
        5,
        ([a, b, c, d, e]) => [
          a * a + b * b + c * c + d * d + e * e - 10,
          b * c - 5 * d * e,
          a ** 3 + b ** 3 + 1,
        ],
        ([a, b, c, d, e]) => [
          [2 * a, 2 * b, 2 * c, 2 * d, 2 * e],
          [0, c, b, -5 * e, -5 * d],
          [3 * a * a, 3 * b * b, 0, 0, 0],
        ],
        3,
      ),
    },
    start: [-2, 1.5, 2, -1, -1],
    value: -2.91970041,
    solution: [],
  },
  {
    name: 'HS100',
    problem: {
      size: 7,
      gradient([a, b, c, d, e, f, h], g) {
        g.set([
          2 * (a - 10),
          10 * (b - 12),
          4 * c ** 3,
          6 * (d - 11),
          60 * e ** 5,
          14 * f - 4 * h - 10,
          4 * h ** 3 - 4 * f - 8,
        ]);
        return (
          (a - 10) ** 2 +
          5 * (b - 12) ** 2 +
          c ** 4 +
          3 * (d - 11) ** 2 +
          10 * e ** 6 +
          7 * f * f +
          h ** 4 -
          4 * f * h -
          10 * f -
          8 * h
        );
      },
      inequality: constraints(
        7,
        ([a, b, c, d, e, f, h]) => [
          2 * a * a + 3 * b ** 4 + c + 4 * d * d + 5 * e - 127,
          7 * a + 3 * b + 10 * c * c + d - e - 282,
          23 * a + b * b + 6 * f * f - 8 * h - 196,
          4 * a * a + b * b - 3 * a * b + 2 * c * c + 5 * f - 11 * h,
        ],
        ([a, b, c, d, , f]) => [
          [4 * a, 12 * b ** 3, 1, 8 * d, 5, 0, 0],
          [7, 3, 20 * c, 1, -1, 0, 0],
          [23, 2 * b, 0, 0, 0, 12 * f, -8],
          [8 * a - 3 * b, 2 * b - 3 * a, 4 * c, 0, 0, 5, -11],
        ],
        4,
      ),
    },
    start: [1, 2, 0, 4, 0, 1, 1],
    value: 680.6300573,
    solution: [],
  },
  {
    name: 'HS27',
    problem: {
      size: 3,
      gradient([x, y], g) {
        g.set([0.02 * (x - 1) - 4 * x * (y - x * x), 2 * (y - x * x), 0]);
        return 0.01 * (x - 1) ** 2 + (y - x * x) ** 2;
      },
      equality: constraints(
        3,
        ([x, , z]) => [x + z * z + 1],
        ([, , z]) => [[1, 0, 2 * z]],
        1,
      ),
    },
    start: [2, 2, 2],
    value: 0.04,
    solution: [-1, 1, 0],
  },
  {
    name: 'the exponential on a half-plane',
    // min exp(x) + exp(y), x + y ≥ 2: both 1, multiplier e.
    problem: {
      size: 2,
      gradient([x, y], g) {
        g.set([exp(x), exp(y)]);
        return exp(x) + exp(y);
      },
      inequality: constraints(
        2,
        ([x, y]) => [2 - x - y],
        () => [[-1, -1]],
        1,
      ),
    },
    start: [0, 3],
    value: 2 * Math.E,
    solution: [1, 1],
  },
];

describe('augmentedLagrangian', () => {
  test.each(problems)('solves $name', ({ problem, start, value, solution }) => {
    const found = run(augmentedLagrangian(), problem, Float64Array.from(start), {
      tolerance: 1e-9,
      maxSteps: 100,
    });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
    // Nine digits are published.
    expect(Math.abs(found.stats.objective - value)).toBeLessThan(2e-9 * Math.max(1, Math.abs(value)));
  });

  test('gives the multipliers', () => {
    const { problem, start } = problems[problems.length - 1];
    const found = run(augmentedLagrangian(), problem, Float64Array.from(start), { tolerance: 1e-10 });
    expect(found.state.inequality[0]).toBeCloseTo(Math.E, 9);
  });

  test('takes another inner minimiser', () => {
    const { problem, start, solution } = problems[0];
    const method = augmentedLagrangian({ inner: nonlinearCg() });
    const found = run(method, problem, Float64Array.from(start), { tolerance: 1e-9 });
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
  });

  test('is a plain minimiser without constraints', () => {
    const { problem, start } = problems[0];
    const { equality: _, ...free } = problem;
    const found = run(augmentedLagrangian(), free, Float64Array.from(start), { tolerance: 1e-10 });
    expect(found.result).toBe('converged');
    expect(found.value[0]).toBeCloseTo(1, 9);
  });

  test('proves that convex constraints contradict each other', () => {
    // x² + y² ≤ 1 and x + y ≥ 4
    const problem: ConstrainedObjective = {
      size: 2,
      gradient([x, y], g) {
        g.set([2 * x, 2 * y]);
        return x * x + y * y;
      },
      inequality: constraints(
        2,
        ([x, y]) => [x * x + y * y - 1, 4 - x - y],
        ([x, y]) => [
          [2 * x, 2 * y],
          [-1, -1],
        ],
        2,
      ),
    };
    const found = run(augmentedLagrangian(), problem, Float64Array.of(0.3, 0));
    expect(found.result).toBe('infeasible');
    // The violations w make Σ wₖ cₖ positive everywhere: its minimum, at the point found, is Σ wₖ² > 0.
    const [w0, w1] = found.certificate as Float64Array;
    expect(w0).toBeGreaterThan(0);
    const at = w1 / (2 * w0);
    expect(w0 * (2 * at * at - 1) + w1 * (4 - 2 * at)).toBeGreaterThan(0);
  });

  test('says that an objective falls without end inside the constraints', () => {
    const problem: ConstrainedObjective = {
      size: 2,
      gradient([x], g) {
        g.set([-1, 0]);
        return -x;
      },
      inequality: constraints(
        2,
        ([, y]) => [y * y - 1],
        ([, y]) => [[0, 2 * y]],
        1,
      ),
    };
    const found = run(augmentedLagrangian(), problem, Float64Array.of(0, 2));
    expect(found.result).toBe('unbounded');
    expect((found.certificate as Float64Array)[0]).toBeGreaterThan(0);
  });
});
