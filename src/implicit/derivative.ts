/**
 * The root x*(θ) and the solutions of its linear systems as tfjs operations that have derivatives of every order.
 *
 * F(x*, θ) = 0 gives ∂x*ᵀ w = (∂₂F)ᵀ λ with (∂₁F)ᵀ λ = −w (Blondel et al., NeurIPS 2022, section 2.1). Both x* and λ are
 * found outside tfjs; each is an operation with a custom gradient, whose backward pass is again made of such
 * operations. tfjs takes what an operation saves beside its inputs for a constant, and the second derivative would be
 * silently wrong: so the backward pass does not use saved results, it makes x* and λ anew, from the numbers already
 * known, as functions of the parameters.
 */
import * as tf from '@tensorflow/tfjs';
import { isRecording, toFloat64, vjp } from '../tensor/index.js';
import { withinBackward } from './isolated.js';
import { transposeProduct } from './mapping.js';
import type { LinearSystem } from './options.js';
import { scoped } from './scoped.js';
import type { ImplicitSystem, ParameterChange } from './system.js';
import { tensorOf } from './unknown.js';

/**
 * The root as a function of its parameters: a vector with the values `x`, and the implicit derivative.
 *
 * @param x F(x, θ) ≈ 0, flat
 */
export function rootOf(system: ImplicitSystem, x: Float64Array, theta: readonly tf.Tensor[]): tf.Tensor {
  if (theta.length === 0) return tensorOf(x);
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    save(inputs as tf.Tensor[]);
    return {
      value: tensorOf(x),
      gradFunc: (cotangent: tf.Tensor, saved: tf.Tensor[]) => rootPullback(system, x, saved, cotangent),
    };
  });
  return operation(...theta);
}

/** ∂x*ᵀ w: one gradient a parameter. */
export function rootPullback(
  system: ImplicitSystem,
  x: Float64Array,
  theta: readonly tf.Tensor[],
  cotangent: tf.Tensor,
): tf.Tensor[] {
  return withinBackward(() =>
    scoped(() => {
      if (theta.length === 0) return [];
      const root = isRecording() ? rootOf(system, x, theta) : tensorOf(x);
      const gradientsAt = (point: tf.Tensor, dual: tf.Tensor): tf.Tensor[] =>
        vjp(
          (parameters: readonly tf.Tensor[]) => system.mapping.residual(point, parameters),
          [...theta],
          dual,
        ).vjp;
      const lambda = solutionOf(system, 'adjoint', root, theta, tf.neg(cotangent), {
        parameterChange: (point, y) => joined(gradientsAt(point, tensorOf(y))),
      });
      // A zero cotangent, and no outer tape: nothing to propagate.
      if (!isRecording() && toFloat64(lambda).every((value) => value === 0)) {
        return theta.map((tensor) => tf.zerosLike(tensor));
      }
      return gradientsAt(root, lambda);
    }),
  );
}

/**
 * The solution y of ∂₁F(x, θ)ᵀ y = b ('adjoint') or ∂₁F(x, θ) y = b ('tangent'), as a function of x, θ and b.
 *
 * From A y = b: b̄ solves Aᵀ b̄ = ȳ, and x and θ get −∂⟨b̄, A(x, θ) y⟩.
 *
 * @param known the solution, where it has been computed before
 * @param parameterChange what the solution is used for, to estimate the error of that
 */
export function solutionOf(
  system: ImplicitSystem,
  kind: LinearSystem,
  x: tf.Tensor,
  theta: readonly tf.Tensor[],
  b: tf.Tensor,
  { known, parameterChange }: { known?: Float64Array; parameterChange?: ParameterChange } = {},
): tf.Tensor {
  const y = known ?? system.solve(kind, x, theta, toFloat64(b), parameterChange);
  if (!isRecording()) return tensorOf(y);
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    save(inputs as tf.Tensor[]);
    return {
      value: tensorOf(y),
      gradFunc: (cotangent: tf.Tensor, saved: tf.Tensor[]) =>
        withinBackward(() => scoped(() => solutionPullback(system, kind, saved, y, cotangent))),
    };
  });
  return operation(x, b, ...theta);
}

function solutionPullback(
  system: ImplicitSystem,
  kind: LinearSystem,
  [x, b, ...theta]: tf.Tensor[],
  y: Float64Array,
  cotangent: tf.Tensor,
): tf.Tensor[] {
  const other = kind === 'adjoint' ? 'tangent' : 'adjoint';
  const solution = solutionOf(system, kind, x, theta, b, { known: y });
  const dual = solutionOf(system, other, x, theta, cotangent);
  // ⟨b̄, A y⟩ = ⟨Aᵀ b̄, y⟩: either way a product with (∂₁F)ᵀ is all that has to be differentiated.
  const [factor, weight] = kind === 'adjoint' ? [solution, dual] : [dual, solution];
  const [xBar, ...thetaBar] = vjp(
    ([at, ...parameters]: readonly tf.Tensor[]) => transposeProduct(system.mapping, at, parameters, factor),
    [x, ...theta],
    tf.neg(weight),
  ).vjp;
  return [xBar, tf.clone(dual), ...thetaBar];
}

function joined(tensors: readonly tf.Tensor[]): Float64Array {
  const parts = tensors.map(toFloat64);
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
