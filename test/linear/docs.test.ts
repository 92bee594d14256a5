import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as linear from '../../src/linear/index.js';
import { Problem } from '../../src/linear/problem.js';
import { examplesOf, printed } from '../support/documentation.js';
import {
  fromSpectrum,
  multiply,
  orthonormalColumns,
  randomVector,
  relativeError,
  symmetric,
} from './problems.js';

const page = readFileSync('docs/linear.md', 'utf8');

test('the page on linear solvers has an output for each of its examples', () => {
  expect(examplesOf(page)).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
});

test.each(examplesOf(page))(
  'the page on linear solvers prints what it says: $title',
  async ({ code, output }) => {
    expect(await printed(code, { stillpoint: linear })).toBe(output);
  },
);

test('the solver that the page adds is one', () => {
  const code = /```js\nexport const richardson = ([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const make = new Function('Problem', 'axpy', `return ${code.trim().replace(/;$/, '')}`);
  const richardson = make(Problem, linear.axpy) as linear.LinearSolver;
  const matrix = fromSpectrum([1, 2, 5], orthonormalColumns(3, 1));
  const x = randomVector(3, 2);
  const solution = richardson(symmetric(matrix), multiply(matrix, x), { maxIterations: 1000 });
  expect(solution.result).toBe('converged');
  expect(relativeError(solution.value, x)).toBeLessThan(1e-9);
});
