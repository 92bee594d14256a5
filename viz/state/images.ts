/** Periodic images: how many copies of a cell are drawn, and where they lie. */
import { cellCorners, type Frame, type Images } from './frame.js';

/** The copies along each vector; one where the frame does not repeat. */
export function imagesOf({ cell, dimension }: Frame, asked: Images): Images {
  const [a, b, c] = asked.map((count, k) => (cell?.periodic[k] && k < dimension ? Math.max(1, count) : 1));
  return [a, b, c];
}

/** The shift of the n-th copy; the first vector's count runs fastest. */
export function imageShift({ cell }: Frame, [na, nb]: Images, n: number): [number, number, number] {
  const counts = [n % na, Math.floor(n / na) % nb, Math.floor(n / (na * nb))];
  const shift: [number, number, number] = [0, 0, 0];
  if (cell === null) return shift;
  for (let k = 0; k < 3; k++) {
    for (let m = 0; m < 3; m++) shift[m] += counts[k] * cell.vectors[3 * k + m];
  }
  return shift;
}

/** Ends of the edges of all copies' cells, 6 numbers an edge, those of the first copy first; empty without a cell. */
export function cellEdges(frame: Frame, images: Images): Float32Array {
  if (frame.cell === null) return new Float32Array(0);
  const corners = cellCorners(frame.cell, frame.dimension);
  const edges: number[] = [];
  const copies = images[0] * images[1] * images[2];
  for (let n = 0; n < copies; n++) {
    const [x, y, z] = imageShift(frame, images, n);
    for (let k = 0; k < corners.length; k++) {
      for (let v = 0; v < frame.dimension; v++) {
        if ((k >> v) & 1) continue;
        for (const [a, b, c] of [corners[k], corners[k | (1 << v)]]) edges.push(a + x, b + y, c + z);
      }
    }
  }
  return Float32Array.from(edges);
}
