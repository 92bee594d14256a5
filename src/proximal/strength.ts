/** The arguments that all proximal operators share: a point, a strength of regularisation, a scaling of it. */
import * as tf from '@tensorflow/tfjs';
import { anyTensor, demandNonNegative, elementwise, type Parameter } from '../projection/index.js';

/** The checked x, and scaling · strength. */
export function strengthOf(
  who: string,
  x: tf.Tensor,
  what: string,
  strength: Parameter,
  scaling: Parameter,
): { tensor: tf.Tensor; strength: tf.Tensor } {
  const { tensor } = anyTensor(who, x);
  const [of, by] = [
    { name: what, value: strength },
    { name: 'scaling', value: scaling },
  ].map(({ name, value }) => {
    const operand = elementwise(who, name, value, x.shape);
    demandNonNegative(who, name, operand);
    return operand.tensor;
  });
  return { tensor, strength: tf.mul(of, by) };
}
