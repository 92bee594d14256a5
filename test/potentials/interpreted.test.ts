import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EnergyModel, type PairEnergy, pairPotential } from '../../potentials/index.js';
import { onWarning } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, createSystem, freeBox } from '../../systems/index.js';
import { boxOfAnyKind, parameterOfAnyLevel, systemIn } from './random-case.js';
import { relativeError } from './reference.js';

const plain: PairEnergy = (r, { k, s }) => tf.mul(k, tf.exp(tf.neg(tf.square(tf.div(r, s)))));
/** The same energy by a function that looks at the values of its tensors. */
const branching: PairEnergy = (r, p) => (r.dataSync()[0] >= 0 ? plain(r, p) : tf.neg(r));

const warnings: string[] = [];
let former: ReturnType<typeof onWarning>;
beforeEach(() => {
  warnings.length = 0;
  former = onWarning((message) => warnings.push(message));
});
afterEach(() => {
  onWarning(former);
});

function everything(model: EnergyModel, x: Float64Array, v: Float64Array, direction: Float64Array) {
  const [gradient, product, mixed] = [x.slice(), x.slice(), x.slice()];
  const energy = model.gradient(x, gradient);
  model.hessianProduct(x, v, product);
  model.mixedProduct(x, direction, mixed);
  const strained = model.strainGradient(x);
  return {
    energy: [energy, model.energy(x), strained?.energy ?? Number.NaN],
    gradient,
    strain: strained?.strain ?? [Number.NaN],
    product,
    mixed,
    parameters: model.parameterGradient(x),
    transposed: model.mixedTransposeProduct(x, v),
  };
}

describe('a pair energy that cannot be compiled', () => {
  test('is run pair by pair with the numbers of the compiled one, on systems of every kind', () => {
    const compiled = pairPotential({ energy: plain, cutoff: 1.4 });
    const run = pairPotential({ name: 'looking', energy: branching, cutoff: 1.4 });
    for (let draw = 0; draw < 6; draw++) {
      const rng = random(draw);
      const system = systemIn(rng, boxOfAnyKind(rng, draw % 2 === 0 ? 2 : 3), 5);
      const values = { k: parameterOfAnyLevel(rng, system, 2), s: parameterOfAnyLevel(rng, system, 1) };
      const options = { truncation: (['none', 'shift', 'force-shift', 'smooth'] as const)[draw % 4] };
      const one = compiled(values, options).bind(system);
      const other = run(values, options).bind(system);
      expect(one.interpreted).toBeNull();
      expect(other.interpreted).toContain('may branch on data');
      const x = coordinates(system);
      const v = x.map(() => rng.normal());
      const direction = one.theta.map(() => rng.normal());
      const expected = everything(one, x, v, direction);
      const before = tf.memory().numTensors;
      const found = everything(other, x, v, direction);
      expect(tf.memory().numTensors).toBe(before);
      for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
        expect(relativeError(found[key], expected[key]), `${key}, draw ${draw}`).toBeLessThan(1e-12);
      }
    }
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"looking" cannot be compiled, because it reads the value of a tensor');
    expect(warnings[0]).toContain('run pair by pair');
  });

  test('ends where its range ends', () => {
    const run = pairPotential({ name: 'ranged', energy: branching, range: ({ s }) => s });
    const system = createSystem({ positions: [[0], [1.5], [2]].map(([x]) => [x, 0]) });
    const found = run({ k: 1, s: 0.8 }).bind(system).energy(coordinates(system));
    expect(found).toBeCloseTo(Math.exp(-((0.5 / 0.8) ** 2)), 14);
  });

  test('does not hide a coordinate that is not a number', () => {
    const system = createSystem({ positions: new Float64Array(6), box: freeBox(3) });
    const x = Float64Array.of(0, 0, 0, Number.NaN, 0, 0);
    for (const energy of [plain, branching]) {
      const model = pairPotential({ name: 'not a number', energy })({ k: 1, s: 1 }).bind(system);
      model.energy(Float64Array.of(0, 0, 0, 1, 0, 0));
      expect(model.energy(x)).toBeNaN();
    }
  });

  test('can be run on a float32 backend that was asked for', () => {
    const run = pairPotential({ name: 'single', energy: branching, cutoff: 2, backend: 'cpu' });
    const system = createSystem({
      positions: [
        [0, 0],
        [1, 0.3],
      ],
    });
    const model = run({ k: 1.3, s: 0.9 }).bind(system);
    const expected = 1.3 * Math.exp(-1.09 / 0.81);
    expect(Math.abs(model.energy(coordinates(system)) - expected)).toBeLessThan(1e-6);
    expect(model.energy(coordinates(system))).not.toBe(expected);
    expect(model.unitRoundoff).toBe(2 ** -24);
  });
});

describe('a pair energy of one’s own', () => {
  const system = createSystem({
    positions: [
      [0, 0],
      [1, 0.3],
    ],
  });

  test('may give any tensor of one element', () => {
    const model = pairPotential({ energy: (r) => tf.reshape(tf.square(r), [1, 1]) })().bind(system);
    expect(model.energy(coordinates(system))).toBeCloseTo(1.09, 14);
  });

  test('that gives a vector is told so', () => {
    const potential = pairPotential({ name: 'vector', energy: () => tf.tensor1d([1, 2]) });
    expect(() => potential().bind(system).energy(coordinates(system))).toThrow(
      /shape \[2\]|one element|scalar/,
    );
  });

  test('passes its own errors on, and leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const potential = pairPotential({
      energy: (r) => {
        tf.square(r);
        throw new RangeError('mine');
      },
    });
    expect(() => potential().bind(system)).toThrow('mine');
    expect(tf.memory().numTensors).toBe(before);
  });

  test('leaves no tensor behind, neither when it is bound nor when it is evaluated', () => {
    const before = tf.memory().numTensors;
    const potential = pairPotential({ energy: plain, cutoff: 3, truncation: 'force-shift' });
    const model = potential({ k: Float64Array.of(1, 2), s: { A: 1 } }).bind(system);
    everything(model, coordinates(system), coordinates(system), model.theta);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('keeps one’s own tensors, which are constants of it', () => {
    const scale = tf.scalar(0.1);
    const potential = pairPotential({ energy: (r) => tf.minimum(tf.mul(r, scale), scale), cutoff: 4 });
    for (const truncation of ['none', 'shift', 'force-shift'] as const) {
      const energy = potential({}, { truncation }).bind(system).energy(coordinates(system));
      expect(energy).toBeCloseTo(truncation === 'none' ? 0.1 : 0, 14);
    }
    expect(scale.dataSync()[0]).toBeCloseTo(0.1, 7);
    scale.dispose();
  });
});

test('a variable from outside has the value that it has when it is asked', () => {
  const pair = createSystem({ positions: Float64Array.of(0, 0, 0, 2, 0, 0), box: freeBox(3) });
  const strength = tf.variable(tf.scalar(1));
  const spring = pairPotential({
    name: 'spring of variable strength',
    energy: (r) => tf.mul(strength, tf.square(r)),
  });
  expect(spring().bind(pair).energy(coordinates(pair))).toBe(4);
  strength.assign(tf.scalar(3));
  expect(spring().bind(pair).energy(coordinates(pair))).toBe(12);
  expect(warnings.join()).toContain('it uses a tf.variable, whose value may change');
  strength.dispose();
});
