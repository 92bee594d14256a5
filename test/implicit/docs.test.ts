import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as stillpoint from '../../src/index.js';
import * as projection from '../../src/projection/index.js';
import * as proximal from '../../src/proximal/index.js';
import { examplesOf, printed } from '../support/documentation.js';

const modules = { '@tensorflow/tfjs': tf, stillpoint: { ...projection, ...proximal, ...stillpoint } };

describe.each(['implicit', 'choosing'])('docs/%s.md', (name) => {
  const page = readFileSync(`docs/${name}.md`, 'utf8');

  test('has an output for each of its examples', () => {
    expect(examplesOf(page)).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
  });

  test.each(examplesOf(page))('prints what it says: $title', async ({ code, output }) => {
    expect(await printed(code, modules)).toBe(output);
  });

  test('links to files that are there', () => {
    for (const [, target] of page.matchAll(/\]\(([^)#]+)\)/g)) {
      expect(() => readFileSync(`docs/${target}`), target).not.toThrow();
    }
  });

  test('shows how to add a condition in less than 40 lines', () => {
    if (name !== 'choosing') return;
    const example = examplesOf(page).find(({ code }) => code.includes('complementarityCondition'));
    expect(example?.code.split('\n').length).toBeLessThan(40);
  });
});
