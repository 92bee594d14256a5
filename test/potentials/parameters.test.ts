import * as tf from '@tensorflow/tfjs';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import {
  energyFunction,
  lennardJones,
  type Mixing,
  type PairPotentialOptions,
  type ParameterValue,
  type ParameterValues,
  pairPotential,
  parameterArrays,
  parameterDirection,
  softSphere,
} from '../../potentials/index.js';
import { InputError } from '../../src/message/index.js';
import { coordinates, createBox, createSystem, type System, withColumn } from '../../systems/index.js';

const pair = createSystem({
  positions: [
    [0, 0, 0],
    [1.1, 0, 0],
  ],
  species: ['A', 'B'],
});

const three = withColumn(
  createSystem({
    positions: [
      [0, 0],
      [0.9, 0],
      [0, 0.8],
    ],
    species: ['B', 'A', 'B'],
    box: createBox([4, 4]),
  }),
  'size',
  [1, 1.1, 1.2],
);

const energyOf = (system: System, values: ParameterValues, options?: PairPotentialOptions): number =>
  softSphere(values, options).bind(system).energy(coordinates(system));

describe('one parameter in its several spellings', () => {
  const sphere = (r: number, sigma: number): number => (r < sigma ? 0.5 * (1 - r / sigma) ** 2 : 0);
  const diagonal = Math.hypot(0.9, 0.8);

  test('gives one energy for one value, whatever the level', () => {
    const expected = sphere(0.9, 1.3) + sphere(0.8, 1.3) + sphere(diagonal, 1.3);
    const spellings: ParameterValue[] = [
      1.3,
      [1.3, 1.3],
      { A: 1.3, B: 1.3 },
      [
        [1.3, 1.3],
        [1.3, 1.3],
      ],
      { 'A-A': 1.3, 'B-A': 1.3, 'B-B': 1.3 },
      Float64Array.of(1.3, 1.3, 1.3),
      ndarray(Float64Array.of(1.3), []),
      ndarray(Float64Array.of(1.3, 1.3), [2]),
      ndarray(new Float64Array(4).fill(1.3), [2, 2]),
    ];
    for (const diameter of spellings) expect(energyOf(three, { diameter })).toBeCloseTo(expected, 14);
  });

  test('puts species in alphabetical order, pairs in any order, and atoms in their own', () => {
    const species = sphere(0.9, 1.2) + sphere(0.8, 1.4) + sphere(diagonal, 1.2);
    expect(energyOf(three, { diameter: [1, 1.4] })).toBeCloseTo(species, 14);
    expect(energyOf(three, { diameter: { B: 1.4, A: 1, Z: 7 } })).toBeCloseTo(species, 14);
    const pairs = sphere(0.9, 1.5) + sphere(0.8, 1.4) + sphere(diagonal, 1.5);
    expect(energyOf(three, { diameter: { 'B-A': 1.5, 'A-A': 3, 'B-B': 1.4 } })).toBeCloseTo(pairs, 14);
    expect(
      energyOf(three, {
        diameter: [
          [3, 1.5],
          [1.5, 1.4],
        ],
      }),
    ).toBeCloseTo(pairs, 14);
    const atoms = sphere(0.9, 1.05) + sphere(0.8, 1.1) + sphere(diagonal, 1.15);
    expect(energyOf(three, { diameter: { column: 'size' } })).toBeCloseTo(atoms, 14);
    expect(energyOf(three, { diameter: Float64Array.of(1, 1.1, 1.2) })).toBeCloseTo(atoms, 14);
  });

  test('mixes as its rule says', () => {
    const [a, b] = [1, 1.4];
    const means: [Mixing, number][] = [
      ['arithmetic', (a + b) / 2],
      ['geometric', Math.sqrt(a * b)],
      ['harmonic', (2 * a * b) / (a + b)],
      ['sixth-power', ((a ** 6 + b ** 6) / 2) ** (1 / 6)],
      [(p, q) => tf.maximum(p, q), b],
    ];
    for (const [mixing, sigma] of means) {
      const expected = sphere(0.9, sigma) + sphere(0.8, b) + sphere(diagonal, sigma);
      expect(energyOf(three, { diameter: [a, b] }, { mixing })).toBeCloseTo(expected, 14);
      expect(energyOf(three, { diameter: [a, b] }, { mixing: { diameter: mixing } })).toBeCloseTo(
        expected,
        14,
      );
      const atoms = Float64Array.of(b, a, b);
      expect(energyOf(three, { diameter: atoms }, { mixing })).toBeCloseTo(expected, 14);
    }
  });

  test('mixes by a rule that cannot be compiled, too', () => {
    const larger: Mixing = (p, q) => (p.dataSync()[0] > q.dataSync()[0] ? tf.clone(p) : tf.clone(q));
    const expected = sphere(0.9, 1.4) + sphere(0.8, 1.4) + sphere(diagonal, 1.4);
    const model = softSphere({ diameter: [1, 1.4] }, { mixing: larger }).bind(three);
    expect(model.energy(coordinates(three))).toBeCloseTo(expected, 14);
    // both species' derivatives, against a difference of the energy
    const gradient = model.parameterGradient(coordinates(three));
    const shifted = (h: number) =>
      model.withTheta(Float64Array.of(model.theta[0], model.theta[1] + h, ...model.theta.slice(2)));
    const block = model.layout.blocks[0];
    expect(block).toMatchObject({ name: 'diameter', offset: 0, size: 2 });
    const slope =
      (shifted(1e-5).energy(coordinates(three)) - shifted(-1e-5).energy(coordinates(three))) / 2e-5;
    expect(gradient[1]).toBeCloseTo(slope, 8);
    expect(gradient[0]).toBe(0);
  });
});

describe('parameters that do not fit are refused with a message that says why', () => {
  const refused = (values: ParameterValues, message: string | RegExp, system = three): void => {
    expect(() => softSphere(values).bind(system)).toThrow(InputError);
    expect(() => softSphere(values).bind(system)).toThrow(message);
  };

  test('unknown names, missing ones, and names that every object has', () => {
    refused(
      { diametre: 1 },
      'soft-sphere has no parameter "diametre"; it has "diameter", "epsilon", "alpha"',
    );
    refused(JSON.parse('{"__proto__": 1}'), '"__proto__"');
    refused({ constructor: 1 } as unknown as ParameterValues, '"constructor"');
    const own = pairPotential({ energy: (r, { a }) => tf.mul(r, a), cutoff: 1 });
    expect(() => own({ b: 1 }).bind(pair)).toThrow(
      'the energy uses a parameter "a" that was not given; given are "b"',
    );
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const odd = pairPotential({ energy: (r, p) => tf.mul(r, p[name]), cutoff: 1 });
      expect(() => odd({ b: 1 }).bind(pair), name).toThrow(`uses a parameter "${name}" that was not given`);
    }
    const all = energyFunction({ energy: (x, { a }) => tf.mul(a, tf.sum(x)) });
    expect(() => all({ b: 1 }).bind(pair).energy(coordinates(pair))).toThrow(
      'the energy uses a parameter "a" that was not given; given are "b"',
    );
  });

  test('energies that are no tensor of one number', () => {
    const number = () => 1 as unknown as tf.Scalar;
    expect(() => pairPotential({ energy: number, cutoff: 1 })().bind(pair)).toThrow(
      'gave a number; it must give a tensor',
    );
    const x = coordinates(pair);
    const energy = (f: () => tf.Tensor) => energyFunction({ energy: f })().bind(pair).energy(x);
    expect(() => energy(number)).toThrow('returned a number');
    expect(() => energy(() => tf.ones([3, 2]))).toThrow('returned a tensor of shape [3,2]');
  });

  test('numbers of values that fit neither species nor atoms', () => {
    refused({ diameter: [1, 2, 3, 4] }, '4 values, but the structure has 2 species (A, B) and 3 atoms');
    refused({ diameter: Float64Array.of(1, 2) }, '2 values for 3 atoms');
    refused({ diameter: [[1, 2]] }, '2 × 2 values');
    refused({ diameter: ndarray(new Float64Array(6), [2, 3]) }, '2 × 2 values');
  });

  test('tables of pairs that are not symmetric', () => {
    refused(
      {
        diameter: [
          [1, 2],
          [2.5, 1],
        ],
      },
      'must be symmetric: A-B is 2 in one place and 2.5 in the other',
    );
    refused({ diameter: { 'A-A': 1, 'A-B': 2, 'B-A': 3, 'B-B': 1 } }, 'must be symmetric');
  });

  test('records that lack a species or a pair, and columns that are not there or hold no single number', () => {
    refused({ diameter: { A: 1 } }, 'no value for B; it has "A"');
    refused({ diameter: { A: 1, C: 2 } }, 'no value for B');
    refused({ diameter: { 'A-A': 1, 'A-B': 2 } }, 'no value for B-B');
    refused({ diameter: { column: 'weight' } }, 'no such column; its columns are "size"');
    const named = withColumn(three, 'name', ['x', 'y', 'z']);
    refused({ diameter: { column: 'name' } }, 'no single number', named);
    const wide = withColumn(three, 'velocity', [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    refused({ diameter: { column: 'velocity' } }, 'no single number', wide);
  });

  test('species named like the properties of every object', () => {
    const strange = createSystem({
      positions: [
        [0, 0],
        [0.5, 0],
      ],
      species: ['constructor', '__proto__'],
    });
    refused({ diameter: { toString: 1 } as unknown as ParameterValue }, 'no value for __proto__', strange);
    refused(JSON.parse('{"diameter": {"__proto__": 1}}'), 'no value for constructor', strange);
    const values = JSON.parse('{"diameter": {"__proto__": 1, "constructor": 2}}');
    expect(energyOf(strange, values)).toBeCloseTo(0.5 * (1 - 0.5 / 1.5) ** 2, 14);
  });

  test('values that are not finite numbers', () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      refused(
        { diameter: value },
        `the parameter "diameter" has the value ${value}; expected a finite number`,
      );
      refused({ diameter: [1, value] }, `has the value ${value}`);
    }
    refused(
      { diameter: { A: 1, B: '2' } } as unknown as ParameterValues,
      'has "2" for "B"; expected a number',
    );
    refused({ diameter: null } as unknown as ParameterValues, 'diameter');
    refused({ diameter: '1' } as unknown as ParameterValues, 'diameter');
    refused({ diameter: [1, '2'] } as unknown as ParameterValues, 'diameter');
  });

  test('a range of nothing, and a range below nothing', () => {
    refused({ diameter: 0 }, 'the range of the potential is 0');
    refused({ diameter: -1 }, /range|diameter/);
    refused({ diameter: { A: 1, B: -3 } }, /range|diameter/);
    refused({ diameter: Float64Array.of(1, 1, -5) }, /range|diameter/);
  });

  test('mixing rules that there are not', () => {
    for (const rule of ['mean', 'constructor', 'toString', '__proto__']) {
      const options = { mixing: rule as Mixing };
      expect(() => softSphere({}, options), rule).toThrow(
        `there is no mixing rule "${rule}"; expected arithmetic`,
      );
      expect(() => softSphere({}, { mixing: { epsilon: rule as Mixing } })).toThrow(InputError);
    }
  });

  test('cutoffs, truncations and onsets that cannot be', () => {
    const bad: [PairPotentialOptions, string][] = [
      [{ cutoff: 0 }, 'the cutoff must be a positive length, or null for none; found 0'],
      [{ cutoff: -2 }, 'found -2'],
      [{ cutoff: Number.NaN }, 'found NaN'],
      [{ cutoff: Infinity }, 'found Infinity'],
      [{ truncation: 'shift' }, 'needs a cutoff'],
      [{ truncation: 'smooth', cutoff: 2, onset: 2 }, 'the onset 2 must lie between 0 and the cutoff 2'],
      [{ truncation: 'smooth', cutoff: 2, onset: -1 }, 'the onset -1'],
      [{ truncation: 'switch' as 'shift', cutoff: 2 }, 'there is no truncation "switch"'],
    ];
    for (const [options, message] of bad) {
      expect(() => lennardJones({}, options)).toThrow(InputError);
      expect(() => lennardJones({}, options)).toThrow(message);
    }
    expect(() => lennardJones().bind(three)).toThrow('without a cutoff');
  });
});

describe('parameter names reach no generated code', () => {
  const names = [
    'constructor',
    '__proto__',
    'toString',
    'shape',
    '0',
    '',
    "'; throw new Error('reached'); //",
    '`; process.exit(); `',
    '*/ globalThis.reached = true; /*',
    'table0',
    's',
    'energy\n',
  ];

  test('whatever they are, the potential is compiled and right', () => {
    for (const name of names) {
      const potential = pairPotential({ energy: (r, p) => tf.mul(p[name], tf.square(r)), cutoff: 2 });
      for (const value of [3, [2, 4], { 'A-A': 1, 'A-B': 3, 'B-B': 1 }, Float64Array.of(2, 4)]) {
        const model = potential(Object.fromEntries([[name, value as ParameterValue]])).bind(pair);
        const x = coordinates(pair);
        expect(model.interpreted, name).toBeNull();
        expect(model.energy(x), name).toBeCloseTo(3 * 1.21, 12);
        expect(
          model.parameterGradient(x).reduce((a, b) => a + b),
          name,
        ).toBeCloseTo(1.21, 12);
        const arrays = parameterArrays(model.layout, model.theta);
        expect(Object.keys(arrays)).toEqual([name]);
        expect(parameterDirection(model.layout, pair, Object.fromEntries([[name, 2]]))).toEqual(
          model.theta.map(() => 2),
        );
      }
    }
    expect(globalThis).not.toHaveProperty('reached');
  });

  test('and default to the arithmetic mean under every name', () => {
    for (const name of names) {
      const potential = pairPotential({ energy: (r, p) => tf.mul(p[name], r), cutoff: 2, mixing: {} });
      const values = Object.fromEntries([[name, [1, 4]]]);
      expect(potential(values).bind(pair).energy(coordinates(pair)), name).toBeCloseTo(2.5 * 1.1, 12);
    }
  });
});

describe('directions in the space of parameters', () => {
  const layoutOf = (values: ParameterValues) => softSphere(values).bind(three).layout;

  test('are spelt as parameters are; what is left out stays', () => {
    const ofSpecies = layoutOf({ diameter: [1, 1.4], epsilon: 2 });
    const names = ofSpecies.blocks.map((block) => block.name);
    expect(names).toEqual(['diameter', 'epsilon', 'alpha']);
    expect([...parameterDirection(ofSpecies, three, { diameter: { B: 1 } })]).toEqual([0, 1, 0, 0]);
    expect([...parameterDirection(ofSpecies, three, { diameter: 2, epsilon: 3 })]).toEqual([2, 2, 3, 0]);
    expect([...parameterDirection(ofSpecies, three, { diameter: [0, 1] })]).toEqual([0, 1, 0, 0]);
    const ofAtoms = layoutOf({ diameter: { column: 'size' } });
    expect([...parameterDirection(ofAtoms, three, { diameter: { B: 1 } })]).toEqual([1, 0, 1, 0, 0]);
    expect([...parameterDirection(ofAtoms, three, { diameter: { 1: 2 } })]).toEqual([0, 2, 0, 0, 0]);
    expect([...parameterDirection(ofAtoms, three, { diameter: [5, 6, 7] })]).toEqual([5, 6, 7, 0, 0]);
    expect([...parameterDirection(ofAtoms, three, { diameter: { column: 'size' } })]).toEqual([
      1, 1.1, 1.2, 0, 0,
    ]);
    const ofPairs = layoutOf({ diameter: { 'A-A': 1, 'A-B': 1, 'B-B': 1 } });
    expect([...parameterDirection(ofPairs, three, { diameter: { 'B-A': 1 } })]).toEqual([0, 1, 0, 0, 0]);
  });

  test('are refused where they name what is not there', () => {
    const layout = layoutOf({ diameter: [1, 1.4] });
    const refused = (values: ParameterValues, message: string): void => {
      expect(() => parameterDirection(layout, three, values)).toThrow(InputError);
      expect(() => parameterDirection(layout, three, values)).toThrow(message);
    };
    refused({ sigma: 1 }, 'there is no parameter "sigma"; this potential has "diameter"');
    refused({ diameter: { C: 1 } }, 'has no entry "C"; it has "A", "B"');
    refused({ diameter: { 'A-B': 1 } }, 'has no entry "A-B"');
    refused({ diameter: Float64Array.of(1, 0, 0) }, 'one value a species');
    refused({ diameter: [1, 2, 3, 4] }, '4 values');
  });
});

describe('systems of next to nothing', () => {
  test('no atoms have no energy, whatever the level of the parameters', () => {
    for (const dimension of [2, 3] as const) {
      for (const box of [undefined, createBox(new Array<number>(dimension).fill(3))]) {
        const empty = createSystem({
          positions: new Float64Array(0),
          dimension,
          ...(box ? { box } : {}),
          columns: { size: new Float64Array(0) },
        });
        for (const diameter of [1, { A: 1 }, new Float64Array(0), { column: 'size' }] as ParameterValue[]) {
          const model = softSphere({ diameter }).bind(empty);
          const x = new Float64Array(0);
          expect(model.energy(x)).toBe(0);
          expect(model.gradient(x, x)).toBe(0);
          model.hessianProduct(x, x, x);
          expect(model.parameterGradient(x).every((value) => value === 0)).toBe(true);
          expect(model.strainGradient(x)?.energy).toBe(0);
        }
      }
    }
  });

  test('one atom meets its own images, and without images nothing', () => {
    const at = [0.3, 0.2];
    const alone = createSystem({ positions: [at] });
    expect(energyOf(alone, { diameter: 3 })).toBe(0);
    const repeated = createSystem({ positions: [at], box: createBox([1, 2]) });
    // four images at 1 and at 2, and four at √5, each shared by two
    const expected = [1, 2, 2, Math.sqrt(5), Math.sqrt(5)].reduce(
      (sum, r) => sum + 0.5 * (1 - r / 2.5) ** 2,
      0,
    );
    expect(energyOf(repeated, { diameter: 2.5 })).toBeCloseTo(expected, 14);
    expect(energyOf(repeated, { diameter: Float64Array.of(2.5) })).toBeCloseTo(expected, 14);
  });
});

describe('parameters that are compiled in as numbers', () => {
  test('are told apart by their names, not by their values alone', () => {
    const potential = pairPotential({
      energy: (r, { p, q }) => tf.add(tf.mul(p, 10), tf.mul(q, r)),
      cutoff: 2,
      specialize: ['p', 'q'],
    });
    const energy = (values: ParameterValues): number =>
      potential(values).bind(pair).energy(coordinates(pair));
    expect(energy({ p: 2, q: [3, 3] })).toBeCloseTo(20 + 3.3, 12);
    expect(energy({ p: [3, 3], q: 2 })).toBeCloseTo(30 + 2.2, 12);
    expect(energy({ p: 2, q: 3 })).toBeCloseTo(20 + 3.3, 12);
    expect(energy({ p: 3, q: 2 })).toBeCloseTo(30 + 2.2, 12);
  });
});
