import { describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { hostMatrix } from '../../src/tensor/index.js';

const source = random(3);
const numbers = (length: number): Float64Array => Float64Array.from({ length }, () => source.normal());

/** Σₖ a(i, k) b(k, j), by its definition. */
function defined(
  [rows, inner, columns]: readonly [number, number, number],
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++)
      for (let k = 0; k < inner; k++) out[i * columns + j] += a(i, k) * b(k, j);
  }
  return out;
}

function expectClose(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i])).toBeLessThan(1e-11);
}

describe.each([
  [1, 1, 1],
  [3, 5, 1],
  [60, 30, 1],
  [40, 70, 4],
  [129, 33, 20],
])('a matrix of %i × %i and %i columns', (rows, width, columns) => {
  const values = numbers(rows * width);
  const at = (i: number, k: number): number => values[i * width + k];
  const matrix = hostMatrix(values, rows, width);

  test('is multiplied, and its transpose', () => {
    const [V, W] = [numbers(width * columns), numbers(rows * columns)];
    const out = new Float64Array(rows * columns).fill(Number.NaN);
    matrix.multiply(V, columns, out);
    expectClose(
      out,
      defined([rows, width, columns], at, (k, j) => V[k * columns + j]),
    );
    const other = new Float64Array(width * columns).fill(Number.NaN);
    matrix.multiplyTransposed(W, columns, other);
    expectClose(
      other,
      defined(
        [width, rows, columns],
        (i, k) => at(k, i),
        (k, j) => W[k * columns + j],
      ),
    );
  });

  test('has the products of its rows and of its columns', () => {
    expectClose(
      matrix.rowProducts(),
      defined([rows, width, rows], at, (k, j) => at(j, k)),
    );
    expectClose(
      matrix.columnProducts(),
      defined([width, rows, width], (i, k) => at(k, i), at),
    );
  });
});

test('a matrix keeps its numbers when the array that it was made of changes', () => {
  const values = new Float64Array(1000).fill(1);
  const matrix = hostMatrix(values, 1, 1000);
  values.fill(2);
  const out = new Float64Array(1);
  matrix.multiply(new Float64Array(1000).fill(1), 1, out);
  expect(out[0]).toBe(1000);
});

test('a matrix of another size than its array is refused', () => {
  expect(() => hostMatrix(new Float64Array(5), 2, 3)).toThrow('2 × 3 are 6 numbers, found 5');
});
