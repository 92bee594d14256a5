/** The fixed point of a Newton step: a condition whose linear system is the identity. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../message/index.js';
import { constant, type TensorTree } from '../../tensor/index.js';
import { parametersOf } from '../arguments.js';
import { solutionOf } from '../derivative.js';
import { createMapping } from '../mapping.js';
import type { ImplicitOptions } from '../options.js';
import type { OptimalityMapping } from '../root.js';
import { createSystem, freshMemory } from '../system.js';
import { unknownOf } from '../unknown.js';
import { demandStep, type StepCondition, type StepOptions, stepCondition } from './condition.js';

export interface NewtonConditionOptions extends StepOptions, ImplicitOptions {}

/**
 * F = η (∂₁G)⁻¹ G(x, …args), with the Newton step x − η (∂₁G)⁻¹ G as its fixed point.
 *
 * At the solution ∂₁F = η I: the outer linear system takes one iteration, each of its products a solve with ∂₁G inside.
 * So this costs more than `customRoot(G)`; it is for the iteration itself, as a solver's step and to be unrolled.
 *
 * Source: Blondel et al., NeurIPS 2022, equation 15 (appendix A).
 *
 * @param G a root mapping; the `stationaryCondition` of an objective for minimisation
 * @param options `solve`, `symmetric`, `tolerance` … of the inner systems
 */
export function newtonCondition<X extends TensorTree, A extends readonly unknown[]>(
  G: OptimalityMapping<X, A>,
  { stepSize = 1, ...options }: NewtonConditionOptions = {},
): StepCondition<X, A> {
  const who = 'newtonCondition';
  demandStep(who, stepSize);
  const memory = freshMemory();
  const T = (x: X, ...args: A): X => {
    const unknown = unknownOf(x);
    if (unknown === null)
      throw new InputError(`${who}: x must be a tree of float tensors, found ${String(x)}`);
    // On the way to the root a step from a point that is none is no mistake.
    const system = createSystem(
      who,
      createMapping(G, unknown, args),
      { ...options, residualTolerance: Infinity },
      memory,
    );
    const point = unknown.pack(x);
    const theta = parametersOf(args);
    const newtonStep = solutionOf(system, 'tangent', point, theta, system.mapping.residual(point, theta));
    return unknown.unpack(tf.sub(point, tf.mul(constant(stepSize), newtonStep))) as X;
  };
  return stepCondition(T, { system: { symmetric: false } });
}
