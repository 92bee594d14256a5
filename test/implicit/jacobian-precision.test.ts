/** The paper's experiment on the precision of Jacobians, against the numbers of test/data/values.json. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jacobianPrecision } from '../../scripts/jacobian-precision/experiment.js';
import { stillpoint } from '../scripts/command-line.js';

interface Published {
  readonly rows: readonly {
    readonly theta: number;
    readonly iterations: number;
    readonly iterateError: number;
    readonly implicit: number;
    readonly bound: number;
    readonly unrolled: number;
  }[];
}
const { ridgeJacobianPrecision } = JSON.parse(readFileSync('test/data/values.json', 'utf8')) as {
  ridgeJacobianPrecision: Published;
};

test.each(ridgeJacobianPrecision.rows)(
  'at θ = $theta after $iterations steps the errors are those published',
  (row) => {
    const [found] = jacobianPrecision([row.theta], [row.iterations]);
    // To the two digits that are given.
    for (const key of ['iterateError', 'implicit', 'bound', 'unrolled'] as const) {
      expect(Number(found[key].toPrecision(2)), key).toBe(row[key]);
    }
    expect(found.implicit).toBeLessThanOrEqual(found.bound * (1 + 1e-4));
    expect(found.unrolled).toBeGreaterThan(found.bound);
  },
);

test('the command writes the figure and its data, and prints the same numbers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-'));
  try {
    const figure = join(folder, 'precision.svg');
    const { code, json } = await stillpoint('jacobian-precision', '-o', figure, '--json');
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['precision.json', 'precision.svg']);
    const data = JSON.parse(readFileSync(join(folder, 'precision.json'), 'utf8'));
    expect(data.rows).toEqual(json.rows);
    expect(json.rows.length).toBeGreaterThan(15);
    for (const { implicit, bound } of json.rows) expect(implicit).toBeLessThanOrEqual(bound * (1 + 1e-4));
    const svg = readFileSync(figure, 'utf8');
    expect(svg.match(/<circle/g)).toHaveLength(2 * json.rows.length);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the command refuses a figure of another kind, and leaves nothing behind', async () => {
  const { code, err } = await stillpoint('jacobian-precision', '-o', 'precision.png');
  expect(code).toBe(2);
  expect(err).toContain('SVG');
  const lost = await stillpoint('jacobian-precision', '--theta', '100', '-o', '/nowhere/precision.svg');
  expect(lost.code).toBe(2);
  expect(lost.err).toContain('cannot write /nowhere/precision.svg');
});
