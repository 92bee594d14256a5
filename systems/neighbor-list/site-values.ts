/** Values of atoms brought to all of their sites, and back: from the caller's order to the list's with its ghosts. */

export interface Sites {
  readonly count: number;
  /** Values an atom in the caller's vectors, and a site in the list's. */
  readonly dimension: 2 | 3;
  readonly stride: 2 | 4;
  readonly order: Int32Array;
  readonly owners: Int32Array;
}

export function spreadVectors(sites: Sites, values: Float64Array, out: Float64Array): void {
  const { count, dimension: d, stride, order, owners } = sites;
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < d; k++) out[i * stride + k] = values[order[i] * d + k];
  }
  for (let g = 0; g < owners.length; g++) {
    for (let k = 0; k < d; k++) out[(count + g) * stride + k] = out[owners[g] * stride + k];
  }
}

/** Leaves zeros in `sums`, after adding what stands on ghosts to what stands on their atoms. */
export function foldVectors(sites: Sites, sums: Float64Array, out: Float64Array): void {
  const { count, dimension: d, stride, order, owners } = sites;
  for (let g = 0; g < owners.length; g++) {
    for (let k = 0; k < d; k++) sums[owners[g] * stride + k] += sums[(count + g) * stride + k];
  }
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < d; k++) out[order[i] * d + k] = sums[i * stride + k];
  }
  sums.fill(0);
}

export function spreadScalars(sites: Sites, values: ArrayLike<number>, out: Float64Array | Int32Array): void {
  const { count, order, owners } = sites;
  for (let i = 0; i < count; i++) out[i] = values[order[i]];
  for (let g = 0; g < owners.length; g++) out[count + g] = out[owners[g]];
}

/** Adds to `out`. */
export function foldScalars(sites: Sites, sums: Float64Array, out: Float64Array): void {
  const { count, order, owners } = sites;
  for (let g = 0; g < owners.length; g++) sums[owners[g]] += sums[count + g];
  for (let i = 0; i < count; i++) out[order[i]] += sums[i];
}
