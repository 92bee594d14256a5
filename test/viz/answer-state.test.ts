/** The state of the answer, without a page: frames that move to first order, differences, recipes, potentials. */
import { describe, expect, test } from 'vitest';
import { potentialFromConfig, potentialKinds, potentialParameters } from '../../potentials/index.js';
import { relax } from '../../src/relax/index.js';
import {
  coordinates,
  createBox,
  createSystem,
  lattice,
  numberColumn,
  type System,
  withColumn,
  withInfo,
} from '../../systems/index.js';
import { frameOfSystem, spacing } from '../../viz/index.js';
import { differenceOf } from '../../viz/state/compare.js';
import {
  changedPotential,
  offeredPotential,
  offeredPotentials,
  potentialOf,
  potentialText,
  readPotential,
} from '../../viz/state/potentials.js';
import { makeRecipe, recipes } from '../../viz/state/recipes.js';
import { changedColumn, largestChange, movedFrame, responseOf } from '../../viz/state/response.js';

/** Three disks, of which the small ones go apart when they grow. */
function answering(): System {
  return createSystem({
    positions: [
      [1, 1],
      [2, 1],
      [4, 3],
    ],
    species: ['A', 'B', 'B'],
    box: createBox([6, 5]),
    columns: {
      diameter: [1, 0.6, 0.6],
      forces: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
      sensitivity: [
        [0.5, 0, 0],
        [0, -2, 0],
        [0, 0, 0],
      ],
    },
    info: {
      energy: 3,
      max_force: 1e-12,
      converged: true,
      parameter: 'diameter.B',
      parameter_value: 0.6,
      energy_derivative: -4,
    },
  });
}

describe('a frame that answers a parameter', () => {
  const frame = frameOfSystem(answering());

  test('says which, at which value, and how its energy changes', () => {
    expect(responseOf(frame)).toMatchObject({ parameter: 'diameter.B', value: 0.6, energyDerivative: -4 });
    expect(responseOf(frameOfSystem(createSystem({ positions: [[0, 0]] })))).toBeNull();
  });

  test('moves along its sensitivity, in double and in single precision', () => {
    const moved = movedFrame(frame, 0.25);
    expect([...coordinates(moved.system)]).toEqual([1.125, 1, 2, 0.5, 4, 3]);
    expect([...moved.positions]).toEqual([1.125, 1, 0, 2, 0.5, 0, 4, 3, 0]);
    expect([...frame.positions.slice(0, 2)]).toEqual([1, 1]);
    expect(moved.cell).toBe(frame.cell);
  });

  test('is the same object for the same change, and itself for none', () => {
    expect(movedFrame(frame, 0.125)).toBe(movedFrame(frame, 0.125));
    expect(movedFrame(frame, 0)).toBe(frame);
  });

  test('grows the disks that the parameter means, and keeps of the rest what first order tells', () => {
    const { system, info, columns } = movedFrame(frame, 0.25);
    expect([...numberColumn(system, 'diameter')]).toEqual([1, 0.85, 0.85]);
    expect(info.get('energy')).toBe(2);
    expect(info.get('parameter_value')).toBe(0.85);
    expect([info.has('max_force'), info.has('converged'), columns.has('forces')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('takes a parameter of all atoms, of a species and of one atom to its column', () => {
    const values = (parameter: string) => [...(changedColumn(answering(), parameter, 1)?.[1].values ?? [])];
    expect(values('diameter')).toEqual([2, 1.6, 1.6]);
    expect(values('diameter.A')).toEqual([2, 0.6, 0.6]);
    expect(values('diameter.2')).toEqual([1, 0.6, 1.6]);
    expect(changedColumn(answering(), 'epsilon', 1)).toBeNull();
  });

  test('has a slider that moves atoms by a tenth of their distance, and no value below zero', () => {
    const response = responseOf(frame);
    if (response === null) throw new Error('no response');
    const most = largestChange(frame, response);
    const rms = Math.sqrt((0.25 + 4) / 3);
    expect(most * rms).toBeLessThanOrEqual(0.1 * spacing(frame));
    expect(most * rms).toBeGreaterThan(0.02 * spacing(frame));
    const slow = withColumn(answering(), 'sensitivity', [
      [1e-6, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(
      largestChange(frameOfSystem(slow), { ...response, vectors: numberColumn(slow, 'sensitivity', 3) }),
    ).toBe(0.2);
  });
});

test('a difference is that of positions, with the farthest atom and the mean', () => {
  const frame = frameOfSystem(answering());
  const { vectors, largest, atom, rms } = differenceOf(frame, movedFrame(frame, 0.5));
  expect([...vectors]).toEqual([0.25, 0, 0, 0, -1, 0, 0, 0, 0]);
  expect([largest, atom]).toEqual([1, 1]);
  expect(rms).toBeCloseTo(Math.sqrt((0.0625 + 1) / 3), 14);
});

describe('potentials', () => {
  test('that the page offers are those that there are, with all their parameters', () => {
    expect([...offeredPotentials].sort()).toEqual([...potentialKinds].sort());
    for (const kind of offeredPotentials) {
      const { parameters } = offeredPotential(kind, frameOfSystem(createSystem({ positions: [[0, 0, 0]] })));
      const required = potentialParameters(kind).filter((name) => name !== 'sigma' || kind !== 'soft-sphere');
      expect(Object.keys(parameters as object).sort()).toEqual([...required].sort());
    }
  });

  test.each(offeredPotentials)('%s binds to a periodic and to a free structure', (kind) => {
    const positions = [
      [0, 0, 0],
      [1.1, 0, 0],
    ];
    for (const system of [
      createSystem({ positions }),
      createSystem({ positions, box: createBox([9, 9, 9]) }),
    ]) {
      const model = potentialFromConfig(offeredPotential(kind, frameOfSystem(system))).bind(system);
      expect(Number.isFinite(model.energy(coordinates(system)))).toBe(true);
    }
  });

  test.each([1, 1.05, 1.1, 2.9, 0.05])('suit atoms whose neighbours are %f apart', (distance) => {
    const crystal = lattice({ structure: 'fcc', latticeConstant: distance * Math.SQRT2, repeat: 3 });
    const [soft, ...bonded] = offeredPotentials.map((kind) => {
      const potential = offeredPotential(kind, frameOfSystem(crystal));
      const model = potentialFromConfig(potential).bind(crystal);
      return model.energy(coordinates(crystal)) / crystal.count;
    });
    // Overlaps; bonds, of which each atom has a half of twelve that are not far from their lowest.
    expect(soft).toBeGreaterThan(0);
    for (const energy of bonded) {
      expect(energy).toBeLessThan(-2);
      expect(energy).toBeGreaterThan(-12);
    }
  });

  test('are in units of the atoms themselves where these are near', () => {
    const crystal = lattice({ structure: 'fcc', latticeConstant: 1.55, repeat: 3 });
    expect(offeredPotential('lennard-jones', frameOfSystem(crystal))).toMatchObject({
      cutoff: 2.5,
      parameters: { sigma: 1 },
    });
  });

  test('take the columns of their parameters, and are read again from their text', () => {
    const potential = offeredPotential('soft-sphere', frameOfSystem(answering()));
    expect(potential.parameters).toMatchObject({ diameter: { column: 'diameter' } });
    expect(readPotential(potentialText(potential))).toEqual(potential);
    expect(potentialOf(withInfo(answering(), { potential: JSON.stringify(potential) }))).toEqual(potential);
    expect(potentialOf(withInfo(answering(), { potential: 'EAM of a file' }))).toBeNull();
    expect(() => readPotential('{ kind: 1 }')).toThrow(/no JSON/);
  });
});

describe('a potential with a changed parameter', () => {
  const potential = {
    kind: 'lennard-jones',
    parameters: { epsilon: 2, sigma: { 'A-A': 1, 'A-B': 0.9, 'B-B': 0.8 }, other: { column: 'size' } },
  };
  const parameters = (parameter: string, value: number | null = null) =>
    (changedPotential(potential, parameter, 0.25, value) as typeof potential).parameters;

  test('has the change where the parameter stands', () => {
    expect(parameters('epsilon').epsilon).toBe(2.25);
    expect(parameters('sigma.B-A').sigma).toEqual({ 'A-A': 1, 'A-B': 1.15, 'B-B': 0.8 });
    expect(parameters('other.A')).toEqual(potential.parameters);
    expect(parameters('alpha', 2)).toEqual({ ...potential.parameters, alpha: 2.25 });
    expect(potential.parameters.epsilon).toBe(2);
  });

  test('changes the column that the parameter is read from', () => {
    const system = withColumn(answering(), 'size', [1, 2, 3]);
    const told = withInfo(system, { potential: JSON.stringify(potential) });
    expect(changedColumn(told, 'other.B', 1)?.[0]).toBe('size');
    expect([...(changedColumn(told, 'other.B', 1)?.[1].values ?? [])]).toEqual([1, 3, 4]);
  });
});

describe('recipes', () => {
  test.each(recipes)('$id: relaxes under its own potential, and answers its parameter', ({ id, count }) => {
    const system = makeRecipe(id, { count: Math.min(count, 64), seed: 3 });
    const rest = relax(system, potentialFromConfig(potentialOf(system)), {
      maxForce: 1e-8,
      maxSteps: 50_000,
    });
    expect(rest.converged).toBe(true);
    const parameter = String(system.info.get('parameter'));
    const [name, entry] = parameter.split('.');
    const { vectors } = rest.sensitivity({ [name]: entry === undefined ? 1 : { [entry]: 1 } });
    expect(Math.max(...vectors.data.map(Math.abs))).toBeGreaterThan(0.01);
  });

  test('give the same structure for the same seed, and another for another', () => {
    const of = (seed: number) => [...coordinates(makeRecipe('cluster', { count: 13, seed }))];
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
    expect(() => makeRecipe('tower', { count: 3, seed: 0 })).toThrow(/"tower"; expected disks/);
    expect(() => makeRecipe('disks', { count: 0, seed: 0 })).toThrow(/count must be a whole number/);
  });
});
