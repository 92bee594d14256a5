/** `stillpoint dictionary` on tables: what it compares, and what it says of tables that cannot be used. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/random/index.js';
import { type Folder, stillpoint, stillpointOn, temporaryFolder } from '../scripts/command-line.js';

let folder: Folder;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

/** Rows of three features, of which the first tells the classes apart. */
function rows(count: number, nameOf: (i: number) => string): string {
  const { normal } = random(2);
  return Array.from({ length: count }, (_, i) => {
    const side = i % 2 === 0 ? 2 : -2;
    return `${[side + normal(), normal(), normal()].join(',')},note ${i},${nameOf(i)}`;
  }).join('\n');
}

test('a table with two classes: the second in the alphabet is what high scores speak for', async () => {
  const body = rows(80, (i) => (i % 2 === 0 ? 'yes' : 'no'));
  const file = folder.write('two.csv', `a,b,c,note,kind\n${body}\n`);
  const args = ['--target', 'kind', '--drop', 'note', '--splits', '1', '--atoms', '3', '--steps', '3'];
  const { code, json, err } = await stillpoint('dictionary', '--data', file, ...args, '--json');
  expect([code, err]).toEqual([0, '']);
  expect(json).toMatchObject({ data: 'two.csv', samples: 80, features: 3, splits: 1, positive: 'yes' });
  expect(json.methods).toHaveLength(4);
  for (const { mean } of json.methods) expect(mean).toBeGreaterThan(0.9);
});

test('a run that is stopped says how far it came, with exit code 1', async () => {
  const { code, json } = await stillpointOn({ interrupted: AbortSignal.abort() }, 'dictionary', '--json');
  expect(code).toBe(1);
  expect(json).toMatchObject({ result: 'aborted', splits: 0 });
  expect(json.methods[0]).toMatchObject({ mean: null, areas: [] });
  expect(json.message).toMatch(/stopped by the caller, 10 were asked for/);
});

describe('tables that cannot be used end with exit code 2 and a message that says where:', () => {
  test.each([
    ['an empty file', '', [], /bad\.csv: the file is empty/],
    ['no header', '1,2\n3,4\n', [], /bad\.csv:1: the first line holds numbers/],
    ['text where numbers belong', 'a,k\nx,0\n1,1\n2,0\n3,1\n', [], /bad\.csv:2: found "x" in column "a"/],
    ['one class', 'a,k\n1,x\n2,x\n', [], /every row of column "k" is of the class "x"/],
    [
      'three classes',
      `a,k\n${rows(30, (i) => 'xyz'[i % 3]).replaceAll(/,[^\n]*,/g, ',')}\n`,
      [],
      /bad\.csv: column "k" has 3 classes \(x, y, z\), expected two/,
    ],
    [
      'a class of few',
      `a,k\n${rows(30, (i) => (i < 3 ? 'rare' : 'usual')).replaceAll(/,[^\n]*,/g, ',')}\n`,
      [],
      /bad\.csv: 3 rows of the class "rare" in column "k", expected 8 or more/,
    ],
    ['numbers for classes', 'a,k\n1,1.5\n2,2.5\n3,7\n', [], /3 different values in 3 rows.*--target/],
    ['no such target', 'a,k\n1,0\n2,1\n', ['--target', 'z'], /there is no column "z"; the columns are a, k/],
  ] as [string, string, string[], RegExp][])('%s', async (_, text, args, message) => {
    const { code, out, err } = await stillpoint(
      'dictionary',
      '--data',
      folder.write('bad.csv', text),
      ...args,
    );
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
  });

  test('none, and a target without a table', async () => {
    expect((await stillpoint('dictionary', '--data', folder.path('nowhere.csv'))).err).toMatch(
      /cannot read .*nowhere\.csv: there is no such file/,
    );
    expect((await stillpoint('dictionary', '--target', 'k')).err).toMatch(/name one with --data/);
  });
});
