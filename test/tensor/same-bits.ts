/** Whether two arrays hold the same bits; many times faster than a comparison of elements. */
export function sameBits(a: Float64Array, b: Float64Array): boolean {
  const [left, right] = [a, b].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return left.equals(right);
}
