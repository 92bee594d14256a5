import { describe, expect, test } from 'vitest';
import {
  acceleratedGradient,
  augmentedLagrangian,
  type BoxObjective,
  backtracking,
  blockCoordinateDescent,
  type CompositeObjective,
  euclidean,
  fire,
  gradientDescent,
  hagerZhang,
  type IterationState,
  lbfgs,
  lbfgsb,
  type Method,
  mirrorDescent,
  newtonCg,
  nonlinearCg,
  type ProjectedObjective,
  projectedGradient,
  proximalGradient,
  run,
  zoom,
} from '../../src/optimize/index.js';
import { objectiveOf, problems } from './problems.js';

type Unconstrained = BoxObjective & ProjectedObjective & CompositeObjective;
type AnyMethod = Method<Unconstrained, IterationState>;
const copy = (v: Float64Array, out: Float64Array): void => out.set(v);

/** Every method that can do without constraints, and the steps that it may take on the hardest problem. */
const minimizers: readonly (readonly [string, number, () => AnyMethod])[] = [
  ['newtonCg', 200, () => newtonCg()],
  ['lbfgs', 150, () => lbfgs()],
  ['lbfgs, Hager–Zhang', 150, () => lbfgs({ lineSearch: hagerZhang() })],
  ['lbfgs, weak Wolfe', 150, () => lbfgs({ lineSearch: backtracking({ condition: 'wolfe' }) })],
  ['lbfgsb', 150, () => lbfgsb()],
  ['nonlinearCg', 600, () => nonlinearCg()],
  [
    'nonlinearCg, Polak–Ribière, zoom',
    600,
    () => nonlinearCg({ update: 'polak-ribiere', lineSearch: zoom({ curvature: 0.1 }) }),
  ],
  ['augmentedLagrangian', 20, () => augmentedLagrangian()],
  ['acceleratedGradient', 3000, () => acceleratedGradient()],
  ['projectedGradient', 3000, () => projectedGradient()],
  ['proximalGradient', 3000, () => proximalGradient()],
  ['gradientDescent', 50_000, () => gradientDescent()],
  ['fire', 200_000, () => fire({ timeStep: 0.01 })],
  ['blockCoordinateDescent', 200_000, () => blockCoordinateDescent()],
  ['mirrorDescent', 200_000, () => mirrorDescent({ geometry: euclidean(copy) })],
];

describe.each(minimizers)('%s', (name, maxSteps, method) => {
  // A sweep over fifty blocks of one takes a hundred gradients: that is not what it is for.
  const fit = problems.filter(({ start }) => name !== 'blockCoordinateDescent' || start.length < 50);

  test.each(fit)('minimises $name', (problem) => {
    const objective = objectiveOf(problem);
    const { size } = objective;
    const free: Unconstrained = {
      ...objective,
      projection: copy,
      prox: (v, _step, out) => out.set(v),
      lower: new Float64Array(size).fill(-Infinity),
      upper: new Float64Array(size).fill(Infinity),
    };
    const start = Float64Array.from(problem.start);
    const solution = run(method(), free, start, { tolerance: 1e-10, maxSteps });
    expect(solution.result).toBe('converged');
    expect(2 * solution.stats.objective).toBeCloseTo(problem.minimum, 12);
    for (const [i, value] of (problem.solution ?? []).entries()) {
      expect(solution.value[i]).toBeCloseTo(value, 8);
    }
  });
});
