/** First order against the truth: two frames of one structure, and how far their atoms are apart. */
import { coordinates } from '../../systems/index.js';
import type { Frame } from './frame.js';

export interface Difference {
  /** From an atom of the first frame to the same of the second, `count × 3`. */
  readonly vectors: Float64Array;
  /** The longest of them, and its atom. */
  readonly largest: number;
  readonly atom: number;
  /** Root mean square of their lengths. */
  readonly rms: number;
}

/** Of frames with the same atoms that have not been moved into the cell. */
export function differenceOf(from: Frame, to: Frame): Difference {
  const { count, dimension } = from;
  const [a, b] = [coordinates(from.system), coordinates(to.system)];
  const vectors = new Float64Array(3 * count);
  let [largest, atom, sum] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let k = 0; k < dimension; k++) {
      const way = b[i * dimension + k] - a[i * dimension + k];
      vectors[3 * i + k] = way;
      square += way * way;
    }
    if (square > largest) [largest, atom] = [square, i];
    sum += square;
  }
  return { vectors, largest: Math.sqrt(largest), atom, rms: Math.sqrt(sum / Math.max(1, count)) };
}
