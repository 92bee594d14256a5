import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import * as implicit from '../../src/implicit/index.js';
import * as linear from '../../src/linear/index.js';
import * as tensor from '../../src/tensor/index.js';
import { examplesOf, printed } from '../linear/documentation.js';

const page = readFileSync('docs/implicit.md', 'utf8');
const modules = { '@tensorflow/tfjs': tf, stillpoint: { ...implicit, ...linear, ...tensor } };

test('the page on derivatives of solutions has an output for each of its examples', () => {
  expect(examplesOf(page)).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
});

test.each(examplesOf(page))(
  'the page on derivatives of solutions prints what it says: $title',
  async ({ code, output }) => {
    expect(await printed(code, modules)).toBe(output);
  },
);
