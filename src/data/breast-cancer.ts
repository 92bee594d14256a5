/**
 * Breast tumours, benign or malignant: "Breast Cancer Wisconsin (Diagnostic)" of the UCI Machine Learning Repository
 * (W. Wolberg, O. Mangasarian, N. Street and W. Street, 1993, doi.org/10.24432/C5DW2B), licensed under Creative Commons
 * Attribution 4.0 (creativecommons.org/licenses/by/4.0). As scikit-learn 1.9.1 ships them (`load_breast_cancer`).
 */
import { breastCancerTable } from './breast-cancer-table.js';
import type { ClassificationData } from './dataset.js';

/** What to cite, and the licence. */
export const breastCancerSource =
  'W. Wolberg, O. Mangasarian, N. Street and W. Street, Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning ' +
  'Repository (1993), doi.org/10.24432/C5DW2B, CC BY 4.0';

const quantities =
  'radius, texture, perimeter, area, smoothness, compactness, concavity, concave points, symmetry, fractal dimension';

/** Names of the 30 features: of each quantity the mean over the cell nuclei, its standard error, and its worst values' mean. */
export const breastCancerFeatures: readonly string[] = ['mean', 'error of', 'worst'].flatMap((which) =>
  quantities.split(', ').map((name) => `${which} ${name}`),
);

/** 569 samples of 30 features, unscaled; class 0 is malignant (212 samples), 1 benign (357). */
export function breastCancer(): ClassificationData {
  const rows = breastCancerTable
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  return {
    count: rows.length,
    width: 30,
    X: Float64Array.from(rows.flatMap((row) => row.slice(0, 30))),
    labels: Int32Array.from(rows, (row) => row[30]),
    classes: 2,
  };
}
