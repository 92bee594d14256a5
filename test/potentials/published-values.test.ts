import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lennardJones, morse, type PairPotentialOptions, softSphere } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import {
  coordinates,
  createBox,
  createSystem,
  lattice,
  readStructure,
  removeAtoms,
  type System,
  supercell,
} from '../../systems/index.js';

const data = new URL('../data/', import.meta.url);
const values = JSON.parse(readFileSync(new URL('values.json', data), 'utf8'));
const read = (path: string): System => readStructure(new URL(path, data).pathname);

/** Energy and virial −Σ r u′(r) of a system at rest. */
function energyAndVirial(system: System, options: PairPotentialOptions): { U: number; W: number } {
  const model = lennardJones({}, options).bind(system);
  const { energy, strain } = model.strainGradient(coordinates(system)) ?? { energy: Number.NaN, strain: [] };
  const d = system.dimension;
  let trace = 0;
  for (let k = 0; k < d; k++) trace += strain[k * d + k];
  return { U: energy, W: -trace };
}

const fiveDigits = (x: number): number => Number(x.toPrecision(5));

describe('Lennard-Jones energies and virials of NIST’s reference configurations', () => {
  const { config1, config4 } = values.nistLennardJones;

  test('configuration 1, 800 atoms, to the five digits given', () => {
    const system = read('nist-lj/config1.extxyz');
    const near = energyAndVirial(system, { cutoff: 3 });
    const far = energyAndVirial(system, { cutoff: 4 });
    const smooth = energyAndVirial(system, { cutoff: 3, truncation: 'force-shift' });
    expect(fiveDigits(near.U)).toBe(config1.U_rc3);
    expect(fiveDigits(near.W)).toBe(config1.W_rc3);
    expect(fiveDigits(far.U)).toBe(config1.U_rc4);
    expect(fiveDigits(far.W)).toBe(config1.W_rc4);
    expect(fiveDigits(smooth.U)).toBe(config1.U_forceShift);
    expect(fiveDigits(smooth.W)).toBe(config1.W_forceShift);
  });

  test('configuration 4, 30 atoms, to the twelve digits recomputed in double precision', () => {
    const system = read('nist-lj/config4.extxyz');
    const near = energyAndVirial(system, { cutoff: 3 });
    expect(near.U).toBeCloseTo(config4.U_rc3, 9);
    expect(near.W).toBeCloseTo(config4.W_rc3, 9);
    expect(energyAndVirial(system, { cutoff: 4 }).U).toBeCloseTo(config4.U_rc4, 9);
    const smooth = energyAndVirial(system, { cutoff: 3, truncation: 'force-shift' });
    expect(smooth.U).toBeCloseTo(config4.U_forceShift, 9);
  });

  test('do not depend on which images of the atoms are given', () => {
    const system = read('nist-lj/config4.extxyz');
    const rng = random(1);
    const x = coordinates(system).map((value) => value + 8 * (rng.integer(7) - 3));
    const moved = energyAndVirial(
      { ...system, positions: createSystem({ positions: x, dimension: 3 }).positions },
      { cutoff: 3 },
    );
    expect(moved.U).toBeCloseTo(config4.U_rc3, 9);
    expect(moved.W).toBeCloseTo(config4.W_rc3, 9);
  });
});

describe('energies of perfect crystals', () => {
  const { fcc, bcc, 'fccTruncated_rc2.5': truncated } = values.latticeSums;

  /** Energy per atom with the pairs up to `cutoff`, and its own tail of a uniform density beyond. */
  function withTail(
    structure: 'fcc' | 'bcc',
    nearest: number,
    latticeConstant: number,
    cutoff: number,
  ): number {
    const crystal = lattice({ structure, latticeConstant });
    const energy = lennardJones({}, { cutoff }).bind(crystal).energy(coordinates(crystal)) / crystal.count;
    const density = crystal.count / latticeConstant ** 3;
    expect(nearest).toBeLessThan(latticeConstant);
    return energy + ((8 * Math.PI * density) / 3) * (cutoff ** -9 / 3 - cutoff ** -3);
  }

  test('fcc and bcc Lennard-Jones with many images of one small cell, and the tail beyond', () => {
    // The sharp sphere of neighbours leaves an error that falls with the radius: 20 sigma give five digits.
    expect(withTail('fcc', fcc.nearest, fcc.latticeConstant, 20)).toBeCloseTo(fcc.energyPerAtom, 4);
    const edge = (2 * bcc.nearest) / Math.sqrt(3);
    expect(withTail('bcc', bcc.nearest, edge, 20)).toBeCloseTo(bcc.energyPerAtom, 4);
  });

  test('fcc cut off at 2.5, plain and shifted, to ten digits, from a cell of 4 atoms and from one of 500', () => {
    const cell = lattice({ structure: 'fcc', latticeConstant: truncated.latticeConstant });
    for (const crystal of [cell, supercell(cell, 5)]) {
      const x = coordinates(crystal);
      const plain = lennardJones({}, { cutoff: 2.5 }).bind(crystal);
      const shifted = lennardJones({}, { cutoff: 2.5, truncation: 'shift' }).bind(crystal);
      expect(plain.energy(x) / crystal.count).toBeCloseTo(truncated.energyPerAtom, 9);
      expect(shifted.energy(x) / crystal.count).toBeCloseTo(truncated.energyPerAtomShifted, 9);
    }
  });

  test('fcc cut off at 2.5 has no stress at the lattice constant that its five shells of neighbours give', () => {
    const shells = [
      [12, 1],
      [6, 2],
      [24, 3],
      [12, 4],
      [24, 5],
    ];
    const sum = (power: number): number =>
      shells.reduce((s, [count, square]) => s + count * square ** -(power / 2), 0);
    const nearest = ((2 * sum(12)) / sum(6)) ** (1 / 6);
    const crystal = lattice({ structure: 'fcc', latticeConstant: nearest * Math.SQRT2 });
    const { strain } = lennardJones({}, { cutoff: 2.5 })
      .bind(crystal)
      .strainGradient(coordinates(crystal)) ?? {
      strain: [Number.NaN],
    };
    for (const entry of strain) expect(Math.abs(entry)).toBeLessThan(1e-12);
  });

  test('fcc with one atom taken out, unrelaxed, as LAMMPS has it', () => {
    const latticeConstant = truncated.latticeConstant;
    const crystal = removeAtoms(lattice({ structure: 'fcc', latticeConstant, repeat: 5 }), [0]);
    const model = lennardJones({}, { cutoff: 2.5, truncation: 'shift' }).bind(crystal);
    expect(crystal.count).toBe(499);
    expect(model.energy(coordinates(crystal))).toBeCloseTo(values.vacancyRelaxation.unrelaxed, 8);
  });

  test('fcc Morse at its equilibrium, where the energy no longer answers the lattice constant', () => {
    for (const [alpha, { nearest, energyPerAtom }] of [
      [4, values.fccMorseEquilibrium.alpha4],
      [6, values.fccMorseEquilibrium.alpha6],
    ] as const) {
      const crystal = lattice({ structure: 'fcc', latticeConstant: nearest * Math.SQRT2 });
      const model = morse({ alpha }, { cutoff: 14 }).bind(crystal);
      const x = coordinates(crystal);
      expect(model.energy(x) / 4).toBeCloseTo(energyPerAtom, 7);
      const { strain } = model.strainGradient(x) ?? { strain: [Number.NaN] };
      expect(strain[0] / 4).toBeCloseTo(0, 6);
    }
  });
});

describe('the minimum image', () => {
  test('of a pair in a hexagonal cell is the one that rounding each coordinate misses', () => {
    const { a, b, fractional, componentRounding, true: distance } = values.minimumImage.case;
    const box = createBox([a, b, [0, 0, 1]]);
    const place = [0, 1, 2].map((k) => fractional[0] * a[k] + fractional[1] * b[k]);
    const system = createSystem({ positions: [[0, 0, 0], place], box });
    // A sphere that reaches beyond the true distance and not as far as the wrong one; two images are that close.
    const diameter = 0.53;
    expect(diameter).toBeLessThan(componentRounding);
    const energy = softSphere({ diameter }).bind(system).energy(coordinates(system));
    expect(diameter * (1 - Math.sqrt(energy))).toBeCloseTo(distance, 6);
  });
});

describe('jammed packings', () => {
  for (const name of ['bidisperse-3d-128', 'polydisperse-2d-64']) {
    test(`${name}: energy, stress and vanishing forces as their authors give them, to 1e-12`, () => {
      const system = read(`packings/${name}.extxyz`);
      const expected = JSON.parse(readFileSync(new URL(`packings/${name}.json`, data), 'utf8'));
      const model = softSphere({ diameter: { column: 'diameter' } }).bind(system);
      const x = coordinates(system);
      const result = model.strainGradient(x);
      const stress = Array.from(result?.strain ?? [], (value) => value / (system.box.volume ?? 0));
      expect(Math.abs((result?.energy ?? 0) / expected.energy - 1)).toBeLessThan(1e-12);
      const largest = Math.max(...expected.stress.map(Math.abs));
      expect(stress).toHaveLength(expected.stress.length);
      for (const [k, value] of expected.stress.entries()) {
        expect(Math.abs(stress[k] - value) / largest).toBeLessThan(1e-12);
      }
      const gradient = new Float64Array(x.length);
      model.gradient(x, gradient);
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(2e-13);
    });
  }
});
