import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import * as implicit from '../../src/implicit/index.js';
import { norm2 } from '../../src/linear/index.js';
import * as optimize from '../../src/optimize/index.js';
import * as tensor from '../../src/tensor/index.js';
import { examplesOf, printed } from '../support/documentation.js';
import { objectiveOf, rosenbrock } from './problems.js';
import { distance } from './reference.js';

const page = readFileSync('docs/optimize.md', 'utf8');

test('the page on solvers has an output for each of its examples', () => {
  expect(examplesOf(page)).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
});

test.each(examplesOf(page))('the page on solvers prints what it says: $title', async ({ code, output }) => {
  expect(
    await printed(code, { '@tensorflow/tfjs': tf, stillpoint: { ...implicit, ...optimize, ...tensor } }),
  ).toBe(output);
});

test('the solver that the page adds is one', () => {
  const code = /```js\nexport const heavyBall = ([\s\S]*?)```/.exec(page)?.[1] ?? '';
  expect(code.split('\n').length).toBeLessThan(40);
  const make = new Function('norm2', `return ${code.trim().replace(/;$/, '')}`);
  const heavyBall = make(norm2) as () => optimize.Minimizer;
  const found = optimize.minimize(heavyBall(), objectiveOf(rosenbrock), Float64Array.of(-1.2, 1), {
    tolerance: 1e-10,
    maxSteps: 50_000,
  });
  expect(found.result).toBe('converged');
  expect(distance(found.value, [1, 1])).toBeLessThan(1e-9);
});
