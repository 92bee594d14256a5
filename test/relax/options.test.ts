/** What plain JavaScript may hand over: options that there are not, and lengths that cannot be. */
import { describe, expect, test } from 'vitest';
import { lennardJones } from '../../potentials/index.js';
import { InputError, nearestName } from '../../src/message/index.js';
import { type DerivativeOptions, type RelaxOptions, relax } from '../../src/relax/index.js';
import { createSystem, freeBox } from '../../systems/index.js';

const pair = createSystem({ positions: Float64Array.of(0, 0, 0, 1.1, 0, 0), box: freeBox(3) });
const dimer = lennardJones();

describe('an option that there is not', () => {
  test('is told by relax and bind, with the one that was meant', () => {
    const misspelt = { maxforce: 1e-9 } as RelaxOptions;
    expect(() => relax(pair, dimer, misspelt)).toThrow(
      'relax has no option "maxforce" (did you mean "maxForce"?); its options are method, maxForce',
    );
    expect(() => relax(pair, dimer, misspelt)).toThrow(InputError);
    expect(() => dimer.bind(pair, { thread: 1 } as object)).toThrow('(did you mean "threads"?)');
    expect(() => dimer.bind(pair, { colour: 'red' } as object)).toThrow(
      'bind has no option "colour"; its options are skin, kernels, threads',
    );
  });

  test('is told by derivatives', () => {
    const rest = relax(pair, dimer);
    expect(() => rest.jvp({ sigma: 1 }, { tolerence: 1e-3 } as DerivativeOptions)).toThrow(
      'a derivative has no option "tolerence" (did you mean "tolerance"?)',
    );
  });

  test('may be left undefined where it is known', () => {
    expect(relax(pair, dimer, { maxForce: undefined, threads: 1 } as RelaxOptions).converged).toBe(true);
  });
});

test('names are near each other by a few letters, whatever their case', () => {
  expect(nearestName('MAXSTEPS', ['maxStep', 'maxSteps'])).toBe('maxSteps');
  expect(nearestName('skim', ['skin', 'threads'])).toBe('skin');
  expect(nearestName('temperature', ['skin', 'threads'])).toBeNull();
});

test('a linear solve tells how far it is', () => {
  const rest = relax(pair, dimer, { maxForce: 1e-10 });
  const residuals: number[] = [];
  rest.jvp({ sigma: 1 }, { onProgress: ({ residual }) => residuals.push(residual) });
  expect(residuals[0]).toBe(1);
  expect(residuals[residuals.length - 1]).toBeLessThan(1e-11);
});

test('a length below zero is refused, of whichever pair it is', () => {
  expect(() => lennardJones({ sigma: -1 }).bind(pair)).toThrow(
    'lennard-jones needs sigma to be 0 or more, found -1',
  );
  const mixed = createSystem({ positions: pair.positions, box: freeBox(3), species: ['A', 'B'] });
  const sigma = { 'A-A': 1, 'A-B': -0.5, 'B-B': 1 };
  expect(() => lennardJones({ sigma }).bind(mixed)).toThrow(InputError);
  expect(() => lennardJones({ epsilon: -1 }).bind(pair)).not.toThrow();
});

test('a cotangent is what holds a number a coordinate, and a direction what names parameters; else it is told', () => {
  const rest = relax(pair, dimer, { maxForce: 1e-10 });
  const w = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const expected = rest.vjp(w);
  const names = Object.keys(expected);
  for (const same of [w.flat(), Float64Array.from(w.flat()), Float32Array.from(w.flat())]) {
    const found = rest.vjp(same as never);
    for (const name of names) expect([...found[name].data]).toEqual([...expected[name].data]);
  }
  expect(() => rest.vjp({ shape: [2, 3], dataSync: () => w.flat() } as never)).toThrow(/dataSync/);
  expect(() => rest.vjp(undefined as never)).toThrow(/a cotangent is/);
  expect(() => rest.jvp(undefined as never)).toThrow(/a direction gives changes of parameters/);
  expect(() => relax(pair, dimer, { maxSteps: '10' as never })).toThrow(/number of steps.*found 10/);
});
