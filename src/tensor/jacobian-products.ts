/**
 * Many products with one Jacobian: the function is evaluated once, and each product is a backward pass over the tape
 * that was recorded then.
 *
 * tfjs throws its tape away after each gradient, and evaluates the function anew for the next. Here the tape is kept. A
 * cotangent enters nowhere but where the backward pass begins, and that pass runs as tfjs would run it: nothing is
 * assumed of the function beyond what its gradients say. For single products, and those that will be differentiated
 * in turn, see differentiate.ts.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { vjp } from './differentiate.js';
import { linearPass } from './gradients/guard.js';
import { isolated } from './isolated.js';

type Function = (x: tf.Tensor) => tf.Tensor;
type TapeNode = ReturnType<typeof tf.engine>['state']['activeTape'][number];

/** Products with the Jacobian J(x) of a function at a point. The tensors that they need are kept until `dispose`. */
export interface JacobianProducts {
  /** J(x)ᵀ cotangent, like x: one backward pass, which no tape records. */
  vjp(cotangent: tf.Tensor): tf.Tensor;
  /** J(x) tangent, like f(x): one backward pass, which no tape records. */
  jvp(tangent: tf.Tensor): tf.Tensor;
  /** Ends the use of the products. */
  dispose(): void;
}

/**
 * Several products with the Jacobian of f at x. f is evaluated when the first is asked for: once for all with J(x)ᵀ; once
 * more, and its backward pass once, for all with J(x).
 *
 * @param f a function in tfjs ops, from a tensor to a tensor
 * @param x where to differentiate; it must live as long as the products are used
 */
export function jacobianProducts(f: Function, x: tf.Tensor): JacobianProducts {
  let backward: Tape | null = null;
  let forward: Tape | null = null;
  let disposed = false;
  const checkAlive = (): void => {
    if (!disposed) return;
    throw new InputError(
      'these products with a Jacobian were disposed of; make them anew where they are needed',
    );
  };
  return {
    vjp(cotangent) {
      checkAlive();
      backward ??= record(f, x);
      return backward.pull(cotangent);
    },
    jvp(tangent) {
      checkAlive();
      forward ??= recordTransposed(f, x, backward?.shape);
      return forward.pull(tangent);
    },
    dispose() {
      disposed = true;
      backward?.dispose();
      forward?.dispose();
    },
  };
}

interface Tape {
  /** Of what the tape ends in. */
  readonly shape: number[];
  /** Back from the end of the tape to its begin. */
  pull(cotangent: tf.Tensor): tf.Tensor;
  dispose(): void;
}

/** A tape of what leads from u to J(x)ᵀu, which is linear: recorded at any u, its own vjp is J(x). */
function recordTransposed(f: Function, x: tf.Tensor, known: number[] | undefined): Tape {
  let shape = known;
  isolated(() =>
    tf.tidy(() => {
      shape ??= f(x).shape;
    }),
  );
  const u = tf.zeros(shape as number[]);
  try {
    return record((cotangent) => linearPass(() => vjp(f, x, cotangent).vjp), u);
  } finally {
    u.dispose();
  }
}

/** A tape of what leads from x to f(x). */
function record(f: Function, x: tf.Tensor): Tape {
  const tape: TapeNode[] = [];
  const dispose = (): void => {
    for (const node of tape) for (const saved of node.saved ?? []) saved.dispose();
    tape.length = 0;
  };
  let path: TapeNode[] = [];
  let [from, to] = [x, x];
  try {
    isolated(() =>
      // What the tape has saved outlives the scope.
      tf.tidy(() => {
        // A copy keeps x apart from the tensors that f captures.
        from = tf.clone(x);
        Object.assign(tf.engine().state, { activeTape: tape, gradientDepth: 1 });
        to = f(from);
        path = pathOf(tape, from, to);
      }),
    );
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    shape: to.shape,
    pull: (cotangent) => isolated(() => tf.tidy(() => pullBack(path, from, to, cotangent))),
    dispose,
  };
}

/** The part of a tape that leads from one tensor to another, last things first, with those inputs that depend on the first. */
function pathOf(tape: readonly TapeNode[], from: tf.Tensor, to: tf.Tensor): TapeNode[] {
  const depends = new Set([from.id]);
  const downstream = tape.flatMap((node) => {
    const inputs = Object.fromEntries(Object.entries(node.inputs).filter(([, { id }]) => depends.has(id)));
    if (Object.keys(inputs).length === 0) return [];
    for (const { id } of node.outputs) depends.add(id);
    return [{ ...node, inputs }];
  });
  const leads = new Set([to.id]);
  const path: TapeNode[] = [];
  for (const node of downstream.reverse()) {
    if (!node.outputs.some(({ id }) => leads.has(id))) continue;
    for (const { id } of Object.values(node.inputs)) leads.add(id);
    path.push(node);
  }
  return path;
}

/** Backwards over a path, as tfjs does it. Of its two ends, which live no more, it uses ids and shapes. */
function pullBack(
  path: readonly TapeNode[],
  from: tf.Tensor,
  to: tf.Tensor,
  cotangent: tf.Tensor,
): tf.Tensor {
  if (!tf.util.arraysEqual(cotangent.shape, to.shape)) {
    throw new InputError(
      `a tangent or cotangent must have the shape of what it belongs to, [${to.shape}], found [${cotangent.shape}]`,
    );
  }
  const gradients = new Map([[to.id, cotangent]]);
  for (const { kernelName, inputs, outputs, gradient } of path) {
    if (!gradient) throw new Error(`tfjs has no gradient of ${kernelName}`);
    // tfjs itself puts zeros in place of what is missing.
    const given = outputs.map(({ id }) => gradients.get(id) as tf.Tensor);
    const parts = gradient(given as tf.Tensor & tf.Tensor[]) as Record<string, () => tf.Tensor>;
    for (const [name, { id, shape }] of Object.entries(inputs)) {
      const part = tf.tidy(() => parts[name]());
      if (!tf.util.arraysEqual(part.shape, shape)) {
        throw new Error(
          `the gradient of ${kernelName} in its input '${name}' has shape [${part.shape}], the input has [${shape}]`,
        );
      }
      const before = gradients.get(id);
      gradients.set(id, before === undefined ? part : tf.add(before, part));
    }
  }
  // A copy: the gradient may be the cotangent itself, or a tensor that is kept.
  const found = gradients.get(from.id);
  return found === undefined ? tf.zeros(from.shape) : tf.clone(found);
}
