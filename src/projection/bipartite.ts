/**
 * The linear systems of transport plans. Potentials u of the rows and v of the columns with
 *   Σⱼ wᵢⱼ (uᵢ + vⱼ) = rᵢ,   Σᵢ wᵢⱼ (uᵢ + vⱼ) = cⱼ
 * for weights w ≥ 0: the Laplacian of a bipartite graph, up to the signs of one side. In each connected part of the
 * graph a constant can be added to u and taken from v. The solution is the one of least norm, and where r and c do
 * not have equal sums in a part, the least-squares one: the pseudo-inverse.
 */
import * as tf from '@tensorflow/tfjs';
import { isRecording, toFloat64 } from '../tensor/index.js';
import { fromHost } from './arguments.js';

/** u and v, one after the other. */
export function solvePotentials(
  w: Float64Array,
  rows: number,
  columns: number,
  r: Float64Array,
  c: Float64Array,
): Float64Array {
  const result = new Float64Array(rows + columns);
  for (const part of connectedParts(w, rows, columns)) {
    const nodes = part.rows.length + part.columns.length;
    if (part.rows.length === 0 || part.columns.length === 0) continue;
    let difference = 0;
    for (const i of part.rows) difference += r[i];
    for (const j of part.columns) difference -= c[j];
    const excess = difference / nodes;
    // The smaller side is what is factorised.
    const flip = part.rows.length < part.columns.length;
    const weight = flip
      ? (a: number, b: number) => w[part.rows[b] * columns + part.columns[a]]
      : (a: number, b: number) => w[part.rows[a] * columns + part.columns[b]];
    const right = {
      rows: Float64Array.from(part.rows, (i) => r[i] - excess),
      columns: Float64Array.from(part.columns, (j) => c[j] + excess),
    };
    const [many, few] = flip ? [right.columns, right.rows] : [right.rows, right.columns];
    const [u, v] = solvePart(weight, many, few);
    const shift = (sum(v) - sum(u)) / nodes;
    const [ofRows, ofColumns] = flip ? [v, u] : [u, v];
    const sign = flip ? -1 : 1;
    part.rows.forEach((i, a) => {
      result[i] = ofRows[a] + sign * shift;
    });
    part.columns.forEach((j, b) => {
      result[rows + j] = ofColumns[b] - sign * shift;
    });
  }
  return result;
}

/** One connected part: the larger side is eliminated, the last node of the smaller one is set to 0. */
function solvePart(
  weight: (a: number, b: number) => number,
  r: Float64Array,
  c: Float64Array,
): [Float64Array, Float64Array] {
  const [m, n] = [r.length, c.length];
  const S = new Float64Array(n * n);
  const right = Float64Array.from(c);
  const line = new Float64Array(n);
  const degrees = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    let degree = 0;
    for (let b = 0; b < n; b++) {
      line[b] = weight(a, b);
      degree += line[b];
    }
    degrees[a] = degree;
    for (let b = 0; b < n; b++) {
      if (line[b] === 0) continue;
      const share = line[b] / degree;
      right[b] -= share * r[a];
      for (let d = 0; d < b; d++) S[b * n + d] -= share * line[d];
    }
  }
  // Rows of a Laplacian sum to zero: the diagonal as a sum of terms of one sign loses no digits.
  for (let b = 0; b < n; b++) {
    for (let d = 0; d < b; d++) {
      S[b * n + b] -= S[b * n + d];
      S[d * n + d] -= S[b * n + d];
    }
  }
  const v = new Float64Array(n);
  const size = n - 1;
  for (let b = 0; b < size; b++) {
    for (let d = 0; d <= b; d++) {
      let value = S[b * n + d];
      for (let k = 0; k < d; k++) value -= S[b * n + k] * S[d * n + k];
      S[b * n + d] = d < b ? value / S[d * n + d] : Math.sqrt(value);
    }
    let value = right[b];
    for (let k = 0; k < b; k++) value -= S[b * n + k] * v[k];
    v[b] = value / S[b * n + b];
  }
  for (let b = size - 1; b >= 0; b--) {
    for (let k = b + 1; k < size; k++) v[b] -= S[k * n + b] * v[k];
    v[b] /= S[b * n + b];
  }
  const u = new Float64Array(m);
  for (let a = 0; a < m; a++) {
    let value = r[a];
    for (let b = 0; b < n; b++) value -= weight(a, b) * v[b];
    u[a] = value / degrees[a];
  }
  return [u, v];
}

interface Part {
  readonly rows: number[];
  readonly columns: number[];
}

function connectedParts(w: Float64Array, rows: number, columns: number): Part[] {
  const seen = new Uint8Array(rows + columns);
  const parts: Part[] = [];
  for (let start = 0; start < rows + columns; start++) {
    if (seen[start]) continue;
    seen[start] = 1;
    const queue = [start];
    for (const node of queue) {
      const isRow = node < rows;
      const others = isRow ? columns : rows;
      for (let k = 0; k < others; k++) {
        const other = isRow ? rows + k : k;
        if (seen[other] || w[isRow ? node * columns + k : k * columns + node - rows] === 0) continue;
        seen[other] = 1;
        queue.push(other);
      }
    }
    parts.push({
      rows: queue.filter((node) => node < rows),
      columns: queue.filter((node) => node >= rows).map((node) => node - rows),
    });
  }
  return parts;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The potentials as tensors of shapes [m, 1] and [1, n]. */
export interface Potentials {
  readonly ofRows: tf.Tensor;
  readonly ofColumns: tf.Tensor;
}

/**
 * The potentials as a tfjs operation, with derivatives of every order in all three arguments.
 *
 * @param w [m, n]
 * @param r [m, 1]
 * @param c [1, n]
 */
export function potentials(w: tf.Tensor, r: tf.Tensor, c: tf.Tensor): Potentials {
  const [m, n] = w.shape;
  const both = solved(w, r, c);
  return {
    ofRows: tf.reshape(tf.slice(both, [0], [m]), [m, 1]),
    ofColumns: tf.reshape(tf.slice(both, [m], [n]), [1, n]),
  };
}

function solved(w: tf.Tensor, r: tf.Tensor, c: tf.Tensor): tf.Tensor {
  const [m, n] = w.shape;
  const values = solvePotentials(toFloat64(w), m, n, toFloat64(r), toFloat64(c));
  if (!isRecording()) return fromHost(values, [m + n]);
  const solve = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    save(inputs as tf.Tensor[]);
    return {
      value: fromHost(values, [m + n]),
      gradFunc: (cotangent: tf.Tensor, saved: tf.Tensor[]) => {
        const [weights, ofRows, ofColumns] = saved;
        const y = potentials(weights, ofRows, ofColumns);
        // The matrix K is symmetric: cotangents of r and c are K⁺ of that of the solution, and K's is −s yᵀ.
        const s = potentials(
          weights,
          tf.reshape(tf.slice(cotangent, [0], [m]), [m, 1]),
          tf.reshape(tf.slice(cotangent, [m], [n]), [1, n]),
        );
        const ofWeights = tf.neg(tf.mul(tf.add(s.ofRows, s.ofColumns), tf.add(y.ofRows, y.ofColumns)));
        return [ofWeights, s.ofRows, s.ofColumns];
      },
    };
  });
  return solve(w, r, c);
}
