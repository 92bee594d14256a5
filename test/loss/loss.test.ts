import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as loss from '../../src/loss/index.js';
import { InputError } from '../../src/message/index.js';
import { projectL2Ball, projectSimplex, projectTransport } from '../../src/projection/index.js';
import { float64, hvp, toFloat64, vjp } from '../../src/tensor/index.js';
import {
  checkDerivatives,
  distance,
  normal,
  type Operation,
  positive,
  values,
} from '../projection/harness.js';

function load(file: string) {
  return JSON.parse(readFileSync(new URL(`../data/loss/${file}.json`, import.meta.url), 'utf8'));
}

type Loss = (labels: tf.Tensor, scores: tf.Tensor) => tf.Tensor;
const losses = loss as unknown as Record<string, Loss>;

/** Gradients and rows of Hessians, one sample at a time. */
function derivatives(f: (scores: tf.Tensor) => tf.Tensor, scores: tf.Tensor) {
  const total = (s: tf.Tensor) => tf.sum(f(s));
  const gradients = values(vjp(total, scores, float64(1)).vjp);
  const width = scores.size / (scores.rank === 2 ? scores.shape[0] : scores.size);
  const hessian = Array.from({ length: scores.size }, (_, i) => {
    const unit = new Float64Array(scores.size);
    unit[i] = 1;
    const start = i - (i % width);
    return values(hvp(total, scores, float64(unit, scores.shape))).slice(start, start + width);
  });
  return { gradients, hessian: hessian.flat() };
}

describe("values, gradients and Hessians are JAXopt's", () => {
  const { binary, multiclass, huber } = load('jaxopt');

  test.each(Object.keys(binary.losses))('%s', (name) => {
    const [labels, scores] = [float64(binary.labels), float64(binary.scores)];
    const expected = binary.losses[name];
    const { gradients, hessian } = derivatives((s) => losses[name](labels, s), scores);
    expect(distance(values(losses[name](labels, scores)), expected.values)).toBeLessThan(1e-14);
    expect(distance(gradients, expected.gradients)).toBeLessThan(1e-14);
    expect(distance(hessian, expected.hessians)).toBeLessThan(1e-14);
  });

  test.each(Object.keys(multiclass.losses))('%s', (name) => {
    const [labels, scores] = [tf.tensor1d(multiclass.labels, 'int32'), float64(multiclass.scores)];
    const expected = multiclass.losses[name];
    const { gradients, hessian } = derivatives((s) => losses[name](labels, s), scores);
    expect(distance(values(losses[name](labels, scores)), expected.values)).toBeLessThan(1e-14);
    expect(distance(gradients, expected.gradients.flat())).toBeLessThan(1e-14);
    expect(distance(hessian, expected.hessians.flat(2))).toBeLessThan(1e-14);
  });

  test('huberLoss', () => {
    const [target, prediction] = [float64(huber.target), float64(huber.prediction)];
    const f = (p: tf.Tensor) => loss.huberLoss(target, p, huber.delta);
    expect(distance(values(f(prediction)), huber.values)).toBeLessThan(1e-14);
    expect(distance(derivatives(f, prediction).gradients, huber.gradients)).toBeLessThan(1e-14);
  });
});

describe('scikit-learn', () => {
  const data = load('scikit-learn');
  const X = float64(data.X) as tf.Tensor2D;

  test('has the same averages', () => {
    const mean = (t: tf.Tensor) => toFloat64(tf.mean(t))[0];
    expect(mean(loss.logisticLoss(data.labels, data.scores))).toBeCloseTo(data.logLoss, 13);
    expect(mean(loss.hingeLoss(data.labels, data.scores))).toBeCloseTo(data.hingeLoss, 13);
    expect(mean(loss.multiclassLogisticLoss(data.classes, data.table))).toBeCloseTo(
      data.multiclassLogLoss,
      13,
    );
  });

  test.each<[string, (w: tf.Tensor) => tf.Tensor]>([
    ['logistic', (w) => loss.logisticLoss(data.labels, tf.dot(X, w))],
    [
      'multiclassLogistic',
      (w) => loss.multiclassLogisticLoss(data.classes, tf.matMul(X, w as tf.Tensor2D, false, true)),
    ],
    ['squaredHinge', (w) => loss.squaredHingeLoss(data.labels, tf.dot(X, w))],
  ])('finds its model where the gradient of ours vanishes: %s', (name, f) => {
    const w = float64(data[name]);
    const objective = (at: tf.Tensor) =>
      tf.add(tf.mul(float64(data.C), tf.sum(f(at))), tf.mul(0.5, tf.sum(tf.square(at))));
    const gradient = values(vjp(objective, w, float64(1)).vjp);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-9);
  });
});

describe('first and second derivatives agree with differences, in targets, predictions and parameters', () => {
  const inside = () => tf.sigmoid(normal([7]));
  const rows: [name: string, f: Operation, inputs: () => tf.Tensor[]][] = [
    ['squared', ([t, p]) => loss.squaredLoss(t, p), () => [normal([3, 4]), normal([4])]],
    ['Huber', ([t, p, d]) => loss.huberLoss(t, p, d), () => [normal([9]), normal([9], 3), positive([])]],
    ['logistic', ([t, p]) => loss.logisticLoss(t, p), () => [inside(), normal([7], 3)]],
    ['hinge', ([t, p]) => loss.hingeLoss(t, p), () => [inside(), normal([7], 3)]],
    ['squared hinge', ([t, p]) => loss.squaredHingeLoss(t, p), () => [inside(), normal([7], 3)]],
    ['sparsemax of two', ([t, p]) => loss.binarySparsemaxLoss(t, p), () => [inside(), normal([7])]],
    [
      'logistic of several',
      ([t, p]) => loss.multiclassLogisticLoss(t, p),
      () => [positive([4, 3]), normal([4, 3])],
    ],
    [
      'hinge of several',
      ([t, p]) => loss.multiclassHingeLoss(t, p),
      () => [positive([4, 3]), normal([4, 3])],
    ],
    ['sparsemax', ([t, p]) => loss.sparsemaxLoss(t, p), () => [positive([4, 3]), normal([4, 3])]],
    [
      'Fenchel–Young of a scaled simplex',
      ([t, p, s]) => loss.fenchelYoungLoss(projectSimplex)(t, p, s),
      () => [positive([4, 3]), normal([4, 3]), positive([4])],
    ],
    [
      'Fenchel–Young of a ball',
      ([t, p, r]) => loss.fenchelYoungLoss(projectL2Ball)(t, p, r),
      () => [normal([4, 3]), normal([4, 3]), positive([])],
    ],
  ];
  test.each(rows)('%s', (_, f, inputs) => {
    for (let trial = 0; trial < 5; trial++) checkDerivatives(f, inputs(), { tolerance: 1e-7 });
  });
});

describe('a Fenchel–Young loss', () => {
  const simplexLoss = loss.fenchelYoungLoss(projectSimplex);

  test('is not negative, and 0 just where the projection is the target', () => {
    for (let trial = 0; trial < 50; trial++) {
      const scores = normal([5], [0.3, 30, 3000][trial % 3]);
      const target = projectSimplex(normal([5]));
      expect(values(simplexLoss(target, scores, 1))[0]).toBeGreaterThan(0);
      expect(values(simplexLoss(projectSimplex(scores), scores, 1))[0]).toBe(0);
    }
  });

  test('of transport plans has the difference of plans for its gradient', () => {
    const marginals = { rows: [1, 1, 1], columns: [1.5, 1.5] };
    const scores = normal([4, 3, 2]);
    const target = projectTransport(normal([4, 3, 2]), marginals);
    const f = loss.fenchelYoungLoss(projectTransport, 2);
    expect(f(target, scores, marginals).shape).toEqual([4]);
    const gradient = vjp((s: tf.Tensor) => tf.sum(f(target, s, marginals)), scores, float64(1)).vjp;
    const expected = tf.sub(projectTransport(scores, marginals), target);
    expect(distance(values(gradient), values(expected))).toBeLessThan(1e-13);
  });
});

describe('on kinks', () => {
  const slopes = (f: (s: tf.Tensor) => tf.Tensor, points: number[]) =>
    values(vjp((s: tf.Tensor) => tf.sum(f(s)), float64(points), float64(1)).vjp).map((v) => v + 0);

  test('the hinge of margin 1 is flat', () => {
    expect(slopes((s) => loss.hingeLoss(1, s), [0.9, 1, 1.1])).toEqual([-1, 0, 0]);
  });

  test('classes that tie share the derivative', () => {
    const gradient = vjp(
      (s: tf.Tensor) => loss.multiclassHingeLoss([0], s),
      float64([[0, 2, 2]]),
      float64([1]),
    ).vjp;
    expect(values(gradient)).toEqual([-1, 0.5, 0.5]);
  });

  test("Huber's second derivative at delta is that of the square, beyond it 0", () => {
    const points = float64([0.9, 1, 1.1]);
    const f = (p: tf.Tensor) => tf.sum(loss.huberLoss(0, p, 1));
    expect(values(hvp(f, points, float64([1, 1, 1])))).toEqual([1, 1, 0]);
  });
});

describe('far from the boundary between classes', () => {
  test('a logistic loss keeps its digits', () => {
    const [small] = values(loss.logisticLoss(1, float64([40])));
    expect(small / Math.exp(-40)).toBeCloseTo(1, 12);
    expect(values(loss.logisticLoss(0, float64([800])))).toEqual([800]);
  });

  test('a logistic loss of several classes does not overflow', () => {
    expect(
      values(
        loss.multiclassLogisticLoss(
          [0, 1],
          float64([
            [900, 0],
            [900, 0],
          ]),
        ),
      ),
    ).toEqual([-0, 900]);
  });
});

describe('what cannot be used is named', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'shapes that do not go together',
      () => loss.squaredLoss([1, 2], [1, 2, 3]),
      /squaredLoss: target of shape \[2\] and prediction of shape \[3\]/,
    ],
    [
      'labels −1',
      () => loss.hingeLoss([1, -1], [0, 0]),
      /hingeLoss: label must be from 0 to 1 \(for −1 and 1 write \(label \+ 1\) \/ 2\), found -1 at \[1\]/,
    ],
    ['a delta of 0', () => loss.huberLoss(0, 1, 0), /huberLoss: delta must be above 0 and finite, found 0/],
    ['a delta without end', () => loss.huberLoss(0, 1, Infinity), /above 0 and finite, found Infinity/],
    [
      'labels that are no numbers',
      () => loss.logisticLoss([true, false] as unknown as number[], [0, 0]),
      /logisticLoss: label: .*found true/,
    ],
    [
      'a class that is not there',
      () =>
        loss.sparsemaxLoss(
          [0, 3],
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
        ),
      /class numbers are 0 to 2, found 3/,
    ],
    [
      'float class numbers',
      () =>
        loss.multiclassLogisticLoss(float64([0, 1]), [
          [1, 2, 3],
          [1, 2, 3],
        ]),
      /int32 tensor or an array, found a tensor of float32/,
    ],
    [
      'labels of another shape',
      () =>
        loss.multiclassHingeLoss(
          [0],
          [
            [1, 2],
            [1, 2],
          ],
        ),
      /labels must be of shape \[2\] \(class numbers\) or \[2,2\]/,
    ],
    [
      'scores without classes',
      () => loss.multiclassHingeLoss(0, 1),
      /scores must be \[\.\.\., classes\], found the shape \[\]/,
    ],
    [
      'targets of another shape',
      () => loss.fenchelYoungLoss(projectSimplex)([1, 0], float64([1, 2, 3]), 1),
      /the target must be of the scores' shape \[3\], found \[2\]/,
    ],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });
});
