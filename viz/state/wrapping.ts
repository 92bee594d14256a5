/** Atoms moved into the cell, along the directions that repeat. */
import type { Frame } from './frame.js';

/** Positions with every atom moved into the cell along the directions that repeat. */
export function wrappedPositions(frame: Frame): Float32Array {
  const wrapped = new Float32Array(3 * frame.count);
  wrapInto(frame, wrapped);
  return wrapped;
}

/** The same into an array of at least `count × 3`. */
export function wrapInto({ count, positions, cell }: Frame, out: Float32Array): void {
  out.set(positions);
  if (cell === null) return;
  const { vectors, inverse, periodic } = cell;
  for (let k = 0; k < 3; k++) {
    if (!periodic[k]) continue;
    const [u, v, w] = [inverse[3 * k], inverse[3 * k + 1], inverse[3 * k + 2]];
    const [a, b, c] = [vectors[3 * k], vectors[3 * k + 1], vectors[3 * k + 2]];
    for (let at = 0; at < 3 * count; at += 3) {
      // The fraction along one vector is not changed by the others.
      const cells = Math.floor(u * positions[at] + v * positions[at + 1] + w * positions[at + 2]);
      if (cells === 0) continue;
      out[at] -= cells * a;
      out[at + 1] -= cells * b;
      out[at + 2] -= cells * c;
    }
  }
}

/**
 * The same into an array, where atoms that are still near their place in another frame stay on its side of the border:
 * what trembles there does not hop from face to face.
 *
 * @param first a frame of the same atoms in the same order
 * @param near how far an atom may be from its place there to be taken for still there
 */
export function wrapBeside(frame: Frame, first: Frame, near: number, out: Float32Array): void {
  wrapInto(frame, out);
  const { cell, count } = frame;
  if (cell === null) return;
  const { vectors, inverse, periodic } = cell;
  const before = fractionsOf(first);
  const cells = [0, 0, 0];
  for (let at = 0; at < 3 * count; at += 3) {
    let elsewhere = false;
    for (let k = 0; k < 3; k++) {
      if (!periodic[k]) continue;
      const fraction =
        inverse[3 * k] * out[at] + inverse[3 * k + 1] * out[at + 1] + inverse[3 * k + 2] * out[at + 2];
      cells[k] = Math.round(fraction - before[at + k]);
      elsewhere ||= cells[k] !== 0;
    }
    if (!elsewhere) continue;
    let square = 0;
    for (let m = 0; m < 3; m++) {
      let there = 0;
      for (let k = 0; k < 3; k++) there += (before[at + k] + cells[k]) * vectors[3 * k + m];
      square += (out[at + m] - there) ** 2;
    }
    if (!(square < near * near)) continue;
    for (let m = 0; m < 3; m++) {
      for (let k = 0; k < 3; k++) out[at + m] -= cells[k] * vectors[3 * k + m];
    }
  }
}

const known = new WeakMap<Frame, Float32Array>();

/** Where atoms are in units of the cell's vectors, within it. */
function fractionsOf(frame: Frame): Float32Array {
  let fractions = known.get(frame);
  if (fractions === undefined) {
    fractions = wrappedPositions(frame);
    const inverse = frame.cell?.inverse ?? Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    for (let at = 0; at < fractions.length; at += 3) {
      const [x, y, z] = fractions.subarray(at, at + 3);
      for (let k = 0; k < 3; k++) {
        fractions[at + k] = inverse[3 * k] * x + inverse[3 * k + 1] * y + inverse[3 * k + 2] * z;
      }
    }
    known.set(frame, fractions);
  }
  return fractions;
}
