/** Energies of single atoms, products with several vectors, and the blocks on the Hessian's diagonal. */
import { describe, expect, test } from 'vitest';
import {
  type EnergyModel,
  energyFunction,
  lennardJones,
  morse,
  type Potential,
  softSphere,
} from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import {
  bidispersePacking,
  coordinates,
  createBox,
  createSystem,
  freeBox,
  numberColumn,
  type System,
} from '../../systems/index.js';
import { boxOfAnyKind, parameterOfAnyLevel, systemIn } from './random-case.js';
import { relativeError } from './reference.js';

const languages = ['webassembly', 'javascript'] as const;

/** Boxes wider than twice the range, so that no atom meets its own image. */
function wideSystems(): [System, Potential][] {
  const rng = random(4);
  const packing = bidispersePacking({ count: 40, diameters: [1, 0.6], packingFraction: 0.98 });
  const skewed = systemIn(
    rng,
    createBox([
      [5, 0, 0],
      [1, 5, 0],
      [0.5, -1, 5],
    ]),
    12,
  );
  return [
    [packing, softSphere({ diameter: [1, 0.6] })],
    [packing, softSphere({ diameter: numberColumn(packing, 'diameter'), alpha: 2.5 })],
    [skewed, morse({ D: 1.5, alpha: 2, r0: 1.1 }, { cutoff: 2, truncation: 'smooth' })],
    [systemIn(rng, freeBox(3), 9), lennardJones()],
  ];
}

function productWith(model: EnergyModel, v: Float64Array): Float64Array {
  const product = new Float64Array(v.length);
  model.hessianProduct(coordinates(model.system), v, product);
  return product;
}

describe.each(languages)('in %s', (kernels) => {
  test('the energies of atoms add up to the energy, in boxes of any kind', () => {
    const rng = random(1);
    for (let round = 0; round < 40; round++) {
      const system = systemIn(rng, boxOfAnyKind(rng, round % 2 === 0 ? 3 : 2), 12);
      const epsilon = parameterOfAnyLevel(rng, system, 1);
      const model = lennardJones({ epsilon }, { cutoff: 1.8 }).bind(system, { kernels });
      const x = coordinates(system);
      const energies = model.atomEnergies(x) ?? new Float64Array(0);
      expect(energies).toHaveLength(system.count);
      const total = energies.reduce((sum, e) => sum + e, 0);
      const size = energies.reduce((sum, e) => sum + Math.abs(e), 0);
      expect(Math.abs(total - model.energy(x))).toBeLessThanOrEqual(1e-14 * size);
    }
  });

  test('an atom’s energy is half of what its pairs have', () => {
    const positions = [
      [0, 0, 0],
      [1.1, 0, 0],
      [0, 1.3, 0],
    ];
    const system = createSystem({ positions: Float64Array.from(positions.flat()), box: freeBox(3) });
    const pair = (r: number): number => 4 * (r ** -12 - r ** -6);
    const [ab, ac, bc] = [pair(1.1), pair(1.3), pair(Math.hypot(1.1, 1.3))];
    const found = lennardJones().bind(system, { kernels }).atomEnergies(coordinates(system));
    const expected = Float64Array.of((ab + ac) / 2, (ab + bc) / 2, (ac + bc) / 2);
    expect(relativeError(found ?? new Float64Array(3), expected)).toBeLessThan(1e-14);
  });

  test('products with several vectors are those with each of them', () => {
    const rng = random(2);
    for (const [system, potential] of wideSystems()) {
      const model = potential.bind(system, { kernels });
      const x = coordinates(system);
      for (const count of [1, 2, 3, 4, 5, 7]) {
        const vectors = Array.from({ length: count }, () => x.map(() => rng.normal()));
        const products = vectors.map((v) => new Float64Array(v.length));
        model.hessianProducts?.(x, vectors, products);
        vectors.forEach((v, k) => {
          expect(relativeError(products[k], productWith(model, v))).toBeLessThan(1e-14);
        });
      }
    }
  });

  test('the blocks are those of the whole matrix', () => {
    for (const [system, potential] of wideSystems()) {
      const model = potential.bind(system, { kernels });
      const { count, dimension: d } = system;
      const expected = new Float64Array(count * d * d);
      for (let i = 0; i < count; i++) {
        for (let a = 0; a < d; a++) {
          const unit = new Float64Array(count * d);
          unit[i * d + a] = 1;
          const column = productWith(model, unit);
          for (let b = 0; b < d; b++) expected[(i * d + b) * d + a] = column[i * d + b];
        }
      }
      const found = model.hessianBlocks?.(coordinates(system)) ?? new Float64Array(0);
      expect(relativeError(found, expected)).toBeLessThan(1e-13);
    }
  });
});

test('many threads give the products that one gives, several at once', () => {
  const system = bidispersePacking({ count: 4100, diameters: [1, 0.6], packingFraction: 0.98 });
  const { normal } = random(5);
  const vectors = Array.from({ length: 3 }, () => coordinates(system).map(normal));
  const [one, two] = [1, 2].map((threads) => {
    const model = softSphere({ diameter: [1, 0.6] }).bind(system, { threads });
    const products = vectors.map((v) => new Float64Array(v.length));
    model.hessianProducts?.(coordinates(system), vectors, products);
    return products;
  });
  one.forEach((product, k) => {
    expect(relativeError(two[k], product)).toBeLessThan(1e-13);
  });
});

test('an energy that is no sum over pairs has no energies of atoms', () => {
  const system = createSystem({ positions: Float64Array.of(0, 0, 1, 1), box: freeBox(2) });
  const model = energyFunction({ energy: (positions) => positions.square().sum() })().bind(system);
  expect(model.atomEnergies(coordinates(system))).toBeNull();
});
