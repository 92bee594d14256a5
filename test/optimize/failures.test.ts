/** What every solver does where there is no answer, or a trivial one. */
import { describe, expect, test } from 'vitest';
import {
  acceleratedGradient,
  anderson,
  augmentedLagrangian,
  type BoxObjective,
  blockCoordinateDescent,
  broyden,
  type ConstrainedObjective,
  euclidean,
  type FixedPointMap,
  fire,
  fixedPoint,
  gaussNewton,
  gradientDescent,
  type IterationState,
  lbfgs,
  lbfgsb,
  levenbergMarquardt,
  type Method,
  mirrorDescent,
  newtonCg,
  nonlinearCg,
  type ProjectedObjective,
  projectedGradient,
  proximalGradient,
  type Residual,
  run,
} from '../../src/optimize/index.js';

/** Everything that any minimiser may ask of an objective. */
type Any = Required<ProjectedObjective> &
  BoxObjective &
  ConstrainedObjective & { prox: (v: Float64Array, step: number, out: Float64Array) => void };

function anyObjective(
  size: number,
  gradient: (x: Float64Array, g: Float64Array) => number,
  hessian: (x: number) => number = () => 1,
): Any {
  return {
    size,
    blockSize: 1,
    gradient,
    hessianProduct(x, v, out) {
      for (let i = 0; i < size; i++) out[i] = hessian(x[i]) * v[i];
    },
    projection: (v, out) => out.set(v),
    prox: (v, _step, out) => out.set(v),
    lower: new Float64Array(size).fill(-Infinity),
    upper: new Float64Array(size).fill(Infinity),
  };
}

type AnyMethod = Method<Any, IterationState>;
const minimizers: readonly (readonly [string, () => AnyMethod])[] = [
  ['fire', () => fire()],
  ['gradientDescent', () => gradientDescent()],
  ['acceleratedGradient', () => acceleratedGradient()],
  ['lbfgs', () => lbfgs()],
  ['lbfgsb', () => lbfgsb()],
  ['nonlinearCg', () => nonlinearCg()],
  ['newtonCg', () => newtonCg()],
  ['projectedGradient', () => projectedGradient()],
  ['proximalGradient', () => proximalGradient()],
  ['blockCoordinateDescent', () => blockCoordinateDescent()],
  ['mirrorDescent', () => mirrorDescent({ geometry: euclidean((v, out) => out.set(v)) })],
  ['augmentedLagrangian', () => augmentedLagrangian()],
];

describe.each(minimizers)('%s', (name, method) => {
  /** x − log x: not defined at and below zero, least at 1. */
  const barrier = anyObjective(
    1,
    ([x], g) => {
      g[0] = 1 - 1 / x;
      return x - Math.log(x);
    },
    (x) => 1 / x ** 2,
  );

  test('solves a problem of one unknown', () => {
    const found = run(method(), barrier, Float64Array.of(3), { tolerance: 1e-10 });
    expect(found.result).toBe('converged');
    expect(found.value[0]).toBeCloseTo(1, 9);
  });

  test('solves a problem without unknowns', () => {
    const found = run(
      method(),
      anyObjective(0, () => 7),
      new Float64Array(0),
    );
    expect(found).toMatchObject({ result: 'converged', stats: { steps: 0, objective: 7 } });
  });

  test('is done where it starts at the solution, and does not change the start', () => {
    const start = Float64Array.of(1);
    expect(run(method(), barrier, start)).toMatchObject({ result: 'converged', stats: { steps: 0 } });
    const elsewhere = Float64Array.of(2);
    run(method(), barrier, elsewhere);
    expect([...start, ...elsewhere]).toEqual([1, 2]);
  });

  test('names values that are not finite at the start', () => {
    for (const bad of [Number.NaN, Infinity]) {
      const objective = anyObjective(2, (_x, g) => {
        g.fill(bad);
        return bad;
      });
      const found = run(method(), objective, new Float64Array(2));
      expect(found.result).toBe('not-finite');
      expect(found.message).toContain('start elsewhere');
    }
  });

  test('names a gradient that is not finite while the value is', () => {
    const objective = anyObjective(2, (_x, g) => {
      g.set([0, Number.NaN]);
      return 1;
    });
    expect(run(method(), objective, new Float64Array(2)).result).toBe('not-finite');
  });

  test('ends in words where the tolerance cannot be reached', () => {
    // The gradient's rounding error, some 1e-10, is above the tolerance nearly everywhere.
    const rough = anyObjective(
      2,
      ([x, y], g) => {
        const [a, b] = [x - Math.SQRT2, y - Math.PI];
        g[0] = 1e3 * (a + b) + 1e6 - 1e6 + Math.sin(1e7 * x) * 1e-9;
        g[1] = 1e3 * (a + 2 * b) + Math.cos(1e7 * y) * 1e-9;
        return 500 * (a * a + 2 * a * b + 2 * b * b);
      },
      () => 1e3,
    );
    const found = run(method(), rough, Float64Array.of(0, 1), { tolerance: 1e-16, maxSteps: 3000 });
    expect(found.value[0]).toBeCloseTo(Math.SQRT2, 6);
    if (found.result === 'converged') expect(found.stats.error).toBeLessThanOrEqual(1e-16);
    else {
      expect(['stuck', 'step-limit']).toContain(found.result);
      expect(found.message).toMatch(/raise|may not belong|start elsewhere/);
    }
  });

  test('says when its steps run out', () => {
    const found = run(method(), barrier, Float64Array.of(3), { maxSteps: 0 });
    expect(found.result).toBe('step-limit');
    expect(found.message).toContain('raise maxSteps');
  });

  test('does not converge on an objective that falls without end', () => {
    const slope = anyObjective(
      2,
      (x, g) => {
        g.set([-1, 0.5]);
        return -x[0] + 0.5 * x[1];
      },
      () => 0,
    );
    const found = run(method(), slope, Float64Array.of(1, 1), { maxSteps: 3000 });
    expect(found.result).not.toBe('converged');
    const searches = [
      'lbfgs',
      'lbfgsb',
      'nonlinearCg',
      'acceleratedGradient',
      'projectedGradient',
      'proximalGradient',
    ];
    if (!searches.includes(name)) return;
    expect(found.result).toBe('unbounded');
    const [dx, dy] = found.certificate as Float64Array;
    expect(-dx + 0.5 * dy).toBeLessThan(-0.5);
  });
});

/** x² = 4, each entry. */
const squares = (size: number, bad = 0): Residual & FixedPointMap => ({
  size,
  count: size,
  evaluate: (x, out) => out.set(x.map((value) => value * value - 4 + bad)),
  linearize: (x) => ({
    product: (v, out) => out.set(v.map((value, i) => 2 * x[i] * value)),
    transposed: (w, out) => out.set(w.map((value, i) => 2 * x[i] * value)),
  }),
  apply: (x, out) => out.set(x.map((value) => 0.5 * (value + 4 / value) + bad)),
});
const rootFinders: readonly (readonly [string, () => Method<Residual & FixedPointMap, IterationState>])[] = [
  ['gaussNewton', () => gaussNewton()],
  ['levenbergMarquardt', () => levenbergMarquardt()],
  ['broyden', () => broyden()],
  ['fixedPoint', () => fixedPoint()],
  ['anderson', () => anderson()],
];

describe.each(rootFinders)('%s', (_, method) => {
  test('solves problems of one unknown, of several, and of none', () => {
    for (const size of [1, 3, 0]) {
      const found = run(method(), squares(size), new Float64Array(size).fill(3), { tolerance: 1e-11 });
      expect(found.result).toBe('converged');
      for (const value of found.value) expect(value).toBeCloseTo(2, 10);
    }
  });

  test('names values that are not finite', () => {
    const found = run(method(), squares(2, Number.NaN), Float64Array.of(1, 2));
    expect(found.result).toBe('not-finite');
  });

  test('ends in words where the tolerance cannot be reached', () => {
    const shifted: Residual & FixedPointMap = {
      ...squares(1),
      evaluate: (x, out) => out.fill(x[0] ** 2 - 2 + 1e-9 * Math.cos(1e9 * x[0])),
      apply: (x, out) => out.fill(0.5 * (x[0] + 2 / x[0]) + 1e-9 * (1.1 + Math.cos(1e9 * x[0]))),
    };
    const found = run(method(), shifted, Float64Array.of(2), { tolerance: 0, maxSteps: 500 });
    expect(found.value[0]).toBeCloseTo(Math.SQRT2, 6);
    if (found.result !== 'converged') expect(['stuck', 'step-limit']).toContain(found.result);
  });
});
