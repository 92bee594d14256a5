import { describe, expect, test } from 'vitest';
import { type ParameterValue, softSphere } from '../../potentials/index.js';
import { cg } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';
import { type Equilibrium, relax } from '../../src/relax/index.js';
import { coordinates, numberColumn, readStructure, type System } from '../../systems/index.js';
import { differenceOfPositions, flat } from './differences.js';

const read = (name: string): System =>
  readStructure(new URL(`../data/packings/${name}.extxyz`, import.meta.url).pathname);

const solid = read('bidisperse-3d-128');
/** Nearly isostatic: barely more contacts than coordinates. */
const disc = read('polydisperse-2d-64');

const atRest = (system: System, diameter: ParameterValue = { column: 'diameter' }): Equilibrium =>
  relax(system, softSphere({ diameter }), { maxForce: 1e-12 });

const rests: readonly Equilibrium[] = [atRest(solid), atRest(disc)];

/** Relaxed again with some diameters changed by h, and as far as rounding lets FIRE go. */
function relaxedWith(system: System, changed: (atom: number) => number, h: number): System {
  const diameter = numberColumn(system, 'diameter').map((value, atom) => value + h * changed(atom));
  const rest = relax(system, softSphere({ diameter }), { maxForce: 2e-15, maxSteps: 50_000 });
  expect(rest.message).toContain('converged');
  return rest.system;
}

function expectDerivative(found: Float64Array, difference: Float64Array, tolerance: number): void {
  const size = Math.max(...found.map(Math.abs));
  const error = Math.max(...found.map((value, k) => Math.abs(value - difference[k])));
  expect(error / size).toBeLessThan(tolerance);
}

describe('jammed packings', () => {
  test('are left where they are', () => {
    for (const [k, rest] of rests.entries()) {
      expect(rest).toMatchObject({ converged: true, steps: 0 });
      expect(rest.maxForce).toBeLessThan(1.2e-13);
      expect(coordinates(rest.system)).toEqual(coordinates([solid, disc][k]));
    }
  });

  test('are minima, in three dimensions without a rattler and in two with three of them', () => {
    expect(rests[0].curvature()).toMatchObject({
      stability: 'minimum',
      zeroModes: { count: 3, translations: 3, rotations: 0, rattlers: [], others: 0 },
    });
    expect(rests[1].curvature()).toMatchObject({
      stability: 'minimum',
      zeroModes: { count: 8, translations: 2, rotations: 0, rattlers: [41, 53, 56], others: 0 },
    });
  });

  test('answer the diameter of one sphere as re-relaxed packings do', () => {
    for (const [rest, spheres, h] of [
      [rests[0], [7, 100], 1e-6],
      [rests[1], [7, 20], 1e-7],
    ] as const) {
      const { rattlers } = rest.curvature().zeroModes;
      for (const sphere of spheres) {
        const change = (atom: number): number => (atom === sphere ? 1 : 0);
        const difference = differenceOfPositions((x) => relaxedWith(rest.system, change, x), h, rattlers);
        expectDerivative(flat(rest.jvp({ diameter: { [sphere]: 1 } })), difference, 1e-5);
        const direction = Float64Array.from({ length: rest.system.count }, (_, atom) => change(atom));
        expect(flat(rest.jvp({ diameter: direction }))).toEqual(
          flat(rest.jvp({ diameter: { [sphere]: 1 } })),
        );
      }
    }
  });

  test('answer the diameter of the big species, given as a column or as a record of species', () => {
    const [a, b] = ['A', 'B'].map((label) => numberColumn(solid, 'diameter')[solid.species.indexOf(label)]);
    expect(b).toBeGreaterThan(a);
    const change = (atom: number): number => (solid.species[atom] === 'B' ? 1 : 0);
    const difference = differenceOfPositions((x) => relaxedWith(solid, change, x), 1e-6);
    const byColumn = flat(rests[0].jvp({ diameter: { B: 1 } }));
    const bySpecies = flat(atRest(solid, { A: a, B: b }).jvp({ diameter: { B: 1 } }));
    expectDerivative(byColumn, difference, 1e-5);
    expectDerivative(bySpecies, byColumn, 1e-9);
  });

  test('answer a common change of all diameters as re-relaxed packings do, also in two dimensions', () => {
    const change = (): number => 1;
    const difference = differenceOfPositions((x) => relaxedWith(disc, change, x), 1e-7, [41, 53, 56]);
    expectDerivative(flat(rests[1].jvp({ diameter: { A: 1 } })), difference, 1e-5);
  });

  test('give gradients with respect to every diameter at once, the transposes of their derivatives', () => {
    for (const rest of rests) {
      const rng = random(3);
      const w = coordinates(rest.system).map(() => rng.normal());
      const direction = Float64Array.from({ length: rest.system.count }, () => rng.normal());
      const moved = flat(rest.jvp({ diameter: direction, epsilon: 0.3 }));
      const { diameter, epsilon } = rest.vjp(w);
      expect(diameter.shape).toEqual([rest.system.count]);
      const left = moved.reduce((sum, value, k) => sum + value * w[k], 0);
      const right = direction.reduce((sum, value, k) => sum + value * diameter.get(k), 0.3 * epsilon.get());
      const size = direction.reduce((sum, value, k) => sum + Math.abs(value * diameter.get(k)), 0);
      expect(Math.abs(left - right) / size).toBeLessThan(1e-10);
    }
  });

  test('do not move a rattler, and answer no rattler', () => {
    const [, rest] = rests;
    const moved = flat(rest.jvp({ diameter: { A: 1 } }));
    for (const rattler of [41, 53, 56]) {
      expect([...moved.subarray(2 * rattler, 2 * rattler + 2)]).toEqual([0, 0]);
      expect(flat(rest.jvp({ diameter: { [rattler]: 1 } })).every((value) => value === 0)).toBe(true);
      const w = new Float64Array(moved.length);
      w[2 * rattler] = 1;
      expect(rest.vjp(w).diameter.data.every((value) => Math.abs(value) === 0)).toBe(true);
    }
  });

  test('give all derivatives by one diameter each at once, with a factorised Hessian and without', () => {
    for (const [k, rest] of rests.entries()) {
      const { count, dimension } = rest.system;
      const jacobian = rest.jacobian('diameter');
      expect(jacobian.shape).toEqual([count, dimension, count]);
      const solved = rest.jacobian('diameter', { solve: cg });
      const size = Math.max(...jacobian.data.map(Math.abs));
      for (const [i, value] of jacobian.data.entries()) {
        expect(Math.abs(value - solved.data[i])).toBeLessThan(1e-8 * size);
      }
      const atom = 10 + k;
      const one = flat(
        rest.jvp({ diameter: Float64Array.from({ length: count }, (_, i) => Number(i === atom)) }),
      );
      const column = one.map((_, i) => jacobian.data[i * count + atom]);
      expectDerivative(column, one, 1e-8);
    }
  });
});
