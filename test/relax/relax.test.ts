import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { lennardJones, pairPotential, softSphere } from '../../potentials/index.js';
import { InputError, onWarning } from '../../src/message/index.js';
import { gradientDescent, type Minimizer } from '../../src/optimize/index.js';
import {
  closestPair,
  type RelaxMethod,
  type RelaxOptions,
  type RelaxProgress,
  relax,
  relaxMethods,
  relaxModel,
} from '../../src/relax/index.js';
import { bidispersePacking, coordinates, createBox, createSystem, type System } from '../../systems/index.js';
import { flat } from './differences.js';

const triangle = createSystem({
  positions: [
    [0, 0],
    [1.2, 0.1],
    [0.5, 1.1],
  ],
});

const packing = bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.95, seed: 1 });
const spheres = softSphere({ diameter: [1, 0.6] });

describe('a relaxation', () => {
  test('refuses what is no system, and a potential that has no parameters yet', () => {
    const wrong = (value: unknown) => value as never;
    expect(() => relax(triangle, wrong(lennardJones))).toThrow(/found function; call it with its parameters/);
    expect(() => relax(triangle, wrong(lennardJones))).toThrow(InputError);
    expect(() => relax(triangle, wrong(undefined))).toThrow('must be a potential, found undefined');
    expect(() => relax(wrong({}), spheres)).toThrow('must be a system, found object');
  });

  test('leaves the system that it was given as it was, and keeps all that is not the positions', () => {
    const before = coordinates(packing).slice();
    const rest = relax(packing, spheres);
    expect(coordinates(packing)).toEqual(before);
    expect(rest.system.species).toBe(packing.species);
    expect(rest.system.columns).toBe(packing.columns);
    expect(rest.system.box).toBe(packing.box);
    expect(rest.converged).toBe(true);
    expect(rest.maxForce).toBeLessThanOrEqual(1e-6);
    expect(rest.message).toMatch(/^converged in \d+ steps: largest force \d\.\d\de-\d+$/);
    expect(rest.seconds).toBeGreaterThan(0);
  });

  test('comes to one energy by every method, with force and energy of the model at its end', () => {
    for (const method of relaxMethods) {
      const rest = relax(triangle, lennardJones(), { method, maxForce: 1e-12 });
      expect(rest.energy, method).toBeCloseTo(-3, 12);
      const gradient = new Float64Array(6);
      expect(rest.model.gradient(coordinates(rest.system), gradient)).toBe(rest.energy);
      const forces = [0, 2, 4].map((k) => Math.hypot(gradient[k], gradient[k + 1]));
      expect(Math.max(...forces) / rest.maxForce).toBeCloseTo(1, 14);
    }
    const own = gradientDescent({ maxStep: 0.05 }) as Minimizer;
    expect(relax(triangle, lennardJones(), { method: own, maxForce: 1e-10 }).energy).toBeCloseTo(-3, 12);
  });

  test('moves no atom farther than maxStep in one step', () => {
    const close = createSystem({
      positions: [
        [0, 0],
        [0.4, 0],
        [2, 2],
      ],
    });
    for (const method of relaxMethods) {
      for (const maxStep of [0.1, 0.01]) {
        const { trajectory } = relax(close, lennardJones(), {
          method,
          maxSteps: 200,
          trajectory: true,
          ...(maxStep === 0.1 ? {} : { maxStep }),
        });
        expect(trajectory.length).toBeGreaterThan(20);
        for (let k = 1; k < trajectory.length; k++) {
          const [a, b] = [trajectory[k - 1].positions, trajectory[k].positions];
          for (let i = 0; i < 3; i++) {
            const moved = Math.hypot(b[2 * i] - a[2 * i], b[2 * i + 1] - a[2 * i + 1]);
            expect(moved, method).toBeLessThanOrEqual(maxStep * (1 + 1e-12));
          }
        }
      }
    }
  });

  test('tells how far it came when its steps are used up', () => {
    const rest = relax(packing, spheres, { maxSteps: 10, maxForce: 1e-9 });
    expect(rest).toMatchObject({ result: 'step-limit', converged: false, steps: 10 });
    expect(rest.message).toMatch(
      /^force tolerance 1\.00e-9 not reached in 10 steps: largest force \d.*; raise maxSteps, or maxForce$/,
    );
    const none = relax(packing, spheres, { maxSteps: 0 });
    expect(none).toMatchObject({ result: 'step-limit', steps: 0, evaluations: 1 });
  });

  test('asks whether the energy has an end where the forces have grown', () => {
    const flight = pairPotential({ energy: (r) => tf.neg(tf.square(r)) })();
    const apart = createSystem({
      positions: [
        [0, 0],
        [1, 0],
      ],
    });
    const rest = relax(apart, flight, { maxSteps: 100 });
    expect(rest).toMatchObject({ result: 'step-limit', converged: false });
    expect(rest.message).toMatch(
      /maxForce \(it was 2\.00e\+0 at the start: does the energy fall without end\?\)$/,
    );
  });

  test('of a derivative that is taken too early warns, or throws where that is asked for', () => {
    const rest = relax(packing, spheres, { maxSteps: 100, maxForce: 1e-9 });
    const warnings: string[] = [];
    const former = onWarning((message) => warnings.push(message));
    try {
      rest.jvp({ diameter: 1 });
      expect(warnings[0]).toContain('relax further first');
      expect(() => rest.jvp({ diameter: 1 }, { strict: true })).toThrow('relax further first');
    } finally {
      onWarning(former);
    }
  });
});

describe('callbacks, frames and abort', () => {
  test('the callback sees the start and every step, and stops the run by returning false', () => {
    const seen: RelaxProgress[] = [];
    const rest = relax(packing, spheres, {
      onStep: (progress) => {
        seen.push({ ...progress, positions: progress.positions.slice() });
        return progress.step < 7;
      },
    });
    expect(seen.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(rest).toMatchObject({ result: 'aborted', converged: false, steps: 7 });
    expect(rest.message).toContain('stopped by the caller after 7 steps');
    expect(seen[0].positions).toEqual(coordinates(packing));
    expect(seen[7].positions).toEqual(coordinates(rest.system));
    expect(seen[7].energy).toBe(rest.energy);
    expect(seen[7].maxForce).toBe(rest.maxForce);
    expect(seen[7].energy).toBeLessThan(seen[0].energy);
    // what is returned otherwise does not matter
    expect(relax(triangle, lennardJones(), { onStep: () => undefined }).converged).toBe(true);
    expect(relax(triangle, lennardJones(), { onStep: () => 0 }).converged).toBe(true);
  });

  test('a signal stops it', () => {
    const controller = new AbortController();
    const rest = relax(packing, spheres, {
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === 3) controller.abort();
      },
    });
    expect(rest).toMatchObject({ result: 'aborted', steps: 3 });
    expect(relax(packing, spheres, { signal: AbortSignal.abort() })).toMatchObject({
      result: 'aborted',
      steps: 0,
    });
  });

  test('an error in the callback comes out', () => {
    const onStep = () => {
      throw new RangeError('mine');
    };
    expect(() => relax(packing, spheres, { onStep })).toThrow('mine');
  });

  test('frames are kept as often as asked for, with the first and the last, each its own copy', () => {
    const all = relax(packing, spheres, { trajectory: true });
    expect(all.trajectory.map(({ step }) => step)).toEqual(
      Array.from({ length: all.steps + 1 }, (_, k) => k),
    );
    const some = relax(packing, spheres, { trajectory: 50 });
    expect(some.trajectory.map(({ step }) => step)).toEqual([
      ...Array.from({ length: Math.ceil(all.steps / 50) }, (_, k) => 50 * k),
      all.steps,
    ]);
    for (const frame of some.trajectory) {
      const model = spheres.bind(packing);
      expect(frame.energy).toBeCloseTo(model.energy(frame.positions), 12);
      expect(frame).toEqual(all.trajectory[frame.step]);
    }
    expect(new Set(some.trajectory.map(({ positions }) => positions)).size).toBe(some.trajectory.length);
    expect(relax(packing, spheres).trajectory).toEqual([]);
  });
});

describe('a relaxation that cannot go on names the atoms', () => {
  const nearby = (system: System, options: RelaxOptions = {}) => relax(system, lennardJones(), options);

  test('that lie on top of each other, wherever that is', () => {
    for (const place of [
      [0, 0, 0],
      [1e-200, 0, 0],
      [3, 4, 5],
      [-1e6, 2, 3],
    ]) {
      const positions = [[7, 7, 7], place, [20, 1, 1], place];
      for (const method of relaxMethods) {
        const rest = nearby(createSystem({ positions }), { method });
        expect(rest).toMatchObject({ result: 'not-finite', converged: false, steps: 0 });
        expect(rest.message).toContain('not finite at the start; atoms 1 and 3 are the closest, 0 apart');
        expect(rest.message).toContain('move the atoms apart');
      }
    }
    const both = nearby(createSystem({ positions: new Float64Array(6), dimension: 3 }));
    expect(both.message).toContain('atoms 0 and 1 are the closest, 0 apart');
    expect(
      relax(createSystem({ positions: new Float64Array(4), dimension: 2 }), softSphere()).message,
    ).toContain('atoms 0 and 1 are the closest, 0 apart');
  });

  test('that lie on top of each other among others, though their energy is finite', () => {
    for (const order of [
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]) {
      const positions = [...order.map((k) => [1 + 3 * k, 2, 3]), [4.5, 2, 3]];
      const rest = relax(createSystem({ positions }), softSphere());
      expect(rest).toMatchObject({ result: 'not-finite', steps: 0 });
      expect(rest.message).toContain('apart');
    }
  });

  test('that lie on top of each other through a periodic boundary', () => {
    const positions = [
      [0.25, 0.125],
      [1, 1],
      [3.25, 2.125],
    ];
    const rest = relax(createSystem({ positions, box: createBox([3, 2]) }), softSphere());
    expect(rest.message).toContain('atoms 0 and 2 are the closest, 0 apart');
  });

  test('that are so close that the force overflows', () => {
    const rest = nearby(
      createSystem({
        positions: [
          [0, 0],
          [1e-30, 0],
          [5, 5],
        ],
      }),
    );
    expect(rest.result).toBe('not-finite');
    expect(rest.message).toContain('atoms 0 and 1 are the closest, 1e-30 apart');
  });

  test('when the energy ends being a number on the way', () => {
    // log of a negative number below r = 1, and an attraction that leads there
    const potential = pairPotential({ energy: (r) => tf.add(tf.log(tf.sub(r, 1)), tf.mul(r, 3)), cutoff: 5 });
    const system = createSystem({
      positions: [
        [0, 0],
        [1.3, 0],
        [4, 4],
      ],
    });
    const rest = relax(system, potential(), { maxSteps: 1000 });
    expect(rest.result).toBe('not-finite');
    expect(rest.message).toMatch(/not finite after \d+ steps; atoms 0 and 1 are the closest, 0\.\d+ apart/);
    expect(rest.trajectory).toEqual([]);
  });

  test('and says how close all are when one atom meets nothing but itself', () => {
    const potential = pairPotential({ energy: (r) => tf.log(tf.sub(r, 2)), cutoff: 5 });
    const rest = relax(createSystem({ positions: [[0, 0]], box: createBox([1, 4]) }), potential());
    expect(rest.result).toBe('not-finite');
    expect(rest.message).toContain('not finite at the start: ');
  });
});

describe('the closest pair', () => {
  test('is found over all images, in dense and in empty systems', () => {
    const box = createBox([
      [5, 0],
      [4, 3],
    ]);
    const system = createSystem({
      positions: [
        [0.1, 0.1],
        [2, 1.4],
        [9.05, 3.1],
      ],
      box,
    });
    expect(closestPair(system, coordinates(system))).toMatchObject({ first: 0, second: 2 });
    expect(closestPair(system, coordinates(system))?.distance).toBeCloseTo(0.05, 12);
    const wide = createSystem({
      positions: [
        [0, 0, 0],
        [1e7, 0, 0],
        [0, 3e6, 0],
      ],
    });
    expect(closestPair(wide, coordinates(wide))).toEqual({ first: 0, second: 2, distance: 3e6 });
    const alone = createSystem({ positions: [[1, 2, 3]] });
    expect(closestPair(alone, coordinates(alone))).toBeNull();
    expect(
      closestPair(
        wide,
        coordinates(wide).map(() => Number.NaN),
      ),
    ).toBeNull();
  });
});

describe('options that cannot be are refused', () => {
  const refused = (options: RelaxOptions, message: string): void => {
    expect(() => relax(triangle, lennardJones(), options)).toThrow(InputError);
    expect(() => relax(triangle, lennardJones(), options)).toThrow(message);
  };

  test('with what was found and what was expected', () => {
    refused({ maxForce: -1 }, 'maxForce must be zero or more, found -1');
    refused({ maxForce: Number.NaN }, 'found NaN');
    refused({ maxSteps: -1 }, 'the number of steps must be zero or more, found -1');
    refused({ maxSteps: Number.NaN }, 'found NaN');
    refused({ maxStep: 0 }, 'maxStep');
    refused({ maxStep: -0.1, method: 'gradient-descent' }, 'maxStep must be positive, found -0.1');
    refused({ timeStep: 0 }, 'timeStep');
    refused({ timeStep: Number.NaN }, 'timeStep');
    refused({ trajectory: 0 }, 'trajectory must be');
    refused({ trajectory: 1.5 }, 'found 1.5');
    refused({ skin: -1 }, 'skin');
    refused(
      { method: 'newton' as RelaxMethod },
      'there is no method "newton"; expected fire or gradient-descent',
    );
  });

  test('a force that single precision cannot reach is refused, and one that it can is not', () => {
    const looking = pairPotential({
      name: 'single precision',
      energy: (r) => tf.square(tf.sub(r, r.dataSync()[0] > 0 ? 1 : 2)),
      cutoff: 3,
      backend: 'cpu',
    });
    const former = onWarning(() => {});
    try {
      expect(() => relax(triangle, looking(), { maxForce: 1e-9 })).toThrow(
        'cannot be reached in single precision',
      );
      expect(relax(triangle, looking(), { maxForce: 1e-4 }).converged).toBe(true);
    } finally {
      onWarning(former);
    }
  });

  test('cotangents and directions of the wrong size', () => {
    const rest = relax(triangle, lennardJones());
    expect(() => rest.vjp(new Float64Array(5))).toThrow('3 × 2 numbers; found 5');
    expect(() => rest.vjp([[1, 2, 3]])).toThrow('found 3');
    expect(() => rest.jvp({ size: 1 })).toThrow('there is no parameter "size"');
  });
});

describe('systems of next to nothing', () => {
  test('no atoms and one atom are at rest at once, and answer nothing', () => {
    for (const positions of [new Float64Array(0), Float64Array.of(1, 2, 3)]) {
      for (const method of relaxMethods) {
        const system = createSystem({ positions, dimension: 3 });
        const rest = relax(system, lennardJones(), { method, maxForce: 0 });
        expect(rest).toMatchObject({ converged: true, steps: 0, energy: 0, maxForce: 0 });
        expect(flat(rest.jvp({ sigma: 1 })).every((value) => value === 0)).toBe(true);
        const { sigma } = rest.vjp(positions.map(() => 1));
        expect(Math.abs(sigma.get())).toBe(0);
        expect(rest.curvature().zeroModes.count).toBe(positions.length);
      }
    }
  });

  test('atoms out of reach of each other are at rest, all of them rattlers', () => {
    const system = createSystem({
      positions: [
        [0, 0],
        [3, 0],
        [0, 3],
      ],
      box: createBox([9, 9]),
    });
    const rest = relax(system, softSphere(), { maxForce: 0 });
    expect(rest).toMatchObject({ converged: true, energy: 0 });
    expect(rest.curvature().zeroModes).toMatchObject({ count: 6, rattlers: [0, 1, 2] });
    expect(flat(rest.jvp({ diameter: 1 })).every((value) => value === 0)).toBe(true);
  });

  test('nothing is left in tfjs’s memory', () => {
    const before = tf.memory().numTensors;
    const rest = relaxModel(spheres.bind(packing), { maxForce: 1e-10 });
    rest.jvp({ diameter: { B: 1 } });
    rest.vjp(coordinates(rest.system));
    expect(tf.memory().numTensors).toBe(before);
  });
});
