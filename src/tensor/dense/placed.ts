/** Matrices in the memory that the loops work in: as they lie there, or copied in for the length of a product. */
import type { Heap } from '../memory/index.js';
import type { Matrix } from './matrix.js';

/** A matrix by address; one of its strides is 8 bytes. */
export interface Placed {
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowBytes: number;
  readonly columnBytes: number;
}

export function transposed({ at, rows, columns, rowBytes, columnBytes }: Placed): Placed {
  return { at, rows: columns, columns: rows, rowBytes: columnBytes, columnBytes: rowBytes };
}

/** Rows `from … to − 1`. */
export function rowsOf(matrix: Placed, from: number, to: number): Placed {
  return { ...matrix, at: matrix.at + from * matrix.rowBytes, rows: to - from };
}

/** Gives work the matrices in the heap. False where work says so, or where there is no room for copies. */
export function withPlaced(
  heap: Heap,
  matrices: readonly Matrix[],
  work: (placed: readonly Placed[]) => boolean,
): boolean {
  const copies: Float64Array[] = [];
  try {
    const placed = matrices.map((matrix) => {
      const { values, start, rows, columns, rowStride, columnStride } = matrix;
      if (values instanceof Float64Array && heap.holds(values)) {
        const at = values.byteOffset + start * 8;
        return { at, rows, columns, rowBytes: rowStride * 8, columnBytes: columnStride * 8 };
      }
      const copy = heap.allocate(rows * columns);
      if (copy === null) return null;
      copies.push(copy);
      copyIn(matrix, copy);
      const byRows = columnStride === 1;
      const [rowBytes, columnBytes] = byRows ? [columns * 8, 8] : [8, rows * 8];
      return { at: copy.byteOffset, rows, columns, rowBytes, columnBytes };
    });
    const all = placed.filter((one) => one !== null);
    if (all.length < matrices.length) return false;
    return work(all);
  } finally {
    for (const copy of copies) heap.release(copy);
  }
}

/** Runs of neighbours one after another. */
function copyIn({ values, start, rows, columns, rowStride, columnStride }: Matrix, out: Float64Array): void {
  const [count, length, stride] =
    columnStride === 1 ? [rows, columns, rowStride] : [columns, rows, columnStride];
  if (stride === length) {
    out.set(values.subarray(start, start + count * length));
    return;
  }
  for (let k = 0; k < count; k++) {
    const p = start + k * stride;
    out.set(values.subarray(p, p + length), k * length);
  }
}
