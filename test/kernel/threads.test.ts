/** Kernels on several threads: the same sums, in an order that depends on the number of threads alone. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type EnergyModel, lennardJones, softSphere } from '../../potentials/index.js';
import { coordinates, lattice, perturb } from '../../systems/index.js';
import { relativeError } from '../potentials/reference.js';

const crystal = perturb(lattice({ structure: 'fcc', latticeConstant: 1.6, repeat: 11 }), 0.05, 1);
const x = coordinates(crystal);
const v = x.map(Math.sin);

function sums(model: EnergyModel): Float64Array[] {
  const [gradient, product] = [new Float64Array(x.length), new Float64Array(x.length)];
  const energy = model.gradient(x, gradient);
  model.hessianProduct(x, v, product);
  return [Float64Array.of(energy, model.energy(x)), gradient, product];
}

const bound = (threads: number): EnergyModel => lennardJones({}, { cutoff: 2.5 }).bind(crystal, { threads });

describe('kernels on several threads', () => {
  test.each([2, 3, 4])('give with %i threads what one gives, but for rounding', (threads) => {
    const [one, many] = [sums(bound(1)), sums(bound(threads))];
    many.forEach((found, k) => {
      expect(relativeError(found, one[k])).toBeLessThan(1e-13);
    });
  });

  test.each([1, 2, 4])('give the same bits each time with %i threads', (threads) => {
    const [first, second] = [sums(bound(threads)), sums(bound(threads))];
    expect(second).toEqual(first);
    const model = bound(threads);
    sums(model);
    const later = sums(model);
    expect(sums(model)).toEqual(later);
  });

  test('work on several models in turn, with lists that are rebuilt and pruned', () => {
    const models = [2, 3].map((threads) =>
      softSphere({ diameter: 1.3 }).bind(crystal, { threads, skin: 0.05 }),
    );
    const alone = softSphere({ diameter: 1.3 }).bind(crystal, { threads: 1, skin: 0.05 });
    const moving = Float64Array.from(x);
    for (let step = 0; step < 12; step++) {
      for (let k = 0; k < moving.length; k++) moving[k] += 0.004 * Math.sin(k + step);
      const expected = new Float64Array(x.length);
      alone.gradient(moving, expected);
      for (const model of models) {
        const found = new Float64Array(x.length);
        model.gradient(moving, found);
        expect(relativeError(found, expected)).toBeLessThan(1e-12);
      }
    }
  });

  test('keep no process alive', () => {
    const { status, signal, stdout } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', childProgram],
      { encoding: 'utf8', timeout: 60_000 },
    );
    expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: 'done\n' });
  });
});

const childProgram = `
import { lennardJones } from './dist/potentials/index.js';
import { coordinates, lattice } from './dist/systems/index.js';
const crystal = lattice({ structure: 'fcc', latticeConstant: 1.6, repeat: 11 });
const gradient = new Float64Array(3 * crystal.count);
lennardJones({}, { cutoff: 2.5 }).bind(crystal, { threads: 2 }).gradient(coordinates(crystal), gradient);
console.log('done');
`;
