import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lennardJones } from '../../potentials/index.js';
import { relax } from '../../src/relax/index.js';
import {
  bidispersePacking,
  coordinates,
  lattice,
  numberColumn,
  perturb,
  readStructure,
  removeAtoms,
  writeStructure,
} from '../../systems/index.js';
import {
  type Folder,
  packing2d,
  packing3d,
  stillpoint,
  stillpointOn,
  temporaryFolder,
} from './command-line.js';

let folder: Folder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('stillpoint sensitivity', () => {
  test('says so where no motion costs energy', async () => {
    const apart = folder.write('apart.xyz', '2\n\nA 0 0 0\nB 5 0 0\n');
    const args = ['sensitivity', apart, '-p', 'soft-sphere', '--wrt', 'epsilon'];
    const { code, out } = await stillpoint(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/zero modes +6 +2 rattlers/);
    expect(out).toMatch(/lowest curvature +none +no motion costs energy/);
    const { json } = await stillpoint(...args, '--json');
    expect(json).toMatchObject({ zeroModes: 6, norm1: 0, lowestEigenvalue: null });
  });

  test('ends where it is interrupted while its equations are solved, and leaves no file', async () => {
    const crystal = perturb(lattice({ structure: 'fcc', latticeConstant: 1.56, repeat: 12 }), 0.03, 1);
    const potential = lennardJones({}, { cutoff: 2.4, truncation: 'smooth' });
    writeStructure(
      folder.path('rest.xyz'),
      relax(removeAtoms(crystal, [0]), potential, { maxForce: 1e-9 }).system,
    );
    const controller = new AbortController();
    // Never so exact: it goes on until it is seen to be under way.
    const terminal = {
      interrupted: controller.signal,
      progressWidth: 80,
      err: (text: string) => {
        if (text.includes('residual')) controller.abort();
        said += text;
      },
    };
    let said = '';
    const { code, out } = await stillpointOn(
      terminal,
      ...[
        'sensitivity',
        folder.path('rest.xyz'),
        '-p',
        'lennard-jones',
        '--wrt',
        'sigma',
        '--max-force',
        '1e-8',
      ],
      ...[
        '--cutoff',
        '2.4',
        '--truncation',
        'smooth',
        '--linear-tolerance',
        '1e-300',
        '-o',
        folder.path('out.xyz'),
      ],
    );
    expect([code, controller.signal.aborted]).toEqual([1, true]);
    expect(said).toMatch(
      /interrupted while the equations of the sensitivity were solved; nothing is written/,
    );
    expect(out).toContain('relaxed by fire in 0 steps');
    expect(folder.files()).toEqual(['rest.xyz']);
  });

  test('has all its fields where an energy is not finite', async () => {
    const over = folder.write('over.xyz', '2\n\nA 0 0 0\nA 0 0 0\n');
    const { code, json } = await stillpoint(
      'sensitivity',
      over,
      '-p',
      'lennard-jones',
      '--wrt',
      'sigma',
      '--json',
    );
    expect(code).toBe(1);
    expect(json).toMatchObject({ result: 'not-finite', dEnergy: null, zeroModeKinds: null, stability: null });
    expect(json).toMatchObject({ lowestEigenvalue: null, largestEigenvalue: null, linear: null });
  });

  test('is what re-relaxed packings show, for the diameter of one sphere and of a species', async () => {
    writeStructure(
      folder.path('start.xyz'),
      bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.98, seed: 4 }),
    );
    const potential = (b: number) =>
      JSON.stringify({ kind: 'soft-sphere', parameters: { diameter: { A: 1, B: b } } });
    const spheres = folder.write('spheres.json', potential(0.6));
    const tight = ['--max-force', '1e-13'];
    const args = [
      'sensitivity',
      folder.path('start.xyz'),
      '--potential',
      spheres,
      '--wrt',
      'diameter.B',
      ...tight,
    ];
    const { code, json, err } = await stillpoint(...args, '-o', folder.path('answer.xyz'), '--json');
    expect([code, err]).toEqual([0, '']);
    expect(json).toMatchObject({ parameter: 'diameter.B', converged: true, stability: 'minimum' });
    expect(json.linear).toMatchObject({ solver: 'cg', result: 'converged' });
    expect(json.linear.residual).toBeLessThanOrEqual(1e-12);
    const rattlers: number[] = json.zeroModeKinds.rattlers;
    expect(json.zeroModes).toBe(2 + 2 * rattlers.length);

    const answer = readStructure(folder.path('answer.xyz'));
    const sensitivity = numberColumn(answer, 'sensitivity', 3);
    expect(sensitivity.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(json.norm1, 9);
    expect(answer.info.get('parameter')).toBe('diameter.B');
    expect(answer.info.get('parameter_value')).toBe(0.6);
    expect(JSON.parse(String(answer.info.get('potential'))).kind).toBe('soft-sphere');
    expect(answer.info.get('converged')).toBe(true);

    const h = 1e-6;
    const relaxed: Float64Array[] = [];
    const energies: number[] = [];
    for (const change of [h, -h]) {
      const changed = folder.write('changed.json', potential(0.6 + change));
      const again = await stillpoint(
        'relax',
        folder.path('answer.xyz'),
        '-p',
        changed,
        ...tight,
        '-o',
        folder.path('moved.xyz'),
        '--json',
      );
      relaxed.push(coordinates(readStructure(folder.path('moved.xyz'))));
      energies.push(again.json.energy);
    }
    const held = answer.species.map((_, i) => i).filter((i) => !rattlers.includes(i));
    for (const k of [0, 1]) {
      const moved = held.map((i) => (relaxed[0][2 * i + k] - relaxed[1][2 * i + k]) / (2 * h));
      const mean = moved.reduce((a, b) => a + b, 0) / held.length;
      for (const [n, i] of held.entries()) expect(sensitivity[3 * i + k]).toBeCloseTo(moved[n] - mean, 4);
    }
    expect(json.dEnergy).toBeCloseTo((energies[0] - energies[1]) / (2 * h), 6);
  });

  test('finds the rattlers of the nearly isostatic packing, and has its diameters one an atom', async () => {
    const { json, code } = await stillpoint(
      'sensitivity',
      packing2d,
      '-p',
      'soft-sphere',
      '--wrt',
      'diameter.5',
      '--json',
    );
    expect(code).toBe(0);
    expect(json.steps).toBe(0);
    expect(json.zeroModeKinds.rattlers).toHaveLength(3);
    expect(json.zeroModes).toBe(8);
  });

  test('of all atoms of a species is the sum of those of its atoms', async () => {
    const packing = bidispersePacking({ count: 12, diameters: [1, 0.6], packingFraction: 1.1 });
    writeStructure(folder.path('start.xyz'), packing);
    const relax = ['relax', folder.path('start.xyz'), '-p', 'soft-sphere', '--max-force', '1e-13'];
    await stillpoint(...relax, '-o', folder.path('rest.xyz'));
    const run = async (wrt: string): Promise<Float64Array> => {
      const out = folder.path('out.xyz');
      const args = [
        'sensitivity',
        folder.path('rest.xyz'),
        '-p',
        'soft-sphere',
        '--wrt',
        wrt,
        '-o',
        out,
        '--quiet',
      ];
      expect((await stillpoint(...args)).code).toBe(0);
      return numberColumn(readStructure(out), 'sensitivity', 3);
    };
    const whole = await run('diameter.B');
    const sum = new Float64Array(whole.length);
    for (const atom of packing.species.keys()) {
      if (packing.species[atom] !== 'B') continue;
      const one = await run(`diameter.${atom}`);
      for (const [k, value] of one.entries()) sum[k] += value;
    }
    for (const [k, value] of whole.entries()) expect(sum[k]).toBeCloseTo(value, 8);
    // z of a two-dimensional system
    expect(whole.every((value, k) => k % 3 !== 2 || value === 0)).toBe(true);
  });

  test.each([
    [
      'diameter',
      /several entries; name one of diameter\.A \(all atoms of a species\), diameter\.0 to diameter\.63/,
    ],
    ['diameter.Q', /has no entry "Q"/],
    ['diameter.64', /has no entry "64"; it has diameter\.A/],
    ['epsilon.A', /one value for all atoms/],
    [
      'width',
      /^stillpoint: --wrt: there is no parameter "width"; this potential has "diameter", "epsilon", "alpha"/,
    ],
  ])('refuses the parameter %s and says which there are', async (wrt, message) => {
    const { code, err } = await stillpoint(
      'sensitivity',
      packing2d,
      '-p',
      'soft-sphere',
      '--wrt',
      wrt,
      '-o',
      folder.path('x.xyz'),
    );
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(folder.files()).toEqual([]);
  });

  test('by a well of depth 0 is infinite and not written; by all else it is what it is', async () => {
    const atoms = 'O 0 0 0\nO 1.1 0 0\nO 0.5 1 0\nH 0.5 0.3 0.4\nH 0.2 0.3 0.3\n';
    const water = folder.write('water.xyz', `5\nProperties=species:S:1:pos:R:3\n${atoms}`);
    const potential = folder.write(
      'p.json',
      '{"kind":"lennard-jones","parameters":{"epsilon":{"O":1,"H":0}}}',
    );
    const args = ['sensitivity', water, '-p', potential, '-o', folder.path('out.xyz'), '--json', '--wrt'];
    const infinite = await stillpoint(...args, 'epsilon.H');
    expect([infinite.code, infinite.json.output]).toEqual([1, null]);
    expect(infinite.json.result).toMatch(/^linear-/);
    expect(folder.files()).toEqual(['p.json', 'water.xyz']);
    const finite = await stillpoint(...args, 'epsilon.O');
    expect(finite.code).toBe(0);
    expect(finite.json.dEnergy).toBeCloseTo(-3, 8);
    expect(folder.files()).toContain('out.xyz');
  });

  test('names the entries of species and of pairs', async () => {
    writeStructure(
      folder.path('s.xyz'),
      bidispersePacking({ count: 8, diameters: [1, 0.6], packingFraction: 0.9 }),
    );
    const cases = {
      '{"A":1,"B":0.6}': 'diameter.A, diameter.B',
      '{"A-A":1,"A-B":0.8,"B-B":0.6}': 'diameter.A-A, diameter.A-B, diameter.B-B',
    };
    for (const [value, entries] of Object.entries(cases)) {
      const file = folder.write('p.json', `{"kind":"soft-sphere","parameters":{"diameter":${value}}}`);
      const { err } = await stillpoint('sensitivity', folder.path('s.xyz'), '-p', file, '--wrt', 'diameter');
      expect(err.trim()).toBe(
        `stillpoint: --wrt: the parameter "diameter" has several entries; name one of ${entries}`,
      );
    }
  });

  test('takes a pair in either order, and a parameter of one value by its name', async () => {
    const file = folder.write(
      'p.json',
      '{"kind":"soft-sphere","parameters":{"sigma":{"A-A":1,"A-B":0.8,"B-B":0.6}}}',
    );
    writeStructure(
      folder.path('s.xyz'),
      bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.98 }),
    );
    const run = (wrt: string) =>
      stillpoint('sensitivity', folder.path('s.xyz'), '-p', file, '--wrt', wrt, '--json');
    const [ab, ba, epsilon] = [await run('sigma.A-B'), await run('sigma.B-A'), await run('epsilon')];
    expect(ba.json.norm1).toBe(ab.json.norm1);
    // the energy is proportional to epsilon: nothing moves
    expect(epsilon.json.dEnergy).toBeCloseTo(epsilon.json.energy, 10);
    expect(epsilon.json.norm1).toBeLessThan(1e-5);
  });

  test('of atoms that are not at rest exits with 1 and says so', async () => {
    writeStructure(
      folder.path('s.xyz'),
      bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.98 }),
    );
    const args = [
      'sensitivity',
      folder.path('s.xyz'),
      '-p',
      'soft-sphere',
      '--wrt',
      'diameter.B',
      '--max-steps',
      '100',
    ];
    const { code, json } = await stillpoint(...args, '-o', folder.path('answer.xyz'), '--json');
    expect(code).toBe(1);
    expect(json).toMatchObject({ converged: false, result: 'step-limit' });
    expect(json.warnings.join()).toMatch(/relax further/);
    expect(readStructure(folder.path('answer.xyz')).info.get('converged')).toBe(false);
  });

  test('of atoms on top of each other has no answer and writes none', async () => {
    const heap = folder.write('heap.xyz', '2\n\nA 3 0 0\nA 3 0 0\n');
    const args = [
      'sensitivity',
      heap,
      '-p',
      'lennard-jones',
      '--wrt',
      'sigma',
      '-o',
      folder.path('answer.xyz'),
      '--json',
    ];
    const { code, json } = await stillpoint(...args);
    expect(code).toBe(1);
    expect(json).toMatchObject({
      result: 'not-finite',
      norm1: null,
      linear: null,
      zeroModes: null,
      output: null,
    });
    expect(folder.files()).toEqual(['heap.xyz']);
  });

  test('says in its summary what was solved, and how well', async () => {
    const { out } = await stillpoint('sensitivity', packing3d, '-p', 'soft-sphere', '--wrt', 'diameter.A');
    expect(out).toMatch(/∂energy\/∂diameter\.A +\d+\.\d+/);
    expect(out).toMatch(/relative residual after \d+ iterations of cg/);
    expect(out).toMatch(/zero modes +\d+ +3 translations/);
    expect(out).toContain('a minimum');
  });
});
