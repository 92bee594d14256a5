/** Samples as a sheet of grey pictures: a column a class, a row for each of its samples. */
import { encode } from 'fast-png';
import type { ClassificationData } from '../../src/data/index.js';

/** Pixels between pictures. */
const gap = 4;
/** A picture is enlarged to about so many pixels. */
const wanted = 112;

/**
 * PNG, one byte a pixel. The lowest value of all pictures is black and the highest white.
 *
 * @param samples perClass of class 0, of class 1, …
 * @param image rows and columns; features that are no image become one row
 */
export function contactSheet(
  { X, width, count, classes }: ClassificationData,
  image: readonly [number, number] | null,
): Uint8Array {
  const [rows, columns] = image ?? [1, width];
  const perClass = count / classes;
  const scale = Math.max(1, Math.round(wanted / Math.max(rows, columns)));
  const [high, wide] = [rows * scale, columns * scale];
  const sheet = {
    width: classes * (wide + gap) + gap,
    height: perClass * (high + gap) + gap,
  };
  const data = new Uint8Array(sheet.width * sheet.height).fill(255);
  const low = X.reduce((least, value) => Math.min(least, value), Infinity);
  const range = X.reduce((most, value) => Math.max(most, value), -Infinity) - low || 1;
  for (let s = 0; s < count; s++) {
    const left = gap + Math.floor(s / perClass) * (wide + gap);
    const top = gap + (s % perClass) * (high + gap);
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        const pixel = Math.floor(y / scale) * columns + Math.floor(x / scale);
        data[(top + y) * sheet.width + left + x] = Math.round(255 * ((X[s * width + pixel] - low) / range));
      }
    }
  }
  return encode({ ...sheet, data, depth: 8, channels: 1 });
}
