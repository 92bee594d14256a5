/** Kernels that read or write where a tensor of indices says. */
import * as tf from '@tensorflow/tfjs';
import { allocate, type Values } from '../backend.js';
import { axesOf, type Call, type KernelTable, sizeOf, stridesOf } from './kernel.js';

/** Copies `length` values; a loop, because most slices are too short for `set` to pay. */
function copy(from: Values, p: number, to: Values, q: number, length: number): void {
  for (let j = 0; j < length; j++) to[q + j] = from[p + j];
}

function gather(call: Call<{ axis: number; batchDims?: number }>): tf.TensorInfo {
  const { x, indices } = call.inputs;
  const [axis] = axesOf(call.attrs.axis, x.shape.length);
  const count = x.shape[axis];
  const at = call.backend.values(indices);
  for (const index of at) {
    tf.util.assert(
      index >= 0 && index < count,
      () => `GatherV2: the index value ${index} is not in [0, ${count - 1}]`,
    );
  }
  const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
    x as tf.Tensor,
    indices as tf.Tensor,
    axis,
    call.attrs.batchDims ?? 0,
  );
  const { batchSize, outerSize, sliceSize, outputShape } = info;
  const from = call.backend.values(x);
  const to = allocate(x.dtype, sizeOf(outputShape));
  const chosen = batchSize === 0 ? 0 : at.length / batchSize;
  let q = 0;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let outer = 0; outer < outerSize; outer++) {
      const base = (batch * outerSize + outer) * count;
      for (let i = 0; i < chosen; i++) {
        copy(from, (base + at[batch * chosen + i]) * sliceSize, to, q, sliceSize);
        q += sliceSize;
      }
    }
  }
  return call.backend.output(outputShape, x.dtype, to);
}

/** Sums of the slices of x that carry the same segment number; negative numbers are left out. */
function unsortedSegmentSum(call: Call<{ numSegments: number }>): tf.TensorInfo {
  const { x, segmentIds } = call.inputs;
  const { numSegments } = call.attrs;
  const ids = call.backend.values(segmentIds);
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)];
  const width = sizeOf(shape.slice(1));
  const from = call.backend.values(x);
  const to = allocate(x.dtype, sizeOf(shape));
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0 || ids[i] >= numSegments) continue;
    const p = i * width;
    const q = ids[i] * width;
    for (let j = 0; j < width; j++) to[q + j] += from[p + j];
  }
  return call.backend.output(shape, x.dtype, to);
}

/** Where each vector of `rank` indices points in a tensor of `shape`, in slices of `width` values. */
function slices(call: Call, indices: tf.TensorInfo, rank: number, shape: readonly number[]) {
  const at = call.backend.values(indices);
  const width = sizeOf(shape.slice(rank));
  const strides = stridesOf(shape.slice(0, rank));
  const starts = new Int32Array(rank === 0 ? 1 : at.length / rank);
  for (let i = 0; i < starts.length; i++) {
    let place = 0;
    for (let k = 0; k < rank; k++) {
      const index = at[i * rank + k];
      if (index < 0 || index >= shape[k]) {
        const vector = Array.from(at.subarray(i * rank, i * rank + rank));
        throw new Error(`Invalid indices: ${vector} does not index into ${shape}`);
      }
      place += index * strides[k];
    }
    starts[i] = place * width;
  }
  return { starts, width };
}

function gatherNd(call: Call): tf.TensorInfo {
  const { params, indices } = call.inputs;
  const [shape] = tf.gather_util.prepareAndValidate(params, indices);
  const rank = indices.shape[indices.shape.length - 1];
  const { starts, width } = slices(call, indices, rank, params.shape);
  const from = call.backend.values(params);
  const to = allocate(params.dtype, sizeOf(shape));
  for (let i = 0; i < starts.length; i++) copy(from, starts[i], to, i * width, width);
  return call.backend.output(shape, params.dtype, to);
}

/** For scattering, a vector of indices is a list of single ones. */
function scatterRank(indices: tf.TensorInfo): number {
  return indices.shape.length > 1 ? indices.shape[indices.shape.length - 1] : 1;
}

function scatterNd(call: Call<{ shape: number[] }>): tf.TensorInfo {
  const { indices, updates } = call.inputs;
  const { shape } = call.attrs;
  const to = allocate(updates.dtype, sizeOf(shape));
  if (to.length > 0) {
    const { starts, width } = slices(call, indices, scatterRank(indices), shape);
    const from = call.backend.values(updates);
    for (let i = 0; i < starts.length; i++) {
      const q = starts[i];
      for (let j = 0; j < width; j++) to[q + j] += from[i * width + j];
    }
  }
  return call.backend.output(shape, updates.dtype, to);
}

/** Writes `updates` over `to`; the last of several to one place stays, a scalar goes to all places. */
function overwrite(
  call: Call,
  to: Values,
  indices: tf.TensorInfo,
  updates: tf.TensorInfo,
  shape: number[],
): void {
  const { starts, width } = slices(call, indices, scatterRank(indices), shape);
  const from = call.backend.values(updates);
  const step = updates.shape.length === 0 ? 0 : width;
  for (let i = 0; i < starts.length; i++) copy(from, i * step, to, starts[i], width);
}

function tensorScatterUpdate(call: Call): tf.TensorInfo {
  const { tensor, indices, updates } = call.inputs;
  const to = call.backend.values(tensor).slice();
  overwrite(call, to, indices, updates, tensor.shape);
  return call.backend.output(tensor.shape, tensor.dtype, to);
}

function sparseToDense(call: Call<{ outputShape: number[] }>): tf.TensorInfo {
  const { sparseIndices, sparseValues, defaultValue } = call.inputs;
  const { outputShape } = call.attrs;
  const to = allocate(sparseValues.dtype, sizeOf(outputShape));
  to.fill(call.backend.values(defaultValue)[0]);
  overwrite(call, to, sparseIndices, sparseValues, outputShape);
  return call.backend.output(outputShape, sparseValues.dtype, to);
}

interface OneHotAttributes {
  readonly dtype: tf.DataType;
  readonly depth: number;
  readonly onValue: number;
  readonly offValue: number;
}

function oneHot(call: Call<OneHotAttributes>): tf.TensorInfo {
  const { indices } = call.inputs;
  const { dtype, depth, onValue, offValue } = call.attrs;
  const at = call.backend.values(indices);
  const to = allocate(dtype, at.length * depth).fill(offValue);
  for (let i = 0; i < at.length; i++) if (at[i] >= 0 && at[i] < depth) to[i * depth + at[i]] = onValue;
  return call.backend.output([...indices.shape, depth], dtype, to);
}

/** The k largest along the last axis, in falling order, and where they were; the first of equals comes first. */
function topK(call: Call<{ k: number }>): tf.TensorInfo[] {
  const { x } = call.inputs;
  const { k } = call.attrs;
  const width = x.shape[x.shape.length - 1];
  const from = call.backend.values(x);
  const rows = width === 0 ? 0 : from.length / width;
  const values = allocate(x.dtype, rows * k);
  const places = new Int32Array(rows * k);
  const order = new Int32Array(width);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    for (let j = 0; j < width; j++) order[j] = j;
    order.sort((p, q) => from[start + q] - from[start + p] || p - q);
    for (let j = 0; j < k; j++) {
      places[row * k + j] = order[j];
      values[row * k + j] = from[start + order[j]];
    }
  }
  const shape = [...x.shape.slice(0, -1), k];
  return [call.backend.output(shape, x.dtype, values), call.backend.output(shape, 'int32', places)];
}

/** How many elements of each sorted row come before each value (left), or are not after it (right). */
function searchSorted(call: Call<{ side: 'left' | 'right' }>): tf.TensorInfo {
  const { sortedSequence, values } = call.inputs;
  const sorted = call.backend.values(sortedSequence);
  const sought = call.backend.values(values);
  const length = sortedSequence.shape[1];
  const width = values.shape[1];
  const before =
    call.attrs.side === 'left' ? (a: number, b: number) => a < b : (a: number, b: number) => a <= b;
  const result = new Int32Array(sought.length);
  for (let i = 0; i < sought.length; i++) {
    const start = Math.floor(i / width) * length;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(sorted[start + middle], sought[i])) low = middle + 1;
      else high = middle;
    }
    result[i] = low;
  }
  return call.backend.output(values.shape, 'int32', result);
}

function diag({ inputs: { x }, backend }: Call): tf.TensorInfo {
  const values = backend.values(x);
  const n = values.length;
  const result = allocate(x.dtype, n * n);
  for (let i = 0; i < n; i++) result[i * n + i] = values[i];
  return backend.output([...x.shape, ...x.shape], x.dtype, result);
}

function broadcastArgs({ inputs: { s0, s1 }, backend }: Call): tf.TensorInfo {
  const [a, b] = [s0, s1].map((shape) => Array.from(backend.values(shape)));
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a, b);
  return backend.output([shape.length], 'int32', Int32Array.from(shape));
}

export const indexingKernels: KernelTable = {
  BroadcastArgs: broadcastArgs,
  Diag: diag,
  GatherNd: gatherNd,
  GatherV2: gather,
  OneHot: oneHot,
  ScatterNd: scatterNd,
  SearchSorted: searchSorted,
  SparseToDense: sparseToDense,
  TensorScatterUpdate: tensorScatterUpdate,
  TopK: topK,
  UnsortedSegmentSum: unsortedSegmentSum,
};
