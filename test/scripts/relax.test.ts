import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bidispersePacking,
  createSystem,
  numberColumn,
  readStructure,
  readTrajectory,
  type System,
  withColumn,
  withInfo,
  writeStructure,
} from '../../systems/index.js';
import { type Folder, packing3d, stillpoint, temporaryFolder } from './command-line.js';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Forty discs that overlap. */
function start(): System {
  return bidispersePacking({ count: 40, diameters: [1, 0.6], packingFraction: 0.98, seed: 1 });
}

async function frames(path: string): Promise<System[]> {
  const all: System[] = [];
  for await (const frame of readTrajectory(path)) all.push(frame);
  return all;
}

describe('stillpoint relax', () => {
  test('relaxes, and gives all fields of the result', async () => {
    writeStructure(folder.path('start.xyz'), start());
    const args = ['relax', folder.path('start.xyz'), '-p', 'soft-sphere', '--max-force', '1e-10', '--json'];
    const { code, json, err } = await stillpoint(...args, '-o', folder.path('rest.xyz'));
    expect([code, err]).toEqual([0, '']);
    expect(json).toMatchObject({ converged: true, result: 'converged', atoms: 40, warnings: [] });
    expect(json.maxForce).toBeLessThanOrEqual(1e-10);
    expect(json.steps).toBeGreaterThan(50);
    expect(json.evaluations).toBe(json.steps + 1);
    expect(json.seconds).toBeGreaterThan(0);
    expect(json.stress).toHaveLength(2);
    // energy, virial and stress are those of the structure that was written
    const again = await stillpoint('energy', folder.path('rest.xyz'), '-p', 'soft-sphere', '--json');
    expect(again.json.energy).toBeCloseTo(json.energy, 13);
    expect(again.json.maxForce).toBeLessThanOrEqual(1.1e-10);
    expect(again.json.virial).toBeCloseTo(json.virial, 12);
  });

  test('leaves a packing that is at rest where it is', async () => {
    const { json } = await stillpoint(
      'relax',
      packing3d,
      '-p',
      'soft-sphere',
      '-o',
      folder.path('rest.xyz'),
      '--json',
    );
    expect(json).toMatchObject({ converged: true, steps: 0, evaluations: 1 });
    const [before, after] = [readStructure(packing3d), readStructure(folder.path('rest.xyz'))];
    expect(after.positions.data).toEqual(before.positions.data);
  });

  test('keeps the columns and entries of the input, and puts its own results in the place of old ones', async () => {
    const stale = withInfo(withColumn(start(), 'forces', new Float64Array(120)), {
      remark: 'made by hand',
      energy: -1,
      stress: [1, 2, 3, 4],
    });
    writeStructure(folder.path('start.xyz'), withColumn(stale, 'label', new Array<string>(40).fill('x')));
    const args = [
      'relax',
      folder.path('start.xyz'),
      '-p',
      'soft-sphere',
      '-o',
      folder.path('rest.xyz'),
      '--json',
    ];
    const { json } = await stillpoint(...args);
    const rest = readStructure(folder.path('rest.xyz'));
    expect([...rest.columns.keys()].sort()).toEqual(['diameter', 'forces', 'label']);
    expect(numberColumn(rest, 'forces', 3).some((f) => f !== 0)).toBe(true);
    expect(Object.fromEntries(rest.info)).toEqual({
      remark: 'made by hand',
      energy: json.energy,
      max_force: json.maxForce,
      potential: JSON.stringify({
        kind: 'soft-sphere',
        parameters: { diameter: { column: 'diameter' } },
      }),
      converged: true,
    });
  });

  test('writes every step, or every k-th with the last, with its energy, force and number', async () => {
    writeStructure(folder.path('start.xyz'), start());
    const args = [
      'relax',
      folder.path('start.xyz'),
      '-p',
      'soft-sphere',
      '--trajectory',
      folder.path('path.xyz'),
      '--json',
    ];
    const { json } = await stillpoint(...args);
    const all = await frames(folder.path('path.xyz'));
    expect(all.map((frame) => frame.info.get('step'))).toEqual(
      Array.from({ length: json.steps + 1 }, (_, k) => k),
    );
    const last = all[all.length - 1];
    expect(last.info.get('energy')).toBe(json.energy);
    expect(last.info.get('max_force')).toBe(json.maxForce);
    const forces = numberColumn(all[0], 'forces', 3);
    const largest = Math.max(...all[0].species.map((_, i) => Math.hypot(forces[3 * i], forces[3 * i + 1])));
    expect(largest).toBeCloseTo(all[0].info.get('max_force') as number, 12);

    await stillpoint(...args, '--every', '100');
    const steps = (await frames(folder.path('path.xyz'))).map((frame) => frame.info.get('step'));
    const hundreds = Array.from({ length: Math.ceil(json.steps / 100) }, (_, k) => 100 * k);
    expect(steps).toEqual([...hundreds, json.steps]);
  });

  test('refuses an option that would do nothing', async () => {
    writeStructure(folder.path('start.xyz'), start());
    const args = ['relax', folder.path('start.xyz'), '-p', 'soft-sphere', '--every', '2'];
    const { code, err } = await stillpoint(...args);
    expect([code, err]).toEqual([2, expect.stringContaining('--every does nothing without --trajectory')]);
  });

  test('names options as they are typed, and leaves names of files and of entries as they are', async () => {
    folder.write('maxForce.xyz', '1\n\nA 0 0 bad\n');
    const file = await stillpoint('relax', folder.path('maxForce.xyz'), '-p', 'soft-sphere');
    expect(file.err).toContain('/maxForce.xyz:3');
    const entry = folder.write('p.json', '{ "kind": "soft-sphere", "maxForce": 1 }');
    writeStructure(folder.path('start.xyz'), start());
    expect((await stillpoint('relax', folder.path('start.xyz'), '-p', entry)).err).toContain('"maxForce"');
  });

  test('leaves fixed atoms where they are, and says how many', async () => {
    const held = 'test/data/ase/held.extxyz';
    const args = ['relax', held, '-p', 'lennard-jones', '--cutoff', '2.5', '--truncation', 'shift'];
    const { out, code } = await stillpoint(...args, '-o', folder.path('rest.xyz'));
    expect(code).toBe(0);
    expect(out).toContain('cutoff 2.5 (shift) · 8 atoms fixed');
    const [before, after] = [held, folder.path('rest.xyz')].map((file) => readStructure(file));
    expect(after.info.get('max_force')).toBeLessThan(1e-6);
    expect(after.columns.get('move_mask')).toEqual(before.columns.get('move_mask'));
    expect(after.positions.get(0, 0)).toBe(before.positions.get(0, 0));
    expect((await stillpoint(...args, '--json')).json).toMatchObject({ fixed: 8, converged: true });
  });

  test('reads no parameter from a column that is no single number an atom', async () => {
    folder.write('wide.xyz', '2\nProperties=species:S:1:pos:R:3:sigma:R:2\nA 0 0 0 1 2\nA 1.1 0 0 1 2\n');
    const { code, err } = await stillpoint('relax', folder.path('wide.xyz'), '-p', 'lennard-jones');
    expect([code, err]).toEqual([2, expect.stringMatching(/"sigma".*no single number an atom/)]);
  });

  test('that does not converge exits with 1, says what to do, and writes how far it came', async () => {
    writeStructure(folder.path('start.xyz'), start());
    const args = ['relax', folder.path('start.xyz'), '-p', 'soft-sphere', '--max-steps', '7'];
    const { code, err, out } = await stillpoint(...args, '-o', folder.path('rest.xyz'));
    expect(code).toBe(1);
    expect(err).toMatch(
      /^stillpoint: force tolerance 1.00e-6 not reached in 7 steps: .*raise --max-steps, or --max-force/,
    );
    expect(out).toContain('rest.xyz');
    const rest = readStructure(folder.path('rest.xyz'));
    expect(rest.info.get('converged')).toBe(false);
    const { json } = await stillpoint(...args, '--json');
    expect(json).toMatchObject({ converged: false, result: 'step-limit', steps: 7 });
  });

  test('of atoms on top of each other exits with 1, names them, and leaves no file', async () => {
    folder.write('heap.xyz', '3\n\nA 0 0 0\nA 3 0 0\nA 3 0 0\n');
    const before = folder.files();
    const args = ['relax', folder.path('heap.xyz'), '-p', 'lennard-jones', '-o', folder.path('rest.xyz')];
    const { code, err } = await stillpoint(...args, '--trajectory', folder.path('path.xyz'));
    expect(code).toBe(1);
    expect(err).toContain('atoms 1 and 2 are the closest, 0 apart');
    expect(folder.files()).toEqual(before);
    const machine = await stillpoint(...args, '--json');
    expect(machine.json).toMatchObject({ result: 'not-finite', converged: false, output: null });
    expect(folder.files()).toEqual(before);
  });

  test('goes by gradient descent to the same dimer', async () => {
    writeStructure(
      folder.path('dimer.xyz'),
      createSystem({
        positions: [
          [0, 0, 0],
          [1.3, 0.2, 0.1],
        ],
      }),
    );
    for (const method of ['fire', 'gradient-descent']) {
      const args = [
        'relax',
        folder.path('dimer.xyz'),
        '-p',
        'lennard-jones',
        '--method',
        method,
        '--max-force',
        '1e-9',
      ];
      const { json } = await stillpoint(...args, '--time-step', '0.02', '--json');
      expect(json.converged).toBe(true);
      expect(json.energy).toBeCloseTo(-1, 12);
    }
  });

  test('may write over its own input', async () => {
    writeStructure(folder.path('same.xyz'), start());
    const { code } = await stillpoint(
      'relax',
      folder.path('same.xyz'),
      '-p',
      'soft-sphere',
      '-o',
      folder.path('same.xyz'),
    );
    expect(code).toBe(0);
    expect(folder.files()).toEqual(['same.xyz']);
    expect(readStructure(folder.path('same.xyz')).info.get('converged')).toBe(true);
  });

  test('refuses outputs that cannot be before it starts', async () => {
    writeStructure(folder.path('start.xyz'), start());
    const args = ['relax', folder.path('start.xyz'), '-p', 'soft-sphere'];
    const missing = await stillpoint(
      ...args,
      '-o',
      folder.path('no/such/rest.xyz'),
      '--trajectory',
      folder.path('path.xyz'),
    );
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/cannot write .*no\/such\/rest\.xyz/);
    const same = await stillpoint(...args, '-o', folder.path('x.xyz'), '--trajectory', folder.path('x.xyz'));
    expect(same.code).toBe(2);
    expect(same.err).toContain('two outputs');
    const hyphen = await stillpoint(...args, '-o', '-');
    expect(hyphen.code).toBe(2);
    expect(hyphen.err).toContain('for standard output give /dev/stdout');
    expect(existsSync('-')).toBe(false);
    expect(folder.files()).toEqual(['start.xyz']);
    folder.write('rest.xyz', 'precious');
    symlinkSync('rest.xyz', folder.path('link.xyz'));
    const linked = await stillpoint(
      ...args,
      '-o',
      folder.path('rest.xyz'),
      '--trajectory',
      folder.path('link.xyz'),
    );
    expect(linked.err).toContain('two outputs');
    expect(readFileSync(folder.path('rest.xyz'), 'utf8')).toBe('precious');
  });

  test('leaves what stood at the output as it was when the input is bad', async () => {
    const target = folder.write('rest.xyz', 'precious');
    const bad = folder.write('bad.xyz', '3\n\nA 0 0 0\n');
    const { code } = await stillpoint('relax', bad, '-p', 'lennard-jones', '-o', target);
    expect(code).toBe(2);
    expect(existsSync(target) && readFileSync(target, 'utf8')).toBe('precious');
  });
});
