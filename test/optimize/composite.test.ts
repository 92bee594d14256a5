import { describe, expect, test } from 'vitest';
import {
  type CompositeObjective,
  type IterationState,
  type Method,
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
const { alpha, l1Ratio } = regression.elasticNet;

const composite: readonly { name: string; problem: CompositeObjective; solution: number[] }[] = [
  {
    name: 'the lasso, as scikit-learn does',
    problem: withL1(leastSquares(X, y, columns, 1 / rows), regression.lasso.alpha),
    solution: regression.lasso.solution,
  },
  {
    name: 'the elastic net, as scikit-learn does',
    problem: withL1(leastSquares(X, y, columns, 1 / rows), alpha * l1Ratio, alpha * (1 - l1Ratio)),
    solution: regression.elasticNet.solution,
  },
  {
    name: 'logistic regression, as scikit-learn does',
    problem: withL1(logisticRegression(), 0),
    solution: regression.logistic.solution,
  },
];

const proximal: readonly (readonly [string, () => Method<CompositeObjective, IterationState>])[] = [
  ['proximalGradient', () => proximalGradient()],
  ['proximalGradient without momentum', () => proximalGradient({ accelerated: false })],
];

describe.each(proximal)('%s', (_, method) => {
  test.each(composite)('solves $name', ({ problem, solution }) => {
    const found = run(method(), problem, new Float64Array(problem.size), {
      tolerance: 1e-11,
      maxSteps: 50_000,
    });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
  });
});

const clip = (lower: ArrayLike<number>, upper: number) => (v: Float64Array, out: Float64Array) => {
  for (let i = 0; i < v.length; i++) out[i] = Math.min(upper, Math.max(lower[i], v[i]));
};

const projected: readonly { name: string; problem: ProjectedObjective; solution: number[] }[] = [
  {
    name: 'non-negative least squares, as scipy does',
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
    name: 'least squares on the simplex, as OSQP does',
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

describe('projectedGradient', () => {
  test.each(projected)('solves $name', ({ problem, solution }) => {
    const found = run(projectedGradient(), problem, new Float64Array(problem.size), {
      tolerance: 1e-11,
      maxSteps: 50_000,
    });
    expect(found.result).toBe('converged');
    expect(distance(found.value, solution)).toBeLessThan(1e-8);
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
