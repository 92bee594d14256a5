/** What a gradient is to tfjs, and the arithmetic that gradients share. */
import * as tf from '@tensorflow/tfjs';

/** One entry of the table of gradients; the kernel's name is its key. */
export interface Gradient {
  /** Names of the inputs that the backward pass needs; all, for a kernel of a list of tensors. */
  readonly inputs?: readonly string[] | 'all';
  /** Which outputs it needs: only ones that carry no derivative, such as places in an array. */
  readonly outputs?: readonly boolean[];
  /** From the cotangent of the output (of each output, where there are several) to those of the inputs. */
  readonly pull: (
    dy: tf.Tensor & tf.Tensor[],
    saved: tf.Tensor[],
    // biome-ignore lint/suspicious/noExplicitAny: attributes differ from kernel to kernel, and tfjs types none of them
    attrs: any,
  ) => Record<string, () => tf.Tensor>;
}

export type GradientTable = Readonly<Record<string, Gradient>>;

/** Sums a cotangent over the axes along which an input of the given shape was broadcast. */
export function unbroadcast(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}

/** A condition as numbers: 1 where it holds. */
export function indicator(condition: tf.Tensor): tf.Tensor {
  return tf.cast(condition, 'float32');
}

/** No dependence. */
export function zeros(of: tf.Tensor): tf.Tensor {
  return tf.zeros(of.shape, 'float32');
}
