/**
 * IDX files, the format of MNIST and its kin (yann.lecun.com/exdb/mnist, "the IDX file format"): a magic number with the
 * type and the number of dimensions, the dimensions, then the values, all big-endian.
 *
 * Not for files themselves, nor for gzip: whoever calls has read and unpacked them.
 */
import { InputError } from '../message/index.js';
import type { ClassificationData } from './dataset.js';

export interface IdxArray {
  readonly shape: readonly number[];
  /** Unsigned bytes, the only type that images and labels come in. */
  readonly values: Uint8Array;
}

/**
 * Reads the bytes of an IDX file. The values are a view of them.
 *
 * @param source what the bytes are called in messages, as a rule the file
 * @param dimensions expected: 3 for images, 1 for labels
 * @throws InputError for an empty file, another magic number, a file that is cut short or too long
 */
export function parseIdx(bytes: Uint8Array, source: string, dimensions: number): IdxArray {
  if (bytes.length === 0) throw new InputError(`${source}: the file is empty; expected an IDX file`);
  const header = 4 * (dimensions + 1);
  const expected = [0, 0, 8, dimensions];
  if (bytes.length < 4 || expected.some((byte, k) => bytes[k] !== byte)) {
    throw new InputError(
      `${source}: the magic number is ${hex(bytes.subarray(0, 4))}, expected ${hex(expected)} ` +
        `(unsigned bytes in ${dimensions === 1 ? '1 dimension, labels' : `${dimensions} dimensions, images`}). ` +
        'Is it an IDX file, and not images in place of labels?',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < header) {
    throw new InputError(
      `${source}: the file is cut short: ${bytes.length} bytes, not even its header of ${header}`,
    );
  }
  const shape = Array.from({ length: dimensions }, (_, k) => view.getUint32(4 * (k + 1)));
  const size = shape.reduce((product, length) => product * length, 1);
  const found = bytes.length - header;
  if (found !== size) {
    const problem = found < size ? 'is cut short' : 'goes on after its end';
    throw new InputError(
      `${source}: the file ${problem}: its header says ${shape.join(' × ')} values, which are ${size} bytes; ` +
        `found ${found}. Download it anew`,
    );
  }
  if (size === 0)
    throw new InputError(`${source}: there is nothing in the file: ${shape.join(' × ')} values`);
  return { shape, values: bytes.subarray(header) };
}

/**
 * Images and their labels as samples: pixels row by row, from 0 to 1.
 *
 * @param images three dimensions: count, rows, columns
 * @param names of the two files, for messages
 * @throws InputError where the numbers differ, or all labels are the same
 */
export function imageData(
  images: IdxArray,
  labels: IdxArray,
  names: { readonly images: string; readonly labels: string },
): ClassificationData {
  const [count, rows, columns] = images.shape;
  if (labels.shape[0] !== count) {
    throw new InputError(
      `${names.images} has ${count} images, ${names.labels} has ${labels.shape[0]} labels; they belong to different sets`,
    );
  }
  const { values } = images;
  const X = new Float64Array(values.length);
  for (let k = 0; k < X.length; k++) X[k] = values[k] / 255;
  const first = labels.values[0];
  if (labels.values.every((label) => label === first)) {
    throw new InputError(`${names.labels}: every label is ${first}; expected two classes or more`);
  }
  return {
    count,
    width: rows * columns,
    X,
    labels: Int32Array.from(labels.values),
    classes: labels.values.reduce((most, label) => Math.max(most, label), 0) + 1,
  };
}

function hex(bytes: ArrayLike<number>): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  return digits.length === 0 ? 'missing' : `0x${digits.join('')}`;
}
