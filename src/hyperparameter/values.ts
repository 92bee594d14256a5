/**
 * Trees of hyperparameters: as numbers at the edge of the API, as one flat vector for the outer optimiser, as tensors for
 * the functions that use them.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import {
  LeafShape,
  type TensorTree,
  type TreeStructure,
  toFloat64,
  unflatten,
  withoutLeaks,
} from '../tensor/index.js';
import { log, type Transform } from './transform.js';

type GivenLeaf = number | ArrayLike<number> | tf.Tensor;
type GivenTree = GivenLeaf | { readonly [key: string]: GivenTree };
type ValueLeaf = number | Float64Array;
type ValueTree = ValueLeaf | { readonly [key: string]: ValueTree };

/** What may be given for a tree of tensors: numbers for scalars, lists for vectors, tensors for any shape. */
export type Given<H> = H extends tf.Tensor
  ? GivenLeaf
  : { readonly [K in keyof H]: H[K] extends tf.Tensor ? GivenLeaf : GivenTree };

/** What comes back: numbers for scalars, arrays for all else. */
export type Values<H> = H extends tf.Tensor
  ? ValueLeaf
  : { readonly [K in keyof H]: H[K] extends tf.Tensor ? ValueLeaf : ValueTree };

type TransformTree = Transform | { readonly [key: string]: TransformTree };

/** One transform for all, or one a branch; `log` where none is given. */
export type Transforms<H> =
  | Transform
  | (H extends tf.Tensor
      ? never
      : { readonly [K in keyof H]?: H[K] extends tf.Tensor ? Transform : TransformTree });

export interface HyperSpace<H extends TensorTree> {
  readonly size: number;
  /** The optimiser's numbers of the initial hyperparameters. */
  readonly start: Float64Array;
  /** For checks: the names, shapes and transforms. */
  readonly description: string;
  /** A name for each number: `l2`, `l2.0`, `l2.1` … */
  readonly names: readonly string[];
  /** The optimiser's numbers as a tree of tensors. */
  tree(u: Float64Array): H;
  /** The hyperparameters of such a tree, in differentiable operations. */
  transformed(tree: H): H;
  values(u: Float64Array): Values<H>;
}

interface Leaf {
  readonly path: string;
  readonly shape: readonly number[];
  readonly transform: Transform;
  readonly from: number;
  readonly to: number;
}

/** @throws InputError for an initial value out of its transform's range, or something that is no tree of numbers */
export function hyperSpace<H extends TensorTree>(
  initial: Given<H>,
  transforms?: Transforms<H>,
): HyperSpace<H> {
  const leaves: Leaf[] = [];
  const start: number[] = [];
  const structure = read(initial, transforms as unknown, '', leaves, start);
  if (start.length === 0) throw new InputError('tune: there are no hyperparameters in `initial`');
  const names = leaves.flatMap(({ path, shape, from, to }) =>
    shape.length === 0 ? [path || 'θ'] : Array.from({ length: to - from }, (_, i) => `${path || 'θ'}.${i}`),
  );
  const space: HyperSpace<H> = {
    size: start.length,
    start: Float64Array.from(start),
    description: leaves
      .map(({ path, shape, transform }) => `${path} [${shape}] ${transform.name}`)
      .join('; '),
    names,
    tree: (u) => unflatten(u, structure) as H,
    transformed(tree) {
      let next = 0;
      return replaced(tree, (tensor) => leaves[next++].transform.forward(tensor)) as H;
    },
    values: (u) =>
      withoutLeaks(() =>
        replaced(space.transformed(space.tree(u)), (tensor) =>
          tensor.rank === 0 ? toFloat64(tensor)[0] : toFloat64(tensor),
        ),
      ) as Values<H>,
  };
  return space;
}

function read(
  given: unknown,
  transforms: unknown,
  path: string,
  leaves: Leaf[],
  start: number[],
): TreeStructure {
  const leaf = leafOf(given);
  if (leaf !== null) {
    const transform = isTransform(transforms) ? transforms : log;
    const from = start.length;
    for (const value of Array.from(leaf.values)) {
      const u = transform.inverse(value);
      if (!Number.isFinite(u)) {
        const name = path === '' ? 'the initial hyperparameter' : `the initial value of ${path}`;
        throw new InputError(`tune: ${name} must be ${transform.range} (${transform.name}), found ${value}`);
      }
      start.push(u);
    }
    leaves.push({ path, shape: leaf.shape, transform, from, to: start.length });
    return new LeafShape(leaf.shape);
  }
  if (typeof given !== 'object' || given === null) {
    throw new InputError(
      `tune: hyperparameters are numbers, lists of them or tensors; found ${String(given)}`,
    );
  }
  return Object.fromEntries(
    Object.entries(given).map(([key, branch]) => {
      const own = isTransform(transforms)
        ? transforms
        : (transforms as Record<string, unknown> | undefined)?.[key];
      return [key, read(branch, own, path === '' ? key : `${path}.${key}`, leaves, start)];
    }),
  );
}

function leafOf(given: unknown): { values: ArrayLike<number>; shape: readonly number[] } | null {
  if (typeof given === 'number') return { values: [given], shape: [] };
  if (given instanceof tf.Tensor) return { values: given.dataSync(), shape: given.shape };
  if (given instanceof Float64Array || given instanceof Float32Array) {
    return { values: given, shape: [given.length] };
  }
  if (Array.isArray(given) && given.every((value) => typeof value === 'number')) {
    return { values: given, shape: [given.length] };
  }
  return null;
}

function isTransform(node: unknown): node is Transform {
  return typeof (node as Partial<Transform> | undefined)?.forward === 'function';
}

function replaced(tree: TensorTree, replace: (tensor: tf.Tensor) => unknown): unknown {
  if (tree instanceof tf.Tensor) return replace(tree);
  if (Array.isArray(tree)) return tree.map((branch: TensorTree) => replaced(branch, replace));
  return Object.fromEntries(
    Object.entries(tree).map(([key, branch]) => [key, replaced(branch as TensorTree, replace)]),
  );
}
