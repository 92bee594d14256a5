/**
 * The shape of the unknown x: a tensor or a tree of tensors, as one vector and back, by differentiable operations.
 */
import * as tf from '@tensorflow/tfjs';
import { float64, type Tree } from '../tensor/index.js';
import { isPlainObject } from './arguments.js';

export interface Unknown {
  readonly size: number;
  /** Tensors in the tree. */
  readonly leaves: number;
  /** The tree as one vector. */
  pack(tree: Tree<tf.Tensor>): tf.Tensor;
  /** The vector as the tree. */
  unpack(vector: tf.Tensor): Tree<tf.Tensor>;
  sameShape(other: Unknown): boolean;
  toString(): string;
}

/** The shape of a value, or null where it is not a tree of float tensors. */
export function unknownOf(value: unknown): Unknown | null {
  const shapes: number[][] = [];
  const describe = (node: unknown): string | null => {
    if (node instanceof tf.Tensor) {
      if (node.dtype !== 'float32') return null;
      shapes.push(node.shape);
      return `tensor [${node.shape}]`;
    }
    if (!Array.isArray(node) && !isPlainObject(node)) return null;
    const parts = Object.entries(node).map(([key, branch]) => {
      const part = describe(branch);
      return part === null ? null : Array.isArray(node) ? part : `${key}: ${part}`;
    });
    if (parts.includes(null)) return null;
    return Array.isArray(node) ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  };
  const text = describe(value);
  if (text === null || shapes.length === 0) return null;
  return build(value as Tree<tf.Tensor>, shapes, text);
}

/** A flat vector of numbers as the unknown: one tensor of the given shape. */
export function vectorUnknown(shape: readonly number[]): Unknown {
  const size = shape.reduce((product, length) => product * length, 1);
  return {
    size,
    leaves: 1,
    pack: (tree) => tf.reshape(tree as tf.Tensor, [size]),
    unpack: (vector) => tf.reshape(vector, [...shape]),
    sameShape: (other) => other.toString() === `tensor [${shape}]`,
    toString: () => `tensor [${shape}]`,
  };
}

function build(example: Tree<tf.Tensor>, shapes: readonly number[][], text: string): Unknown {
  if (example instanceof tf.Tensor) return vectorUnknown(shapes[0]);
  const sizes = shapes.map((shape) => shape.reduce((product, length) => product * length, 1));
  const size = sizes.reduce((sum, length) => sum + length, 0);
  // The tree with numbers for leaves: the tensors of the example are not held.
  const order = numbered(example, { next: 0 });
  return {
    size,
    leaves: shapes.length,
    pack(tree) {
      const parts = leavesInOrder(tree).map((leaf) => tf.reshape(leaf, [leaf.size]));
      return parts.length === 1 ? parts[0] : tf.concat(parts);
    },
    unpack(vector) {
      let at = 0;
      const tensors = shapes.map((shape, k) => {
        const part = tf.reshape(tf.slice(vector, [at], [sizes[k]]), shape);
        at += sizes[k];
        return part;
      });
      return filled(order, tensors);
    },
    sameShape: (other) => other.toString() === text,
    toString: () => text,
  };
}

type Order = number | readonly Order[] | { readonly [key: string]: Order };

function numbered(tree: Tree<tf.Tensor>, counter: { next: number }): Order {
  if (tree instanceof tf.Tensor) return counter.next++;
  if (Array.isArray(tree)) return tree.map((branch: Tree<tf.Tensor>) => numbered(branch, counter));
  return Object.fromEntries(
    Object.entries(tree as { [key: string]: Tree<tf.Tensor> }).map(([k, branch]) => [
      k,
      numbered(branch, counter),
    ]),
  );
}

function filled(order: Order, tensors: readonly tf.Tensor[]): Tree<tf.Tensor> {
  if (typeof order === 'number') return tensors[order];
  if (Array.isArray(order)) return order.map((branch: Order) => filled(branch, tensors));
  return Object.fromEntries(
    Object.entries(order as { [key: string]: Order }).map(([k, branch]) => [k, filled(branch, tensors)]),
  );
}

function leavesInOrder(tree: Tree<tf.Tensor>): tf.Tensor[] {
  if (tree instanceof tf.Tensor) return [tree];
  return Object.values(tree as { [key: string]: Tree<tf.Tensor> }).flatMap(leavesInOrder);
}

/** Whether the tfjs backend in use computes in double precision. */
export function inDoublePrecision(): boolean {
  const engine = tf.engine();
  void engine.backend; // tfjs chooses one here if none was chosen yet
  return engine.backendName === 'float64';
}

/** A float tensor of host values for the backend in use, in the precision that it has. */
export function tensorOf(values: Float64Array, shape: readonly number[] = [values.length]): tf.Tensor {
  return inDoublePrecision() ? float64(values, shape) : tf.tensor(Float32Array.from(values), [...shape]);
}
