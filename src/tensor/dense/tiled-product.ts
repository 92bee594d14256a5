/**
 * Products of large matrices in tiles: which blocks are packed and multiplied, in which order, by which thread.
 *
 * The inner dimension is cut so that a panel stays in the first cache, the rows of A so that a packed block stays in
 * the second. Threads pack panels of B, and then take rows each. Every element is a sum in the order of the inner
 * dimension, cut at places that depend on its length only: the same bits, whatever the number of threads.
 */
import { withArray } from '../memory/index.js';
import { operandList } from './block-product.js';
import { type Loops, parts } from './loops.js';
import { type Placed, transposed } from './placed.js';
import { lanes } from './tiles.js';

/** Steps along the inner dimension that are taken at once: of few columns, whose panels leave the cache free, more. */
const usualInner = 384;
const mostInner = 1024;
const fewColumns = 64;
/** Columns of B that are packed at once. */
const mostColumns = 1024;
/** Numbers in a packed block of A: 256 KiB. */
const blockNumbers = 32_768;
/** Rows in a block of a symmetric product, at the most: what lies left of the diagonal is passed over in whole blocks. */
const symmetricRows = 32;

/** Columns of C that tiles write where there are so many. */
export function tiledWidth(columns: number): number {
  const rest = columns % lanes;
  return rest === 1 || rest === 2 ? columns - rest + 2 : columns + ((lanes - rest) % lanes);
}

/**
 * C = A B at address `c`, in rows of `cRow` bytes. There must be room for tiledWidth(columns) columns and for whole
 * fours of rows; what lies there beyond the product is lost.
 *
 * @param symmetric that A B is symmetric: of the tiles left of the diagonal some are left as they are
 * @returns false where there is no room to work in
 */
export function tiledProduct(
  loops: Loops,
  a: Placed,
  b: Placed,
  c: number,
  cRow: number,
  symmetric = false,
): boolean {
  const { rows, columns: inner } = a;
  const { columns } = b;
  const most = columns <= fewColumns ? mostInner : usualInner;
  const steps = Math.ceil(inner / Math.ceil(inner / most));
  const fitting = Math.max(lanes, Math.floor(blockNumbers / steps / lanes) * lanes);
  const blockRows = symmetric ? Math.min(fitting, symmetricRows) : fitting;
  const parties = loops.parties(rows * columns * inner);
  const packNumbers = (blockRows + lanes) * steps;
  const bNumbers = steps * tiledWidth(Math.min(columns, mostColumns));
  return withArray(loops.heap, bNumbers + parties * packNumbers, (space) => {
    const bAt = space.byteOffset;
    const packAt = (party: number): number => bAt + (bNumbers + party * packNumbers) * 8;
    for (let j0 = 0; j0 < columns; j0 += mostColumns) {
      const j1 = Math.min(j0 + mostColumns, columns);
      const width = tiledWidth(j1 - j0);
      const pairs = width % lanes === 2 ? 1 : 0;
      const quadPanels = (width - 2 * pairs) / lanes;
      const shares = sharesOf(symmetric ? Math.min(rows, j1) : rows, j0, parties, symmetric);
      for (let k0 = 0; k0 < inner; k0 += steps) {
        const size = Math.min(steps, inner - k0);
        const bT = transposed({ ...b, at: b.at + k0 * b.rowBytes });
        const pairsAt = bAt + quadPanels * lanes * size * 8;
        pack(loops, 'Quads', lanes, bT, j0, quadPanels, size, bAt, parties);
        if (pairs) pack(loops, 'Pairs', 2, bT, j0 + quadPanels * lanes, 1, size, pairsAt, 1);
        loops.run(
          'blocks',
          shares.map(({ from, to }, party) =>
            operandList({
              a: a.at + from * a.rowBytes + k0 * a.columnBytes,
              stride: a.columnBytes === 8 ? a.rowBytes : a.columnBytes,
              rowsAreNeighbours: a.columnBytes === 8 ? 0 : 1,
              rows: to - from,
              steps: size,
              quadsAt: bAt,
              quadPanels,
              pairsAt: pairs ? pairsAt : 0,
              c: c + from * cRow + j0 * 8,
              cRow,
              add: k0,
              packAt: packAt(party),
              blockRows,
              diagonal: from - j0,
              symmetric: symmetric ? 1 : 0,
            }),
          ),
        );
      }
    }
    return true;
  });
}

/** Rows for each thread, in whole fours. Of a symmetric product the upper rows are longer. */
function sharesOf(
  rows: number,
  left: number,
  parties: number,
  symmetric: boolean,
): { from: number; to: number }[] {
  if (!symmetric || left > 0) return parts(rows, parties, lanes);
  const cut = (k: number): number =>
    k === parties ? rows : Math.round((rows * (1 - Math.sqrt(1 - k / parties))) / lanes) * lanes;
  const all = Array.from({ length: parties }, (_, k) => ({ from: cut(k), to: cut(k + 1) }));
  return all.filter(({ from, to }) => from < to);
}

/** Packs panels of rows of a matrix, in parts. */
function pack(
  loops: Loops,
  kind: 'Quads' | 'Pairs',
  width: number,
  matrix: Placed,
  row: number,
  panels: number,
  steps: number,
  out: number,
  parties: number,
): void {
  if (panels === 0) return;
  const rowsAreNeighbours = matrix.columnBytes !== 8;
  const last = matrix.at + (matrix.rows - 1) * matrix.rowBytes;
  const operands = parts(panels, steps * panels < 20_000 ? 1 : parties, 1).map(({ from, to }) => [
    matrix.at + (row + from * width) * matrix.rowBytes,
    rowsAreNeighbours ? matrix.columnBytes : matrix.rowBytes,
    to - from,
    steps,
    out + from * width * steps * 8,
    last,
  ]);
  loops.run(`${rowsAreNeighbours ? 'copy' : 'transpose'}${kind}`, operands);
}
