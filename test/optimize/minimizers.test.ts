import { describe, expect, test } from 'vitest';
import {
  acceleratedGradient,
  backtracking,
  hagerZhang,
  lbfgs,
  type Minimizer,
  minimize,
  newtonCg,
  nonlinearCg,
  zoom,
} from '../../src/optimize/index.js';
import { objectiveOf, problems } from './problems.js';

const minimizers: readonly (readonly [string, () => Minimizer])[] = [
  ['newtonCg', () => newtonCg()],
  ['acceleratedGradient', () => acceleratedGradient()],
  ['lbfgs', () => lbfgs()],
  ['lbfgs, Hager–Zhang', () => lbfgs({ lineSearch: hagerZhang() })],
  ['lbfgs, weak Wolfe', () => lbfgs({ lineSearch: backtracking({ condition: 'wolfe' }) })],
  ['nonlinearCg', () => nonlinearCg()],
  [
    'nonlinearCg, Polak–Ribière, zoom',
    () => nonlinearCg({ update: 'polak-ribiere', lineSearch: zoom({ curvature: 0.1 }) }),
  ],
];

describe.each(minimizers)('%s', (_, minimizer) => {
  test.each(problems)('minimises $name', (problem) => {
    const solution = minimize(minimizer(), objectiveOf(problem), Float64Array.from(problem.start), {
      tolerance: 1e-10,
    });
    expect(solution.result).toBe('converged');
    expect(2 * solution.stats.objective).toBeCloseTo(problem.minimum, 12);
    for (const [i, value] of (problem.solution ?? []).entries())
      expect(solution.value[i]).toBeCloseTo(value, 8);
  });
});
