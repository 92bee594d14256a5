/** The examples of docs/hyperparameter.md print what the page says. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import * as stillpoint from '../../src/index.js';
import { examplesOf, printed } from '../support/documentation.js';

const page = readFileSync('docs/hyperparameter.md', 'utf8');
const examples = examplesOf(page);

test('each example has an output', () => {
  expect(examples).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
});

test.each(examples)('prints what it says: $title', async ({ code, output }) => {
  expect(await printed(code, { '@tensorflow/tfjs': tf, stillpoint })).toBe(output);
});
