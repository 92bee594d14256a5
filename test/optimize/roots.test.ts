import { describe, expect, test } from 'vitest';
import { bisection, broyden, levenbergMarquardt, type RootFunction, run } from '../../src/optimize/index.js';
import { extendedRosenbrock, residualOf } from './problems.js';
import { distance, reference } from './reference.js';

const scalar = (f: (x: number) => number): RootFunction => ({
  size: 1,
  evaluate: (x, out) => {
    out[0] = f(x[0]);
  },
});

const { scalarRoots, broydenTridiagonal } = reference;
const brackets = [
  { name: 'cos x = x', F: scalar((x) => Math.cos(x) - x), lower: 0, upper: 1, root: scalarRoots.cosine },
  { name: 'x³ = x + 2', F: scalar((x) => x ** 3 - x - 2), lower: 1, upper: 2, root: scalarRoots.cubic },
  {
    name: 'exp(−x) = 1/1000',
    F: scalar((x) => Math.exp(-x) - 1e-3),
    lower: 0,
    upper: 100,
    root: scalarRoots.flat,
  },
] as const;

describe('bisection', () => {
  test.each(brackets)('finds the root of $name, as scipy does', ({ F, lower, upper, root }) => {
    for (const secant of [true, false]) {
      const found = run(bisection({ lower, upper, secant }), F, Float64Array.of(lower), { tolerance: 1e-15 });
      expect(found.result).toBe('converged');
      expect(found.value[0]).toBeCloseTo(root, 12);
    }
  });

  test('is faster with the secant', () => {
    const { F, lower, upper } = brackets[1];
    const steps = (secant: boolean) =>
      run(bisection({ lower, upper, secant }), F, Float64Array.of(1.5), { tolerance: 1e-13 }).stats.steps;
    expect(steps(true)).toBeLessThan(0.5 * steps(false));
  });

  test('finds many roots at once', () => {
    const n = 50;
    const F: RootFunction = {
      size: n,
      evaluate(x, out) {
        for (let i = 0; i < n; i++) out[i] = (i + 1 - x[i] ** 3) * (i % 2 === 0 ? 1 : -1);
      },
    };
    const found = run(bisection({ lower: 0, upper: 10 }), F, new Float64Array(n), { tolerance: 1e-11 });
    expect(found.result).toBe('converged');
    expect(
      distance(
        found.value,
        Array.from({ length: n }, (_, i) => Math.cbrt(i + 1)),
      ),
    ).toBeLessThan(1e-11);
  });

  test('takes a root at an end of the bracket', () => {
    for (const [lower, upper] of [
      [2, 5],
      [-1, 2],
    ]) {
      const found = run(
        bisection({ lower, upper }),
        scalar((x) => x - 2),
        Float64Array.of(0),
      );
      expect(found).toMatchObject({ result: 'converged', value: Float64Array.of(2) });
    }
  });

  test('says that a bracket has no change of sign, and which', () => {
    const found = run(
      bisection({ lower: 1, upper: 2 }),
      scalar((x) => x * x),
      Float64Array.of(1.5),
    );
    expect(found.result).toBe('stuck');
    expect(found.message).toContain('unknown 0 has F = 1 at 1 and 4 at 2');
  });

  test('says that a jump is no root', () => {
    const found = run(
      bisection({ lower: -1, upper: 2 }),
      scalar((x) => (x < 0.3 ? -1 : 1)),
      Float64Array.of(0.7),
    );
    expect(found.result).toBe('stuck');
    expect(found.message).toContain('F jumps there');
  });

  test('refuses ends that are none', () => {
    const F = scalar((x) => x);
    expect(() => run(bisection({ lower: 1, upper: 1 }), F, Float64Array.of(1))).toThrow('must lie below');
    expect(() => run(bisection({ lower: [0, 1], upper: 2 }), F, Float64Array.of(1))).toThrow(
      'lower must be a finite',
    );
  });
});

/** Broyden's tridiagonal function, number 30 of Moré, Garbow and Hillstrom. */
const tridiagonal: RootFunction = {
  size: broydenTridiagonal.size,
  evaluate(x, out) {
    for (let i = 0; i < x.length; i++) {
      out[i] = (3 - 2 * x[i]) * x[i] - (x[i - 1] ?? 0) - 2 * (x[i + 1] ?? 0) + 1;
    }
  },
};

describe('broyden', () => {
  test("finds the root of Broyden's tridiagonal function, as MINPACK does", () => {
    const found = run(broyden(), tridiagonal, new Float64Array(20).fill(-1), { tolerance: 1e-11 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, broydenTridiagonal.solution)).toBeLessThan(1e-10);
    expect(found.stats.evaluations).toBeLessThan(100);
  });

  test('finds it whatever the sign of F, and with a short memory', () => {
    const negative: RootFunction = {
      size: 20,
      evaluate(x, out) {
        tridiagonal.evaluate(x, out);
        for (let i = 0; i < 20; i++) out[i] *= -5;
      },
    };
    const found = run(broyden({ memory: 8 }), negative, new Float64Array(20).fill(-1), { tolerance: 1e-10 });
    expect(found.result).toBe('converged');
    expect(distance(found.value, broydenTridiagonal.solution)).toBeLessThan(1e-10);
  });

  test('solves scalar equations', () => {
    const found = run(broyden(), brackets[1].F, Float64Array.of(1.5), { tolerance: 1e-13 });
    expect(found.value[0]).toBeCloseTo(scalarRoots.cubic, 12);
  });

  test('says that there is no root', () => {
    const found = run(
      broyden(),
      scalar((x) => x * x + 1),
      Float64Array.of(3),
      { maxSteps: 500 },
    );
    expect(found.result).toBe('stuck');
    expect(found.message).toContain('levenbergMarquardt');
  });
});

describe('levenbergMarquardt', () => {
  test('finds roots too', () => {
    const found = run(
      levenbergMarquardt(),
      residualOf(extendedRosenbrock(20)),
      new Float64Array(20).fill(-1),
      {
        tolerance: 1e-12,
      },
    );
    expect(distance(found.value, new Float64Array(20).fill(1))).toBeLessThan(1e-10);
  });
});
