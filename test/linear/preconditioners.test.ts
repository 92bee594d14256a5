import { describe, expect, test } from 'vitest';
import {
  blockJacobi,
  cg,
  diagonalBlocksOf,
  diagonalOf,
  jacobi,
  materialise,
  minres,
} from '../../src/linear/index.js';
import { general, multiply, nonsymmetric, randomVector, relativeError, symmetric } from './problems.js';

/** Stiff 3 × 3 blocks of very different size on the diagonal, weakly coupled. */
function blocked(count: number): Float64Array {
  const n = 3 * count;
  const matrix = new Float64Array(n * n);
  for (let k = 0; k < count; k++) {
    const u = randomVector(9, 100 + k);
    const size = 10 ** (k % 5);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let sum = i === j ? 0.01 : 0;
        for (let m = 0; m < 3; m++) sum += u[3 * i + m] * u[3 * j + m];
        matrix[(3 * k + i) * n + 3 * k + j] = size * sum;
      }
    }
    if (k > 0) {
      for (let i = 0; i < 3; i++) {
        matrix[(3 * k + i) * n + 3 * k - 3 + i] = matrix[(3 * k - 3 + i) * n + 3 * k + i] = -1e-3;
      }
    }
  }
  return matrix;
}

describe('jacobi and blockJacobi', () => {
  test('read the diagonal and its blocks off an operator', () => {
    const matrix = nonsymmetric(6, 1);
    expect([...materialise(general(matrix))]).toEqual([...matrix]);
    expect([...diagonalOf(general(matrix))]).toEqual([0, 7, 14, 21, 28, 35].map((k) => matrix[k]));
    const blocks = diagonalBlocksOf(general(matrix), 2);
    expect([...blocks.subarray(4, 8)]).toEqual([matrix[14], matrix[15], matrix[20], matrix[21]]);
  });

  test('blocks are inverted exactly', () => {
    const matrix = blocked(4);
    const blocks = diagonalBlocksOf(symmetric(matrix), 3);
    const r = randomVector(12, 2);
    const z = new Float64Array(12);
    blockJacobi(blocks, 3)(r, z);
    for (let k = 0; k < 4; k++) {
      const back = multiply(blocks.slice(9 * k, 9 * k + 9), z.subarray(3 * k, 3 * k + 3));
      expect(relativeError(back, r.subarray(3 * k, 3 * k + 3))).toBeLessThan(1e-10);
    }
  });

  test.each([
    ['cg', cg],
    ['minres', minres],
  ])('%s needs far fewer products with the blocks than with the diagonal or without', (_name, solve) => {
    const matrix = blocked(30);
    const A = symmetric(matrix);
    const x = randomVector(90, 3);
    const b = multiply(matrix, x);
    const counts = [undefined, jacobi(diagonalOf(A)), blockJacobi(diagonalBlocksOf(A, 3), 3)].map(
      (preconditioner) => {
        const solution = solve(A, b, {
          tolerance: 1e-12,
          maxIterations: 20_000,
          ...(preconditioner ? { preconditioner } : {}),
        });
        expect(solution.result).toBe('converged');
        return solution.matvecs;
      },
    );
    expect(counts[2]).toBeLessThan(counts[1] / 2);
    expect(counts[1]).toBeLessThan(counts[0] / 2);
  });

  test('leave blocks of zeros alone, as a rattler has them', () => {
    const out = new Float64Array(4);
    blockJacobi(Float64Array.of(4, 0, 0, 4, 0, 0, 0, 0), 2)(Float64Array.of(4, 8, 4, 8), out);
    expect([...out]).toEqual([1, 2, 1, 2]);
    jacobi(Float64Array.of(2, 0))(Float64Array.of(2, 2), out);
    expect([...out.subarray(0, 2)]).toEqual([1, 1]);
  });

  test('stay positive on an indefinite operator', () => {
    const out = new Float64Array(2);
    blockJacobi(Float64Array.of(0, 2, 2, 0), 2)(Float64Array.of(1, 1), out);
    expect([...out].map((value) => value.toFixed(12))).toEqual(['0.500000000000', '0.500000000000']);
  });

  test('refuse blocks that do not fit', () => {
    expect(() => blockJacobi(new Float64Array(5), 2)).toThrow('blocks of 2 × 2');
    expect(() => diagonalBlocksOf(general(Float64Array.of(1, 0, 0, 1)), 3)).toThrow('blocks of 3');
  });
});
