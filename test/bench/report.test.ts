import { describe, expect, it } from 'vitest';
import type { Machine } from '../../bench/machine.js';
import {
  markdownTable,
  mergeReports,
  number,
  type Outcome,
  rowsMarkdown,
  tableMarkdown,
  toMarkdown,
} from '../../bench/report.js';
import { agreement, passes, type Row, ratio, series, vectorAgreement } from '../../bench/row.js';
import { runRow } from '../../bench/run-row.js';

const machine: Machine = {
  cpu: 'a processor',
  cores: 2,
  memoryGiB: 8,
  loadAverage: 0,
  versions: { node: '20.0.0', LAMMPS: '1 Jan 2000' },
  missing: { jax: 'no jax in Python' },
};

const row = (difference: number): Row => ({
  name: 'example',
  title: 'An example',
  peers: ['lammps'],
  run: async () => ({
    checks: [{ what: 'energy', difference, tolerance: 1e-9 }],
    series: [series('ours', [0.002, 0.003, 0.004])],
    ratios: [ratio('ours / peer', [2, 3, 4], [4, 4, 4], { goal: 0.8 })],
    contents: ['What is in it.'],
    scripts: { 'command line': 'lmp -in in.time' },
  }),
});
const settings = { quick: true, rounds: 3 };

describe('a row', () => {
  it('whose checks hold is measured, and its table has times, ratios, checks and scripts', async () => {
    const outcome = await runRow(row(1e-12), {}, settings);
    expect(outcome.status).toBe('measured');
    const text = toMarkdown({ machine, rows: [outcome] });
    expect(text).toContain('a processor, 2 cores, 8 GiB. node 20.0.0, LAMMPS 1 Jan 2000.');
    expect(text).toContain(
      '| [`example`](#example) | An example | ours / peer | 0.75 (0.625 – 0.875) | 0.5 | ≤ 0.8: met |',
    );
    expect(text).toContain('| ours | ms | 2 | 2.5 | 3 | 3.5 | 4 | 3 |');
    expect(text).toContain('energy differs by 1.0e-12 (allowed 1e-9)');
    expect(text).toContain('lmp -in in.time');
    expect(text).toContain('no figure to quote');
  });

  it('has a line in the table that leads to its part of the page of rows', async () => {
    const report = { machine, rows: [await runRow(row(1e-12), {}, settings)] };
    expect(tableMarkdown(report, 'rows.md')).toContain('| [`example`](rows.md#example) |');
    expect(tableMarkdown(report, 'rows.md')).not.toContain('lmp -in in.time');
    expect(rowsMarkdown(report)).toMatch(/^## example\n\nAn example\.\n/);
    expect(rowsMarkdown(report)).toContain('lmp -in in.time');
  });

  it('whose result is wrong says so and gives no figure', async () => {
    const outcome = await runRow(row(1e-3), {}, settings);
    expect(outcome.status).toBe('wrong');
    expect(JSON.stringify(outcome)).not.toContain('median');
    const text = toMarkdown({ machine, rows: [outcome] });
    expect(text).toContain('no figure: energy differs by 1.0e-3 (allowed 1e-9)');
    expect(text).not.toContain('0.75');
  });

  it('whose result is not a number is wrong', async () => {
    expect((await runRow(row(Number.NaN), {}, settings)).status).toBe('wrong');
  });

  it('whose peer is missing is listed with what to do', async () => {
    const outcome = await runRow(row(0), { lammps: 'install LAMMPS' }, settings);
    expect(outcome).toMatchObject({ status: 'missing', reason: 'install LAMMPS' });
    expect(toMarkdown({ machine, rows: [outcome] })).toContain('not run: install LAMMPS');
  });

  it('that throws is a failed row, not the end of the run', async () => {
    const broken: Row = { ...row(0), run: () => Promise.reject(new Error('no pair style\nand more')) };
    const outcome = await runRow(broken, {}, settings);
    expect(outcome.status).toBe('failed');
    expect(toMarkdown({ machine, rows: [outcome] })).toContain('failed: no pair style |');
  });
});

describe('the table', () => {
  it('keeps rows of an earlier run, takes new ones over, in the order of the rows', () => {
    const outcome = (name: string, reason: string): Outcome => ({
      name,
      title: name,
      status: 'failed',
      reason,
    });
    const kept = { machine, rows: [outcome('a', 'old'), outcome('b', 'old'), outcome('gone', 'old')] };
    const fresh = { machine, rows: [outcome('c', 'new'), outcome('a', 'new')] };
    const { rows } = mergeReports(kept, fresh, ['a', 'b', 'c']);
    expect(rows.map((each) => each.name)).toEqual(['a', 'b', 'c']);
    expect(rows.map((each) => each.status === 'failed' && each.reason)).toEqual(['new', 'old', 'new']);
  });

  it('keeps a row and its versions where the peer was missing this time', () => {
    const versioned = { ...machine, versions: { node: '20', jax: '0.10' } };
    const failed: Outcome = { name: 'a', title: 'a', status: 'failed', reason: 'old' };
    const missing: Outcome = { name: 'a', title: 'a', status: 'missing', reason: 'no jax' };
    const kept = { machine: versioned, rows: [failed] };
    const fresh = { machine: { ...machine, versions: { node: '20' } }, rows: [missing] };
    const merged = mergeReports(kept, fresh, ['a']);
    expect(merged.rows).toEqual([failed]);
    expect(merged.machine.versions).toEqual({ node: '20', jax: '0.10' });
  });

  it('writes numbers with three digits', () => {
    expect([0, 0.0001234, 0.01234, 1.2345, 123.4, 1_234_567].map(number)).toEqual([
      '0',
      '1.23e-4',
      '0.0123',
      '1.23',
      '123',
      '1,234,567',
    ]);
  });

  it('escapes what would end a cell', () => {
    expect(markdownTable(['a'], [['|x|']])).toBe('| a |\n| --- |\n| \\|x\\| |');
  });
});

describe('checks', () => {
  it('measure numbers and vectors against their size', () => {
    expect(agreement('energy', 1001, 1000, 1e-3).difference).toBeCloseTo(1e-3, 12);
    expect(vectorAgreement('forces', [0, 2.5], [0, 2], 1).difference).toBe(0.25);
  });

  it('fail on vectors of another length and on values that are not numbers', () => {
    expect(passes(vectorAgreement('forces', [1], [1, 1], 1e-3))).toBe(false);
    expect(passes(vectorAgreement('forces', [1, Number.NaN, 1], [1, 1, 1], 1e-3))).toBe(false);
    expect(passes(agreement('energy', Number.NaN, 1, 1))).toBe(false);
  });
});
