/**
 * Handwritten digits, 8 × 8 pixels: the test set of "Optical Recognition of Handwritten Digits" of the UCI Machine
 * Learning Repository (E. Alpaydin and C. Kaynak, 1998, doi.org/10.24432/C50P49), licensed under Creative Commons
 * Attribution 4.0 (creativecommons.org/licenses/by/4.0). As scikit-learn 1.9.1 ships them (`load_digits`), in another
 * notation.
 */
import type { ClassificationData } from './dataset.js';
import { digitsTable } from './digits-table.js';

/** What to cite, and the licence. */
export const digitsSource =
  'E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998), ' +
  'doi.org/10.24432/C50P49, CC BY 4.0';

/** 1,797 samples of 64 pixels, row by row from the top left, from 0 (paper) to 1 (ink); ten classes. */
export function digits(): ClassificationData {
  const lines = digitsTable.trim().split('\n');
  const X = new Float64Array(lines.length * 64);
  lines.forEach((line, i) => {
    for (let k = 0; k < 64; k++) X[i * 64 + k] = Number.parseInt(line[k + 1], 17) / 16;
  });
  return {
    count: lines.length,
    width: 64,
    X,
    labels: Int32Array.from(lines, (line) => Number(line[0])),
    classes: 10,
  };
}
