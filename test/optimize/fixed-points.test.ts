import { describe, expect, test } from 'vitest';
import {
  anderson,
  type FixedPointMap,
  fixedPoint,
  projectedGradient,
  run,
  stepMap,
} from '../../src/optimize/index.js';
import { distance, leastSquares, ontoSimplex, reference } from './reference.js';

const cosine: FixedPointMap = {
  size: 1,
  apply: (x, out) => {
    out[0] = Math.cos(x[0]);
  },
};

/** x ↦ M x + b with a spectral radius of 0.99, rows of the second difference. */
function slowMap(n: number): { map: FixedPointMap; solution: Float64Array } {
  const solution = Float64Array.from({ length: n }, (_, i) => Math.sin(i + 1));
  const M = (x: Float64Array, i: number): number => 0.495 * ((x[i - 1] ?? 0) + (x[i + 1] ?? 0));
  return {
    solution,
    map: {
      size: n,
      apply(x, out) {
        for (let i = 0; i < n; i++) out[i] = solution[i] + M(x, i) - M(solution, i);
      },
    },
  };
}

describe('fixedPoint', () => {
  test('finds where the cosine equals its argument, as scipy does', () => {
    const found = run(fixedPoint(), cosine, Float64Array.of(1), { tolerance: 1e-14 });
    expect(found.result).toBe('converged');
    expect(found.value[0]).toBeCloseTo(reference.scalarRoots.cosine, 13);
  });

  test('needs damping where the map overshoots', () => {
    const flip: FixedPointMap = { size: 1, apply: (x, out) => out.fill(3 - 1.5 * x[0]) };
    expect(run(fixedPoint(), flip, Float64Array.of(0)).result).toBe('not-finite');
    const damped = run(fixedPoint({ relaxation: 0.5 }), flip, Float64Array.of(0), { tolerance: 1e-12 });
    expect(damped.result).toBe('converged');
    expect(damped.value[0]).toBeCloseTo(1.2, 11);
  });
});

describe('anderson', () => {
  test('finds the fixed point of a slow linear map in a fraction of the steps', () => {
    const { map, solution } = slowMap(30);
    const start = new Float64Array(30);
    const plain = run(fixedPoint(), map, start, { tolerance: 1e-11 });
    const mixed = run(anderson({ memory: 10 }), map, start, { tolerance: 1e-11 });
    expect(mixed.result).toBe('converged');
    expect(distance(mixed.value, solution)).toBeLessThan(1e-9);
    expect(mixed.stats.steps).toBeLessThan(plain.stats.steps / 3);
  });

  test('solves a linear system of n unknowns in n + 1 steps of a map that diverges, up to rounding', () => {
    const map: FixedPointMap = {
      size: 3,
      apply: (x, out) => out.set([2 * x[0] - 1, -3 * x[1] + 8, 0.5 * x[2] + x[0]]),
    };
    const found = run(anderson({ safeguard: 1e6 }), map, new Float64Array(3), { tolerance: 1e-8 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, [1, 2, 2])).toBeLessThan(1e-7);
    expect(found.stats.steps).toBeLessThanOrEqual(6);
  });

  test('converges to the root of the cosine map faster than the map', () => {
    const found = run(anderson(), cosine, Float64Array.of(1), { tolerance: 1e-14 });
    expect(found.value[0]).toBeCloseTo(reference.scalarRoots.cosine, 13);
    expect(found.stats.evaluations).toBeLessThan(12);
  });

  test("accelerates another solver's step", () => {
    const { B, b, columns, solution } = reference.simplexLeastSquares;
    const problem = { ...leastSquares(B, b, columns), projection: ontoSimplex };
    const map = stepMap(projectedGradient({ stepSize: 0.02, accelerated: false }), problem);
    const start = new Float64Array(columns).fill(1 / columns);
    const plain = run(fixedPoint(), map, start, { tolerance: 1e-13 });
    const mixed = run(anderson(), map, start, { tolerance: 1e-13 });
    expect(mixed.result).toBe('converged');
    expect(distance(mixed.value, solution)).toBeLessThan(1e-9);
    expect(mixed.stats.steps).toBeLessThan(plain.stats.steps / 2);
  });
});
