import { describe, expect, test } from 'vitest';
import {
  blockCoordinateDescent,
  type CompositeObjective,
  euclidean,
  type IterationState,
  klOrthant,
  klSimplex,
  type Method,
  mirrorDescent,
  type ProjectedObjective,
  projectedGradient,
  proximalGradient,
  run,
} from '../../src/optimize/index.js';
import {
  distance,
  leastSquares,
  logisticRegression,
  ontoSimplex,
  quadratic,
  reference,
  withL1,
} from './reference.js';

const { regression, simplexLeastSquares, obstacle } = reference;
const { X, y, rows, columns } = regression;
const { jaxopt } = reference;
const { alpha, l1Ratio } = regression.elasticNet;

const composite: readonly {
  name: string;
  problem: CompositeObjective;
  solution: number[];
  also: number[];
}[] = [
  {
    name: 'the lasso, as scikit-learn and JAXopt do',
    problem: withL1(leastSquares(X, y, columns, 1 / rows), regression.lasso.alpha),
    solution: regression.lasso.solution,
    also: jaxopt.lasso,
  },
  {
    name: 'the elastic net, as scikit-learn and JAXopt do',
    problem: withL1(leastSquares(X, y, columns, 1 / rows), alpha * l1Ratio, alpha * (1 - l1Ratio)),
    solution: regression.elasticNet.solution,
    also: jaxopt.elasticNet,
  },
  {
    name: 'logistic regression, as scikit-learn and JAXopt do',
    problem: withL1(logisticRegression(), 0),
    solution: regression.logistic.solution,
    also: jaxopt.logistic,
  },
];

const proximal: readonly (readonly [string, () => Method<CompositeObjective, IterationState>])[] = [
  ['blockCoordinateDescent', () => blockCoordinateDescent()],
  ['blockCoordinateDescent in uneven blocks', () => blockCoordinateDescent({ blocks: [3, 5, 2] })],
  ['proximalGradient', () => proximalGradient()],
  ['proximalGradient without momentum', () => proximalGradient({ accelerated: false })],
];

describe.each(proximal)('%s', (_, method) => {
  test.each(composite)('solves $name', ({ problem, solution, also }) => {
    const found = run(method(), problem, new Float64Array(problem.size), {
      tolerance: 1e-11,
      maxSteps: 50_000,
    });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
    expect(distance(found.value, also)).toBeLessThan(1e-8);
  });
});

const clip = (lower: ArrayLike<number>, upper: number) => (v: Float64Array, out: Float64Array) => {
  for (let i = 0; i < v.length; i++) out[i] = Math.min(upper, Math.max(lower[i], v[i]));
};

const projected: readonly {
  name: string;
  problem: ProjectedObjective;
  solution: number[];
  also?: number[];
}[] = [
  {
    name: 'non-negative least squares, as scipy and JAXopt do',
    also: jaxopt.nonnegative,
    problem: { ...leastSquares(X, y, columns), projection: clip(new Float64Array(columns), Infinity) },
    solution: regression.nonnegative.solution,
  },
  {
    name: 'least squares in a box, as scipy does',
    problem: {
      ...leastSquares(X, y, columns),
      projection: clip(new Float64Array(columns).fill(regression.box.lower), regression.box.upper),
    },
    solution: regression.box.solution,
  },
  {
    name: 'least squares on the simplex, as OSQP and JAXopt do',
    also: jaxopt.simplex,
    problem: {
      ...leastSquares(simplexLeastSquares.B, simplexLeastSquares.b, simplexLeastSquares.columns),
      projection: ontoSimplex,
    },
    solution: simplexLeastSquares.solution,
  },
  {
    name: 'the obstacle problem, as OSQP does',
    problem: {
      ...quadratic(obstacleMatrix(obstacle.size), new Float64Array(obstacle.size)),
      projection: clip(obstacle.lower, Infinity),
    },
    solution: obstacle.solution,
  },
];

describe.each([
  ['projectedGradient', () => projectedGradient()],
  ['projectedGradient without momentum', () => projectedGradient({ accelerated: false })],
] as const)('%s', (_, method) => {
  test.each(projected)('solves $name', ({ problem, solution, also = solution }) => {
    const found = run(method(), problem, new Float64Array(problem.size), {
      tolerance: 1e-11,
      maxSteps: 50_000,
    });
    expect(found.result).toBe('converged');
    expect(distance(found.value, also)).toBeLessThan(1e-8);
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
  });
});

describe('mirrorDescent', () => {
  test.each(projected)('with the Euclidean distance solves $name', ({ problem, solution }) => {
    const geometry = euclidean(problem.projection);
    const found = run(mirrorDescent({ geometry }), problem, new Float64Array(problem.size), {
      tolerance: 1e-11,
      maxSteps: 50_000,
    });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
  });

  test('with the Kullback–Leibler divergence solves least squares on the simplex, as OSQP does', () => {
    const { B, b, columns: n, solution } = simplexLeastSquares;
    const found = run(
      mirrorDescent({ geometry: klSimplex() }),
      leastSquares(B, b, n),
      new Float64Array(n).fill(1),
      {
        tolerance: 1e-11,
        maxSteps: 50_000,
      },
    );
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
  });

  test('rows may add up to another total', () => {
    const { B, b, columns: n, solution } = simplexLeastSquares;
    const tripled = B.map((value) => value / 3);
    const found = run(
      mirrorDescent({ geometry: klSimplex({ total: 3 }) }),
      leastSquares(tripled, b, n),
      new Float64Array(n).fill(1),
      { tolerance: 1e-11, maxSteps: 50_000 },
    );
    expect(
      distance(
        found.value.map((value) => value / 3),
        solution,
      ),
    ).toBeLessThan(1e-8);
  });

  test('finds the softmax, row by row, in closed form', () => {
    // ⟨c, x⟩ + Σ x log x on each row has its minimum at softmax(−c).
    const c = [0.3, -1, 2, 5, 5, 4];
    const entropy = {
      size: 6,
      gradient(x: Float64Array, g: Float64Array) {
        let value = 0;
        for (let i = 0; i < 6; i++) {
          g[i] = c[i] + Math.log(x[i]) + 1;
          value += x[i] * (c[i] + Math.log(x[i]));
        }
        return value;
      },
    };
    const found = run(
      mirrorDescent({ geometry: klSimplex({ width: 3 }) }),
      entropy,
      new Float64Array(6).fill(1),
      {
        tolerance: 1e-13,
      },
    );
    expect(found.result).toBe('converged');
    for (const row of [0, 3]) {
      const weights = [0, 1, 2].map((i) => Math.exp(-c[row + i]));
      const sum = weights.reduce((a, b) => a + b);
      weights.forEach((weight, i) => {
        expect(found.value[row + i]).toBeCloseTo(weight / sum, 12);
      });
    }
  });

  test('on the orthant solves non-negative least squares, as scipy does', () => {
    const found = run(
      mirrorDescent({ geometry: klOrthant() }),
      leastSquares(X, y, columns),
      new Float64Array(columns).fill(0.1),
      { tolerance: 1e-10, maxSteps: 50_000 },
    );
    expect(found.result).toBe('converged');
    expect(distance(found.value, regression.nonnegative.solution)).toBeLessThan(1e-8);
  });

  test('refuses to start on the boundary, which it could not leave', () => {
    expect(() =>
      run(mirrorDescent({ geometry: klSimplex() }), leastSquares([1, 2], [1], 2), Float64Array.of(0, 1)),
    ).toThrow('start inside');
  });
});

/** The stiffness of a string. */
function obstacleMatrix(n: number): Float64Array {
  const Q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    Q[i * n + i] = 2 * (n + 1);
    if (i > 0) Q[i * n + i - 1] = Q[(i - 1) * n + i] = -(n + 1);
  }
  return Q;
}
