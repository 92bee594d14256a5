import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import {
  fire,
  gradientDescent,
  largestBlock,
  lbfgsb,
  type Minimizer,
  minimize,
  type Objective,
  projectedGradient,
  proximalGradient,
  run,
} from '../../src/optimize/index.js';

const minimizers: readonly (readonly [string, () => Minimizer])[] = [
  ['FIRE', () => fire() as Minimizer],
  ['gradient descent', () => gradientDescent() as Minimizer],
];

const square: Objective = {
  size: 2,
  gradient(x, gradient) {
    gradient.set([2 * x[0], 8 * x[1]]);
    return x[0] ** 2 + 4 * x[1] ** 2;
  },
};
const start = Float64Array.of(1, 1);

describe.each(minimizers)('a run of %s', (_, make) => {
  test('shows the start and every step, and ends when it is told to', () => {
    const steps: number[] = [];
    const solution = minimize(make(), square, start, {
      tolerance: 0,
      onStep: ({ step }) => {
        steps.push(step);
        return step < 4;
      },
    });
    expect(steps).toEqual([0, 1, 2, 3, 4]);
    expect(solution).toMatchObject({ result: 'aborted', stats: { steps: 4 } });
    expect(solution.message).toContain('stopped by the caller after 4 steps');
    expect([...start]).toEqual([1, 1]);
  });

  test('ends at a signal', () => {
    const controller = new AbortController();
    const solution = minimize(make(), square, start, {
      tolerance: 1e-300,
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === 6) controller.abort();
      },
    });
    expect(solution).toMatchObject({ result: 'aborted', stats: { steps: 6 } });
  });

  test('says what to do when its steps are used up', () => {
    const solution = minimize(make(), square, start, { tolerance: 1e-12, maxSteps: 3 });
    expect(solution).toMatchObject({ result: 'step-limit', stats: { steps: 3 } });
    expect(solution.message).toMatch(/not converged in 3 steps: .* raise/);
  });

  test('stops at values and gradients that are no numbers', () => {
    for (const [value, slope] of [
      [Number.NaN, 1],
      [Infinity, 1],
      [1, Number.NaN],
      [1, Infinity],
    ]) {
      const bad: Objective = {
        size: 2,
        gradient(_x, gradient) {
          gradient.set([0, slope]);
          return value;
        },
      };
      const solution = minimize(make(), bad, start);
      expect(solution).toMatchObject({ result: 'not-finite', stats: { steps: 0 } });
      expect(solution.message).toContain('not finite after 0 steps');
    }
  });

  test('refuses starts and options that do not fit', () => {
    expect(() => minimize(make(), square, new Float64Array(3))).toThrow('2 unknowns, the start has 3');
    for (const options of [
      { tolerance: -1 },
      { tolerance: Number.NaN },
      { maxSteps: -1 },
      { maxSteps: Number.NaN },
    ]) {
      expect(() => minimize(make(), square, start, options)).toThrow(InputError);
    }
  });

  test('of nothing is done at once', () => {
    const nothing: Objective = { size: 0, gradient: () => 0 };
    const solution = minimize(make(), nothing, new Float64Array(0), { tolerance: 0 });
    expect(solution).toMatchObject({ result: 'converged', stats: { steps: 0, error: 0 } });
  });
});

test.each([
  ['proximal gradient', proximalGradient(), 'prox'],
  ['projected gradient', projectedGradient(), 'projection'],
  ['L-BFGS-B', lbfgsb(), 'lower'],
])('%s says what its problem lacks', (_, method, part) => {
  const solve = () => run(method as unknown as Minimizer, square, new Float64Array(2));
  expect(solve).toThrow(InputError);
  expect(solve).toThrow(new RegExp(`this one has no ${part}$`));
});

describe('the largest block', () => {
  test('is the largest norm, for blocks of any size, and NaN where an entry is', () => {
    const v = Float64Array.of(3, 4, 0, -6, 0, 8, 1, 1, 1, 1, 1, 1);
    expect(largestBlock(v, 1)).toBe(8);
    expect(largestBlock(v, 2)).toBe(8);
    expect(largestBlock(v, 3)).toBe(10);
    expect(largestBlock(v, 4)).toBeCloseTo(Math.sqrt(66), 14);
    expect(largestBlock(v, 6)).toBeCloseTo(Math.sqrt(125), 14);
    for (const at of [0, 5, 11]) {
      const spoilt = v.slice();
      spoilt[at] = Number.NaN;
      for (const block of [1, 2, 3, 4]) expect(largestBlock(spoilt, block)).toBeNaN();
    }
  });
});
