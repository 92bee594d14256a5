/** Derivatives by differences, Jacobians by products, and random tensors: what the tests of these rooms share. */
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { random } from '../../src/random/index.js';
import { float64, jvp, toFloat64, vjp } from '../../src/tensor/index.js';

export type Operation = (inputs: readonly tf.Tensor[]) => tf.Tensor;

const source = random(20260101);

/** Standard normal values. */
export function normal(shape: readonly number[], scale = 1): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return float64(
    Float64Array.from({ length: size }, () => scale * source.normal()),
    shape,
  );
}

export function positive(shape: readonly number[], from = 0.5, to = 2): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return float64(
    Float64Array.from({ length: size }, () => from + (to - from) * source.uniform()),
    shape,
  );
}

export function values(tensor: tf.Tensor): number[] {
  return Array.from(toFloat64(tensor));
}

export function dot(a: tf.Tensor, b: tf.Tensor): number {
  const y = toFloat64(b);
  return toFloat64(a).reduce((sum, value, i) => sum + value * y[i], 0);
}

/** The largest difference of two lists of numbers, over 1 + the largest magnitude. */
export function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < found.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]));
    const difference = Math.abs(found[i] - expected[i]);
    worst = difference > worst || Number.isNaN(difference) ? difference : worst;
  }
  return worst / scale;
}

/** f at inputs moved by h · tangents. */
export function moved(
  f: Operation,
  inputs: readonly tf.Tensor[],
  tangents: readonly tf.Tensor[],
  h: number,
): Float64Array {
  const shift = inputs.map((input, k) => {
    const t = toFloat64(tangents[k]);
    return float64(
      toFloat64(input).map((value, i) => value + h * t[i]),
      input.shape,
    );
  });
  return toFloat64(f(shift));
}

/** The derivative of f along tangents, by central differences with one step of Richardson. */
export function differences(
  f: Operation,
  inputs: readonly tf.Tensor[],
  tangents: readonly tf.Tensor[],
  h = 1e-4,
): Float64Array {
  const slope = (step: number): Float64Array => {
    const up = moved(f, inputs, tangents, step);
    const down = moved(f, inputs, tangents, -step);
    return up.map((value, i) => (value - down[i]) / (2 * step));
  };
  const [fine, coarse] = [slope(h), slope(2 * h)];
  return fine.map((value, i) => (4 * value - coarse[i]) / 3);
}

/**
 * Checks jvp against differences, ⟨w, J v⟩ = ⟨Jᵀ w, v⟩, and both again for the gradient of ⟨w, f⟩ (second derivatives), in
 * every input at once.
 */
export function checkDerivatives(
  f: Operation,
  inputs: readonly tf.Tensor[],
  { tolerance = 1e-8, h = 1e-4 }: { tolerance?: number; h?: number } = {},
): void {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const tangents = inputs.map((input) => normal(input.shape));
    const w = normal(f(inputs).shape);
    const pushed = jvp(f, inputs, tangents);
    const pulled = vjp(f, inputs, w);
    expect(distance(toFloat64(pushed.value), toFloat64(f(inputs)))).toBeLessThan(1e-13);
    expect(distance(toFloat64(pushed.jvp), differences(f, inputs, tangents, h))).toBeLessThan(tolerance);
    const left = dot(w, pushed.jvp);
    const right = pulled.vjp.reduce((sum, gradient, k) => sum + dot(gradient, tangents[k]), 0);
    expect(Math.abs(left - right)).toBeLessThan(1e-11 * (1 + Math.abs(left)));
    // The gradient as an operation of its own: its Jacobian is the Hessian of ⟨w, f⟩, which is symmetric.
    const gradient: Operation = (point) =>
      tf.concat(vjp(f, point, w).vjp.map((leaf) => tf.reshape(leaf, [leaf.size])));
    const others = inputs.map((input) => normal(input.shape));
    const along = jvp(gradient, inputs, tangents).jvp;
    expect(distance(toFloat64(along), differences(gradient, inputs, tangents, h))).toBeLessThan(
      10 * tolerance,
    );
    const flat = (list: readonly tf.Tensor[]) => tf.concat(list.map((leaf) => tf.reshape(leaf, [leaf.size])));
    const back = vjp(gradient, inputs, flat(others)).vjp;
    const across = dot(flat(others), along);
    expect(Math.abs(across - dot(flat(back), flat(tangents)))).toBeLessThan(1e-9 * (1 + Math.abs(across)));
  });
  expect(tf.memory().numTensors).toBe(before);
}

/** The Jacobian ∂f/∂x as rows, at one input. */
export function jacobian(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number[][] {
  const size = f(x).size;
  return Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return values(vjp(f, x, float64(unit, f(x).shape)).vjp);
  });
}
