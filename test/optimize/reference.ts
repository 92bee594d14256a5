/** Problems with the solutions that scipy, scikit-learn and OSQP found; test/data/optimize/make.py made them. */
import { readFileSync } from 'node:fs';
import type { CompositeObjective, Objective } from '../../src/optimize/index.js';

interface Reference {
  regression: {
    rows: number;
    columns: number;
    X: number[];
    y: number[];
    labels: number[];
    lasso: { alpha: number; solution: number[] };
    elasticNet: { alpha: number; l1Ratio: number; solution: number[] };
    logistic: { C: number; solution: number[] };
    nonnegative: { solution: number[] };
    leastSquares: { solution: number[] };
    box: { lower: number; upper: number; solution: number[] };
  };
  svmDual: { ridge: number; C: number; value: number };
  quadraticPrograms: {
    size: number;
    rows: number;
    Q: number[];
    c: number[];
    A: number[];
    lower: number[];
    upper: number[];
    solution: number[];
    dual: number[];
    value: number;
  }[];
  simplexLeastSquares: { rows: number; columns: number; B: number[]; b: number[]; solution: number[] };
  broydenTridiagonal: { size: number; solution: number[] };
  scalarRoots: { cosine: number; cubic: number; flat: number };
  obstacle: { size: number; lower: number[]; solution: number[] };
  /** Solutions by JAXopt's solvers. */
  jaxopt: Record<
    | 'lasso'
    | 'elasticNet'
    | 'nonnegative'
    | 'simplex'
    | 'logistic'
    | 'svmDual'
    | 'misra1a'
    | 'quadraticProgram',
    number[]
  >;
}

export const reference = JSON.parse(
  readFileSync(new URL('../data/optimize/reference.json', import.meta.url), 'utf8'),
) as Reference;

/** scale · ½ ‖X w − y‖² + ½ ridge ‖w‖², X row-major. */
export function leastSquares(
  X: readonly number[],
  y: readonly number[],
  columns: number,
  scale = 1,
  ridge = 0,
): Objective {
  const rows = y.length;
  const product = (w: Float64Array): Float64Array => {
    const r = new Float64Array(rows);
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) r[i] += X[i * columns + j] * w[j];
    return r;
  };
  const pullBack = (r: Float64Array, w: Float64Array, out: Float64Array): void => {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += X[i * columns + j] * r[i];
      out[j] = scale * sum + ridge * w[j];
    }
  };
  return {
    size: columns,
    gradient(w, out) {
      const r = product(w);
      for (let i = 0; i < rows; i++) r[i] -= y[i];
      pullBack(r, w, out);
      const squares = r.reduce((sum, value) => sum + value * value, 0);
      return 0.5 * scale * squares + 0.5 * ridge * w.reduce((sum, value) => sum + value * value, 0);
    },
    hessianProduct: (_w, v, out) => pullBack(product(v), v, out),
  };
}

/** Σ log(1 + exp(−sᵢ xᵢᵀw)) + ½ ‖w‖², signs s from labels 0 and 1. */
export function logisticRegression(): Objective {
  const { X, labels, rows, columns } = reference.regression;
  return {
    size: columns,
    gradient(w, out) {
      let value = 0;
      for (let j = 0; j < columns; j++) {
        out[j] = w[j];
        value += 0.5 * w[j] * w[j];
      }
      for (let i = 0; i < rows; i++) {
        const s = 2 * labels[i] - 1;
        let margin = 0;
        for (let j = 0; j < columns; j++) margin += s * X[i * columns + j] * w[j];
        value += margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
        const weight = -s / (1 + Math.exp(margin));
        for (let j = 0; j < columns; j++) out[j] += weight * X[i * columns + j];
      }
      return value;
    },
    hessianProduct(w, v, out) {
      out.set(v);
      for (let i = 0; i < rows; i++) {
        let margin = 0;
        let along = 0;
        for (let j = 0; j < columns; j++) {
          margin += X[i * columns + j] * w[j];
          along += X[i * columns + j] * v[j];
        }
        const p = 1 / (1 + Math.exp(-margin));
        for (let j = 0; j < columns; j++) out[j] += p * (1 - p) * along * X[i * columns + j];
      }
    },
  };
}

export const softThreshold = (value: number, by: number): number =>
  Math.sign(value) * Math.max(0, Math.abs(value) - by);

/** An objective with l1 · ‖x‖₁ + ½ l2 ‖x‖². */
export function withL1(objective: Objective, l1: number, l2 = 0): CompositeObjective {
  return {
    ...objective,
    prox(v, step, out) {
      for (let i = 0; i < v.length; i++) out[i] = softThreshold(v[i], step * l1) / (1 + step * l2);
    },
    penalty: (x) => x.reduce((sum, value) => sum + l1 * Math.abs(value) + 0.5 * l2 * value * value, 0),
  };
}

/** ½ xᵀ Q x + cᵀ x, Q row-major. */
export function quadratic(Q: ArrayLike<number>, c: ArrayLike<number>): Objective {
  const n = c.length;
  const product = (x: Float64Array, out: Float64Array): void => {
    for (let i = 0; i < n; i++) {
      out[i] = 0;
      for (let j = 0; j < n; j++) out[i] += Q[i * n + j] * x[j];
    }
  };
  return {
    size: n,
    gradient(x, out) {
      product(x, out);
      let value = 0;
      for (let i = 0; i < n; i++) {
        value += x[i] * (0.5 * out[i] + c[i]);
        out[i] += c[i];
      }
      return value;
    },
    hessianProduct: (_x, v, out) => product(v, out),
  };
}

/** Euclidean projection onto the probability simplex, by bisection of its shift. */
export function ontoSimplex(v: Float64Array, out: Float64Array): void {
  let [low, high] = [Math.min(...v) - 1, Math.max(...v)];
  for (let k = 0; k < 200; k++) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (const value of v) sum += Math.max(0, value - middle);
    if (sum > 1) low = middle;
    else high = middle;
  }
  for (let i = 0; i < v.length; i++) out[i] = Math.max(0, v[i] - (low + high) / 2);
}

/** The largest difference between two vectors. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    if (!(d <= most)) most = d;
  }
  return most;
}
