/** Eigenpairs of small dense symmetric matrices by Jacobi rotations. Source: Golub and Van Loan, section 8.5 (4th edition). */

/** `values[k]` belongs to the row `vectors[k · n …]`; in no order. The matrix is symmetrised first. */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = Float64Array.from(matrix, (value, k) => (value + matrix[(k % n) * n + Math.floor(k / n)]) / 2);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let k = 0; k < n * n; k++) {
      all += a[k] ** 2;
      if (k % n !== Math.floor(k / n)) off += a[k] ** 2;
    }
    if (!(off > 1e-32 * all)) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p * n + q];
        if (apq === 0) continue;
        const ratio = (a[q * n + q] - a[p * n + p]) / (2 * apq);
        const t = Math.sign(ratio || 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
        const c = 1 / Math.sqrt(1 + t * t);
        const s = t * c;
        for (let k = 0; k < n; k++) rotate(a, k * n + p, k * n + q, c, s);
        for (let k = 0; k < n; k++) rotate(a, p * n + k, q * n + k, c, s);
        for (let k = 0; k < n; k++) rotate(vectors, p * n + k, q * n + k, c, s);
      }
    }
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]), vectors };
}

function rotate(values: Float64Array, p: number, q: number, c: number, s: number): void {
  const vp = values[p];
  const vq = values[q];
  values[p] = c * vp - s * vq;
  values[q] = s * vp + c * vq;
}
