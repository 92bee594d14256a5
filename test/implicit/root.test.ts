import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import { rootJacobian, rootJvp, rootVjp } from '../../src/implicit/index.js';
import { cg, gmres, lsmr, minres } from '../../src/linear/index.js';
import { random } from '../../src/random/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { watched } from '../support/watched.js';
import { central, eliminate, newton } from './numerics.js';

const { warnings } = watched();
afterEach(() => expect(warnings).toEqual([]));

/** Ridge regression: F = Xᵀ (X w − y) + θ ⊙ w, one penalty a weight. */
const rows = 12;
const n = 4;
const source = random(1);
const design = Float64Array.from({ length: rows * n }, () => source.normal());
const target = Float64Array.from({ length: rows }, () => source.normal());

const stationarity = (w: tf.Tensor, { penalty, y }: { penalty: tf.Tensor; y: tf.Tensor }): tf.Tensor => {
  const X = float64(design, [rows, n]);
  const residual = tf.sub(tf.matMul(X, tf.reshape(w, [n, 1])), tf.reshape(y, [rows, 1]));
  const slope = tf.reshape(tf.matMul(tf.transpose(X), residual), [n]);
  return tf.add(slope, tf.mul(penalty, w));
};

function normalMatrix(penalty: Float64Array): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < rows; k++) matrix[i * n + j] += design[k * n + i] * design[k * n + j];
    }
    matrix[i * n + i] += penalty[i];
  }
  return matrix;
}

function ridge(penalty: Float64Array): Float64Array {
  const right = new Float64Array(n);
  for (let k = 0; k < rows; k++) for (let i = 0; i < n; i++) right[i] += design[k * n + i] * target[k];
  return eliminate(normalMatrix(penalty), right);
}

describe('ridge regression', () => {
  const penalty = Float64Array.of(0.5, 1, 2, 0.1);
  const solution = ridge(penalty);
  const args = () => [{ penalty: float64(penalty), y: float64(target) }] as const;

  test.each([
    ['cg', { solve: cg }],
    ['minres', { solve: minres }],
    ['gmres', { solve: gmres }],
    ['lsmr', { solve: lsmr, symmetric: true }],
    ['bicgstab', {}],
  ])('has the Jacobian of the closed form, by %s', (_name, options) => {
    // ∂w/∂θ_j = −(XᵀX + θ)⁻¹ e_j w_j and ∂w/∂y = (XᵀX + θ)⁻¹ Xᵀ
    const [jacobian] = rootJacobian(stationarity, float64(solution), args(), options);
    expect(jacobian.penalty.shape).toEqual([n, n]);
    expect(jacobian.y.shape).toEqual([n, rows]);
    const byPenalty = toFloat64(jacobian.penalty);
    const byTarget = toFloat64(jacobian.y);
    for (let j = 0; j < n; j++) {
      const unit = new Float64Array(n);
      unit[j] = -solution[j];
      const column = eliminate(normalMatrix(penalty), unit);
      for (let i = 0; i < n; i++) expect(byPenalty[i * n + j]).toBeCloseTo(column[i], 9);
    }
    for (let k = 0; k < rows; k++) {
      const column = eliminate(normalMatrix(penalty), design.slice(k * n, k * n + n));
      for (let i = 0; i < n; i++) expect(byTarget[i * rows + k]).toBeCloseTo(column[i], 9);
    }
  });

  test('has the same Jacobian by columns, where the parameters are fewer than the unknowns', () => {
    const F = (w: tf.Tensor, scale: tf.Tensor): tf.Tensor =>
      stationarity(w, { penalty: tf.mul(scale, float64(penalty)), y: float64(target) });
    const [jacobian] = rootJacobian(F, float64(solution), [float64(1)]);
    const expected = Array.from(
      { length: n },
      (_, i) => central((s) => ridge(penalty.map((p) => p * s[0]))[i], Float64Array.of(1), 1e-4)[0],
    );
    expect(jacobian.shape).toEqual([n]);
    toFloat64(jacobian).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 9);
    });
  });

  test('has products that agree with the Jacobian', () => {
    const x = float64(solution);
    const [jacobian] = rootJacobian(stationarity, x, args());
    const w = float64([1, -1, 0.5, 2]);
    const [gradients] = rootVjp(stationarity, x, args(), w);
    const expected = toFloat64(tf.matMul(tf.reshape(w, [1, n]), jacobian.penalty as tf.Tensor2D));
    toFloat64(gradients.penalty).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 10);
    });
    const v = float64([0.3, 0, -1, 1]);
    const forward = rootJvp(stationarity, x, args(), [{ penalty: v }]);
    const column = toFloat64(tf.matMul(jacobian.penalty as tf.Tensor2D, tf.reshape(v, [n, 1])));
    toFloat64(forward).forEach((value, i) => {
      expect(value).toBeCloseTo(column[i], 10);
    });
  });
});

describe('rootVjp and rootJvp', () => {
  test('agree on random nonsymmetric systems', () => {
    for (let seed = 0; seed < 10; seed++) {
      const draw = random(seed);
      const size = 1 + draw.integer(6);
      const normal = (length: number): tf.Tensor =>
        float64(Float64Array.from({ length }, () => draw.normal()));
      const M = tf.mul(0.3, tf.reshape(normal(size * size), [size, size]));
      const theta = normal(size);
      const F = (x: tf.Tensor, M: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
        tf.sub(
          tf.add(tf.mul(2, x), tf.tanh(tf.reshape(tf.matMul(M, tf.reshape(x, [size, 1])), [size]))),
          theta,
        );
      const x = float64(newton(F, float64(new Float64Array(size)), M, theta));
      const w = normal(size);
      const tangents = [tf.reshape(normal(size * size), [size, size]), normal(size)];
      const backward = rootVjp(F, x, [M, theta], w);
      const forward = rootJvp(F, x, [M, theta], tangents);
      const dot = (a: tf.Tensor, b: tf.Tensor): number => toFloat64(tf.sum(tf.mul(a, b)))[0];
      expect(dot(w, forward)).toBeCloseTo(dot(backward[0], tangents[0]) + dot(backward[1], tangents[1]), 10);
    }
  });

  test('give null where an argument has no derivative', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor, power: number, index: tf.Tensor): tf.Tensor =>
      tf.sub(tf.pow(x, power), tf.gather(theta, index));
    const index = tf.tensor1d([1], 'int32');
    const [gTheta, gPower, gIndex] = rootVjp(F, float64([2]), [float64([5, 8]), 3, index], float64([1]));
    expect([...toFloat64(gTheta)]).toEqual([0, 1 / 12]);
    expect(gPower).toBeNull();
    expect(gIndex).toBeNull();
  });

  test('take x for the root that it is when they are differentiated', () => {
    // x = √θ: the derivative of w/(2√θ) by θ is −w θ^(−3/2) / 4.
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(tf.square(x), theta);
    const slope = (theta: tf.Tensor): tf.Tensor => rootVjp(F, float64(Math.SQRT2), [theta], float64(1))[0];
    expect(toFloat64(tf.grad(slope)(float64(2)))[0]).toBeCloseTo(-0.25 * 2 ** -1.5, 12);
    const forward = (theta: tf.Tensor): tf.Tensor => rootJvp(F, float64(Math.SQRT2), [theta], [float64(1)]);
    expect(toFloat64(tf.grad(forward)(float64(2)))[0]).toBeCloseTo(-0.25 * 2 ** -1.5, 12);
  });

  test('refuse what does not fit', () => {
    const F = (x: tf.Tensor, theta: tf.Tensor): tf.Tensor => tf.sub(x, theta);
    const two = float64([1, 2]);
    expect(() => rootVjp(F, two, [two], float64(1))).toThrow('the cotangent must have the shape of x');
    expect(() => rootJvp(F, two, [two], [float64(1)])).toThrow("its parameter's shape [2]");
    expect(() => rootVjp(F, 3 as unknown as tf.Tensor, [two], two)).toThrow('rootVjp: x must be');
  });
});

describe('what would be a derivative of zero in silence is refused', () => {
  const F = (x: tf.Tensor, p: { a: tf.Tensor }) => tf.sub(x, p.a);
  const args = [{ a: float64(1) }] as [{ a: tf.Tensor }];
  test.each<[string, readonly unknown[], RegExp]>([
    [
      'a tangent of another name',
      [{ b: float64(1) }],
      /tangents\[0\] has "b", and the arguments have only a/,
    ],
    ['a tangent too many', [null, float64(1)], /tangents has "1", and the arguments have only 0/],
    ['a tangent without its branch', [float64(1)], /tangents\[0\] is a tensor, but there is no float tensor/],
  ])('%s', (_, tangents, message) => {
    expect(() => rootJvp(F, float64(1), args, tangents)).toThrow(message);
  });

  test('a tangent of a plain number', () => {
    const G = (x: tf.Tensor, theta: number) => tf.sub(x, theta);
    expect(() => rootJvp(G, float64(1), [1], [float64(1)])).toThrow(
      /tangents\[0\] is a tensor, but there is no/,
    );
  });

  test('an option of another name', () => {
    const misspelt = { tolerence: 1e-3 } as object;
    expect(() => rootVjp(F, float64(1), args, float64(1), misspelt)).toThrow(
      /rootVjp has no option "tolerence" \(did you mean "tolerance"\?\)/,
    );
  });
});
