/** Options that there are not: told where they are given, with what was probably meant. */
import type * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { customRoot } from '../../src/implicit/index.js';
import { matrixOperator } from '../../src/linear/index.js';
import * as optimize from '../../src/optimize/index.js';

const factories = [
  'acceleratedGradient',
  'admm',
  'anderson',
  'augmentedLagrangian',
  'backtracking',
  'bisection',
  'blockCoordinateDescent',
  'broyden',
  'equalityQp',
  'fire',
  'fixedPoint',
  'gaussNewton',
  'gradientDescent',
  'hagerZhang',
  'klSimplex',
  'lbfgs',
  'lbfgsb',
  'levenbergMarquardt',
  'mirrorDescent',
  'newtonCg',
  'nonlinearCg',
  'projectedGradient',
  'proximalGradient',
  'quadraticProgramSolver',
  'zoom',
] as const;

/** As JavaScript sees them. */
const untyped = optimize as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>;

describe('an option that there is not', () => {
  test.each(factories)('is refused by %s', (name) => {
    expect(() => untyped[name]({ momentun: 1 })).toThrow(/has no option "momentun".*its options are /);
  });

  test('is refused where a run begins, and what was meant is told', async () => {
    const objective = {
      size: 1,
      gradient(x: Float64Array, g: Float64Array) {
        g[0] = x[0];
        return 0.5 * x[0] ** 2;
      },
    };
    const given = [optimize.lbfgs(), objective, Float64Array.of(1), { maxStep: 3 }];
    for (const name of ['run', 'minimize'])
      expect(() => untyped[name](...given)).toThrow(
        /run has no option "maxStep" \(did you mean "maxSteps"\?\)/,
      );
    await expect(untyped.runAsync(...given)).rejects.toThrow(/runAsync has no option "maxStep"/);
    const f = (): unknown => null;
    expect(() => untyped.tensorSolver(optimize.lbfgs(), f, { tolerence: 1 })).toThrow(
      /did you mean "tolerance"/,
    );
    expect(() => untyped.constrainedSolver({ objective: f }, { penality: 1 })).toThrow(
      /constrainedSolver has no option "penality"/,
    );
  });

  test('and so is a problem without what the method needs, and a matrix that is none', () => {
    const x0 = Float64Array.of(1);
    expect(() => untyped.run(optimize.lbfgs(), { size: 1 }, x0)).toThrow(/needs a problem with gradient/);
    expect(() => matrixOperator([[1, 2]] as never, 2)).toThrow(/a matrix is a Float64Array/);
    const solver = (x: tf.Tensor) => x;
    expect(() => customRoot(solver as never, solver as never, { solve: 'cg' as never })).toThrow(
      /solve is a linear solver, such as cg.*found "cg"/,
    );
  });
});
