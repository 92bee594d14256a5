import { describe, expect, test } from 'vitest';
import {
  type BoxObjective,
  lbfgsb,
  type Objective,
  projectedGradient,
  run,
} from '../../src/optimize/index.js';
import { distance, leastSquares, quadratic, reference } from './reference.js';

const { regression, obstacle, svmDual } = reference;
const { X, y, columns, rows, labels } = regression;

const inBox = (objective: Objective, lower: number | number[], upper: number | number[]): BoxObjective => ({
  ...objective,
  lower: typeof lower === 'number' ? new Float64Array(objective.size).fill(lower) : Float64Array.from(lower),
  upper: typeof upper === 'number' ? new Float64Array(objective.size).fill(upper) : Float64Array.from(upper),
});

const smooth = (size: number, f: (x: Float64Array, g: Float64Array) => number): Objective => ({
  size,
  gradient: f,
});

const rosenbrock = smooth(2, ([x, y], g) => {
  g[0] = -400 * x * (y - x * x) - 2 * (1 - x);
  g[1] = 200 * (y - x * x);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
});

function stiffness(n: number): Float64Array {
  const Q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    Q[i * n + i] = 2 * (n + 1);
    if (i > 0) Q[i * n + i - 1] = Q[(i - 1) * n + i] = -(n + 1);
  }
  return Q;
}

/** Hock and Schittkowski's problems with bounds only, their starts and optima; and reference.json's. */
const a = Math.sqrt(598 / 1200);
const hs2 = 2 * a * Math.cos(Math.acos(1 / (400 * a ** 3)) / 3);
const problems: readonly {
  name: string;
  problem: BoxObjective;
  start: number[];
  solution: number[];
  value?: number;
}[] = [
  {
    name: 'HS1',
    problem: inBox(rosenbrock, [-Infinity, -1.5], Infinity),
    start: [-2, 1],
    solution: [1, 1],
    value: 0,
  },
  {
    // From the published start, (-2, 1), descent leads to the local minimum at x < 0.
    name: 'HS2',
    problem: inBox(rosenbrock, [-Infinity, 1.5], Infinity),
    start: [2, 2],
    solution: [hs2, 1.5],
    value: 0.0504261879,
  },
  {
    name: 'HS4',
    problem: inBox(
      smooth(2, ([x, y], g) => {
        g[0] = (x + 1) ** 2;
        g[1] = 1;
        return (x + 1) ** 3 / 3 + y;
      }),
      [1, 0],
      Infinity,
    ),
    start: [1.125, 0.125],
    solution: [1, 0],
    value: 8 / 3,
  },
  {
    name: 'HS5',
    problem: inBox(
      smooth(2, ([x, y], g) => {
        const cosine = Math.cos(x + y);
        g[0] = cosine + 2 * (x - y) - 1.5;
        g[1] = cosine - 2 * (x - y) + 2.5;
        return Math.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1;
      }),
      [-1.5, -3],
      [4, 3],
    ),
    start: [0, 0],
    solution: [-Math.PI / 3 + 0.5, -Math.PI / 3 - 0.5],
    value: -Math.sqrt(3) / 2 - Math.PI / 3,
  },
  {
    name: 'HS45',
    problem: inBox(
      smooth(5, (x, g) => {
        const all = x.reduce((product, value) => product * value, 1);
        for (let i = 0; i < 5; i++) {
          g[i] = -x.reduce((product, value, j) => (i === j ? product : product * value), 1) / 120;
        }
        return 2 - all / 120;
      }),
      0,
      [1, 2, 3, 4, 5],
    ),
    start: [0.5, 1, 1.5, 2, 2.5],
    solution: [1, 2, 3, 4, 5],
    value: 1,
  },
  {
    name: 'HS110',
    problem: inBox(
      smooth(10, (x, g) => {
        const product = x.reduce((all, value) => all * value, 1) ** 0.2;
        let value = -product;
        for (let i = 0; i < 10; i++) {
          const [low, high] = [Math.log(x[i] - 2), Math.log(10 - x[i])];
          value += low ** 2 + high ** 2;
          g[i] = (2 * low) / (x[i] - 2) - (2 * high) / (10 - x[i]) - (0.2 * product) / x[i];
        }
        return value;
      }),
      2.001,
      9.999,
    ),
    start: new Array<number>(10).fill(9),
    solution: [],
    value: -45.77846971,
  },
  {
    name: 'non-negative least squares',
    problem: inBox(leastSquares(X, y, columns), 0, Infinity),
    start: new Array<number>(columns).fill(1),
    solution: regression.nonnegative.solution,
  },
  {
    name: 'least squares in a box',
    problem: inBox(leastSquares(X, y, columns), regression.box.lower, regression.box.upper),
    start: new Array<number>(columns).fill(0),
    solution: regression.box.solution,
  },
  {
    name: 'the obstacle problem',
    problem: inBox(
      quadratic(stiffness(obstacle.size), new Float64Array(obstacle.size)),
      obstacle.lower,
      Infinity,
    ),
    start: new Array<number>(obstacle.size).fill(0),
    solution: obstacle.solution,
  },
  {
    name: 'the dual of a support vector machine',
    problem: inBox(quadratic(kernel(), new Float64Array(rows).fill(-1)), 0, svmDual.C),
    start: new Array<number>(rows).fill(0.5),
    solution: reference.jaxopt.svmDual,
    value: svmDual.value,
  },
];

/** sᵢ sⱼ xᵢᵀxⱼ + ridge δᵢⱼ */
function kernel(): Float64Array {
  const K = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += X[i * columns + k] * X[j * columns + k];
      K[i * rows + j] = (2 * labels[i] - 1) * (2 * labels[j] - 1) * sum + (i === j ? svmDual.ridge : 0);
    }
  }
  return K;
}

describe('lbfgsb', () => {
  test.each(problems)('solves $name', ({ problem, start, solution, value }) => {
    const found = run(lbfgsb(), problem, Float64Array.from(start), { tolerance: 1e-10 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
    if (value !== undefined) expect(found.stats.objective).toBeCloseTo(value, 8);
    found.value.forEach((x, i) => {
      expect(x).toBeGreaterThanOrEqual(problem.lower[i]);
      expect(x).toBeLessThanOrEqual(problem.upper[i]);
    });
  });

  test('agrees with projected gradient', () => {
    const { problem, start } = problems[9];
    const box = {
      ...problem,
      projection(v: Float64Array, out: Float64Array) {
        for (let i = 0; i < v.length; i++)
          out[i] = Math.min(problem.upper[i], Math.max(problem.lower[i], v[i]));
      },
    };
    const one = run(lbfgsb(), problem, Float64Array.from(start), { tolerance: 1e-11 });
    const other = run(projectedGradient(), box, Float64Array.from(start), {
      tolerance: 1e-11,
      maxSteps: 50_000,
    });
    expect(distance(one.value, other.value)).toBeLessThan(1e-9);
  });

  test('moves a start into the box, and takes equal bounds for a fixed unknown', () => {
    const problem = inBox(rosenbrock, [0.5, -1], [0.5, 1]);
    const found = run(lbfgsb(), problem, Float64Array.of(9, 9), { tolerance: 1e-12 });
    expect(distance(found.value, [0.5, 0.25])).toBeLessThan(1e-12);
  });

  test('refuses bounds that cross', () => {
    expect(() => run(lbfgsb(), inBox(rosenbrock, [1, 0], [0, 1]), new Float64Array(2))).toThrow(
      'unknown 0 has the bounds 1 and 0',
    );
  });

  test('proves that an objective falls without end along a direction in the box', () => {
    const problem = inBox(
      smooth(2, ([x, y], g) => {
        g.set([-1, 2 * y]);
        return -x + y * y;
      }),
      [0, 0],
      Infinity,
    );
    const found = run(lbfgsb(), problem, Float64Array.of(0, 1));
    expect(found.result).toBe('unbounded');
    const [dx, dy] = found.certificate as Float64Array;
    expect(dx).toBeGreaterThan(0);
    expect(dy).toBeGreaterThanOrEqual(0);
  });
});
