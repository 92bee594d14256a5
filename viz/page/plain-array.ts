/**
 * Stands in for the package `ndarray` in the viewer's page. That package compiles its classes from text, which the
 * page's content security policy forbids; the viewer needs no more than data, shape and element access, in order.
 */
interface PlainArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: 0;
  get(...index: number[]): number;
}

// The package's own export is its default one.
export default function plainArray(data: Float64Array, shape: readonly number[] = [data.length]): PlainArray {
  const stride = shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, 1));
  return {
    data,
    shape,
    stride,
    offset: 0,
    get: (...index) => data[index.reduce((sum, at, k) => sum + at * stride[k], 0)],
  };
}
