import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import { type FireOptions, fire, minimize, type Objective } from '../../src/optimize/index.js';
import { random } from '../../src/random/index.js';

type Forces = (x: readonly number[]) => number[];

/** The algorithm of Bitzek et al. (2006) step by step as it is printed, with velocity Verlet and unit masses. */
function published(forces: Forces, start: readonly number[], steps: number): number[][] {
  const [delay, grow, shrink, firstAlpha, decay] = [5, 1.1, 0.5, 0.1, 0.99];
  let [dt, alpha, sinceNegative] = [0.1, firstAlpha, 0];
  const largest = 0.4;
  let x = [...start];
  let v = x.map(() => 0);
  let F = forces(x);
  const path = [x];
  for (let step = 0; step < steps; step++) {
    v = v.map((value, i) => value + (dt / 2) * F[i]);
    x = x.map((value, i) => value + dt * v[i]);
    F = forces(x);
    v = v.map((value, i) => value + (dt / 2) * F[i]);
    const P = F.reduce((sum, f, i) => sum + f * v[i], 0);
    const speed = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    const norm = Math.sqrt(F.reduce((sum, value) => sum + value * value, 0));
    v = v.map((value, i) => (1 - alpha) * value + (alpha * F[i] * speed) / norm);
    if (P > 0) {
      sinceNegative++;
      if (sinceNegative > delay) {
        dt = Math.min(dt * grow, largest);
        alpha *= decay;
      }
    } else {
      sinceNegative = 0;
      dt *= shrink;
      v = v.map(() => 0);
      alpha = firstAlpha;
    }
    path.push(x);
  }
  return path;
}

function objective(
  size: number,
  value: (x: Float64Array) => number,
  forces: Forces,
  blockSize?: number,
): Objective {
  return {
    size,
    ...(blockSize === undefined ? {} : { blockSize }),
    gradient(x, gradient) {
      gradient.set(forces([...x]).map((f) => -f));
      return value(x);
    },
  };
}

const stiffnesses = [0.01, 0.1, 0.7, 1.3, 4];
const quadratic: Forces = (x) => x.map((value, i) => -stiffnesses[i] * value);
const bowl = objective(
  5,
  (x) => x.reduce((sum, value, i) => sum + 0.5 * stiffnesses[i] * value * value, 0),
  quadratic,
);
const start = [1, -2, 0.5, 1.5, -0.7];

const curved: Forces = ([x, y]) => [-(2 * (x - 1) + 4 * x * (x * x - y)), 2 * (x * x - y)];
const valley = objective(2, ([x, y]) => (x - 1) ** 2 + (x * x - y) ** 2, curved);

function pathOf(
  problem: Objective,
  from: readonly number[],
  steps: number,
  options: FireOptions,
): number[][] {
  const path: number[][] = [];
  minimize(fire(options), problem, Float64Array.from(from), {
    tolerance: 0,
    maxSteps: steps,
    onStep: ({ x }) => path.push([...x]) > 0,
  });
  return path;
}

describe('FIRE', () => {
  test('takes the steps of the published algorithm', () => {
    for (const [problem, forces, from, steps] of [
      [bowl, quadratic, start, 400],
      [valley, curved, [-1, 0.5], 300],
    ] as const) {
      const expected = published(forces, from, steps);
      const found = pathOf(problem, from, steps, { stability: Infinity });
      expect(found).toHaveLength(steps + 1);
      found.forEach((x, step) => {
        const error = Math.max(...x.map((value, i) => Math.abs(value - expected[step][i])));
        expect(error, `step ${step}`).toBeLessThan(1e-12);
      });
      // and gets there
      expect(Math.hypot(...forces(found[steps]))).toBeLessThan(1e-4);
    }
  });

  test('takes them by default, too, where no stiffness asks for shorter ones', () => {
    expect(pathOf(bowl, start, 300, {})).toEqual(pathOf(bowl, start, 300, { stability: Infinity }));
  });

  test('relaxes what is too stiff for the time steps asked for', () => {
    const stiff = objective(
      2,
      ([x, y]) => 500 * x * x + 0.5 * y * y,
      ([x, y]) => [-1000 * x, -y],
    );
    const from = Float64Array.of(1, 1);
    expect(minimize(fire({ stability: Infinity }), stiff, from).result).toBe('not-finite');
    expect(minimize(fire(), stiff, from, { tolerance: 1e-10 }).result).toBe('converged');
  });

  test('moves no block farther than maxStep, and as far as that where the forces are large', () => {
    const rng = random(2);
    const k = Array.from({ length: 12 }, () => 0.5 + rng.uniform());
    const pull: Forces = (x) => x.map((value, i) => -k[i] * value);
    const far = objective(12, () => 0, pull, 3);
    const path = pathOf(
      far,
      Array.from({ length: 12 }, () => 100 * rng.normal()),
      50,
      { maxStep: 0.3 },
    );
    for (let step = 1; step < path.length; step++) {
      const lengths = [0, 3, 6, 9].map((b) =>
        Math.hypot(...[0, 1, 2].map((c) => path[step][b + c] - path[step - 1][b + c])),
      );
      expect(Math.max(...lengths)).toBeLessThanOrEqual(0.3 * (1 + 1e-12));
      if (step > 1) expect(Math.max(...lengths)).toBeCloseTo(0.3, 10);
    }
  });

  test('converges to a gradient of 1e-14, and counts its evaluations', () => {
    let evaluations = 0;
    const counted: Objective = {
      ...bowl,
      gradient(x, gradient) {
        evaluations++;
        return bowl.gradient(x, gradient);
      },
    };
    const from = Float64Array.from(start);
    const solution = minimize(fire(), counted, from, { tolerance: 1e-14 });
    expect(solution.result).toBe('converged');
    expect(solution.stats.error).toBeLessThanOrEqual(1e-14);
    expect(solution.stats.evaluations).toBe(evaluations);
    expect(solution.stats.steps).toBe(evaluations - 1);
    expect([...from]).toEqual(start);
  });

  test('starts at the minimum without a step, and at a saddle stays', () => {
    const rest = minimize(fire(), bowl, new Float64Array(5), { tolerance: 0 });
    expect(rest).toMatchObject({ result: 'converged', stats: { steps: 0 } });
  });

  test('refuses options that cannot be', () => {
    const bad: FireOptions[] = [
      { timeStep: 0 },
      { timeStep: -1 },
      { timeStep: Number.NaN },
      { timeStep: 0.1, maxTimeStep: 0.05 },
      { maxStep: 0 },
      { maxStep: Number.NaN },
      { stability: 0 },
      { stability: Number.NaN },
    ];
    for (const options of bad) expect(() => fire(options), JSON.stringify(options)).toThrow(InputError);
  });
});
