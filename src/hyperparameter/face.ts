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
import { toFloat64 } from '../tensor/index.js';
import { composed, denseMap, productWith, symmetric, tensorOf, transposed } from './matrix.js';
import type { SvmData } from './models/svm-dual.js';

type Theta = { readonly theta: tf.Tensor };
type Mapping = OptimalityMapping<tf.Tensor, [Theta]>;

/** Entries of solvers that never reach zero count as zero below this. */
const held = 1e-7;

interface Face {
  /** Of the solution that it was made for. */
  readonly values: Float64Array;
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
  const size = samples * classes;
  const n = moving.length;
  const K = blockOf(data, moving);
  const [picked, image] = [new Float64Array(n * classes), new Float64Array(n * classes)];
  const pick = (v: Float64Array): void => {
    moving.forEach((i, a) => {
      for (let k = 0; k < classes; k++) picked[a * classes + k] = v[i * classes + k];
    });
  };
  const spread = (v: Float64Array, out: Float64Array): void => {
    out.fill(0);
    moving.forEach((i, a) => {
      for (let k = 0; k < classes; k++) out[i * classes + k] = v[a * classes + k];
    });
  };
  /** P: positive entries of a row, less their mean. */
  const project = (v: Float64Array): void => {
    moving.forEach((i, a) => {
      let sum = 0;
      let count = 0;
      for (let k = 0; k < classes; k++) {
        if (mask[i * classes + k] === 0) continue;
        sum += v[a * classes + k];
        count++;
      }
      for (let k = 0; k < classes; k++) {
        v[a * classes + k] = mask[i * classes + k] === 0 ? 0 : v[a * classes + k] - sum / count;
      }
    });
  };
  const projected = (v: Float64Array): Float64Array => {
    const out = new Float64Array(size);
    pick(v);
    project(picked);
    spread(
      picked.map((value) => value / largest),
      out,
    );
    return out;
  };
  // v ↦ (P K P / L − P) v, on all of x as one column.
  const apply = (v: Float64Array, _columns: number, out: Float64Array): void => {
    pick(v);
    project(picked);
    K.apply(picked, classes, image);
    project(image);
    for (let i = 0; i < image.length; i++) image[i] = image[i] / largest - picked[i];
    spread(image, out);
  };
  const onFace = productWith({ rows: size, width: size, apply, applyTranspose: apply });
  const slope = new Float64Array(size);
  data.gram.apply(
    values.map((value, i) => value - Y[i]),
    classes,
    slope,
  );
  const [atSolution, alongTheta] = [projected(slope), projected(Y)];
  return {
    values,
    mask,
    residual(x, theta) {
      const { shape } = x;
      const away = tf.sub(x, tensorOf(values, shape));
      const moved = tf.reshape(onFace(tf.reshape(away, [size])), shape);
      // P ∇f at the solution, as it answers θ.
      const gradient = tf.add(tensorOf(atSolution, shape), tf.mul(theta, tensorOf(alongTheta, shape)));
      return tf.add(tf.add(away, moved), gradient);
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
    return symmetric(denseMap(block, n, n));
  }
  const part = new Float64Array(n * kept.rows);
  moving.forEach((i, a) => {
    part.set(kept.matrix.subarray(i * kept.rows, (i + 1) * kept.rows), a * kept.rows);
  });
  const X = denseMap(part, n, kept.rows);
  return composed(X, transposed(X));
}

function same(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
