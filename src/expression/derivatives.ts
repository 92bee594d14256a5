/**
 * A function of scalars together with its derivatives: as expressions where it can be traced, as numbers where it has
 * to be run.
 *
 * A function of smooth ops alone is recorded once and differentiated as an expression. Ops with kinks, and gradients
 * that a function brings along (tf.customGrad), go by tfjs's tape.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { float64, gradientsOf, useBackend } from '../tensor/index.js';
import { differentiate } from './differentiate.js';
import { Graph, type InputOptions, type Node } from './graph.js';
import { type TraceScope, trace } from './trace.js';

export type ScalarFunction = (inputs: Readonly<Record<string, tf.Scalar>>) => tf.Tensor;

export interface Derivatives<T> {
  readonly value: T;
  /** ∂value/∂input, one an input. */
  readonly gradient: Readonly<Record<string, T>>;
  /** ∂²value/∂variable ∂input, one an input. */
  readonly mixed: Readonly<Record<string, T>>;
}

/**
 * Traces `evaluate`, its gradient in every input, and the gradient in every input of its derivative in `variable`.
 *
 * @throws Untraceable where the function, or a derivative of it, cannot be recorded
 */
export function traceDerivatives(
  evaluate: ScalarFunction,
  inputs: Readonly<Record<string, InputOptions>>,
  variable: string,
  graph = new Graph(),
): Derivatives<Node> {
  return trace((scope) => {
    const tensors = mapValues(inputs, (options, name) => scope.input(name, options));
    const value = scope.node(scalarOf(evaluate(tensors)));
    const known = scope.smooth() ? byRules(scope, value, Object.keys(inputs), variable) : null;
    if (known) return known;
    return derivatives(evaluate, tensors, variable, (tensor) =>
      tensor ? scope.node(tensor) : scope.graph.constant(0),
    );
  }, graph);
}

/**
 * Traces the value of `evaluate` alone.
 *
 * @throws Untraceable where it cannot be recorded
 */
export function traceValue(
  evaluate: ScalarFunction,
  inputs: Readonly<Record<string, InputOptions>>,
  graph = new Graph(),
): Node {
  return trace((scope) => {
    const tensors = mapValues(inputs, (options, name) => scope.input(name, options));
    return scope.node(scalarOf(evaluate(tensors)));
  }, graph);
}

/** Null where the rules of calculus do not say what tfjs would. */
function byRules(
  { graph }: TraceScope,
  value: Node,
  names: readonly string[],
  variable: string,
): Derivatives<Node> | null {
  const gradient = differentiate(graph, value, names);
  const mixed = gradient && differentiate(graph, gradient[names.indexOf(variable)], names);
  if (!mixed) return null;
  const byName = (nodes: readonly Node[]): Record<string, Node> =>
    Object.fromEntries(names.map((name, k) => [name, nodes[k]]));
  return { value, gradient: byName(gradient), mixed: byName(mixed) };
}

/** The same derivatives as numbers, by running `evaluate` on a backend (float64 by default). */
export function computeDerivatives(
  evaluate: ScalarFunction,
  inputs: Readonly<Record<string, number>>,
  variable: string,
  backend = 'float64',
): Derivatives<number> {
  return useBackend(backend, () => {
    tf.engine().startScope('derivatives');
    try {
      const tensors = mapValues(inputs, (value) => float64(value) as tf.Scalar);
      return derivatives(evaluate, tensors, variable, (tensor) => (tensor ? tensor.dataSync()[0] : 0));
    } finally {
      tf.engine().endScope();
    }
  });
}

function derivatives<T>(
  evaluate: ScalarFunction,
  tensors: Readonly<Record<string, tf.Scalar>>,
  variable: string,
  read: (tensor: tf.Tensor | null | undefined) => T,
): Derivatives<T> {
  const names = Object.keys(tensors);
  const all = Object.values(tensors);
  const f = (): tf.Scalar => scalarOf(evaluate(tensors));
  const byName = (gradients: (tf.Tensor | null | undefined)[]): Record<string, T> =>
    Object.fromEntries(names.map((name, k) => [name, read(gradients[k])]));
  const x = tensors[variable];
  const first = gradientsOf(f, all);
  const second = gradientsOf(() => (gradientsOf(f, [x]).grads[0] ?? tf.zerosLike(x)) as tf.Scalar, all);
  return { value: read(first.value), gradient: byName(first.grads), mixed: byName(second.grads) };
}

/** @throws InputError where a function gave something else than one number */
function scalarOf(value: tf.Tensor | undefined): tf.Scalar {
  if (!value?.shape) {
    throw new InputError(
      `a function of scalars gave a ${typeof value}; it must give a tensor: use tfjs operations`,
    );
  }
  if (value.size === 1) return tf.squeeze(value);
  throw new InputError(
    `a function of scalars gave a tensor of shape [${value.shape}]; it must give one number`,
  );
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  of: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value, name)]));
}
