/**
 * Published test problems of unconstrained minimisation, with their standard starts and optima.
 *
 * Source: Moré, Garbow and Hillstrom, ACM Trans. Math. Softw. 7, 17 (1981), numbers in brackets. All are sums of
 * squares, r and its Jacobian written out from the paper's formulas.
 */
import type { Objective, Residual } from '../../src/optimize/index.js';

export interface LeastSquaresProblem {
  readonly name: string;
  readonly start: readonly number[];
  readonly count: number;
  /** r(x) */
  residual(x: Float64Array): number[];
  /** Rows of the Jacobian. */
  jacobian(x: Float64Array): number[][];
  /** Where the sum of squares is least, and what it is there. */
  readonly minimum: number;
  readonly solution?: readonly number[];
}

const { exp, sqrt } = Math;

export const rosenbrock: LeastSquaresProblem = {
  name: 'Rosenbrock [1]',
  start: [-1.2, 1],
  count: 2,
  residual: ([x, y]) => [10 * (y - x * x), 1 - x],
  jacobian: ([x]) => [
    [-20 * x, 10],
    [-1, 0],
  ],
  minimum: 0,
  solution: [1, 1],
};

export const extendedRosenbrock = (n: number): LeastSquaresProblem => ({
  name: `extended Rosenbrock [21] of ${n}`,
  start: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1)),
  count: n,
  residual: (x) => Array.from(x, (_, i) => (i % 2 === 0 ? 10 * (x[i + 1] - x[i] ** 2) : 1 - x[i - 1])),
  jacobian: (x) =>
    Array.from(x, (_, i) => {
      const row = new Array<number>(n).fill(0);
      if (i % 2 === 0) {
        row[i] = -20 * x[i];
        row[i + 1] = 10;
      } else row[i - 1] = -1;
      return row;
    }),
  minimum: 0,
  solution: new Array<number>(n).fill(1),
});

export const problems: readonly LeastSquaresProblem[] = [
  rosenbrock,
  {
    name: 'Freudenstein and Roth [2]',
    start: [6, 3],
    count: 2,
    residual: ([x, y]) => [-13 + x + ((5 - y) * y - 2) * y, -29 + x + ((y + 1) * y - 14) * y],
    jacobian: ([, y]) => [
      [1, 10 * y - 3 * y * y - 2],
      [1, 3 * y * y + 2 * y - 14],
    ],
    minimum: 0,
    solution: [5, 4],
  },
  {
    name: 'Beale [5]',
    start: [1, 1],
    count: 3,
    residual: ([x, y]) => [1.5, 2.25, 2.625].map((c, i) => c - x * (1 - y ** (i + 1))),
    jacobian: ([x, y]) => [1, 2, 3].map((i) => [y ** i - 1, x * i * y ** (i - 1)]),
    minimum: 0,
    solution: [3, 0.5],
  },
  {
    name: 'helical valley [7]',
    start: [-1, 0, 0],
    count: 3,
    residual: ([x, y, z]) => [10 * (z - 10 * angle(x, y)), 10 * (sqrt(x * x + y * y) - 1), z],
    jacobian: ([x, y]) => {
      const square = x * x + y * y;
      const turn = 100 / (2 * Math.PI * square);
      return [
        [turn * y, -turn * x, 10],
        [(10 * x) / sqrt(square), (10 * y) / sqrt(square), 0],
        [0, 0, 1],
      ];
    },
    minimum: 0,
    solution: [1, 0, 0],
  },
  {
    name: 'Wood [14]',
    start: [-3, -1, -3, -1],
    count: 6,
    residual: ([a, b, c, d]) => [
      10 * (b - a * a),
      1 - a,
      sqrt(90) * (d - c * c),
      1 - c,
      sqrt(10) * (b + d - 2),
      (b - d) / sqrt(10),
    ],
    jacobian: ([a, , c]) => [
      [-20 * a, 10, 0, 0],
      [-1, 0, 0, 0],
      [0, 0, -2 * sqrt(90) * c, sqrt(90)],
      [0, 0, -1, 0],
      [0, sqrt(10), 0, sqrt(10)],
      [0, 1 / sqrt(10), 0, -1 / sqrt(10)],
    ],
    minimum: 0,
    solution: [1, 1, 1, 1],
  },
  {
    name: 'Bard [8]',
    start: [1, 1, 1],
    count: 15,
    residual: ([a, b, c]) =>
      bard.map((y, k) => {
        const [u, v, w] = bardConstants(k);
        return y - (a + u / (b * v + c * w));
      }),
    jacobian: ([, b, c]) =>
      bard.map((_, k) => {
        const [u, v, w] = bardConstants(k);
        const square = (b * v + c * w) ** 2;
        return [-1, (u * v) / square, (u * w) / square];
      }),
    minimum: 8.21487730657896e-3,
  },
  {
    name: 'Kowalik and Osborne [15]',
    start: [0.25, 0.39, 0.415, 0.39],
    count: 11,
    residual: ([a, b, c, d]) => kowalik.map(([y, u]) => y - (a * (u * u + u * b)) / (u * u + u * c + d)),
    jacobian: ([a, b, c, d]) =>
      kowalik.map(([, u]) => {
        const top = u * u + u * b;
        const bottom = u * u + u * c + d;
        const slope = (a * top) / bottom ** 2;
        return [-top / bottom, (-a * u) / bottom, slope * u, slope];
      }),
    minimum: 3.07505603849237e-4,
  },
  {
    name: 'Box three-dimensional [12]',
    start: [0, 10, 20],
    count: 10,
    residual: ([a, b, c]) => tenths.map((t) => exp(-t * a) - exp(-t * b) - c * (exp(-t) - exp(-10 * t))),
    jacobian: ([a, b]) => tenths.map((t) => [-t * exp(-t * a), t * exp(-t * b), -(exp(-t) - exp(-10 * t))]),
    minimum: 0,
  },
  extendedRosenbrock(50),
];

const tenths = Array.from({ length: 10 }, (_, i) => (i + 1) / 10);

const bard = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39];

function bardConstants(k: number): [number, number, number] {
  const u = k + 1;
  const v = 16 - u;
  return [u, v, Math.min(u, v)];
}

const kowalik: readonly (readonly [number, number])[] = [
  [0.1957, 4],
  [0.1947, 2],
  [0.1735, 1],
  [0.16, 0.5],
  [0.0844, 0.25],
  [0.0627, 0.167],
  [0.0456, 0.125],
  [0.0342, 0.1],
  [0.0323, 0.0833],
  [0.0235, 0.0714],
  [0.0246, 0.0625],
];

/** arctan(y/x)/2π, continued over x < 0 as the problem has it. */
function angle(x: number, y: number): number {
  const turn = Math.atan(y / x) / (2 * Math.PI);
  return x > 0 ? turn : turn + 0.5;
}

/** ½ ‖r(x)‖² with the Gauss–Newton part of its Hessian left out: finite differences of the gradient instead. */
export function objectiveOf(problem: LeastSquaresProblem): Objective {
  const gradient = (x: Float64Array, out: Float64Array): number => {
    const r = problem.residual(x);
    const J = problem.jacobian(x);
    out.fill(0);
    let value = 0;
    for (let k = 0; k < r.length; k++) {
      value += 0.5 * r[k] * r[k];
      for (let i = 0; i < x.length; i++) out[i] += J[k][i] * r[k];
    }
    return value;
  };
  return {
    size: problem.start.length,
    gradient,
    hessianProduct(x, v, out) {
      const h = 1e-5 / Math.max(1e-30, Math.hypot(...v));
      const below = new Float64Array(x.length);
      gradient(
        x.map((value, i) => value + h * v[i]),
        out,
      );
      gradient(
        x.map((value, i) => value - h * v[i]),
        below,
      );
      for (let i = 0; i < x.length; i++) out[i] = (out[i] - below[i]) / (2 * h);
    },
  };
}

/** r with its Jacobian as products. */
export function residualOf(problem: LeastSquaresProblem): Residual {
  return {
    size: problem.start.length,
    count: problem.count,
    evaluate: (x, out) => out.set(problem.residual(x)),
    linearize(x) {
      const J = problem.jacobian(x);
      return {
        product(v, out) {
          for (let k = 0; k < J.length; k++) out[k] = J[k].reduce((sum, value, i) => sum + value * v[i], 0);
        },
        transposed(w, out) {
          out.fill(0);
          for (let k = 0; k < J.length; k++) for (let i = 0; i < out.length; i++) out[i] += J[k][i] * w[k];
        },
      };
    },
  };
}
