/** Broadcast pairs of tensors as rows: along a row each operand goes on by one number or stays, and so from row to row. */

interface Operand {
  /** Numbers from an element of a row to the next: 1 or 0. */
  readonly step: number;
  /** Numbers from a row to the next. */
  readonly row: number;
}

export interface PairRows {
  readonly count: number;
  /** Two or more. */
  readonly length: number;
  readonly a: Operand;
  readonly b: Operand;
}

/** Null where that takes more than rows, or rows would have one element. */
export function rowsOfPairs(
  aShape: readonly number[],
  bShape: readonly number[],
  shape: readonly number[],
): PairRows | null {
  // From the last axis on, axes are joined as long as both operands go on evenly.
  const axes: { length: number; a: number; b: number }[] = [];
  let [aStride, bStride] = [1, 1];
  for (let k = shape.length - 1; k >= 0; k--) {
    const length = shape[k];
    const [ofA, ofB] = [lengthAt(aShape, k, shape), lengthAt(bShape, k, shape)];
    if (length > 1) {
      const a = ofA === 1 ? 0 : aStride;
      const b = ofB === 1 ? 0 : bStride;
      const last = axes[axes.length - 1];
      if (last && a === last.a * last.length && b === last.b * last.length) last.length *= length;
      else axes.push({ length, a, b });
    }
    aStride *= ofA;
    bStride *= ofB;
  }
  if (axes.length === 0 || axes.length > 2) return null;
  const [inner, outer = { length: 1, a: 0, b: 0 }] = axes;
  return {
    count: outer.length,
    length: inner.length,
    a: { step: inner.a, row: outer.a },
    b: { step: inner.b, row: outer.b },
  };
}

function lengthAt(own: readonly number[], axis: number, shape: readonly number[]): number {
  return own[axis - (shape.length - own.length)] ?? 1;
}
