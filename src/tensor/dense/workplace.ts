/**
 * The piece of WebAssembly's memory that products of matrices work in, and the functions that work there.
 *
 * Tensors lie outside it, in arrays of their own that outlive any memory: users hold them. Copying costs O(n²) where a
 * product costs O(n³). The memory is made at the first product, its size is fixed, and nothing is kept from one product
 * to the next.
 */
import { Arena, arenaBytes, encodeModule, mostPages } from '../../wasm/index.js';
import type { Matrix } from './matrix.js';
import { writeCopyingPack, writeTransposingPack } from './packing.js';
import { lanes, writeTiles } from './tiles.js';
import { writeDots, writeWeightedSum } from './vector-loops.js';

/** Steps along the inner dimension that are taken at once, at the most. */
export const mostInner = 1024;
/** Columns of B that are packed at once, and rows of A that are copied in at once. */
export const mostColumns = 1024;
/** Numbers in a packed block of A: 256 KiB. */
export const blockNumbers = 32_768;
/** Numbers of C that are held at once: 16 MiB. */
export const resultNumbers = 2 ** 21;

/** multiply(a, b, c, cRow, rows, inner, panels, add), see tiles.ts. */
type Tiles = (...parameters: [number, number, number, number, number, number, number, number]) => void;
/** pack(source, stride, panels, steps, out), see packing.ts. */
type Pack = (source: number, stride: number, panels: number, steps: number, out: number) => void;

/** loop(a, x, out, rows, columns, add), see vector-loops.ts. */
type VectorLoop = (...parameters: [number, number, number, number, number, number]) => void;

/** Packs `panels` panels of what is staged, from one of its rows on, at an address. */
type PackStaged = (row: number, panels: number, out: number) => void;

export interface Workplace {
  readonly quads: Tiles;
  readonly pairs: Tiles;
  /** Copies rows `from … to − 1`, columns `first … last − 1` of a matrix in. One of its strides must be 1. */
  stage(matrix: Matrix, from: number, to: number, first: number, last: number): void;
  readonly packQuads: PackStaged;
  readonly packPairs: PackStaged;
  readonly dots: VectorLoop;
  readonly weightedSum: VectorLoop;
  readonly regions: {
    readonly a: Float64Array;
    readonly b: Float64Array;
    readonly c: Float64Array;
    /** Where `stage` puts things. */
    readonly staging: Float64Array;
  };
}

let workplace: Workplace | null = null;

export function openWorkplace(): Workplace {
  workplace ??= build();
  return workplace;
}

function build(): Workplace {
  const arena = new Arena(false);
  // The last panel may be read, and the last rows of C written, beyond the edge.
  const most = mostInner * (mostColumns + lanes);
  const sizes = [blockNumbers + lanes * mostInner, most, resultNumbers + lanes * mostColumns, most];
  arena.reset(arenaBytes(...sizes.map((size) => size * 8)));
  const [a, b, c, staging] = sizes.map((size) => arena.float64(size));
  const functions = [
    writeTiles('quads', 4),
    writeTiles('pairs', 2),
    writeTransposingPack('transposeQuads', 4),
    writeTransposingPack('transposePairs', 2),
    writeCopyingPack('copyQuads', 4),
    writeCopyingPack('copyPairs', 2),
    writeDots(),
    writeWeightedSum(),
  ];
  const bytes = encodeModule(functions, { initial: 1, maximum: mostPages, shared: false });
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: arena.memory } });

  let steps = 0;
  let stride = 0;
  let laneBytes = 0;
  const packer =
    (copy: Pack, transpose: Pack): PackStaged =>
    (row, panels, out) =>
      (laneBytes === 8 ? copy : transpose)(staging.byteOffset + row * laneBytes, stride, panels, steps, out);
  return {
    quads: exports.quads as Tiles,
    pairs: exports.pairs as Tiles,
    packQuads: packer(exports.copyQuads as Pack, exports.transposeQuads as Pack),
    packPairs: packer(exports.copyPairs as Pack, exports.transposePairs as Pack),
    dots: exports.dots as VectorLoop,
    weightedSum: exports.weightedSum as VectorLoop,
    regions: { a, b, c, staging },
    stage({ values, start, rowStride, columnStride }, from, to, first, last) {
      steps = last - first;
      if (columnStride === 1) {
        copyIn(values, start + from * rowStride + first, rowStride, to - from, steps, staging);
        stride = steps * 8;
        laneBytes = stride;
      } else {
        copyIn(values, start + first * columnStride + from, columnStride, steps, to - from, staging);
        stride = (to - from) * 8;
        laneBytes = 8;
      }
    },
  };
}

/** Copies `count` runs of `length` numbers, `stride` apart, one after another. */
function copyIn(
  values: Matrix['values'],
  start: number,
  stride: number,
  count: number,
  length: number,
  out: Float64Array,
): void {
  if (stride === length) {
    out.set(values.subarray(start, start + count * length));
  } else if (length >= 64) {
    for (let k = 0, p = start; k < count; k++, p += stride)
      out.set(values.subarray(p, p + length), k * length);
  } else {
    for (let k = 0; k < count; k++) {
      const [p, q] = [start + k * stride, k * length];
      for (let j = 0; j < length; j++) out[q + j] = values[p + j];
    }
  }
}
