/**
 * Trees of tensors: arrays and plain objects, nested at will, with tensors at their leaves; and one flat vector
 * that holds all their values. Leaves go in the order of arrays and of objects' keys.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { float64, toFloat64 } from './values.js';

export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** What is left of a tree when its values are taken out: the shape of each leaf. */
export type TreeStructure = Tree<LeafShape>;

export class LeafShape {
  readonly shape: readonly number[];

  constructor(shape: readonly number[]) {
    this.shape = [...shape];
  }

  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }
}

/** The leaves of a tree, in order. */
export function leavesOf<T extends object>(tree: Tree<T>, isLeaf: (node: unknown) => node is T): T[] {
  const leaves: T[] = [];
  mapTree(tree, isLeaf, (leaf) => leaves.push(leaf));
  return leaves;
}

/** The same tree with every leaf replaced. */
export function mapTree<T extends object, U>(
  tree: Tree<T>,
  isLeaf: (node: unknown) => node is T,
  replace: (leaf: T) => U,
): Tree<U> {
  if (isLeaf(tree)) return replace(tree);
  if (Array.isArray(tree)) return tree.map((branch: Tree<T>) => mapTree(branch, isLeaf, replace));
  if (typeof tree !== 'object' || tree === null) {
    throw new InputError(`a tree of tensors has tensors, arrays and objects in it, found ${String(tree)}`);
  }
  const entries = Object.entries(tree as { readonly [key: string]: Tree<T> });
  return Object.fromEntries(entries.map(([key, branch]) => [key, mapTree(branch, isLeaf, replace)]));
}

export function isTensor(node: unknown): node is tf.Tensor {
  return node instanceof tf.Tensor;
}

function isLeafShape(node: unknown): node is LeafShape {
  return node instanceof LeafShape;
}

/** All values of a tree of tensors, one leaf after the other, and what is needed to build it again. */
export function flatten(tree: Tree<tf.Tensor>): { vector: Float64Array; structure: TreeStructure } {
  const structure = mapTree(tree, isTensor, (tensor) => new LeafShape(tensor.shape));
  const leaves = leavesOf(tree, isTensor);
  const vector = new Float64Array(leaves.reduce((sum, tensor) => sum + tensor.size, 0));
  let at = 0;
  for (const tensor of leaves) {
    vector.set(toFloat64(tensor), at);
    at += tensor.size;
  }
  return { vector, structure };
}

/**
 * The tree of new float64 tensors that `flatten` took apart.
 *
 * @throws InputError when the vector's length is not that of the structure
 */
export function unflatten(vector: Float64Array, structure: TreeStructure): Tree<tf.Tensor> {
  const size = leavesOf(structure, isLeafShape).reduce((sum, leaf) => sum + leaf.size, 0);
  if (size !== vector.length) {
    throw new InputError(`this tree of tensors holds ${size} values, found a vector of ${vector.length}`);
  }
  let at = 0;
  return mapTree(structure, isLeafShape, (leaf) => {
    const start = at;
    at += leaf.size;
    return float64(vector.subarray(start, at), leaf.shape);
  });
}
