/** Several right-hand sides at once against one after the other. */
import { describe, expect, test } from 'vitest';
import { cg, cgTogether, type LinearOperator, materialise, matrixOperator } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';

/** A positive definite matrix, and how often it was asked for products. */
function watched(n: number): { operator: LinearOperator; sizes: number[] } {
  const { normal } = random(n);
  const a = Float64Array.from({ length: n * n }, normal);
  const matrix = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) sum += a[i * n + k] * a[j * n + k];
    return sum;
  });
  const plain = matrixOperator(matrix, n, { symmetric: true });
  const sizes: number[] = [];
  const operator: LinearOperator = {
    ...plain,
    applyAll(vectors, outs) {
      sizes.push(vectors.length);
      for (const [k, v] of vectors.entries()) plain.apply(v, outs[k]);
    },
  };
  return { operator, sizes };
}

describe('conjugate gradients for several right-hand sides', () => {
  test('give what they give one by one, to the last bit', () => {
    const { operator, sizes } = watched(30);
    const { normal } = random(1);
    const sides = Array.from({ length: 11 }, () => Float64Array.from({ length: 30 }, normal));
    sides[3].fill(0);
    const together = cgTogether(operator, sides, { tolerance: 1e-12 });
    expect(together).toEqual(sides.map((b) => cg(operator, b, { tolerance: 1e-12 })));
    // Four at a time, but for the end.
    expect(Math.max(...sizes)).toBe(4);
    expect(sizes.filter((size) => size < 4).length).toBeLessThan(sizes.length / 2);
  });

  test('tell of each of them how it ended', () => {
    const indefinite = matrixOperator(Float64Array.of(1, 0, 0, -1), 2, { symmetric: true });
    const ends = cgTogether(indefinite, [Float64Array.of(1, 0), Float64Array.of(0, 1)]);
    expect(ends.map(({ result }) => result)).toEqual(['converged', 'negative-curvature']);
    expect(cgTogether(indefinite, [])).toEqual([]);
  });

  test('report each iteration', () => {
    const { operator } = watched(20);
    const seen: number[] = [];
    const b = Float64Array.from({ length: 20 }, (_, k) => k + 1);
    const { iterations } = cg(operator, b, { onIteration: (progress) => seen.push(progress.residual) });
    expect(seen).toHaveLength(iterations + 1);
    expect(seen[0]).toBe(1);
    expect(seen[seen.length - 1]).toBeLessThan(1e-10);
  });
});

test('a matrix is asked for column by column, several at once, whatever its size', () => {
  for (const n of [1, 3, 4, 9]) {
    const { operator } = watched(n);
    const { applyAll: _, ...plain } = operator;
    expect(materialise(operator)).toEqual(materialise(plain));
  }
});
