/** Products of matrices and of tensors, with sums over shared axes. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../message/index.js';
import type { Values } from '../backend.js';
import { combine } from './binary.js';
import { type Call, type KernelTable, offsetsOf, sizeOf, stridesOf } from './kernel.js';
import { activations } from './unary.js';

/** Rows of `b` that one pass goes over, so that they stay in cache. */
const BLOCK = 64;

interface MatMulAttributes {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

function product(call: Call<MatMulAttributes>): { shape: number[]; values: Float64Array } {
  const { a, b } = call.inputs;
  const { transposeA = false, transposeB = false } = call.attrs;
  for (const { shape } of [a, b]) {
    tf.util.assert(
      shape.length >= 2,
      () => `Error in matMul: expected matrices, found a tensor of shape [${shape}]`,
    );
  }
  const [p, q] = a.shape.slice(-2);
  const [r, s] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [q, p] : [p, q];
  const [innerB, columns] = transposeB ? [s, r] : [r, s];
  tf.util.assert(
    inner === innerB,
    () =>
      `Error in matMul: inner shapes (${inner}) and (${innerB}) of Tensors with shapes ${a.shape} and ` +
      `${b.shape} and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, rows, columns];
  const values = new Float64Array(sizeOf(shape));
  const left = matrices(call.backend.values(a), a.shape, batch, p * q);
  const right = matrices(call.backend.values(b), b.shape, batch, r * s);
  for (let k = 0; k < left.length; k++) {
    const out = values.subarray(k * rows * columns, (k + 1) * rows * columns);
    const lhs = transposeA ? transposed(left[k], inner, rows) : left[k];
    if (transposeB) dots(lhs, right[k], out, rows, inner, columns);
    else rowSums(lhs, right[k], out, rows, inner, columns);
  }
  return { shape, values };
}

/** The matrices of a tensor, one for each place of the broadcast batch. */
function matrices(
  values: Values,
  shape: readonly number[],
  batch: readonly number[],
  size: number,
): Values[] {
  const own = shape.slice(0, -2);
  const strides = stridesOf(own).map((stride, k) => (own[k] === 1 ? 0 : stride * size));
  const padded = [...batch.slice(own.length).fill(0), ...strides];
  return Array.from(offsetsOf(batch, padded), (start) => values.subarray(start, start + size));
}

function transposed(a: Values, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}

/** out = a b, as sums of the rows of b, four at a time. */
function rowSums(
  a: Values,
  b: Values,
  out: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let k0 = 0; k0 < inner; k0 += BLOCK) {
    const k1 = Math.min(k0 + BLOCK, inner);
    for (let i = 0; i < rows; i++) {
      const at = i * columns;
      const p = i * inner;
      let k = k0;
      for (; k + 3 < k1; k += 4) {
        const [f0, f1, f2, f3] = [a[p + k], a[p + k + 1], a[p + k + 2], a[p + k + 3]];
        const r0 = k * columns;
        const r1 = r0 + columns;
        const r2 = r1 + columns;
        const r3 = r2 + columns;
        for (let j = 0; j < columns; j++) {
          out[at + j] += f0 * b[r0 + j] + f1 * b[r1 + j] + f2 * b[r2 + j] + f3 * b[r3 + j];
        }
      }
      for (; k < k1; k++) {
        const factor = a[p + k];
        for (let j = 0; j < columns; j++) out[at + j] += factor * b[k * columns + j];
      }
    }
  }
}

/** out = a bᵀ, as inner products of rows, four at a time. */
function dots(a: Values, b: Values, out: Float64Array, rows: number, inner: number, columns: number): void {
  for (let i = 0; i < rows; i++) {
    const p = i * inner;
    let j = 0;
    for (; j + 3 < columns; j += 4) {
      const q0 = j * inner;
      const q1 = q0 + inner;
      const q2 = q1 + inner;
      const q3 = q2 + inner;
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let k = 0; k < inner; k++) {
        const factor = a[p + k];
        s0 += factor * b[q0 + k];
        s1 += factor * b[q1 + k];
        s2 += factor * b[q2 + k];
        s3 += factor * b[q3 + k];
      }
      out[i * columns + j] = s0;
      out[i * columns + j + 1] = s1;
      out[i * columns + j + 2] = s2;
      out[i * columns + j + 3] = s3;
    }
    for (; j < columns; j++) {
      let total = 0;
      for (let k = 0; k < inner; k++) total += a[p + k] * b[j * inner + k];
      out[i * columns + j] = total;
    }
  }
}

function batchMatMul(call: Call<MatMulAttributes>): tf.TensorInfo {
  const { shape, values } = product(call);
  const { dtype } = call.inputs.a;
  return call.backend.output(shape, dtype, dtype === 'int32' ? Int32Array.from(values) : values);
}

interface FusedAttributes extends MatMulAttributes {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** activation(a b + bias). */
function fusedMatMul(call: Call<FusedAttributes>): tf.TensorInfo {
  const { bias, preluActivationWeights: slopes } = call.inputs;
  const { activation = 'linear', leakyreluAlpha: slope = 0.2 } = call.attrs;
  const { shape, values } = product(call);
  if (bias) combine((x, y) => x + y, values, shape, call.backend.values(bias), bias.shape, values, shape);
  if (activation === 'prelu') {
    const f = (x: number, y: number) => (x < 0 ? x * y : x);
    combine(f, values, shape, call.backend.values(slopes), slopes.shape, values, shape);
  } else if (activation !== 'linear') {
    const f =
      activation === 'leakyrelu' ? (x: number) => (x < 0 ? slope * x : x) : activationNamed(activation);
    for (let i = 0; i < values.length; i++) values[i] = f(values[i]);
  }
  return call.backend.output(shape, 'float32', values);
}

function activationNamed(name: string): (x: number) => number {
  if (name in activations) return activations[name as keyof typeof activations];
  throw new InputError(
    `_FusedMatMul has no activation '${name}'; there are linear, prelu, leakyrelu, ${Object.keys(activations).join(', ')}`,
  );
}

/** The sum over all axes that the result lacks of the product of all operands. */
function einsum(call: Call<{ equation: string }>): tf.TensorInfo {
  const operands = Object.values(call.inputs) as tf.Tensor[];
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(
    call.attrs.equation,
    operands.length,
  );
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, operands);
  const lengths = new Array<number>(allDims.length).fill(1);
  for (const [t, dims] of idDims.entries())
    for (const [k, d] of dims.entries()) lengths[d] = operands[t].shape[k];
  // The result's axes come first in allDims, in their order; the summed ones follow.
  const free = allDims.map((_, d) => d).filter((d) => !summedDims.includes(d));
  const along = (dims: readonly number[], which: readonly number[]) => dims.map((d) => which[d]);
  const walks = operands.map((operand, t) => {
    const own = stridesOf(operand.shape);
    const strides = allDims.map((_, d) => {
      const k = idDims[t].indexOf(d);
      return k < 0 ? 0 : own[k];
    });
    return {
      values: call.backend.values(operand),
      starts: offsetsOf(along(free, lengths), along(free, strides)),
      steps: offsetsOf(along(summedDims, lengths), along(summedDims, strides)),
    };
  });
  const shape = along(free, lengths);
  const result = new Float64Array(sizeOf(shape));
  const terms = sizeOf(along(summedDims, lengths));
  for (let i = 0; i < result.length; i++) {
    let total = 0;
    for (let j = 0; j < terms; j++) {
      let term = 1;
      for (const { values, starts, steps } of walks) term *= values[starts[i] + steps[j]];
      total += term;
    }
    result[i] = total;
  }
  const { dtype } = operands[0];
  return call.backend.output(shape, dtype, dtype === 'int32' ? Int32Array.from(result) : result);
}

export const matrixKernels: KernelTable = {
  BatchMatMul: batchMatMul,
  Einsum: einsum,
  _FusedMatMul: fusedMatMul,
};
