/** Atoms that do not move: against ASE, a closed form, and relaxing again with a parameter changed. */
import { describe, expect, test } from 'vitest';
import { lennardJones } from '../../potentials/index.js';
import { newtonCg } from '../../src/optimize/index.js';
import { relax } from '../../src/relax/index.js';
import {
  coordinates,
  createSystem,
  parseExtendedXyz,
  readStructure,
  type System,
  withColumn,
} from '../../systems/index.js';
import { flat } from './differences.js';

const held = readStructure('test/data/ase/held.extxyz');
const slab = (sigma = 1, truncation: 'shift' | 'smooth' = 'shift') =>
  lennardJones({ sigma }, { cutoff: 2.5, truncation });
const bottom = [...Array(held.count).keys()].filter((i) => !maskOf(held)[i]);

function maskOf(system: System): readonly boolean[] {
  const mask = system.columns.get('move_mask');
  return mask?.kind === 'logical' ? mask.values : [];
}

describe('atoms that a file holds', () => {
  const rest = relax(held, slab(), { maxForce: 1e-10 });

  test('stay where they are while the others come to where ASE finds them', () => {
    expect(bottom).toHaveLength(8);
    expect(rest.fixed).toEqual(bottom);
    expect(rest.result).toBe('converged');
    const theirs = readStructure('test/data/ase/held-relaxed.extxyz');
    expect(rest.energy).toBeCloseTo(theirs.info.get('energy') as number, 6);
    // Eight decimals in the file.
    const [ours, expected] = [coordinates(rest.system), coordinates(theirs)];
    ours.forEach((value, k) => {
      expect(Math.abs(value - expected[k])).toBeLessThan(5e-8);
    });
    const start = coordinates(held);
    for (const i of bottom) for (let k = 3 * i; k < 3 * i + 3; k++) expect(ours[k]).toBe(start[k]);
  });

  test('answer no parameter, and the others as they do when they are relaxed again', () => {
    // Smooth: forces that jump at the cutoff have no derivative there.
    const rest = relax(held, slab(1, 'smooth'), { maxForce: 1e-13, maxSteps: 50_000 });
    const h = 1e-6;
    const at = (sigma: number): Float64Array =>
      coordinates(relax(rest.system, slab(sigma, 'smooth'), { maxForce: 1e-13, maxSteps: 50_000 }).system);
    const [two, one, minus, minusTwo] = [2, 1, -1, -2].map((k) => at(1 + k * h));
    const moved = flat(rest.jvp({ sigma: 1 }));
    moved.forEach((value, k) => {
      const slope = (8 * (one[k] - minus[k]) - (two[k] - minusTwo[k])) / (12 * h);
      expect(value).toBeCloseTo(slope, 5);
    });
    for (const i of bottom) expect([...moved.subarray(3 * i, 3 * i + 3)]).toEqual([0, 0, 0]);
    const w = moved.map((_, k) => Math.sin(k));
    const product = moved.reduce((sum, value, k) => sum + value * w[k], 0);
    expect(rest.vjp(w).sigma.get()).toBeCloseTo(product, 8);
    const column = rest.jacobian('sigma');
    moved.forEach((value, k) => {
      expect(column.get(Math.floor(k / 3), k % 3, 0)).toBeCloseTo(value, 8);
    });
    expect(rest.curvature()).toMatchObject({ stability: 'minimum', zeroModes: { count: 0 } });
  });

  test('move where the caller says so, who may hold others', () => {
    expect(relax(held, slab(), { fixed: [], maxSteps: 1 }).fixed).toEqual([]);
    const other = relax(held, slab(), { fixed: [5, 3, 5], maxSteps: 30 });
    expect(other.fixed).toEqual([3, 5]);
    const [before, after] = [coordinates(held), coordinates(other.system)];
    expect(after.slice(9, 12)).toEqual(before.slice(9, 12));
    expect(after.slice(0, 3)).not.toEqual(before.slice(0, 3));
  });
});

describe('a free cluster that is held', () => {
  const distance = 2 ** (1 / 6);
  const pair = createSystem({
    positions: [
      [1, 2, 3],
      [1.9, 2.9, 3],
    ],
  });

  test('by one of two atoms: the other moves by all of the answer, and turns about it', () => {
    const rest = relax(pair, lennardJones(), { fixed: [0], maxForce: 1e-13 });
    const moved = flat(rest.jvp({ sigma: 1 }));
    const along = Math.SQRT1_2 * distance;
    [0, 0, 0, along, along, 0].forEach((value, k) => {
      expect(moved[k]).toBeCloseTo(value, 10);
    });
    expect(rest.curvature().zeroModes).toMatchObject({ count: 2, translations: 0, rotations: 2 });
  });

  test('by all of its atoms has nowhere to go', () => {
    const rest = relax(pair, lennardJones(), { fixed: [0, 1] });
    expect([rest.result, rest.steps]).toEqual(['converged', 0]);
    expect([...flat(rest.jvp({ sigma: 1 }))]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('by what holds nothing is refused', () => {
    expect(() => relax(pair, lennardJones(), { fixed: 1 as never })).toThrow(
      /fixed is a list of atoms.*found 1/,
    );
    expect(() => relax(pair, lennardJones(), { fixed: [2] })).toThrow(/no atom 2 to be fixed.*atoms 0 to 1/);
    const masked = (...rows: string[]) =>
      parseExtendedXyz(
        `2\nProperties=species:S:1:pos:R:3:move_mask:L:3\n${rows.map((row, k) => `A ${k} 0 0 ${row}\n`).join('')}`,
      )[0];
    const half = masked('T T T', 'T F T');
    expect(() => relax(half, lennardJones())).toThrow(/move_mask lets atom 1 move along some directions/);
    expect(() => relax(withColumn(pair, 'move_mask', [1, 0]), lennardJones())).toThrow(
      /T for atoms that may move/,
    );
    expect(relax(masked('T T T', 'F F F'), lennardJones()).fixed).toEqual([1]);
  });
});

test('a method that asks for products with the Hessian is given them, fixed atoms left out', () => {
  const options = { maxForce: 1e-10, maxSteps: 200 };
  const rest = relax(held, slab(1, 'smooth'), { ...options, method: newtonCg() });
  expect(rest.result).toBe('converged');
  expect(rest.energy).toBeCloseTo(relax(held, slab(1, 'smooth'), { maxForce: 1e-10 }).energy, 9);
  expect(coordinates(rest.system).slice(0, 3)).toEqual(coordinates(held).slice(0, 3));
});
