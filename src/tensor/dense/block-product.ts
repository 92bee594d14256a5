/**
 * A thread's part of a product: some rows of A times a packed part of B, block by block of rows, each packed first.
 */
import { defineFunction, i32, type WasmFunction } from '../../wasm/index.js';
import { lanes } from './tiles.js';

export interface BlockFunctions {
  readonly quads: WasmFunction;
  readonly pairs: WasmFunction;
  readonly transposeQuads: WasmFunction;
  readonly copyQuads: WasmFunction;
}

const parameters = {
  /** Address of A's first row here, at the first step. */
  a: 'i32',
  /** Bytes from a row to the next, or from a step to the next: the other of the two are neighbours. */
  stride: 'i32',
  /** Whether rows are the neighbours. */
  rowsAreNeighbours: 'i32',
  rows: 'i32',
  steps: 'i32',
  /** Packed columns of B: panels of four, and one of two or none (0). */
  quadsAt: 'i32',
  quadPanels: 'i32',
  pairsAt: 'i32',
  c: 'i32',
  cRow: 'i32',
  /** Whether C's numbers are added to. */
  add: 'i32',
  /** Where a block of A is packed. */
  packAt: 'i32',
  blockRows: 'i32',
  /** Of a symmetric product, how far its diagonal is from the first row and column here; 0 of any other. */
  diagonal: 'i32',
  symmetric: 'i32',
} as const;

/** The operands in their order. */
export type BlockOperands = Readonly<Record<keyof typeof parameters, number>>;

export const operandList = (operands: BlockOperands): number[] =>
  (Object.keys(parameters) as (keyof BlockOperands)[]).map((name) => operands[name]);

/** blocks(…parameters): C = A B, or C += A B. Rows are filled up to a multiple of four. */
export function writeBlocks({ quads, pairs, transposeQuads, copyQuads }: BlockFunctions): WasmFunction {
  return defineFunction('blocks', parameters, null, (f, p) => {
    const done = f.local('i32');
    const rows = f.local('i32');
    const panels = f.local('i32');
    const skipped = f.local('i32');
    const laneBytes = f.let(i32.const(8));
    f.if(i32.eqz(p.rowsAreNeighbours), () => f.set(laneBytes, p.stride));
    f.while(
      () => i32.ltU(done, p.rows),
      () => {
        f.set(rows, i32.sub(p.rows, done));
        f.if(i32.gtU(rows, p.blockRows), () => f.set(rows, p.blockRows));
        f.set(panels, i32.shrU(i32.add(rows, lanes - 1), 2));
        const source = f.let(i32.add(p.a, i32.mul(done, laneBytes)));
        const last = f.let(i32.add(source, i32.mul(i32.sub(rows, 1), laneBytes)));
        f.if(
          p.rowsAreNeighbours,
          () => f.callVoid(copyQuads, source, p.stride, panels, p.steps, p.packAt, last),
          () => f.callVoid(transposeQuads, source, p.stride, panels, p.steps, p.packAt, last),
        );
        // Panels left of the diagonal are passed over.
        f.set(skipped, i32.const(0));
        f.if(p.symmetric, () => {
          const right = f.let(i32.add(p.diagonal, done));
          f.if(i32.gtS(right, 0), () => f.set(skipped, i32.shrU(right, 2)));
        });
        const c = f.let(i32.add(p.c, i32.mul(done, p.cRow)));
        const filled = f.let(i32.shl(panels, 2));
        f.if(i32.gtU(p.quadPanels, skipped), () => {
          const b = i32.add(p.quadsAt, i32.mul(i32.mul(skipped, p.steps), lanes * 8));
          const out = i32.add(c, i32.mul(skipped, lanes * 8));
          f.callVoid(quads, p.packAt, b, out, p.cRow, filled, p.steps, i32.sub(p.quadPanels, skipped), p.add);
        });
        f.if(p.pairsAt, () => {
          const out = i32.add(c, i32.mul(p.quadPanels, lanes * 8));
          f.callVoid(pairs, p.packAt, p.pairsAt, out, p.cRow, filled, p.steps, i32.const(1), p.add);
        });
        f.set(done, i32.add(done, rows));
      },
    );
    return null;
  });
}
