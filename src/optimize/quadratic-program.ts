/**
 * Quadratic programs: min ½ xᵀ Q x + cᵀ x subject to lower ≤ C x ≤ upper, Q positive semidefinite; matrices dense or as
 * products. Every form becomes this one: A x = b has equal bounds, G x ≤ h has no lower ones.
 */
import type { LinearOperator } from '../linear/index.js';
import { matrixOperator } from '../linear/index.js';
import { InputError } from '../message/index.js';

/** A matrix known by its products; `matrix` is itself, row-major, where there is one. */
export interface RectangularOperator {
  readonly rows: number;
  readonly columns: number;
  /** out ← C v */
  apply(v: Float64Array, out: Float64Array): void;
  /** out ← Cᵀ w */
  applyTranspose(w: Float64Array, out: Float64Array): void;
  readonly matrix?: Float64Array;
}

export interface QuadraticProgram {
  readonly size: number;
  readonly Q: LinearOperator;
  /** Q row-major, where there is one. */
  readonly matrix?: Float64Array;
  readonly c: Float64Array;
  readonly constraints: RectangularOperator;
  /** −Infinity where there is no bound. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A dense matrix: its rows, or all entries row by row. */
export type DenseMatrix = ArrayLike<number> | readonly ArrayLike<number>[];

export interface QuadraticProgramData {
  /** Symmetric, positive semidefinite, n × n; zero where it is left out. */
  Q?: DenseMatrix | LinearOperator;
  c: ArrayLike<number>;
  /** A x = b; or lower ≤ A x ≤ upper, where bounds are given in place of b. */
  A?: DenseMatrix | RectangularOperator;
  b?: ArrayLike<number>;
  lower?: ArrayLike<number>;
  upper?: ArrayLike<number>;
  /** G x ≤ h */
  G?: DenseMatrix | RectangularOperator;
  h?: ArrayLike<number>;
}

/**
 * A quadratic program from its data. The rows of A come first among the constraints, then those of G.
 *
 * @throws InputError on sizes that do not fit, values that are NaN, a Q that is not symmetric, and lower bounds above
 *   upper ones
 */
export function quadraticProgram(data: QuadraticProgramData): QuadraticProgram {
  const c = finite('c', data.c);
  const n = c.length;
  const blocks: { C: RectangularOperator; lower: Float64Array; upper: Float64Array }[] = [];
  if (data.A !== undefined) {
    const C = rectangular('A', data.A, n);
    if (data.b !== undefined) {
      const b = vector('b', finite('b', data.b), C.rows);
      blocks.push({ C, lower: b, upper: b });
    } else {
      const lower = vector('lower', data.lower ?? new Float64Array(C.rows).fill(-Infinity), C.rows);
      const upper = vector('upper', data.upper ?? new Float64Array(C.rows).fill(Infinity), C.rows);
      for (let i = 0; i < C.rows; i++) {
        if (lower[i] <= upper[i]) continue;
        throw new InputError(
          `row ${i} of A has the bounds ${lower[i]} and ${upper[i]}: the lower must not exceed the upper`,
        );
      }
      blocks.push({ C, lower, upper });
    }
  } else if (data.b !== undefined || data.lower !== undefined || data.upper !== undefined) {
    throw new InputError('b, lower and upper belong to A, which is not given');
  }
  if ((data.G === undefined) !== (data.h === undefined)) throw new InputError('G and h go together');
  if (data.G !== undefined && data.h !== undefined) {
    const C = rectangular('G', data.G, n);
    const upper = vector('h', data.h, C.rows);
    blocks.push({ C, lower: new Float64Array(C.rows).fill(-Infinity), upper });
  }
  const { Q, matrix } = quadraticPart(data.Q, n);
  return {
    size: n,
    Q,
    ...(matrix === undefined ? {} : { matrix }),
    c,
    constraints: stacked(
      blocks.map(({ C }) => C),
      n,
    ),
    lower: joined(blocks.map(({ lower }) => lower)),
    upper: joined(blocks.map(({ upper }) => upper)),
  };
}

/** A dense matrix with its products. */
export function denseOperator(matrix: Float64Array, rows: number, columns: number): RectangularOperator {
  return {
    rows,
    columns,
    matrix,
    apply(v, out) {
      for (let i = 0, k = 0; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++, k++) sum += matrix[k] * v[j];
        out[i] = sum;
      }
    },
    applyTranspose(w, out) {
      out.fill(0);
      for (let i = 0, k = 0; i < rows; i++) {
        const value = w[i];
        for (let j = 0; j < columns; j++, k++) out[j] += matrix[k] * value;
      }
    },
  };
}

/** Objective and optimality error of a program at a point with multipliers. */
export interface Optimality {
  readonly value: number;
  readonly error: number;
}

/**
 * How far (x, y) is from optimal: the largest entry of Q x + c + Cᵀ y and of C x − Π(C x + y), Π the nearest values within
 * the bounds. The second holds feasibility, the signs of y and complementarity in one. Zero at a solution, and only there.
 */
export function optimalityError(program: QuadraticProgram, x: Float64Array, y: Float64Array): number {
  return optimalityMeter(program)(x, y).error;
}

/** `optimalityError` and the objective ½ xᵀ Q x + cᵀ x, with memory of its own for many points. */
export function optimalityMeter({ size, Q, c, constraints, lower, upper }: QuadraticProgram) {
  const Qx = new Float64Array(size);
  const Cy = new Float64Array(size);
  const Cx = new Float64Array(constraints.rows);
  return (x: Float64Array, y: Float64Array): Optimality => {
    Q.apply(x, Qx);
    constraints.apply(x, Cx);
    constraints.applyTranspose(y, Cy);
    let value = 0;
    let error = 0;
    for (let j = 0; j < size; j++) {
      value += x[j] * (0.5 * Qx[j] + c[j]);
      error = Math.max(error, Math.abs(Qx[j] + c[j] + Cy[j]));
    }
    for (let i = 0; i < Cx.length; i++) {
      const image = Math.min(upper[i], Math.max(lower[i], Cx[i] + y[i]));
      error = Math.max(error, Math.abs(Cx[i] - image));
    }
    return { value, error };
  };
}

function quadraticPart(
  given: DenseMatrix | LinearOperator | undefined,
  n: number,
): { Q: LinearOperator; matrix?: Float64Array } {
  const properties = { symmetric: true, definite: 'positive-semi' } as const;
  if (given !== undefined && 'apply' in given) {
    if (given.size !== n) throw new InputError(`Q has ${given.size} rows, c has ${n} values`);
    return { Q: { ...properties, size: n, apply: (v, out) => given.apply(v, out) } };
  }
  const matrix = given === undefined ? new Float64Array(n * n) : entries('Q', given, n, n);
  let largest = 0;
  for (const value of matrix) largest = Math.max(largest, Math.abs(value));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.abs(matrix[i * n + j] - matrix[j * n + i]) <= 1e-10 * largest) continue;
      throw new InputError(
        `Q must be symmetric, found ${matrix[i * n + j]} at (${i}, ${j}) and ${matrix[j * n + i]} at (${j}, ${i}); ` +
          'give (Q + Qᵀ)/2, which is the same quadratic form',
      );
    }
  }
  return { Q: matrixOperator(matrix, n, properties), matrix };
}

function rectangular(
  name: string,
  given: DenseMatrix | RectangularOperator,
  columns: number,
): RectangularOperator {
  if ('apply' in given) {
    if (given.columns === columns) return given;
    throw new InputError(`${name} has ${given.columns} columns, c has ${columns} values`);
  }
  const rows = isNested(given) ? given.length : given.length / Math.max(1, columns);
  return denseOperator(entries(name, given, rows, columns), rows, columns);
}

function isNested(given: DenseMatrix): given is readonly ArrayLike<number>[] {
  return given.length > 0 && typeof given[0] !== 'number';
}

function entries(name: string, given: DenseMatrix, rows: number, columns: number): Float64Array {
  const matrix = isNested(given)
    ? joined(given.map((row, i) => vector(`row ${i} of ${name}`, row, columns)))
    : Float64Array.from(given as ArrayLike<number>);
  if (matrix.length !== rows * columns || !Number.isInteger(rows)) {
    throw new InputError(`${name} must have ${columns} columns, found ${matrix.length} entries`);
  }
  return finite(name, matrix);
}

function vector(name: string, given: ArrayLike<number>, length: number): Float64Array {
  if (given.length !== length) {
    throw new InputError(`${name} must have ${length} values, found ${given.length}`);
  }
  const values = Float64Array.from(given);
  const bad = values.findIndex(Number.isNaN);
  if (bad >= 0) throw new InputError(`${name} is NaN at index ${bad}`);
  return values;
}

function finite(name: string, given: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(given);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError(`${name} must be finite, found ${values[bad]} at index ${bad}`);
  return values;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function stacked(parts: readonly RectangularOperator[], columns: number): RectangularOperator {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const matrices = parts.map(({ matrix }) => matrix);
  if (matrices.every((matrix) => matrix !== undefined)) {
    return denseOperator(joined(matrices), rows, columns);
  }
  const sum = new Float64Array(columns);
  return {
    rows,
    columns,
    apply(v, out) {
      let at = 0;
      for (const part of parts) {
        part.apply(v, out.subarray(at, at + part.rows));
        at += part.rows;
      }
    },
    applyTranspose(w, out) {
      out.fill(0);
      let at = 0;
      for (const part of parts) {
        part.applyTranspose(w.subarray(at, at + part.rows), sum);
        for (let j = 0; j < columns; j++) out[j] += sum[j];
        at += part.rows;
      }
    },
  };
}
