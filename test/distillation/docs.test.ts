/** The examples of the page on distillation print what it says. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import * as stillpoint from '../../src/index.js';
import { examplesOf, printed } from '../support/documentation.js';

const page = readFileSync('docs/distillation.md', 'utf8');
const examples = examplesOf(page);

test('the page on distillation has an output for each of its examples', () => {
  expect(examples).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
});

test.each(examples)('the page on distillation prints what it says: $title', async ({ code, output }) => {
  expect(await printed(code, { '@tensorflow/tfjs': tf, stillpoint })).toBe(output);
});
