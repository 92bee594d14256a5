/**
 * The arguments of an optimality mapping: anything at all, with float tensors somewhere in it.
 *
 * Float tensors in arrays and plain objects are what derivatives are taken with respect to. Everything else (numbers,
 * strings, integer and boolean tensors, instances of classes, functions) is handed on as it is.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';

function isDifferentiable(node: unknown): node is tf.Tensor {
  return node instanceof tf.Tensor && node.dtype === 'float32';
}

/** The float tensors, in order. A tensor that occurs twice is listed twice. */
export function parametersOf(args: unknown): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  replaceParameters(args, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
}

/** The same arguments with every float tensor replaced; `other` says what becomes of the rest (left as it is). */
export function replaceParameters(
  node: unknown,
  replace: (tensor: tf.Tensor) => unknown,
  other: (leaf: unknown) => unknown = (leaf) => leaf,
): unknown {
  if (isDifferentiable(node)) return replace(node);
  if (Array.isArray(node)) return node.map((branch) => replaceParameters(branch, replace, other));
  if (isPlainObject(node)) {
    return Object.fromEntries(
      Object.entries(node).map(([key, branch]) => [key, replaceParameters(branch, replace, other)]),
    );
  }
  return other(node);
}

/** The arguments with their float tensors taken from a list, in order. */
export function withParameters<A extends readonly unknown[]>(args: A, parameters: readonly tf.Tensor[]): A {
  let next = 0;
  return replaceParameters(args, () => parameters[next++]) as A;
}

/**
 * A tangent for each float tensor of `args`, null where none is given.
 *
 * @param tangents like `args`; a missing or null branch is no tangent, nor is what is no tensor where `args` has none
 * @throws InputError for a tangent of another shape than its parameter, or of nothing that can be differentiated
 */
export function matchTangents(args: unknown, tangents: unknown, path = 'tangents'): (tf.Tensor | null)[] {
  if (isDifferentiable(args)) {
    if (tangents === undefined || tangents === null) return [null];
    if (tangents instanceof tf.Tensor && tf.util.arraysEqual(tangents.shape, args.shape)) return [tangents];
    const found = tangents instanceof tf.Tensor ? `shape [${tangents.shape}]` : String(tangents);
    throw new InputError(`${path} must be a tensor of its parameter's shape [${args.shape}], found ${found}`);
  }
  // A tangent that belongs to nothing would be a derivative of zero, in silence.
  if (tangents instanceof tf.Tensor) {
    throw new InputError(
      `${path} is a tensor, but there is no float tensor in its place among the arguments`,
    );
  }
  const branches = (tangents ?? {}) as Record<string | number, unknown>;
  if (Array.isArray(args)) {
    demandNoMore(args, branches, path);
    return args.flatMap((arg, index) => matchTangents(arg, branches[index], `${path}[${index}]`));
  }
  if (isPlainObject(args)) {
    demandNoMore(args, branches, path);
    return Object.entries(args).flatMap(([key, arg]) => matchTangents(arg, branches[key], `${path}.${key}`));
  }
  return [];
}

function demandNoMore(args: object, branches: Record<string, unknown>, path: string): void {
  const [extra] = Object.keys(branches).filter((key) => !(key in args) && branches[key] != null);
  if (extra === undefined) return;
  throw new InputError(`${path} has "${extra}", and the arguments have only ${Object.keys(args).join(', ')}`);
}

/** An object literal, as against an instance of a class, which is nobody's tree. */
export function isPlainObject(node: unknown): node is Record<string, unknown> {
  if (typeof node !== 'object' || node === null) return false;
  const prototype: unknown = Object.getPrototypeOf(node);
  return prototype === Object.prototype || prototype === null;
}
