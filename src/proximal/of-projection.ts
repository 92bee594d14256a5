/** A projection in a proximal operator's place: the constraint as a penalty that is 0 inside the set and ∞ outside. */
import type * as tf from '@tensorflow/tfjs';
import { type Parameter, type Projection, supportOf, withSupport } from '../projection/index.js';
import type { Prox } from './prox.js';

/** The same function, which takes a scaling and does not heed it: ∞ scaled is ∞. It carries the projection's support. */
export function proxOfProjection<P>(projection: Projection<P>): Prox<P> {
  return withSupport(
    (x: tf.Tensor, parameters: P, _scaling?: Parameter): tf.Tensor => projection(x, parameters),
    supportOf(projection),
  );
}
