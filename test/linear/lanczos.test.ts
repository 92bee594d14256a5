import { describe, expect, test } from 'vitest';
import { linearOperator, lowestEigenvalues, lowestRitzValue, zeroModes } from '../../src/linear/index.js';
import { fromSpectrum, multiply, orthonormalColumns, spectrum, symmetric } from './problems.js';

/** Chain of n masses and springs: eigenvalues 2 − 2 cos(kπ/(n + 1)) with fixed ends. */
const fixedChain = (n: number) =>
  linearOperator(
    n,
    (v) => v.map((value, i) => 2 * value - (i > 0 ? v[i - 1] : 0) - (i < n - 1 ? v[i + 1] : 0)),
    { symmetric: true },
  );

/** A ring: eigenvalues 2 − 2 cos(2πk/n), one of them zero (the translation), most of them double. */
const ring = (n: number) =>
  linearOperator(n, (v) => v.map((value, i) => 2 * value - v[(i + n - 1) % n] - v[(i + 1) % n]), {
    symmetric: true,
  });

describe('lowestEigenvalues', () => {
  test.each([1, 2, 3, 20, 100])('brackets the ends of the spectrum of a chain of %i', (n) => {
    const found = lowestEigenvalues(fixedChain(n));
    const lowest = 2 - 2 * Math.cos(Math.PI / (n + 1));
    const largest = 2 - 2 * Math.cos((n * Math.PI) / (n + 1));
    expect(found.sign).toBe('positive');
    expect(found.converged).toBe(true);
    expect(Math.abs((found.lowest?.value ?? 0) - lowest)).toBeLessThanOrEqual(
      (found.lowest?.bound ?? 0) + 1e-14,
    );
    expect(found.lowest?.value).toBeGreaterThanOrEqual(lowest - 1e-14);
    expect(Math.abs(found.largest.value - largest)).toBeLessThanOrEqual(found.largest.bound + 1e-13);
  });

  test('finds the translation of a ring as a zero mode, then the double value above it', () => {
    const n = 40;
    const first = lowestEigenvalues(ring(n));
    expect(first.sign).toBe('zero');
    for (const value of first.lowest?.vector ?? []) expect(Math.abs(value)).toBeCloseTo(1 / Math.sqrt(n), 10);
    const rest = lowestEigenvalues(ring(n), {
      nullSpace: [new Float64Array(n).fill(1 / Math.sqrt(n))],
      count: 2,
    });
    expect(rest.sign).toBe('positive');
    const expected = 2 - 2 * Math.cos((2 * Math.PI) / n);
    expect(rest.pairs).toHaveLength(2);
    for (const { value, bound } of rest.pairs) {
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(bound + 1e-14);
      expect(bound).toBeLessThan(0.1 * expected);
    }
  });

  test('proves negative curvature with a vector, in a fraction of the steps', () => {
    const n = 200;
    const matrix = fromSpectrum([-0.01, ...spectrum(n - 1, 100)], orthonormalColumns(n, 1));
    const found = lowestEigenvalues(symmetric(matrix));
    expect(found.sign).toBe('negative');
    const v = found.lowest?.vector ?? new Float64Array(n);
    const Av = multiply(matrix, v);
    expect(v.reduce((sum, value, i) => sum + value * Av[i], 0)).toBeLessThan(0);
    expect(found.iterations).toBeLessThan(n / 2);
  });

  test('does not take a spectrum with one small negative eigenvalue for positive', () => {
    for (let seed = 0; seed < 20; seed++) {
      const n = 60;
      const matrix = fromSpectrum([-1e-3, ...spectrum(n - 1, 1000)], orthonormalColumns(n, 2));
      expect(lowestEigenvalues(symmetric(matrix), { seed }).sign).toBe('negative');
    }
  });

  test('stops early on a well-conditioned operator', () => {
    const n = 300;
    const matrix = fromSpectrum(spectrum(n, 30), orthonormalColumns(n, 3));
    const found = lowestEigenvalues(symmetric(matrix));
    expect(found.sign).toBe('positive');
    expect(found.iterations).toBeLessThan(60);
    expect(found.lowest?.value).toBeGreaterThan(0.95);
    expect(found.lowest?.value).toBeLessThan(1.05);
  });

  test('says when it could not decide', () => {
    const found = lowestEigenvalues(fixedChain(500), { maxIterations: 10 });
    expect(found).toMatchObject({ sign: 'undecided', converged: false, iterations: 10 });
    expect(found.message).toContain('maxIterations');
  });

  test('handles a multiple of the identity, the zero operator and a space that is all known', () => {
    const identity = linearOperator(5, (v) => v.map((value) => 3 * value), { symmetric: true });
    expect(lowestEigenvalues(identity)).toMatchObject({ sign: 'positive', iterations: 1 });
    const zero = linearOperator(5, () => new Float64Array(5), { symmetric: true });
    expect(lowestEigenvalues(zero).sign).toBe('zero');
    const all = lowestEigenvalues(zero, { nullSpace: orthonormalColumns(5, 4) });
    expect(all).toMatchObject({ sign: 'positive', pairs: [], lowest: undefined });
  });

  test('reports an operator that gives NaN', () => {
    const broken = linearOperator(4, () => new Float64Array(4).fill(Number.NaN), { symmetric: true });
    expect(lowestEigenvalues(broken)).toMatchObject({ sign: 'undecided', converged: false });
    expect(lowestEigenvalues(broken).message).toContain('not finite');
  });

  test('needs declared symmetry', () => {
    expect(() => lowestEigenvalues(linearOperator(2, (v) => v))).toThrow('declared symmetric');
  });
});

describe('zeroModes', () => {
  test.each([0, 1, 2, 7])('finds %i zero modes one by one', (zeros) => {
    const n = 80;
    const U = orthonormalColumns(n, 5);
    const matrix = fromSpectrum(spectrum(n, 1000, zeros), U);
    const { modes, rest } = zeroModes(symmetric(matrix));
    expect(modes).toHaveLength(zeros);
    expect(rest.sign).toBe('positive');
    expect(rest.lowest?.value).toBeGreaterThan(0.9);
    for (const [i, mode] of modes.entries()) {
      expect(Math.hypot(...multiply(matrix, mode))).toBeLessThan(1e-10);
      for (const other of modes.slice(0, i)) {
        expect(Math.abs(mode.reduce((sum, value, k) => sum + value * other[k], 0))).toBeLessThan(1e-12);
      }
      // All of it lies in the true null space.
      const inside = U.slice(0, zeros).map((u) => u.reduce((sum, value, k) => sum + value * mode[k], 0));
      expect(Math.hypot(...inside)).toBeCloseTo(1, 10);
    }
  });

  test('finds the sign of what lies beyond the zero modes', () => {
    const matrix = fromSpectrum([-2, 0, 0, 1, 2, 3, 4, 5], orthonormalColumns(8, 6));
    expect(zeroModes(symmetric(matrix)).rest.sign).toBe('negative');
  });
});

describe('lowestRitzValue', () => {
  test.each([1, 2, 3, 20, 100, 400])('finds the lower end of a chain of %i clearly positive', (n) => {
    const found = lowestRitzValue(fixedChain(n), { clear: 1e-9 });
    const lowest = 2 - 2 * Math.cos(Math.PI / (n + 1));
    expect(found.positive).toBe(true);
    expect(found.lowest).toBeGreaterThan(0.9 * lowest);
    expect(found.lowest).toBeLessThan(1.1 * lowest);
  });

  test('does not call a zero mode or a negative eigenvalue positive, hidden as it may be', () => {
    const n = 60;
    expect(lowestRitzValue(ring(n)).positive).toBe(false);
    const nullSpace = [new Float64Array(n).fill(1 / Math.sqrt(n))];
    expect(lowestRitzValue(ring(n), { nullSpace }).positive).toBe(true);
    for (let seed = 0; seed < 20; seed++) {
      const values = spectrum(n, 1000);
      values[seed] = seed % 2 === 0 ? -1e-3 : 0;
      const A = symmetric(fromSpectrum(values, orthonormalColumns(n, seed)));
      expect(lowestRitzValue(A, { seed }).positive).toBe(false);
    }
  });

  test('answers for NaN in the operator', () => {
    const nan = linearOperator(3, () => new Float64Array(3).fill(Number.NaN), { symmetric: true });
    expect(lowestRitzValue(nan).positive).toBe(false);
  });
});
