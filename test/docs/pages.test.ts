/** The examples of the pages on atoms print what the pages say. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as potentials from '../../potentials/index.js';
import * as stillpoint from '../../src/index.js';
import * as systems from '../../systems/index.js';
import { examplesOf, printed } from '../support/documentation.js';

const modules = {
  '@tensorflow/tfjs': tf,
  stillpoint,
  'stillpoint/potentials': potentials,
  'stillpoint/systems': systems,
};

describe.each(['potentials', 'relax'])('docs/%s.md', (name) => {
  const page = readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
  const examples = examplesOf(page);

  test('shows what each example prints', () => {
    expect(examples).toHaveLength(page.match(/```ts\n/g)?.length ?? 0);
  });

  test.each(examples.map((example) => [example.title, example] as const))(
    'prints what it says: %s',
    async (_, e) => {
      expect(await printed(e.code, modules)).toBe(e.output);
    },
  );
});
