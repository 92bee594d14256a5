import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import * as loss from '../../src/loss/index.js';
import * as projection from '../../src/projection/index.js';
import * as proximal from '../../src/proximal/index.js';
import * as tensor from '../../src/tensor/index.js';
import { examplesOf, printed } from '../support/documentation.js';

const page = readFileSync('docs/projections.md', 'utf8');
const rooms = { ...loss, ...projection, ...proximal };
const modules = { '@tensorflow/tfjs': tf, stillpoint: { ...rooms, ...tensor } };

test('the page on projections has an output for each of its examples', () => {
  expect(examplesOf(page)).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
});

test.each(examplesOf(page))(
  'the page on projections prints what it says: $title',
  async ({ code, output }) => {
    expect(await printed(code, modules)).toBe(output);
  },
);

test('the page on projections names every operator and loss that there is', () => {
  const names = Object.keys(rooms).filter((name) => /^(project|prox|support)[A-Z]|Loss$/.test(name));
  expect(names.length).toBeGreaterThan(35);
  expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
