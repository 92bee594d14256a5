import { describe, expect, test } from 'vitest';
import { softSphere } from '../../potentials/index.js';
import { InputError } from '../../src/message/index.js';
import { gradientDescent, largestBlock, minimize, type Objective } from '../../src/optimize/index.js';
import { random } from '../../src/random/index.js';
import { bidispersePacking, coordinates } from '../../systems/index.js';

/** ½ Σ kᵢ (xᵢ − cᵢ)², with a constant on top that hides small decreases. */
function bowl(stiffnesses: readonly number[], offset = 0): Objective {
  return {
    size: stiffnesses.length,
    gradient(x, gradient) {
      let value = offset;
      stiffnesses.forEach((k, i) => {
        const dx = x[i] - 1 / (i + 1);
        gradient[i] = k * dx;
        value += 0.5 * k * dx * dx;
      });
      return value;
    },
  };
}

describe('gradient descent', () => {
  test('converges to 1e-12 on quadratics whose stiffnesses differ by a thousand', () => {
    for (const offset of [0, 1, -1e3]) {
      const stiffnesses = Array.from({ length: 20 }, (_, i) => 1000 ** (i / 19));
      const start = Float64Array.from({ length: 20 }, (_, i) => Math.sin(i));
      const solution = minimize(gradientDescent(), bowl(stiffnesses, offset), start, { tolerance: 1e-12 });
      expect(solution.message).toContain('converged');
      expect(solution.result).toBe('converged');
      solution.value.forEach((x, i) => {
        expect(x).toBeCloseTo(1 / (i + 1), 11);
      });
    }
  });

  test('never climbs, but for what rounding hides', () => {
    const values: number[] = [];
    const stiffnesses = [1, 30, 400];
    minimize(gradientDescent(), bowl(stiffnesses), Float64Array.of(3, -2, 1), {
      tolerance: 1e-13,
      onStep: ({ value }) => {
        values.push(value);
      },
    });
    for (let k = 1; k < values.length; k++) {
      expect(values[k]).toBeLessThanOrEqual(values[k - 1] * (1 + 1e-12));
    }
  });

  test('relaxes a packing of 128 spheres to 1e-12', () => {
    const system = bidispersePacking({ count: 128, diameters: [1, 0.6], packingFraction: 0.98, seed: 4 });
    const model = softSphere({ diameter: [1, 0.6] }).bind(system);
    const objective: Objective = {
      size: 256,
      blockSize: 2,
      gradient: (x, gradient) => model.gradient(x, gradient),
    };
    const solution = minimize(gradientDescent({ maxStep: 0.1 }), objective, coordinates(system), {
      tolerance: 1e-12,
      maxSteps: 20_000,
    });
    expect(solution.message).toContain('converged');
    const gradient = new Float64Array(256);
    model.gradient(solution.value, gradient);
    expect(largestBlock(gradient, 2)).toBeLessThanOrEqual(1e-12);
  });

  test('moves no block farther than maxStep', () => {
    const rng = random(1);
    const stiffnesses = Array.from({ length: 9 }, () => 1 + 10 * rng.uniform());
    const path: Float64Array[] = [];
    minimize(
      gradientDescent({ maxStep: 0.2 }),
      { ...bowl(stiffnesses), blockSize: 3 },
      Float64Array.from({ length: 9 }, () => 20 * rng.normal()),
      {
        maxSteps: 100,
        onStep: ({ x }) => {
          path.push(x.slice());
        },
      },
    );
    expect(path.length).toBeGreaterThan(50);
    for (let k = 1; k < path.length; k++) {
      const moved = path[k].map((x, i) => x - path[k - 1][i]);
      expect(largestBlock(moved, 3)).toBeLessThanOrEqual(0.2 * (1 + 1e-12));
    }
  });

  test('says so when the gradient does not belong to the objective', () => {
    const wrong: Objective = {
      size: 2,
      gradient(x, gradient) {
        gradient.set([2 * x[0], 2 * x[1]]);
        return x[0] === 1 ? 1 : 2;
      },
    };
    const solution = minimize(gradientDescent(), wrong, Float64Array.of(1, 2));
    expect(solution.result).toBe('stuck');
    expect(solution.message).toContain('the gradient may not belong to the objective');
  });

  test('backs out of a step onto which the objective is no number', () => {
    const wall: Objective = {
      size: 1,
      gradient(x, gradient) {
        gradient[0] = 1 - 0.001 / x[0];
        return x[0] - 0.001 * Math.log(x[0]);
      },
    };
    const solution = minimize(gradientDescent({ firstStep: 50 }), wall, Float64Array.of(1), {
      tolerance: 1e-10,
    });
    expect(solution.result).toBe('converged');
    expect(solution.value[0]).toBeCloseTo(0.001, 10);
  });

  test('goes on where the objective is flat, and refuses a maxStep that is none', () => {
    const flat: Objective = {
      size: 1,
      gradient(x, gradient) {
        gradient[0] = Math.tanh(x[0]);
        return Math.log(Math.cosh(x[0]));
      },
    };
    const solution = minimize(gradientDescent(), flat, Float64Array.of(50), {
      tolerance: 1e-10,
      maxSteps: 100,
    });
    expect(solution.result).toBe('converged');
    for (const maxStep of [0, -1, Number.NaN]) {
      expect(() => gradientDescent({ maxStep })).toThrow(InputError);
    }
    for (const options of [
      { firstStep: 0 },
      { firstStep: -1 },
      { firstStep: Number.NaN },
      { sufficientDecrease: 2 },
    ]) {
      expect(() => gradientDescent(options), JSON.stringify(options)).toThrow(InputError);
    }
  });
});
