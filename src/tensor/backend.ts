/**
 * The storage of the `float64` backend of TensorFlow.js: typed arrays on the host, counted by reference.
 *
 * tfjs has no float64 dtype, so tensors of this backend say 'float32' and hold a Float64Array; int32 and bool
 * tensors hold what they always do. Complex numbers are not for this backend. The kernels are in `kernels/`.
 *
 * Doubles never leave this backend and never enter it but as copies: large ones lie in memory that is used again as soon
 * as their tensor is disposed of, and no tensor changes under the feet of those who compute with it.
 */
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../message/index.js';
import { shortestDecimal } from './literal.js';
import { doubles, leastInHeap, openHeap } from './memory/index.js';

export const BACKEND_NAME = 'float64';

/** What a numeric tensor holds: float32 → Float64Array, int32 → Int32Array, bool → Uint8Array. */
export type Values = Float64Array | Int32Array | Uint8Array;

/** A key of tfjs's own that stands for the values of one or several tensors. */
export type DataId = tf.TensorInfo['dataId'];

interface Entry {
  readonly values: Values | Uint8Array[];
  readonly dtype: tf.DataType;
  references: number;
}

/** The backends that come with tfjs, or beside it, and compute in single precision. */
const SINGLE_PRECISION = ['cpu', 'wasm', 'webgl', 'webgpu', 'tensorflow', 'rn-webgl', 'headless-nodegl'];

/** Whether a backend takes and gives Float64Arrays as the values of 'float32' tensors. */
export function isDoublePrecision(backend: object): boolean {
  const { registry } = tf.engine();
  return !SINGLE_PRECISION.some((name) => registry[name] === backend);
}

/** Makes room for `size` values of a dtype: zeros. */
export function allocate(dtype: tf.DataType, size: number): Values {
  return dtype === 'float32' ? doubles(size).fill(0) : uninitialized(dtype, size);
}

/** Makes room for `size` values of a dtype that hold anything. */
export function uninitialized(dtype: tf.DataType, size: number): Values {
  switch (dtype) {
    case 'float32':
      return doubles(size);
    case 'int32':
      return new Int32Array(size);
    case 'bool':
      return new Uint8Array(size);
    default:
      throw new InputError(
        `the float64 backend computes with float32, int32 and bool tensors, found ${dtype}; ` +
          'cast the tensor, or use another backend',
      );
  }
}

export class Float64Backend extends tf.KernelBackend {
  private readonly data: tf.DataStorage<Entry>;
  private exportingTo: object | null = null;
  /** Whether tfjs has put it away. */
  disposed = false;

  constructor() {
    super();
    this.data = new tf.DataStorage<Entry>(this, tf.engine());
  }

  /** The numbers of a tensor, not a copy. A tensor that lies on another backend is moved here first. */
  values(tensor: tf.TensorInfo): Values {
    const { values } = this.data.get(tensor.dataId);
    if (Array.isArray(values)) {
      throw new InputError('the float64 backend computes with numbers, found a tensor of strings');
    }
    return values;
  }

  /** What a tensor holds, be it strings: for kernels that only move elements about. */
  elements(tensor: tf.TensorInfo): Values | Uint8Array[] {
    return this.data.get(tensor.dataId).values;
  }

  /** A new tensor that owns `values`, which no one else may hold. */
  output(shape: readonly number[], dtype: tf.DataType, values: Values | Uint8Array[]): tf.TensorInfo {
    const dataId = this.store(values, dtype, 1);
    return { dataId, shape: [...shape], dtype };
  }

  /** Another tensor over the same values. */
  alias(tensor: tf.TensorInfo, shape: readonly number[] = tensor.shape): tf.TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }

  /** Gives back a tensor that only a kernel has seen. */
  release(tensor: tf.TensorInfo): void {
    this.disposeData(tensor.dataId);
  }

  override write(values: tf.BackendValues, _shape: number[], dtype: tf.DataType): DataId {
    return this.store(ownValues(values, dtype, shortestDecimal), dtype, 1);
  }

  override move(
    dataId: DataId,
    values: tf.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.store(
      ownValues(values, dtype, (x) => x),
      dtype,
      references,
      dataId,
    );
  }

  override readSync(dataId: DataId): tf.BackendValues {
    const { values } = this.data.get(dataId);
    if (values instanceof Float64Array) {
      // Another backend takes the values over byte by byte: it must find the dtype that the tensor claims.
      if (this.exportingTo !== null && !isDoublePrecision(this.exportingTo)) return new Float32Array(values);
      return new Float64Array(values) as unknown as Float32Array;
    }
    return values;
  }

  override async read(dataId: DataId): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  /** Runs `move`, in which tfjs reads values of this backend in order to give them to `destination`. */
  exportTo(destination: object, move: () => void): void {
    this.exportingTo = destination;
    try {
      move();
    } finally {
      this.exportingTo = null;
    }
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).references : 0;
  }

  override incRef(dataId: DataId): void {
    const entry = this.data.get(dataId);
    entry.references++;
    this.extraBytes += extraBytes(entry.values);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    const dropped = force ? entry.references : 1;
    entry.references -= dropped;
    this.extraBytes -= dropped * extraBytes(entry.values);
    if (entry.references > 0) return false;
    this.data.delete(dataId);
    const { values } = entry;
    if (values instanceof Float64Array && values.length >= leastInHeap) openHeap()?.release(values);
    return true;
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  /** tfjs counts 4 bytes for each number of a 'float32' tensor; the other 4 are added when it writes its sum. */
  override memory(): { unreliable: boolean } {
    const extra = this.extraBytes;
    return Object.defineProperty({ unreliable: false }, 'numBytes', {
      configurable: true,
      enumerable: true,
      set(bytes: number) {
        const value = bytes + extra;
        Object.defineProperty(this, 'numBytes', { value, writable: true, enumerable: true });
      },
    });
  }

  override async time(run: () => void): Promise<{ kernelMs: number }> {
    const start = performance.now();
    run();
    return { kernelMs: performance.now() - start };
  }

  /** 32, because tfjs takes every other answer for half precision. */
  override floatPrecision(): 16 | 32 {
    return 32;
  }

  /** The constant that Keras losses and optimisers add to denominators: the same as on every other backend. */
  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.disposed = true;
  }

  /** Bytes beyond those that tfjs counts, over all tensors that share values, as tfjs counts them too. */
  private extraBytes = 0;

  private store(
    given: Values | Uint8Array[],
    dtype: tf.DataType,
    references: number,
    dataId: DataId = {},
  ): DataId {
    // The smallest arrays are never in the heap, and their buffers are made when they are asked for.
    const large = given instanceof Float64Array && given.length > 8;
    const values = large && openHeap()?.claim(given) === false ? copyOf(given) : given;
    this.data.set(dataId, { values, dtype, references });
    this.extraBytes += references * extraBytes(values);
    return dataId;
  }
}

function extraBytes(values: Values | Uint8Array[]): number {
  return values instanceof Float64Array ? values.length * 4 : 0;
}

function copyOf(numbers: ArrayLike<number>): Float64Array {
  const copy = doubles(numbers.length);
  copy.set(numbers);
  return copy;
}

function ownValues(
  values: tf.BackendValues | ArrayLike<number>,
  dtype: tf.DataType,
  literal: (x: number) => number,
): Values | Uint8Array[] {
  if (dtype === 'string') return values as Uint8Array[];
  const numbers = values as ArrayLike<number>;
  switch (dtype) {
    case 'float32':
      if (numbers instanceof Float32Array && numbers.length === 1)
        return Float64Array.of(literal(numbers[0]));
      return copyOf(numbers);
    case 'int32':
      return numbers instanceof Int32Array ? numbers : Int32Array.from(numbers);
    case 'bool':
      return numbers instanceof Uint8Array ? numbers : Uint8Array.from(numbers);
    default:
      return allocate(dtype, 0);
  }
}
