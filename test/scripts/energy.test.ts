import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Folder, fluid, packing2d, packing3d, stillpoint, temporaryFolder } from './command-line.js';

const values = JSON.parse(readFileSync('test/data/values.json', 'utf8'));
const nist = values.nistLennardJones;

let folder: Folder;
beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => folder.remove());

describe('stillpoint energy', () => {
  test('gives the energy and the virial of the NIST configurations', async () => {
    const small = await stillpoint(
      'energy',
      fluid,
      '--potential',
      'lennard-jones',
      '--cutoff',
      '3',
      '--json',
    );
    expect(small.code).toBe(0);
    expect(small.err).toBe('');
    expect(small.json.energy).toBeCloseTo(nist.config4.U_rc3, 9);
    expect(small.json.virial).toBeCloseTo(nist.config4.W_rc3, 9);
    expect(small.json.atoms).toBe(30);
    expect(small.json.energyPerAtom).toBe(small.json.energy / 30);

    const file = 'test/data/nist-lj/config1.extxyz';
    const shifted = await stillpoint(
      'energy',
      file,
      '-p',
      'lennard-jones',
      '--cutoff=3',
      '--truncation=force-shift',
      '--json',
    );
    expect(shifted.json.energy).toBeCloseTo(nist.config1.U_forceShift, 1);
    expect(shifted.json.virial).toBeCloseTo(nist.config1.W_forceShift, 2);
  });

  test.each([
    ['bidisperse-3d-128', 3],
    ['polydisperse-2d-64', 2],
  ])(
    'gives the energy and the stress of the packing %s, its diameters taken from the column',
    async (name, d) => {
      const file = `test/data/packings/${name}.extxyz`;
      const known = JSON.parse(readFileSync(`test/data/packings/${name}.json`, 'utf8'));
      const { json } = await stillpoint('energy', file, '--potential', 'soft-sphere', '--json');
      expect(json.energy / known.energy).toBeCloseTo(1, 11);
      expect(json.maxForce).toBeLessThan(1e-12);
      expect(json.stress.flat()).toHaveLength(d * d);
      const largest = Math.max(...known.stress.map(Math.abs));
      json.stress.flat().forEach((value: number, k: number) => {
        expect(Math.abs(value - known.stress[k]) / largest).toBeLessThan(1e-11);
      });
    },
  );

  test('takes the potential from a JSON file, and the options of the command line before those of the file', async () => {
    const file = folder.write(
      'lj.json',
      '{ "kind": "lennard-jones", "cutoff": 4, "truncation": "shift", "parameters": { "epsilon": { "A": 1 }, "sigma": { "A-A": 1 } } }',
    );
    const args = ['energy', fluid, '--potential', file, '--json'];
    const plain = await stillpoint(...args, '--truncation', 'none');
    expect(plain.json.energy).toBeCloseTo(nist.config4.U_rc4, 9);
    const both = await stillpoint(...args, '--truncation', 'force-shift', '--cutoff', '3');
    expect(both.json.energy).toBeCloseTo(nist.config4.U_forceShift, 9);
  });

  test('takes diameters from the column that a JSON file names', async () => {
    const file = folder.write(
      'sphere.json',
      '{"kind":"soft-sphere","parameters":{"diameter":{"column":"diameter"}}}',
    );
    const named = await stillpoint('energy', packing2d, '--potential', file, '--json');
    const builtIn = await stillpoint('energy', packing2d, '--potential', 'soft-sphere', '--json');
    expect(named.json.energy).toBe(builtIn.json.energy);
    const fixed = folder.write('fixed.json', '{"kind":"soft-sphere","parameters":{"diameter":1}}');
    const other = await stillpoint('energy', packing2d, '--potential', fixed, '--json');
    expect(other.json.energy).not.toBe(builtIn.json.energy);
  });

  test('mixes species as a JSON file says', async () => {
    const pair = folder.write('ab.xyz', '2\n\nA 0 0 0\nB 0 0 1.2\n');
    const sigma = async (mixing: string): Promise<number> => {
      const text = `{"kind":"lennard-jones","parameters":{"sigma":{"A":1,"B":2}}${mixing}}`;
      const { json } = await stillpoint('energy', pair, '-p', folder.write('mixed.json', text), '--json');
      // E = 4 (q² − q) with q = (σ/r)⁶ > 1/2 here
      return 1.2 * ((1 + Math.sqrt(1 + json.energy)) / 2) ** (1 / 6);
    };
    expect(await sigma('')).toBeCloseTo(1.5, 12);
    expect(await sigma(',"mixing":"geometric"')).toBeCloseTo(Math.SQRT2, 12);
    expect(await sigma(',"mixing":{"sigma":"harmonic"}')).toBeCloseTo(4 / 3, 12);
  });

  test('has no stress without a volume', async () => {
    const pair = folder.write('pair.xyz', '2\n\nA 0 0 0\nA 0 0 1.5\n');
    const { json } = await stillpoint('energy', pair, '-p', 'lennard-jones', '--json');
    expect(json.stress).toBeNull();
    expect(json.virial).toBeCloseTo(24 * (2 * 1.5 ** -12 - 1.5 ** -6), 13);
    expect(json.energy).toBeCloseTo(4 * (1.5 ** -12 - 1.5 ** -6), 13);
  });

  test('evaluates the last frame unless told otherwise', async () => {
    const file = folder.write('two.xyz', '2\n\nA 0 0 0\nA 0 0 1.5\n2\n\nA 0 0 0\nA 0 0 2\n');
    const energy = async (...rest: string[]) =>
      (await stillpoint('energy', file, '-p', 'lennard-jones', '--json', ...rest)).json.energy;
    expect(await energy()).toBeCloseTo(4 * (2 ** -12 - 2 ** -6), 13);
    expect(await energy('--frame', '0')).toBeCloseTo(4 * (1.5 ** -12 - 1.5 ** -6), 13);
    expect(await energy('--frame', '-1')).toBe(await energy('--frame', '1'));
  });

  test('tells which atoms lie on top of each other, and exits with 1', async () => {
    const file = folder.write('heap.xyz', '3\n\nA 0 0 0\nA 3 0 0\nA 3 0 0\n');
    const { code, out, err } = await stillpoint('energy', file, '-p', 'lennard-jones');
    expect(code).toBe(1);
    expect(err).toMatch(/^stillpoint: .*not finite.*atoms 1 and 2 are the closest, 0 apart/);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(out).toContain('3 atoms');
    const machine = await stillpoint('energy', file, '-p', 'lennard-jones', '--json');
    expect(machine.code).toBe(1);
    expect(machine.json).toMatchObject({ result: 'not-finite', atoms: 3, energy: null });
    expect(machine.json.message).toContain('atoms 1 and 2');
  });

  test('prints a summary with the decimal points below each other', async () => {
    const { code, out, err } = await stillpoint('energy', packing3d, '--potential', 'soft-sphere');
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines[0]).toBe(`${packing3d} · 128 atoms · 3-D · periodic`);
    expect(lines[1]).toBe('soft-sphere · diameter from column diameter');
    const points = ['energy  ', 'energy per atom', 'virial', 'stress'].map((label) =>
      lines.find((line) => line.startsWith(`  ${label}`))?.indexOf('.'),
    );
    expect(new Set(points).size).toBe(1);
    expect(out).toContain('in the units of the input');
    expect(await stillpoint('energy', packing3d, '--potential', 'soft-sphere', '--quiet')).toMatchObject({
      out: '',
      err: '',
    });
  });
});
