/**
 * The solution of a quadratic program on a product of simplices, characterised on the face that it lies on.
 *
 * With P the projection onto the directions in which the face can be left by nothing (entries of zero stay zero, rows keep
 * their sum) and x̄ the values of the solution itself, F(x) = P ∇f(P x + (I − P) x̄) + (I − P)(x − x̄) is zero there, and
 * ∂₁F = P H P + (I − P): symmetric positive semidefinite, for CG. Rows with a single positive entry do not move at all, and the
 * system is that of the support vectors alone. It is what the fixed point of a projected gradient step says on its support
 * (Blondel et al., NeurIPS 2022, equation 9), in symmetric form. Where an entry is just about to leave zero, the derivative is
 * that of one side.
 */
import * as tf from '@tensorflow/tfjs';
import type { Hints, OptimalityMapping } from '../implicit/index.js';
import { cg } from '../linear/index.js';
import { constant, toFloat64 } from '../tensor/index.js';
import { denseMap, productWith, tensorOf } from './matrix.js';
import type { SvmData } from './models/svm-dual.js';

type Theta = { readonly theta: tf.Tensor };
type Mapping = OptimalityMapping<tf.Tensor, [Theta]>;

/** Entries of solvers that never reach zero count as zero below this. */
const held = 1e-7;

interface Face {
  /** Of the solution that it was made for. */
  readonly values: Float64Array;
  /** Samples whose rows can move. */
  readonly moving: readonly number[];
  /** 1 for positive entries of moving rows. */
  readonly mask: Float64Array;
  /** F for a tensor like x. */
  readonly residual: (x: tf.Tensor, theta: tf.Tensor) => tf.Tensor;
}

/** @param fixedPoint what is unrolled in its place */
export function faceCondition(data: SvmData, fixedPoint: Mapping): Mapping {
  let last: Face | null = null;
  const faceAt = (x: tf.Tensor): Face => {
    const values = toFloat64(x);
    if (last === null || !same(last.values, values)) last = makeFace(data, values);
    return last;
  };
  const hints: Hints<tf.Tensor, [Theta]> & { fixedPoint: Mapping } = {
    system: { solve: cg, symmetric: true, definite: 'positive-semi' },
    support: (x) => tensorOf(faceAt(x).mask, x.shape),
    fixedPoint,
  };
  const F: Mapping = (x, { theta }) => tf.tidy(() => faceAt(x).residual(x, theta));
  return Object.assign(F, hints);
}

function makeFace(data: SvmData, values: Float64Array): Face {
  const { samples, classes, Y, largest } = data;
  const [mask, moving] = facesOf(values, classes);
  const n = moving.length;
  const rows = rowsOf(moving, samples);
  // P: within a row, less the mean over its positive entries.
  const own = Float64Array.from(
    { length: n * classes },
    (_, i) => mask[moving[Math.floor(i / classes)] * classes + (i % classes)],
  );
  const share = Float64Array.from(moving, (i) => {
    let count = 0;
    for (let k = 0; k < classes; k++) count += mask[i * classes + k];
    return 1 / count;
  });
  const K = blockOf(data, moving);
  const product = productWith(K);
  const picked = Float64Array.from(
    { length: n * classes },
    (_, i) => values[moving[Math.floor(i / classes)] * classes + (i % classes)],
  );
  const labels = Float64Array.from(
    { length: n * classes },
    (_, i) => Y[moving[Math.floor(i / classes)] * classes + (i % classes)],
  );
  const constantPart = restOf(data, values, moving);
  return {
    values,
    moving,
    mask,
    residual(x, theta) {
      const all = tensorOf(values, x.shape);
      const away = tf.sub(x, all);
      if (n === 0) return away;
      const [shape, column] = [
        [n, classes],
        [n, 1],
      ];
      const [onFace, shares] = [tensorOf(own, shape), tensorOf(share, column)];
      const P = (v: tf.Tensor): tf.Tensor => {
        const inside = tf.mul(onFace, v);
        return tf.sub(inside, tf.mul(onFace, tf.mul(shares, tf.sum(inside, 1, true))));
      };
      const d = rows.pick(away);
      const along = P(d);
      // ∇f at x̄ + P (x − x̄)
      const Ys = tensorOf(labels, shape);
      const offset = tf.sub(tensorOf(picked, shape), Ys);
      const slope = tf.add(
        tf.add(product(tf.add(along, offset)), tensorOf(constantPart, shape)),
        tf.mul(theta, Ys),
      );
      const moved = tf.sub(tf.mul(P(slope), constant(1 / largest)), along);
      return tf.add(away, rows.spread(moved));
    },
  };
}

/** Rows of x that have more than one positive entry, and those entries. */
function facesOf(values: Float64Array, classes: number): [Float64Array, number[]] {
  const mask = new Float64Array(values.length);
  const moving: number[] = [];
  for (let from = 0; from < values.length; from += classes) {
    let positive = 0;
    for (let k = from; k < from + classes; k++) if (values[k] > held) positive++;
    if (positive < 2) continue;
    moving.push(from / classes);
    for (let k = from; k < from + classes; k++) mask[k] = values[k] > held ? 1 : 0;
  }
  return [mask, moving];
}

/** The rows of a matrix of `samples` rows, and back among zeros. */
function rowsOf(moving: readonly number[], samples: number) {
  const pickInto = (v: Float64Array, columns: number, out: Float64Array): void => {
    moving.forEach((i, k) => {
      out.set(v.subarray(i * columns, (i + 1) * columns), k * columns);
    });
  };
  const spreadInto = (v: Float64Array, columns: number, out: Float64Array): void => {
    moving.forEach((i, k) => {
      out.set(v.subarray(k * columns, (k + 1) * columns), i * columns);
    });
  };
  return {
    pick: productWith({ rows: moving.length, width: samples, apply: pickInto, applyTranspose: spreadInto }),
    spread: productWith({ rows: samples, width: moving.length, apply: spreadInto, applyTranspose: pickInto }),
  };
}

/** K among the moving samples. */
function blockOf({ kept }: SvmData, moving: readonly number[]) {
  const n = moving.length;
  if (kept.isGram) {
    const block = new Float64Array(n * n);
    moving.forEach((i, a) => {
      moving.forEach((j, b) => {
        block[a * n + b] = kept.matrix[i * kept.rows + j];
      });
    });
    const map = denseMap(block, n, n);
    return { ...map, applyTranspose: map.apply };
  }
  const part = new Float64Array(n * kept.rows);
  moving.forEach((i, a) => {
    part.set(kept.matrix.subarray(i * kept.rows, (i + 1) * kept.rows), a * kept.rows);
  });
  const X = denseMap(part, n, kept.rows);
  const apply = (v: Float64Array, columns: number, out: Float64Array): void => {
    const weights = new Float64Array(kept.rows * columns);
    X.applyTranspose(v, columns, weights);
    X.apply(weights, columns, out);
  };
  return { rows: n, width: n, apply, applyTranspose: apply };
}

/** The rows of K (x − Y) that come from samples which do not move. */
function restOf(
  { samples, classes, Y, gram }: SvmData,
  values: Float64Array,
  moving: readonly number[],
): Float64Array {
  const rest = values.map((value, i) => value - Y[i]);
  for (const i of moving) rest.fill(0, i * classes, (i + 1) * classes);
  const image = new Float64Array(samples * classes);
  gram.apply(rest, classes, image);
  return Float64Array.from(
    { length: moving.length * classes },
    (_, i) => image[moving[Math.floor(i / classes)] * classes + (i % classes)],
  );
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
