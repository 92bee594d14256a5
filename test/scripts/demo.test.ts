import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { numberColumn, readStructure, readTrajectory } from '../../systems/index.js';
import { type Folder, stillpoint, temporaryFolder } from './command-line.js';

const known = JSON.parse(readFileSync('test/data/values.json', 'utf8')).bidispersePacking;

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('stillpoint demo', () => {
  test('relaxes the packing of the paper and differentiates it as finite differences do', async () => {
    const { code, json, err } = await stillpoint('demo', '-o', folder.path('out'), '--json');
    expect([code, err]).toEqual([0, '']);
    expect(json).toMatchObject({
      atoms: 128,
      converged: true,
      stability: 'minimum',
      parameter: 'diameter.B',
    });
    expect(json.maxForce).toBeLessThanOrEqual(1e-12);
    expect(json.finiteDifference).toBeLessThan(1e-6);
    expect(json.zeroModes).toBe(known.zeroModes + 2 * json.zeroModeKinds.rattlers.length);
    expect(Object.keys(json.times)).toEqual([
      'packing',
      'compilation',
      'relaxation',
      'derivative',
      'finite difference',
      'files',
    ]);

    const steps: number[] = [];
    for await (const frame of readTrajectory(json.files.trajectory))
      steps.push(frame.info.get('step') as number);
    expect(steps[0]).toBe(0);
    expect(steps[steps.length - 1]).toBe(json.steps);
    const sensitivity = numberColumn(readStructure(json.files.sensitivity), 'sensitivity', 3);
    expect(sensitivity.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(json.norm1, 8);
    expect(readStructure(json.files.start).box.vectors[0]).toBeCloseTo(8.352, 3);
  });

  test('of two spheres, which answer nothing, finds no difference', async () => {
    const { code, json } = await stillpoint('demo', '--count', '2', '-o', folder.path('two'), '--json');
    expect(code).toBe(0);
    expect(json.finiteDifference).toBeLessThan(1e-5);
  });

  test('prints how well it went and where the files are', async () => {
    const { code, out } = await stillpoint('demo', '--seed', '3', '-o', folder.path('out'));
    expect(code).toBe(0);
    expect(out).toMatch(/✓ relaxed by fire in \d+ steps/);
    expect(out).toMatch(/finite difference +\d\.\de-\d/);
    for (const file of ['start', 'trajectory', 'sensitivity'])
      expect(out).toContain(folder.path(`out/${file}.extxyz`));
  });

  test('that is not relaxed far enough is told by the finite difference', async () => {
    const { code, err } = await stillpoint('demo', '--max-force', '1e-2', '-o', folder.path('out'));
    expect(code).toBe(1);
    expect(err).toMatch(/the sensitivity and the finite difference differ by .*relax further/);
  });

  test('finds out first whether it can write: two million spheres would take minutes', async () => {
    const file = folder.write('file', '');
    const { code, err } = await stillpoint('demo', '--count', '2000000', '-o', `${file}/out`);
    expect(code).toBe(2);
    expect(err).toContain('cannot make the folder');
    expect(folder.files()).toEqual(['file']);
  }, 30_000);
});
