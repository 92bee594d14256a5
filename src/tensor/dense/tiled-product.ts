/**
 * Products of large matrices in tiles: which blocks are copied in, packed, multiplied and copied out, in which order.
 *
 * The inner dimension is cut so that a panel stays in the first cache, the rows of A so that a packed block stays in
 * the second, the columns of B and the rows of C so that what lies in WebAssembly's memory stays below 33 MiB whatever
 * the sizes. Every element is a sum in the order of the inner dimension, cut at places that depend on its length only:
 * the same bits, whichever rows a call is asked for.
 */
import { type Matrix, transpose } from './matrix.js';
import { lanes } from './tiles.js';
import { blockNumbers, mostColumns, mostInner, openWorkplace, resultNumbers } from './workplace.js';

/**
 * Steps along the inner dimension that are taken at once: the best for B of many columns. Few columns leave the cache
 * free, and then it is better to copy rows of A in whole.
 */
const usualInner = 384;
const fewColumns = 64;
/** Rows in a block of a symmetric product, at the most: what lies left of the diagonal is passed over in whole blocks. */
const symmetricRows = 32;

/**
 * Rows `begin … end − 1` of `out` = A B, for `out` in rows of b.columns from `outStart` on. Needs vectors.
 *
 * @param symmetric that A B is symmetric: of the tiles left of the diagonal some are left as they are
 */
export function tiledProduct(
  a: Matrix,
  b: Matrix,
  out: Float64Array,
  outStart: number,
  begin: number,
  end: number,
  symmetric = false,
): void {
  const { quads, pairs, stage, packQuads, packPairs, regions } = openWorkplace();
  const inner = a.columns;
  const columns = b.columns;
  const most = columns <= fewColumns ? mostInner : usualInner;
  const steps = Math.ceil(inner / Math.ceil(inner / most));
  const fitting = Math.floor(blockNumbers / steps / lanes) * lanes;
  const blockRows = Math.min(Math.max(lanes, fitting), symmetric ? symmetricRows : mostColumns);
  const stagedRows = a.columnStride === 1 ? blockRows : Math.floor(mostColumns / blockRows) * blockRows;
  const bT = transpose(b);
  for (let j0 = 0; j0 < columns; j0 += mostColumns) {
    const j1 = Math.min(j0 + mostColumns, columns);
    const rest = (j1 - j0) % lanes;
    const narrow = rest === 1 || rest === 2;
    const quadPanels = narrow ? (j1 - j0 - rest) / lanes : Math.ceil((j1 - j0) / lanes);
    const width = quadPanels * lanes + (narrow ? 2 : 0);
    const held = Math.max(blockRows, Math.floor(resultNumbers / width / blockRows) * blockRows);
    const last = symmetric ? Math.min(end, j1) : end;
    for (let i0 = begin; i0 < last; i0 += held) {
      const i1 = Math.min(i0 + held, last);
      for (let k0 = 0; k0 < inner; k0 += steps) {
        const k1 = Math.min(k0 + steps, inner);
        const size = k1 - k0;
        stage(bT, j0, j1, k0, k1);
        packQuads(0, quadPanels, regions.b.byteOffset);
        const pairsAt = regions.b.byteOffset + quadPanels * lanes * size * 8;
        if (narrow) packPairs(quadPanels * lanes, 1, pairsAt);
        for (let s = i0; s < i1; s += stagedRows) {
          const staged = Math.min(s + stagedRows, i1);
          stage(a, s, staged, k0, k1);
          for (let i = s; i < staged; i += blockRows) {
            const panels = Math.ceil((Math.min(i + blockRows, staged) - i) / lanes);
            packQuads(i - s, panels, regions.a.byteOffset);
            const c = regions.c.byteOffset + (i - i0) * width * 8;
            // Panels left of the diagonal of a symmetric product are passed over.
            const skipped = symmetric && i > j0 ? Math.floor((i - j0) / lanes) : 0;
            const bAt = regions.b.byteOffset + skipped * lanes * size * 8;
            const cAt = c + skipped * lanes * 8;
            const rows = panels * lanes;
            const row = width * 8;
            if (quadPanels > skipped) {
              quads(regions.a.byteOffset, bAt, cAt, row, rows, size, quadPanels - skipped, k0);
            }
            if (narrow) pairs(regions.a.byteOffset, pairsAt, c + row - 16, row, rows, size, 1, k0);
          }
        }
      }
      copyOut(regions.c, width, j1 - j0, out, outStart + i0 * columns + j0, columns, i1 - i0);
    }
  }
}

/** Copies the first `columns` numbers of each row. */
function copyOut(
  from: Float64Array,
  width: number,
  columns: number,
  out: Float64Array,
  outStart: number,
  stride: number,
  rows: number,
): void {
  if (columns === stride && columns === width) {
    out.set(from.subarray(0, rows * columns), outStart);
  } else if (columns >= 64) {
    for (let i = 0; i < rows; i++) {
      out.set(from.subarray(i * width, i * width + columns), outStart + i * stride);
    }
  } else {
    for (let i = 0; i < rows; i++) {
      const [p, q] = [i * width, outStart + i * stride];
      for (let j = 0; j < columns; j++) out[q + j] = from[p + j];
    }
  }
}
