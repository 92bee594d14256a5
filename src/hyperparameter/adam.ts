/**
 * Adam: gradient steps scaled by running means of the gradient and of its square. It needs no line search, so that one
 * evaluation is one step, and bears gradients that are a little wrong, as those of rough inner solutions are.
 *
 * Source: Kingma and Ba, ICLR 2015. Its error is the largest entry of the gradient.
 */
import { InputError } from '../message/index.js';
import { type IterationState, largestBlock, type Minimizer } from '../optimize/index.js';

export interface AdamOptions {
  /** How far an entry moves in a step, at the most and at first; 0.1 by default: of log θ, a tenth of θ. */
  stepSize?: number;
  /** Of the mean of the gradient, in [0, 1); 0.9 by default. */
  beta1?: number;
  /** Of the mean of its square, in [0, 1); 0.999 by default. */
  beta2?: number;
}

export interface AdamState extends IterationState {
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
  step: number;
}

export function adam({ stepSize = 0.1, beta1 = 0.9, beta2 = 0.999 }: AdamOptions = {}): Minimizer<AdamState> {
  if (!(stepSize > 0)) throw new InputError(`the step size of Adam must be positive, found ${stepSize}`);
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    if (!(beta >= 0 && beta < 1)) throw new InputError(`${name} of Adam must lie in [0, 1), found ${beta}`);
  }
  return {
    name: 'Adam',
    init(objective, x) {
      const gradient = new Float64Array(x.length);
      const value = objective.gradient(x, gradient);
      return {
        x,
        value,
        error: largestBlock(gradient, objective.blockSize ?? 1),
        evaluations: 1,
        gradient,
        mean: new Float64Array(x.length),
        square: new Float64Array(x.length),
        step: 0,
      };
    },
    step(objective, state) {
      const { x, gradient, mean, square } = state;
      state.step++;
      const [bias1, bias2] = [1 - beta1 ** state.step, 1 - beta2 ** state.step];
      for (let i = 0; i < x.length; i++) {
        mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
        square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] ** 2;
        // Where the gradient has always been zero there is nowhere to go.
        if (square[i] > 0) x[i] -= (stepSize * (mean[i] / bias1)) / Math.sqrt(square[i] / bias2);
      }
      state.value = objective.gradient(x, gradient);
      state.evaluations++;
      state.error = largestBlock(gradient, objective.blockSize ?? 1);
    },
  };
}
