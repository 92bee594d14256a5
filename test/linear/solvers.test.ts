import { describe, expect, test } from 'vitest';
import {
  auto,
  bicgstab,
  cg,
  cholesky,
  gmres,
  jacobi,
  type LinearSolver,
  linearOperator,
  lsmr,
  lu,
  minres,
  normalCg,
  qr,
  refined,
  ridged,
  transposed,
} from '../../src/linear/index.js';
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

interface Row {
  name: string;
  solve: LinearSolver;
  /** It goes step by step, from a start, to a limit. */
  iterative: boolean;
  /** It takes a preconditioner. */
  preconditioned: boolean;
  /** It answers singular systems that it knows no null space of. */
  singular: boolean;
  /** Its steps go with the condition number itself, not with the root of it. */
  squared?: true;
}

const rows: Row[] = [
  { name: 'cg', solve: cg, iterative: true, preconditioned: true, singular: true },
  { name: 'minres', solve: minres, iterative: true, preconditioned: true, singular: true },
  { name: 'bicgstab', solve: bicgstab, iterative: true, preconditioned: true, singular: true },
  { name: 'gmres', solve: gmres, iterative: true, preconditioned: true, singular: true },
  {
    name: 'normalCg',
    solve: normalCg,
    iterative: true,
    preconditioned: false,
    singular: true,
    squared: true,
  },
  { name: 'lsmr', solve: lsmr, iterative: true, preconditioned: false, singular: true, squared: true },
  { name: 'auto', solve: auto, iterative: false, preconditioned: true, singular: true },
  { name: 'cholesky', solve: cholesky, iterative: false, preconditioned: false, singular: false },
  { name: 'lu', solve: lu, iterative: false, preconditioned: false, singular: false },
  { name: 'qr', solve: qr, iterative: false, preconditioned: false, singular: true },
];

describe.each(rows)('$name', ({ solve, iterative, preconditioned, singular, squared }) => {
  test.each([1, 2, 7, 60, 256])('finds the chosen solution of a positive definite system of size %i', (n) => {
    const matrix = fromSpectrum(spectrum(n, squared ? 50 : 1000), orthonormalColumns(n, n));
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

  if (singular)
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

  if (iterative)
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

  if (preconditioned)
    test('needs fewer iterations with a preconditioner', () => {
      const n = 100;
      const matrix = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        matrix[i * n + i] = 1 + 10 ** (4 * (i / n)) * 2;
        if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -0.9;
      }
      const x = randomVector(n, 14);
      const b = multiply(matrix, x);
      const diagonal = Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]);
      const plain = solve(symmetric(matrix), b, { tolerance: 1e-12 });
      const helped = solve(symmetric(matrix), b, { tolerance: 1e-12, preconditioner: jacobi(diagonal) });
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

  if (singular)
    test('says of an operator that is zero where b is that no x does better than none', () => {
      for (const matrix of [Float64Array.of(0, 0, 0, 0), Float64Array.of(3, 0, 0, 0)]) {
        const solution = solve(symmetric(matrix), Float64Array.of(0, 1));
        expect(solution).toMatchObject({ result: 'inconsistent', residual: 1 });
        expect([...solution.value].map((value) => value + 0)).toEqual([0, 0]);
      }
    });

  test('says of a solution beyond the largest number that it is not finite', () => {
    const A = symmetric(Float64Array.of(1e-100, 0, 0, 1e-100));
    const solution = solve(A, Float64Array.of(1e300, 1e300));
    expect(solution.result).toBe('not-finite');
  });

  test('refuses an option that it does not know', () => {
    const misspelt = { tolerence: 1e-3 } as object;
    expect(() => solve(symmetric(Float64Array.of(1)), Float64Array.of(1), misspelt)).toThrow(
      /no option "tolerence" \(did you mean "tolerance"\?\)/,
    );
  });

  if (iterative && preconditioned)
    test('does not lose itself in a preconditioner that gives NaN', () => {
      const nowhere = (_: Float64Array, out: Float64Array): void => void out.fill(Number.NaN);
      const A = symmetric(Float64Array.of(2, 1, 1, 2));
      const solution = solve(A, Float64Array.of(1, 3), { preconditioner: nowhere });
      expect(solution.result).toBe('not-finite');
      expect(solution.value.every(Number.isFinite)).toBe(true);
    });

  if (iterative)
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
    expect(['inconsistent', 'stalled', 'breakdown', 'singular']).toContain(solution.result);
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
  test('breaks down on a rotation, and says so', () => {
    const solution = bicgstab(general(Float64Array.of(0, 1, -1, 0)), Float64Array.of(1, 0));
    expect(solution.result).toBe('breakdown');
    expect(solution.message).toContain('gmres');
  });
});

const generalSolvers: [string, LinearSolver][] = [
  ['bicgstab', bicgstab],
  ['gmres', gmres],
  ['normalCg', normalCg],
  ['lsmr', lsmr],
  ['lu', lu],
  ['qr', qr],
  ['auto', auto],
];

describe.each(generalSolvers)('%s', (_name, solve) => {
  test.each([1, 2, 10, 80, 200])('solves a nonsymmetric system of size %i', (n) => {
    const matrix = nonsymmetric(n, 29);
    const x = randomVector(n, 30);
    const A = counted(general(matrix));
    const solution = solve(A, multiply(matrix, x), { tolerance: 1e-12 });
    expect(solution.result).toBe('converged');
    expect(relativeError(solution.value, x)).toBeLessThan(1e-10);
    expect(solution.matvecs).toBe(A.products);
  });

  test('solves the transposed system', () => {
    const n = 20;
    const matrix = nonsymmetric(n, 31);
    const b = randomVector(n, 32);
    const A = general(matrix);
    const y = solve(transposed(A), b, { tolerance: 1e-12 }).value;
    // ⟨A x, y⟩ = ⟨x, b⟩ for every x
    const x = randomVector(n, 33);
    const Ax = multiply(matrix, x);
    const left = Ax.reduce((sum, value, i) => sum + value * y[i], 0);
    expect(left).toBeCloseTo(
      x.reduce((sum, value, i) => sum + value * b[i], 0),
      9,
    );
  });
});

/** A nonsymmetric singular matrix B diag(s) Cᵀ, and its pseudo-inverse C diag(1/s) Bᵀ. */
function singularPair(n: number, zeros: number, seed: number): [Float64Array, Float64Array, Float64Array[]] {
  const B = orthonormalColumns(n, seed);
  const C = orthonormalColumns(n, seed + 1);
  const matrix = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  for (let k = zeros; k < n; k++) {
    const s = 1 + k / 3;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        matrix[i * n + j] += s * B[k][i] * C[k][j];
        inverse[i * n + j] += (C[k][i] * B[k][j]) / s;
      }
    }
  }
  return [matrix, inverse, B];
}

describe.each([
  ['lsmr', lsmr],
  ['normalCg', normalCg],
  ['qr', qr],
] as [string, LinearSolver][])('%s', (_name, solve) => {
  test.each([1, 3])(
    'gives the pseudo-inverse of a nonsymmetric matrix with %i zero singular values',
    (zeros) => {
      const n = 30;
      const [matrix, inverse, B] = singularPair(n, zeros, 40);
      const consistent = multiply(matrix, randomVector(n, 41));
      const solution = solve(general(matrix), consistent, { tolerance: 1e-12 });
      expect(solution.result).toBe('converged');
      expect(relativeError(solution.value, multiply(inverse, consistent))).toBeLessThan(1e-10);

      const b = consistent.map((value, i) => value + B[0][i]);
      const leastSquares = solve(general(matrix), b);
      expect(leastSquares.result).toBe('inconsistent');
      expect(relativeError(leastSquares.value, multiply(inverse, b))).toBeLessThan(1e-7);
      expect(leastSquares.residual).toBeCloseTo(1 / Math.hypot(...b), 8);
    },
  );

  test('answers a right-hand side that is all out of reach with zero', () => {
    const [matrix, , B] = singularPair(12, 1, 42);
    const solution = solve(general(matrix), B[0]);
    expect(solution.result).toBe('inconsistent');
    expect(Math.hypot(...solution.value)).toBeLessThan(1e-10);
  });
});

describe('gmres', () => {
  test('solves a rotation, and a cyclic shift, which takes every one of its steps', () => {
    const turned = gmres(general(Float64Array.of(0, 1, -1, 0)), Float64Array.of(1, 2));
    expect([...turned.value].map((value) => value.toFixed(12))).toEqual([
      '-2.000000000000',
      '1.000000000000',
    ]);
    const n = 25;
    const shift = linearOperator(n, (v) => v.map((_, i) => v[(i + 1) % n]));
    const b = new Float64Array(n);
    b[0] = 1;
    const solution = gmres(shift, b);
    expect(solution).toMatchObject({ result: 'converged', iterations: n });
    expect(solution.value[1]).toBeCloseTo(1, 12);
  });

  test('restarts', () => {
    const n = 80;
    const matrix = nonsymmetric(n, 43);
    const x = randomVector(n, 44);
    const solution = gmres(general(matrix), multiply(matrix, x), { restart: 8, tolerance: 1e-12 });
    expect(solution.result).toBe('converged');
    expect(solution.iterations).toBeGreaterThan(8);
    expect(relativeError(solution.value, x)).toBeLessThan(1e-10);
  });

  test('stalls on a shift with short restarts, and says so', () => {
    const n = 25;
    const shift = linearOperator(n, (v) => v.map((_, i) => v[(i + 1) % n]));
    const b = new Float64Array(n);
    b[0] = 1;
    expect(gmres(shift, b, { restart: 5 }).result).toBe('stalled');
  });
});

describe('cholesky', () => {
  test('gives a direction of negative curvature', () => {
    const n = 12;
    const matrix = fromSpectrum([-1, ...spectrum(n - 1, 10)], orthonormalColumns(n, 45));
    const solution = cholesky(symmetric(matrix), randomVector(n, 46));
    expect(solution.result).toBe('negative-curvature');
    const p = solution.direction ?? new Float64Array(n);
    const Ap = multiply(matrix, p);
    expect(p.reduce((sum, value, i) => sum + value * Ap[i], 0)).toBeLessThan(0);
  });

  test.each([
    ['cholesky', cholesky],
    ['lu', lu],
  ] as [string, LinearSolver][])('%s reports a singular matrix', (_name, solve) => {
    const solution = solve(symmetric(Float64Array.of(1, 1, 1, 1)), Float64Array.of(1, 1));
    expect(solution.result).toBe('singular');
    expect(solution.message).toContain('nullSpace');
  });
});

describe('auto', () => {
  test('goes on to a solver that can when the first one cannot', () => {
    const solution = auto(general(Float64Array.of(0, 1, -1, 0)), Float64Array.of(1, 2));
    expect(solution.result).toBe('converged');
    expect(solution.message).toMatch(/BiCGSTAB broke down.*Then GMRES converged/);
  });

  test('does not hide negative curvature of an operator declared positive', () => {
    const A = { ...symmetric(Float64Array.of(1, 0, 0, -1)), definite: 'positive' as const };
    expect(auto(A, Float64Array.of(1, 3)).result).toBe('negative-curvature');
  });

  test('solves a symmetric indefinite system', () => {
    const { value } = auto(symmetric(Float64Array.of(1, 0, 0, -1)), Float64Array.of(1, 3));
    expect(relativeError(value, Float64Array.of(1, -3))).toBeLessThan(1e-14);
  });
});

describe('refined', () => {
  test('brings a rough solver to full accuracy', () => {
    const n = 60;
    const matrix = fromSpectrum(spectrum(n, 100), orthonormalColumns(n, 47));
    const x = randomVector(n, 48);
    const b = multiply(matrix, x);
    const rough = cg(symmetric(matrix), b, { tolerance: 1e-3 });
    const solution = refined(cg, { tolerance: 1e-3 })(symmetric(matrix), b, { tolerance: 1e-14 });
    expect(solution.result).toBe('converged');
    expect(relativeError(rough.value, x)).toBeGreaterThan(1e-6);
    expect(relativeError(solution.value, x)).toBeLessThan(1e-12);
  });

  test('makes up for an operator that is only approximately inverted', () => {
    const n = 10;
    const matrix = nonsymmetric(n, 49);
    const x = randomVector(n, 50);
    const nearby = general(matrix.map((value) => value * 1.01));
    const solution = refined((_A, b, options) => lu(nearby, b, options))(
      general(matrix),
      multiply(matrix, x),
    );
    expect(solution.result).toBe('converged');
    expect(relativeError(solution.value, x)).toBeLessThan(1e-9);
  });

  test('gives up when the corrections do not help', () => {
    const A = symmetric(Float64Array.of(1, 0, 0, 1));
    const wrong: LinearSolver = (_A, b) => ({ ...cg(A, b), value: b.map((value) => -value) });
    expect(refined(wrong)(A, Float64Array.of(1, 1)).result).toBe('stalled');
  });
});

describe('ridged', () => {
  test('adds a multiple of the identity to an operator and its transpose', () => {
    const A = ridged(general(Float64Array.of(1, 2, 3, 4)), 0.5);
    const out = new Float64Array(2);
    A.apply(Float64Array.of(1, 10), out);
    expect([...out]).toEqual([21.5, 48]);
    transposed(A).apply(Float64Array.of(1, 10), out);
    expect([...out]).toEqual([31.5, 47]);
  });
});
