/**
 * Gradient descent with Nesterov's momentum, which starts again when it points uphill. For smooth convex objectives
 * when no memory of steps can be afforded; L-BFGS is faster where it can.
 *
 * Sources: Nesterov, Soviet Math. Dokl. 27, 372 (1983); those of `proximalGradient`. Its error is the largest block of
 * the gradient.
 */
import type { Minimizer } from './method.js';
import {
  type ProximalGradientOptions,
  type ProximalGradientState,
  proximalMethod,
} from './proximal-gradient.js';

export function acceleratedGradient(
  options: Omit<ProximalGradientOptions, 'accelerated'> = {},
): Minimizer<ProximalGradientState> {
  return proximalMethod('accelerated gradient', options, {
    takes: 'objective',
    prox: (_problem, v, _step, out) => out.set(v),
    penalty: () => 0,
  });
}
