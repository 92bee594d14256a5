import { describe, expect, test } from 'vitest';
import { bicgstab, cg, type LinearSolver, linearOperator, minres } from '../../src/linear/index.js';
import {
  counted,
  fromSpectrum,
  general,
  multiply,
  nonsymmetric,
  orthonormalColumns,
  randomVector,
  relativeError,
  spectrum,
  symmetric,
} from './problems.js';

const positiveSolvers: [string, LinearSolver][] = [
  ['cg', cg],
  ['minres', minres],
  ['bicgstab', bicgstab],
];

describe.each(positiveSolvers)('%s', (_name, solve) => {
  test.each([1, 2, 7, 60, 256])('finds the chosen solution of a positive definite system of size %i', (n) => {
    const matrix = fromSpectrum(spectrum(n, 1000), orthonormalColumns(n, n));
    const x = randomVector(n, 1);
    const A = counted(symmetric(matrix));
    const solution = solve(A, multiply(matrix, x), { tolerance: 1e-12 });
    expect(solution.result).toBe('converged');
    expect(solution.residual).toBeLessThanOrEqual(1e-12);
    expect(relativeError(solution.value, x)).toBeLessThan(1e-8);
    expect(solution.matvecs).toBe(A.products);
  });

  test('reports the true residual', () => {
    const n = 40;
    const matrix = fromSpectrum(spectrum(n, 100), orthonormalColumns(n, 2));
    const b = randomVector(n, 3);
    const solution = solve(symmetric(matrix), b, { tolerance: 1e-6 });
    const Ax = multiply(matrix, solution.value);
    expect(solution.residual).toBeCloseTo(relativeError(Ax, b), 12);
  });

  test.each([1e-300, 1e-20, 1e20, 1e300])('solves as well with a right-hand side of size %f', (size) => {
    const n = 30;
    const matrix = fromSpectrum(spectrum(n, 10), orthonormalColumns(n, 4));
    const x = randomVector(n, 5);
    const b = multiply(matrix, x).map((value) => value * size);
    const solution = solve(symmetric(matrix), b, { tolerance: 1e-11 });
    expect(solution.result).toBe('converged');
    const unscaled = solution.value.map((value) => value / size);
    expect(relativeError(unscaled, x)).toBeLessThan(1e-9);
  });

  test('solves as well when the operator is tiny or huge', () => {
    const n = 20;
    for (const size of [1e-150, 1e150]) {
      const matrix = fromSpectrum(spectrum(n, 10), orthonormalColumns(n, 4)).map((value) => value * size);
      const x = randomVector(n, 5);
      const solution = solve(symmetric(matrix), multiply(matrix, x), { tolerance: 1e-11 });
      expect(solution.result).toBe('converged');
      expect(relativeError(solution.value, x)).toBeLessThan(1e-9);
    }
  });

  test('answers a zero right-hand side with zero and no products, whatever the start', () => {
    const A = counted(symmetric(Float64Array.of(2, 0, 0, 3)));
    const solution = solve(A, new Float64Array(2), { start: Float64Array.of(1, 1) });
    expect([...solution.value]).toEqual([0, 0]);
    expect(solution).toMatchObject({ result: 'converged', residual: 0 });
    expect(A.products).toBe(0);
  });

  test('answers a system without unknowns', () => {
    const empty = linearOperator(0, (v) => v, { symmetric: true });
    expect(solve(empty, new Float64Array(0))).toMatchObject({ result: 'converged', iterations: 0 });
  });

  test('gives the minimum-norm solution of a singular consistent system', () => {
    const n = 50;
    const U = orthonormalColumns(n, 6);
    const values = spectrum(n, 100, 3);
    const matrix = fromSpectrum(values, U);
    const inverse = fromSpectrum(
      values.map((value) => (value === 0 ? 0 : 1 / value)),
      U,
    );
    const b = multiply(matrix, randomVector(n, 7));
    const expected = multiply(inverse, b);
    const solution = solve(symmetric(matrix), b, { tolerance: 1e-12 });
    expect(solution.result).toBe('converged');
    expect(relativeError(solution.value, expected)).toBeLessThan(1e-9);
  });

  test('projects a known null space out of the right-hand side, the start and the solution', () => {
    const n = 50;
    const U = orthonormalColumns(n, 8);
    const values = spectrum(n, 100, 2);
    const matrix = fromSpectrum(values, U);
    const inverse = fromSpectrum(
      values.map((value) => (value === 0 ? 0 : 1 / value)),
      U,
    );
    const b = randomVector(n, 9);
    const solution = solve(symmetric(matrix), b, {
      tolerance: 1e-12,
      nullSpace: U.slice(0, 2),
      start: randomVector(n, 10),
    });
    expect(solution.result).toBe('converged');
    expect(relativeError(solution.value, multiply(inverse, b))).toBeLessThan(1e-9);
  });

  test('gives zero for a right-hand side inside the null space', () => {
    const n = 12;
    const U = orthonormalColumns(n, 11);
    const matrix = fromSpectrum(spectrum(n, 10, 1), U);
    const solution = solve(symmetric(matrix), U[0], { nullSpace: [U[0]] });
    expect(solution.result).toBe('converged');
    expect(solution.value.every((value) => value === 0)).toBe(true);
  });

  test('uses a good start and ignores one that is worse than zero', () => {
    const n = 80;
    const matrix = fromSpectrum(spectrum(n, 1000), orthonormalColumns(n, 12));
    const x = randomVector(n, 13);
    const b = multiply(matrix, x);
    const cold = solve(symmetric(matrix), b);
    const near = x.map((value, i) => value * (1 + 1e-7 * Math.sin(i)));
    const warm = solve(symmetric(matrix), b, { start: near });
    expect(warm.result).toBe('converged');
    expect(warm.matvecs).toBeLessThan(0.7 * cold.matvecs);
    const exact = solve(symmetric(matrix), b, { start: x });
    expect(exact).toMatchObject({ result: 'converged', iterations: 0, matvecs: 1 });
    const far = solve(symmetric(matrix), b, { start: x.map((value) => -1e6 * value) });
    expect(far).toMatchObject({ result: 'converged', iterations: cold.iterations });
  });

  test('needs fewer iterations with a preconditioner', () => {
    const n = 100;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 1 + 10 ** (4 * (i / n)) * 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -0.9;
    }
    const x = randomVector(n, 14);
    const b = multiply(matrix, x);
    const jacobi = (r: Float64Array, out: Float64Array): void => {
      for (let i = 0; i < n; i++) out[i] = r[i] / matrix[i * n + i];
    };
    const plain = solve(symmetric(matrix), b, { tolerance: 1e-12 });
    const helped = solve(symmetric(matrix), b, { tolerance: 1e-12, preconditioner: jacobi });
    expect(helped.result).toBe('converged');
    expect(relativeError(helped.value, x)).toBeLessThan(1e-8);
    expect(helped.matvecs).toBeLessThan(0.5 * plain.matvecs);
  });

  test('names a right-hand side that is not finite', () => {
    const solution = solve(symmetric(Float64Array.of(1, 0, 0, 1)), Float64Array.of(1, Number.NaN));
    expect(solution.result).toBe('not-finite');
    expect(solution.message).toContain('NaN at index 1');
    expect(solution.value.every(Number.isNaN)).toBe(true);
  });

  test('reports an operator that gives NaN, and keeps what it had', () => {
    let products = 0;
    const A = linearOperator(
      3,
      (v) => (++products > 1 ? new Float64Array(3).fill(Number.NaN) : v.map((value, i) => value * (i + 1))),
      { symmetric: true },
    );
    const solution = solve(A, Float64Array.of(1, 1, 1));
    expect(solution.result).toBe('not-finite');
    expect(solution.value.every(Number.isFinite)).toBe(true);
    expect(solution.message).toMatch(/not finite/);
  });

  test('says when its iterations run out', () => {
    const n = 100;
    const matrix = fromSpectrum(spectrum(n, 1e4), orthonormalColumns(n, 15));
    const b = randomVector(n, 16);
    const solution = solve(symmetric(matrix), b, { maxIterations: 5 });
    expect(solution).toMatchObject({ result: 'iteration-limit', iterations: 5 });
    expect(solution.message).toContain('Raise maxIterations');
    expect(solution.residual).toBeLessThanOrEqual(1);
  });

  test('says when rounding keeps it from the tolerance', () => {
    const n = 30;
    const matrix = fromSpectrum(spectrum(n, 1e3), orthonormalColumns(n, 17));
    const solution = solve(symmetric(matrix), randomVector(n, 18), { tolerance: 1e-18 });
    expect(solution.result).toBe('stalled');
    expect(solution.residual).toBeLessThan(1e-8);
  });

  test('never calls an inconsistent system converged', () => {
    const n = 40;
    const U = orthonormalColumns(n, 19);
    const matrix = fromSpectrum(spectrum(n, 50, 1), U);
    const range = multiply(matrix, randomVector(n, 20));
    const b = range.map((value, i) => value + 2 * U[0][i]);
    const solution = solve(symmetric(matrix), b);
    expect(['inconsistent', 'stalled', 'breakdown']).toContain(solution.result);
    expect(solution.residual).toBeGreaterThan(1e-3);
    expect(solution.value.every(Number.isFinite)).toBe(true);
  });

  test('refuses sizes and null vectors that do not fit', () => {
    const A = symmetric(Float64Array.of(1, 0, 0, 1));
    expect(() => solve(A, new Float64Array(3))).toThrow('2 × 2 but the right-hand side has 3');
    expect(() => solve(A, new Float64Array(2), { start: new Float64Array(1) })).toThrow('start has 1 values');
    expect(() => solve(A, new Float64Array(2), { nullSpace: [Float64Array.of(1, 1)] })).toThrow(
      'must be orthonormal',
    );
    expect(() => solve(A, new Float64Array(2), { tolerance: -1 })).toThrow('tolerance');
  });
});

describe('cg', () => {
  test('needs no more products than the Chebyshev bound, and one for the final check', () => {
    // ‖r_k‖ ≤ 2 √κ ((√κ − 1) / (√κ + 1))^k ‖b‖: Saad, Iterative Methods for Sparse Linear Systems, section 6.11.3.
    for (const condition of [10, 390, 1000]) {
      const n = 256;
      const U = orthonormalColumns(n, 21);
      const matrix = fromSpectrum(spectrum(n, condition, 2), U);
      const root = Math.sqrt(condition);
      const bound = Math.log((2 * root) / 1e-6) / Math.log((root + 1) / (root - 1));
      const { result, matvecs } = cg(symmetric(matrix), multiply(matrix, randomVector(n, 22)), {
        tolerance: 1e-6,
      });
      expect(result).toBe('converged');
      expect(matvecs).toBeLessThanOrEqual(Math.ceil(bound) + 1);
    }
  });

  test('returns a direction of negative curvature', () => {
    const n = 30;
    const U = orthonormalColumns(n, 23);
    const matrix = fromSpectrum([-0.5, ...spectrum(n - 1, 20)], U);
    const solution = cg(symmetric(matrix), randomVector(n, 24));
    expect(solution.result).toBe('negative-curvature');
    const p = solution.direction ?? new Float64Array(n);
    const Ap = multiply(matrix, p);
    expect(Math.hypot(...p)).toBeCloseTo(1, 12);
    expect(p.reduce((sum, value, i) => sum + value * Ap[i], 0)).toBeLessThan(0);
  });

  test('calls a flat direction that b pushes along inconsistent', () => {
    const solution = cg(symmetric(Float64Array.of(1, 0, 0, 0)), Float64Array.of(1, 1));
    expect(solution.result).toBe('inconsistent');
    expect(solution.message).toContain('singular');
    expect(cg(symmetric(new Float64Array(1)), Float64Array.of(1)).result).toBe('inconsistent');
  });

  test('reports a preconditioner that is not positive definite', () => {
    const solution = cg(symmetric(Float64Array.of(1, 0, 0, 2)), Float64Array.of(1, 1), {
      preconditioner: (r, out) => {
        for (let i = 0; i < r.length; i++) out[i] = -r[i];
      },
    });
    expect(solution.result).toBe('breakdown');
  });
});

describe('minres', () => {
  test.each([2, 9, 60])('solves an indefinite system of size %i', (n) => {
    const values = spectrum(n, 50).map((value, k) => (k % 3 === 0 ? -value : value));
    const matrix = fromSpectrum(values, orthonormalColumns(n, 25));
    const x = randomVector(n, 26);
    const solution = minres(symmetric(matrix), multiply(matrix, x), { tolerance: 1e-11 });
    expect(solution.result).toBe('converged');
    expect(relativeError(solution.value, x)).toBeLessThan(1e-9);
  });

  test('gives the minimum-norm least-squares solution of an inconsistent system', () => {
    for (const [n, amplitude] of [
      [3, 1],
      [50, 1e-3],
      [50, 3],
      [120, 1],
    ]) {
      const U = orthonormalColumns(n, 27);
      const values = spectrum(n, 20, 2);
      const matrix = fromSpectrum(values, U);
      const inverse = fromSpectrum(
        values.map((value) => (value === 0 ? 0 : 1 / value)),
        U,
      );
      const range = multiply(matrix, randomVector(n, 28));
      const b = range.map((value, i) => value + amplitude * U[1][i]);
      const solution = minres(symmetric(matrix), b);
      expect(solution.result).toBe('inconsistent');
      expect(relativeError(solution.value, multiply(inverse, range))).toBeLessThan(1e-5);
      expect(solution.residual).toBeCloseTo(amplitude / Math.hypot(...b), 8);
    }
  });
});

describe('bicgstab', () => {
  test.each([1, 2, 10, 80, 200])('solves a nonsymmetric system of size %i', (n) => {
    const matrix = nonsymmetric(n, 29);
    const x = randomVector(n, 30);
    const solution = bicgstab(general(matrix), multiply(matrix, x), { tolerance: 1e-12 });
    expect(solution.result).toBe('converged');
    expect(relativeError(solution.value, x)).toBeLessThan(1e-10);
  });

  test('breaks down on a rotation, and says so', () => {
    const solution = bicgstab(general(Float64Array.of(0, 1, -1, 0)), Float64Array.of(1, 0));
    expect(solution.result).toBe('breakdown');
    expect(solution.message).toContain('gmres');
  });
});
