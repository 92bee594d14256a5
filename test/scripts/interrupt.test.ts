/** Ctrl-C, or a batch system's SIGTERM, during a relaxation: what has been reached is written, whole, and the exit code says that it did not converge. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lattice, perturb, readStructure, writeStructure } from '../../systems/index.js';

const all = mkdtempSync(join(tmpdir(), 'stillpoint-interrupt-'));
afterAll(() => rmSync(all, { recursive: true }));

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a relaxation ended by %s leaves whole files',
  {
    timeout: 60_000,
  },
  async (signal) => {
    const folder = mkdtempSync(join(all, 'one-'));
    const start = join(folder, 'start.extxyz');
    writeStructure(start, perturb(lattice({ structure: 'fcc', latticeConstant: 1.6, repeat: 8 }), 0.1, 1));
    const [output, trajectory] = ['rest', 'path'].map((name) => join(folder, `${name}.extxyz`));
    const options = ['--cutoff', '2.5', '--max-force', '1e-300', '--max-steps', '100000000', '--every', '50'];
    const child = spawn(process.execPath, [
      'dist/scripts/stillpoint.js',
      ...['relax', start, '-p', 'lennard-jones', ...options, '-o', output, '--trajectory', trajectory],
    ]);
    // The trajectory's hidden file appears when the relaxation begins.
    while (readdirSync(folder).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill(signal);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['path.extxyz', 'rest.extxyz', 'start.extxyz']);
    expect(readStructure(output).count).toBe(2048);
    expect(readStructure(output).info.get('converged')).toBe(false);
    expect(readStructure(trajectory).count).toBe(2048);
  },
);

test('a command that has nothing to keep is ended by SIGTERM', { timeout: 60_000 }, async () => {
  const child = spawn(process.execPath, [
    'dist/scripts/stillpoint.js',
    ...['jacobian-precision', '-o', join(all, 'figure.svg')],
  ]);
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGTERM');
  const signal = await new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  expect(signal).toBe('SIGTERM');
});
