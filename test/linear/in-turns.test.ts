/** Conjugate gradients that let other work have its turn: the same bits, and an end where one is asked for. */
import { expect, test } from 'vitest';
import { cg, cgInTurns, matrixOperator } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';

const n = 40;
const { normal } = random(3);
const B = Float64Array.from({ length: n * n }, normal);
const matrix = new Float64Array(n * n);
for (let i = 0; i < n; i++) {
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < n; k++) matrix[i * n + j] += B[i * n + k] * B[j * n + k];
  }
  matrix[i * n + i] += 1;
}
const A = matrixOperator(matrix, n, { symmetric: true });
const b = Float64Array.from({ length: n }, normal);

test('gives the bits of cg, and other work its turn between two iterations', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const solving = cgInTurns(A, b, { tolerance: 1e-12 }, { pause: 0 });
  const solution = await solving;
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  expect(solution).toEqual(cg(A, b, { tolerance: 1e-12 }));
});

test('ends with the reason of a signal that is aborted, before it begins or on the way', async () => {
  const early = AbortSignal.abort(new Error('too early'));
  await expect(cgInTurns(A, b, {}, { signal: early })).rejects.toThrow('too early');
  const controller = new AbortController();
  let iterations = 0;
  const onIteration = (): void => {
    if (++iterations === 5) controller.abort(new Error('enough'));
  };
  await expect(cgInTurns(A, b, { onIteration }, { signal: controller.signal })).rejects.toThrow('enough');
  expect(iterations).toBe(5);
});
