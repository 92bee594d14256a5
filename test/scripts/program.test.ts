/** The built program as a process: what `main` in this process cannot show. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Folder, fluid, packing3d, temporaryFolder } from './command-line.js';

const program = 'dist/scripts/stillpoint.js';

let folder: Folder;
beforeAll(() => {
  folder = temporaryFolder();
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`);
});
afterAll(() => folder.remove());

function run(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

describe('the program', () => {
  test('prints one JSON object, and no banner and no warning', () => {
    const { code, out, err } = run(['energy', packing3d, '--potential', 'soft-sphere', '--json']);
    expect([code, err]).toEqual([0, '']);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out).atoms).toBe(128);
  });

  test('prints no colours, and no progress, where there is no terminal', () => {
    const { code, out, err } = run(['relax', packing3d, '-p', 'soft-sphere']);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain('\x1b');
  });

  test('exits with 1 where it does not converge and with 2 on bad input', () => {
    const output = folder.path('out.xyz');
    const args = ['relax', fluid, '-p', 'lennard-jones', '-o', output];
    expect(run([...args, '--cutoff', '3', '--max-steps', '2']).code).toBe(1);
    expect(existsSync(output)).toBe(true);
    const bad = run(args);
    expect(bad.code).toBe(2);
    expect(bad.err).toMatch(/^stillpoint: [^\n]+\n$/);
  });

  test('knows its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('does not mind a reader that has seen enough', () => {
    const command = `"${process.execPath}" ${program} relax --help | head -n 1`;
    expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe('stillpoint relax <file>\n');
  });
});
