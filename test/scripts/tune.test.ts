/** `stillpoint tune`: what it prints and writes, and what it says of data that cannot be used. */
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { random } from '../../src/random/index.js';
import { type Folder, stillpoint, temporaryFolder } from './command-line.js';

let folder: Folder;
let table: string;
beforeAll(() => {
  folder = temporaryFolder();
  const { normal } = random(1);
  const rows = Array.from({ length: 60 }, () => {
    const [a, b, c] = [normal(), 10 + 3 * normal(), normal()];
    const y = 2 * a - 0.5 * b + normal();
    return [a, b, c, y, y > -4 ? 'high' : y < -6 ? 'low' : 'middle'].join(',');
  });
  table = folder.write('table.csv', `a,b,c,y,kind\n${rows.join('\n')}\n`);
});
afterAll(() => folder.remove());
afterEach(() => vi.unstubAllEnvs());

const tune = (...args: string[]) => stillpoint('tune', table, '-o', folder.path('out'), ...args);
const written = (name: string) => readFileSync(folder.path(`out/${name}`), 'utf8');

describe('stillpoint tune', () => {
  test.each([
    ['ridge', ['--target', 'y', '--drop', 'kind']],
    ['lasso', ['--target', 'y', '--columns', 'a,b,c', '--folds', '3']],
    ['elastic-net', ['--target', 'y', '--drop', 'kind', '--penalty', 'feature', '--evaluations', '6']],
    ['kernel-ridge', ['--target', 'y', '--drop', 'kind', '--evaluations', '6']],
    ['logistic', ['--drop', 'y', '--penalty', 'class', '--evaluations', '6']],
    ['svm', ['--drop', 'y', '--evaluations', '6']],
  ])('tunes %s, and says what it found', async (model, args) => {
    const { code, json, err } = await tune('--model', model, '--json', ...args);
    expect([code, err]).toEqual([0, '']);
    expect(json.model).toBe(model);
    expect(Object.keys(json.hyperparameters).length).toBeGreaterThan(0);
    expect(json.validationLoss).toBeGreaterThan(0);
    expect(json.evaluations).toBeGreaterThan(1);
    expect(json.seconds).toBeGreaterThan(0);
    expect(json.unsolved).toBe(0);
    expect(json.grid.evaluations).toBeLessThanOrEqual(json.evaluations);
    // The grid covers the same range: it may be luckier on noise, not much.
    expect(json.validationLoss).toBeLessThan(1.05 * json.grid.validationLoss);
    expect(JSON.parse(written('tune.json')).history).toHaveLength(json.evaluations);
    expect(JSON.parse(written('model.json')).model).toBe(model);
  });

  test('writes a model that predicts, from its weights alone', async () => {
    await tune('--target', 'y', '--drop', 'kind', '--quiet');
    const { features, standardize, intercept, weights } = JSON.parse(written('model.json'));
    expect(features).toEqual(['a', 'b', 'c']);
    const rows = readFileSync(table, 'utf8').trim().split('\n').slice(1);
    let square = 0;
    for (const row of rows) {
      const cells = row.split(',').map(Number);
      const terms = weights.map(
        (w: number, j: number) => (w * (cells[j] - standardize.mean[j])) / standardize.scale[j],
      );
      square += (intercept + terms.reduce((a: number, b: number) => a + b, 0) - cells[3]) ** 2;
    }
    // The noise has variance 1.
    expect(square / rows.length).toBeLessThan(1.5);
  });

  test('writes a report that opens offline', async () => {
    await tune('--target', 'y', '--drop', 'kind', '--quiet');
    const report = written('report.html');
    expect(report).toMatch(/Validation loss against evaluations/);
    expect(report).toMatch(/Path of the hyperparameters/);
    expect(report).toMatch(/grid/);
    expect(report).toMatch(/uPlot/);
    expect(report).not.toMatch(/(?:src|href)="(?!data:)/);
  });

  test('prints a table for people', async () => {
    const { out } = await tune('--target', 'y', '--drop', 'kind', '--seed', '3');
    expect(out).toMatch(/60 rows · 3 features · target y/);
    expect(out).toMatch(/ridge · 45 rows to train, 15 to validate · seed 3/);
    expect(out).toMatch(/l2 +[\d.]+/);
    expect(out).toMatch(/best of a grid/);
  });

  test('gives the same numbers for the same seed, others for another', async () => {
    const run = async (seed: string) =>
      (await tune('--target', 'y', '--drop', 'kind', '--seed', seed, '--json')).json.validationLoss;
    const [first, second, other] = [await run('1'), await run('1'), await run('2')];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  test('goes on from a checkpoint', async () => {
    const checkpoint = folder.path('state.json');
    const args = ['--target', 'y', '--drop', 'kind', '--model', 'lasso', '--json'];
    const whole = await tune(...args, '--evaluations', '8');
    await tune(...args, '--evaluations', '3', '--checkpoint', checkpoint);
    const resumed = await tune(...args, '--evaluations', '8', '--checkpoint', checkpoint);
    expect(resumed.json.validationLoss).toBe(whole.json.validationLoss);
    expect(resumed.json.hyperparameters).toEqual(whole.json.hyperparameters);
    const other = await tune(...args, '--seed', '5', '--folds', '3', '--checkpoint', checkpoint);
    expect(other.code).toBe(2);
    expect(other.err).toMatch(/belongs to another run/);
  });

  test('differentiates unrolled steps where it is asked to', async () => {
    const args = ['--target', 'y', '--drop', 'kind', '--json', '--evaluations', '3'];
    const { json } = await tune(...args, '--adjoint', 'unrolled', '--unrolled-steps', '60');
    const implicit = await tune(...args);
    expect(json.validationLoss).toBeCloseTo(implicit.json.validationLoss, 3);
  });

  test.each([
    [['--experiment', 'svm'], /--experiment makes its own data: leave .*out/],
    [['--outer-steps', '3'], /--outer-steps does nothing without --experiment/],
    [['--features', '3'], /--features does nothing without --experiment/],
    [['--unrolled-steps', '3'], /--unrolled-steps does nothing without --adjoint unrolled/],
    [['--folds', '5', '--validation', '0.3'], /--folds takes the place of --validation/],
  ])('refuses what would be passed over: %s', async (args, message) => {
    const { code, err } = await tune(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('refuses the target among the features', async () => {
    const { code, err } = await tune('--target', 'y', '--columns', 'a,y');
    expect([code, err]).toEqual([2, expect.stringMatching(/--columns names "y", which is the target/)]);
  });

  test('runs the experiment of the paper, small', async () => {
    vi.stubEnv('STILLPOINT_PYTHON', '');
    const out = folder.path('out');
    const { code, json } = await stillpoint(
      'tune',
      '--experiment',
      'svm',
      '--features',
      '20',
      '--outer-steps',
      '1',
      '-o',
      out,
      '--json',
    );
    expect(code).toBe(0);
    expect(
      json.rows.map(({ solver, adjoint }: { solver: string; adjoint: string }) => `${solver}, ${adjoint}`),
    ).toEqual([
      'mirror-descent, implicit',
      'mirror-descent, unrolled',
      'projected-gradient, implicit',
      'projected-gradient, unrolled',
      'block-coordinate-descent, implicit',
    ]);
    expect(written('svm-experiment.html')).toMatch(/Time of an outer step/);
    // Near the best penalty all that is implicit agrees with the exact derivative.
    for (const { adjoint, gradientError, validationLoss } of json.rows) {
      if (adjoint === 'implicit') expect(gradientError).toBeLessThan(1e-2);
      expect(validationLoss).toBeLessThan(0.6);
    }
    expect(json.message).toMatch(/without JAXopt/);
  });

  test('says when the Python that is named lacks JAXopt', async () => {
    vi.stubEnv('STILLPOINT_PYTHON', folder.path('no-python'));
    const args = ['--experiment', 'svm', '--features', '10', '--outer-steps', '1', '-o', folder.path('none')];
    const { code, err } = await stillpoint('tune', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(/STILLPOINT_PYTHON is .*no-python, which does not import jax and jaxopt/);
    expect(folder.files()).not.toContain('none');
  });
});

describe('bad data end with exit code 2 and a message that says where', () => {
  const cases: [string, string, string[], RegExp][] = [
    ['an empty file', '', [], /bad\.csv: the file is empty/],
    ['a header alone', 'a,b\n', [], /bad\.csv:1: there is a header and nothing below/],
    ['no header', '1,2\n3,4\n', [], /bad\.csv:1: the first line holds numbers/],
    ['names that come twice', 'a,a\n1,2\n', [], /bad\.csv:1: two columns are named "a"/],
    ['rows of another length', 'a,b\n1,2\n3\n', [], /bad\.csv:3: found 1 values, expected 2/],
    ['a missing value', 'a,b\n1,2\n,4\n', [], /bad\.csv:3: there is no value in column "a"/],
    ['NaN', 'a,b\n1,2\nNaN,4\n', [], /bad\.csv:3: found "NaN" in column "a"/],
    ['infinity', 'a,b\n1,2\ninf,4\n', [], /bad\.csv:3: found "inf" in column "a", expected a finite number/],
    ['text', 'a,b\n1,2\nred,4\n', [], /bad\.csv:3: found "red" in column "a", expected a number/],
    [
      'one class',
      'a,b\n1,x\n2,x\n',
      ['--model', 'logistic'],
      /bad\.csv: every row of column "b" is of the class "x"/,
    ],
    ['a missing class', 'a,b\n1,x\n2,\n', ['--model', 'svm'], /bad\.csv:3: there is no class in column "b"/],
    [
      'classes that are numbers',
      'a,b\n1,1.5\n2,2.5\n3,7\n',
      ['--model', 'svm'],
      /has 3 different values in 3 rows/,
    ],
    [
      'fewer samples than folds',
      'a,b\n1,2\n2,3\n3,5\n',
      ['--folds', '5'],
      /bad\.csv: 5 folds need as many samples or more, found 3/,
    ],
    ['one sample', 'a,b\n1,2\n', [], /bad\.csv: a split needs 2 samples or more, found 1/],
    [
      'no such target',
      'a,b\n1,2\n',
      ['--target', 'z'],
      /bad\.csv: there is no column "z"; the columns are a, b/,
    ],
    ['no features', 'b\n1\n2\n', [], /no column of features beside the target "b"/],
    [
      'a penalty that the model lacks',
      'a,b\n1,2\n2,3\n',
      ['--penalty', 'class'],
      /--penalty class does not go with --model ridge/,
    ],
    ['a decimal comma', 'a;b\n1;2\n2,5;4\n', [], /bad\.csv:3: found "2,5" in column "a".*with a point/],
    [
      'numbers whose squares overflow',
      'a,b\n1,2\n1e200,4\n',
      [],
      /bad\.csv:3: found "1e200" in column "a".*another unit/,
    ],
    ['a number too large for any', 'a,b\n1,2\n3,-1e999\n', [], /bad\.csv:3: found "-1e999" in column "b"/],
    ['features that are the same everywhere', 'a,b\n1,2\n1,4\n', [], /features are the same in all rows/],
    ['a target that is', 'a,b\n1,7\n2,7\n', [], /every row of column "b" has the value 7/],
    ['a feature named twice', 'a,b\n1,2\n2,4\n', ['--columns', 'a,a'], /--columns names "a" twice/],
    ['a quote that is not closed', 'a,b\n1,"2\n', [], /bad\.csv: this is no CSV file/],
  ];
  test.each(cases)('%s', async (_, text, args, message) => {
    const file = folder.write('bad.csv', text);
    const { code, out, err } = await stillpoint('tune', file, '-o', folder.path('bad'), ...args);
    expect(err).toMatch(message);
    expect([code, out]).toEqual([2, '']);
    expect(folder.files()).not.toContain('bad');
  });

  test('lines that end as on Windows, a byte order mark, semicolons are no faults', async () => {
    const text = '\ufeffa;b;y\r\n1;2;3\r\n2;3;5\r\n3;4;4\r\n4;6;6\r\n5;1;2\r\n';
    const { code, json } = await stillpoint(
      'tune',
      folder.write('windows.csv', text),
      '-o',
      folder.path('w'),
      '--json',
    );
    expect([code, json.rows, json.features, json.target]).toEqual([0, 5, 2, 'y']);
  });

  test('a folder that cannot be written is found out before the work, and one that was made for nothing goes', async () => {
    const file = folder.write('taken', '');
    const run = await stillpoint('tune', table, '--drop', 'kind', '-o', `${file}/out`);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toMatch(/cannot write to .*taken\/out/);
    const state = folder.write('state.csv', 'no JSON');
    const stopped = await stillpoint(
      'tune',
      table,
      '--drop',
      'kind',
      '-o',
      folder.path('new'),
      '--checkpoint',
      state,
    );
    expect(stopped.err).toMatch(/state\.csv: this is no checkpoint/);
    expect(folder.files()).not.toContain('new');
  });

  test('a checkpoint that is damaged', async () => {
    const state = folder.write('state2.json', '{"format":"stillpoint tuning","version":1}');
    const { code, err } = await stillpoint(
      'tune',
      table,
      '--drop',
      'kind',
      '-o',
      folder.path('o'),
      '--checkpoint',
      state,
    );
    expect(code).toBe(2);
    expect(err).toMatch(/state2\.json: the checkpoint is damaged: it has no list "evaluations"/);
  });

  test('a file that is not there, and none at all', async () => {
    expect((await stillpoint('tune', folder.path('nowhere.csv'))).err).toMatch(/cannot read .*nowhere\.csv/);
    expect((await stillpoint('tune')).err).toMatch(/name a CSV file/);
  });
});
