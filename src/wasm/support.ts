/** What the machine's WebAssembly can do. */

let vectors: boolean | null = null;

/** Whether modules with vectors compile here. */
export function hasVectors(): boolean {
  if (vectors === null) {
    // A function that makes a vector of zeros and drops it.
    const probe = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11,
    ];
    vectors = typeof WebAssembly === 'object' && WebAssembly.validate(Uint8Array.from(probe));
  }
  return vectors;
}
