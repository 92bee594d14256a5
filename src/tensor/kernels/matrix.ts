/** Products of matrices and of tensors, with sums over shared axes. */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../message/index.js';
import type { Values } from '../backend.js';
import { gram, type Matrix, product as multiply, rowMajor, transpose } from '../dense/index.js';
import { doubles, openHeap } from '../memory/index.js';
import { combine } from './binary.js';
import { type Call, type KernelTable, offsetsOf, sameShape, sizeOf, stridesOf } from './kernel.js';
import { add } from './loops.js';
import { remembered } from './remembered.js';
import { activations } from './unary.js';

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
  const values = doubles(sizeOf(shape));
  const lhs = call.backend.values(a);
  const rhs = call.backend.values(b);
  const left = startsOf(a.shape, batch, p * q);
  const right = startsOf(b.shape, batch, r * s);
  const own = isGram(call, transposeA, transposeB);
  const compute = (): void => {
    if (!own && !transposeA && left.length * p * q === lhs.length && rhs.length === r * s) {
      // All matrices of a times the same one: their rows are those of one matrix.
      multiply(rowMajor(lhs, left.length * p, q), oriented(rhs, r, s, 0, transposeB), values);
      return;
    }
    for (let k = 0; k < left.length; k++) {
      const at = k * rows * columns;
      const second = oriented(rhs, r, s, right[k], transposeB);
      if (own) gram(second, values, at);
      else multiply(oriented(lhs, p, q, left[k], transposeA), second, values, at);
    }
  };
  remembered(lhs, rhs, `${a.shape};${b.shape};${transposeA};${transposeB}`, values, compute);
  return { shape, values };
}

/** Whether a product is of a matrix and its own transpose. */
function isGram({ inputs: { a, b } }: Call, transposeA: boolean, transposeB: boolean): boolean {
  return a.dataId === b.dataId && transposeA !== transposeB && sameShape(a.shape, b.shape);
}

function oriented(values: Values, rows: number, columns: number, start: number, transposed: boolean): Matrix {
  const matrix = rowMajor(values, rows, columns, start);
  return transposed ? transpose(matrix) : matrix;
}

/** Where the matrices of a tensor begin, one for each place of the broadcast batch. */
function startsOf(shape: readonly number[], batch: readonly number[], size: number): Int32Array {
  const own = shape.slice(0, -2);
  const strides = stridesOf(own).map((stride, k) => (own[k] === 1 ? 0 : stride * size));
  return offsetsOf(batch, [...batch.slice(own.length).fill(0), ...strides]);
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
  if (bias) {
    const sum = (x: number, y: number) => x + y;
    combine(sum, values, shape, call.backend.values(bias), bias.shape, values, shape, {
      vectors: 'add',
      loop: add,
    });
  }
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
  const result = doubles(sizeOf(shape));
  const { dtype } = operands[0];
  const output = (): tf.TensorInfo =>
    call.backend.output(shape, dtype, dtype === 'int32' ? Int32Array.from(result) : result);
  if (operands.length === 2 && contract(walks, idDims, free, summedDims, lengths, result)) return output();
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
  return output();
}

interface Walk {
  readonly values: Values;
  /** Where the terms of each result begin, and where each term is from there. */
  readonly starts: Int32Array;
  readonly steps: Int32Array;
}

/**
 * Two operands as one product of matrices: where the result's axes are those of the first operand and then those of the
 * second, none of both, and both have all axes that are summed.
 */
function contract(
  [left, right]: readonly Walk[],
  dims: readonly (readonly number[])[],
  free: readonly number[],
  summed: readonly number[],
  lengths: readonly number[],
  result: Float64Array,
): boolean {
  const ofFirst = free.filter((d) => dims[0].includes(d) && !dims[1].includes(d));
  const ofSecond = free.slice(ofFirst.length);
  const parted =
    ofFirst.every((d, k) => d === free[k]) &&
    ofSecond.every((d) => dims[1].includes(d) && !dims[0].includes(d)) &&
    summed.every((d) => dims[0].includes(d) && dims[1].includes(d)) &&
    dims.every((own) => new Set(own).size === own.length);
  if (!parted || result.length === 0) return false;
  const [rows, columns, inner] = [ofFirst, ofSecond, summed].map((axes) =>
    sizeOf(axes.map((d) => lengths[d])),
  );
  const a = doubles(rows * inner);
  for (let i = 0; i < rows; i++) {
    const start = left.starts[i * columns];
    for (let k = 0; k < inner; k++) a[i * inner + k] = left.values[start + left.steps[k]];
  }
  const b = doubles(inner * columns);
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < inner; k++) b[k * columns + j] = right.values[right.starts[j] + right.steps[k]];
  }
  multiply(rowMajor(a, rows, inner), rowMajor(b, inner, columns), result);
  for (const copy of [a, b]) openHeap()?.release(copy);
  return true;
}

export const matrixKernels: KernelTable = {
  BatchMatMul: batchMatMul,
  Einsum: einsum,
  _FusedMatMul: fusedMatMul,
};
