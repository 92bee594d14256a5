/** The gradient of the outer loss, against JAXopt, finite differences and unrolling. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { ClassificationData } from '../../src/data/index.js';
import { type Classifier, distillationProblem, softmaxRegression } from '../../src/distillation/index.js';
import { implicit, unrolled } from '../../src/implicit/index.js';
import { bicgstab, minres } from '../../src/linear/index.js';
import { multiclassLogisticLoss } from '../../src/loss/index.js';
import { newtonCg, type Objective } from '../../src/optimize/index.js';
import { random } from '../../src/random/index.js';
import { constant, float64 } from '../../src/tensor/index.js';

interface Case {
  width: number;
  classes: number;
  perClass: number;
  l2: number;
  X: number[];
  labels: number[];
  start: number[];
  learnt: boolean;
  loss: number;
  byFeatures: number[];
  byLogits?: number[];
}
const { cases } = JSON.parse(readFileSync('test/data/distillation/reference.json', 'utf8')) as {
  cases: Case[];
};

function dataOf({ width, classes, X, labels }: Case): ClassificationData {
  return { count: labels.length, width, X: Float64Array.from(X), labels: Int32Array.from(labels), classes };
}

function optionsOf(one: Case) {
  return {
    data: dataOf(one),
    perClass: one.perClass,
    inner: softmaxRegression({ l2: one.l2 }),
    start: Float64Array.from(one.start),
    labels: one.learnt ? ('learnt' as const) : ('fixed' as const),
  };
}

/** Where the flat vector of what is learnt begins: features, then logits. */
function startOf({ initial }: { initial: { readonly [name: string]: tf.Tensor } }): Float64Array {
  return Float64Array.from(Object.values(initial).flatMap((tensor) => [...tensor.dataSync()]));
}

function gradientAt(objective: Objective, x: Float64Array): { value: number; gradient: Float64Array } {
  const gradient = new Float64Array(x.length);
  return { value: objective.gradient(x, gradient), gradient };
}

/** Largest difference over the largest component. */
function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - found[i]))) / largest;
}

/** The slope along a direction by central differences of fourth order. */
function slopeAlong(objective: Objective, x: Float64Array, direction: Float64Array): number {
  const h = 1e-3;
  const scratch = new Float64Array(x.length);
  const at = (t: number): number =>
    objective.gradient(
      x.map((value, i) => value + t * direction[i]),
      scratch,
    );
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

function expectSlopes(objective: Objective, x: Float64Array): void {
  const { gradient } = gradientAt(objective, x);
  const source = random(3);
  for (let k = 0; k < 4; k++) {
    const direction = Float64Array.from(x, () => source.normal());
    const slope = direction.reduce((sum, value, i) => sum + value * gradient[i], 0);
    const scale = Math.hypot(...direction) * Math.hypot(...gradient);
    expect(Math.abs(slopeAlong(objective, x, direction) - slope) / scale).toBeLessThan(1e-6);
  }
}

describe.each(cases.map((one, k) => [k, one] as const))('case %i of JAXopt', (_, one) => {
  const expected = [...one.byFeatures, ...(one.byLogits ?? [])];

  test('has the same loss and gradient, through every adjoint, solver and linear solver', () => {
    const problem = distillationProblem(optionsOf(one));
    const newton = distillationProblem({ ...optionsOf(one), innerMethod: newtonCg() });
    const x = startOf(problem);
    const objectives = [
      problem.objective({ innerTolerance: 1e-11 }),
      problem.objective({ innerTolerance: 1e-11, adjoint: implicit({ solve: minres }) }),
      problem.objective({ innerTolerance: 1e-11, adjoint: implicit({ solve: bicgstab, symmetric: false }) }),
      newton.objective({ innerTolerance: 1e-11 }),
      // A strong penalty makes gradient steps contract fast.
      ...(one.l2 >= 0.5 ? [problem.objective({ adjoint: unrolled({ steps: 150 }) })] : []),
    ];
    for (const objective of objectives) {
      const { value, gradient } = gradientAt(objective, x);
      expect(value).toBeCloseTo(one.loss, 10);
      expect(difference(gradient, expected)).toBeLessThan(1e-6);
    }
    problem.dispose();
    newton.dispose();
  });

  test('has the gradient that finite differences give', () => {
    const problem = distillationProblem(optionsOf(one));
    expectSlopes(problem.objective({ innerTolerance: 1e-11 }), startOf(problem));
    problem.dispose();
  });
});

test('unrolling too few steps is off, and more steps are less so', () => {
  const one = cases[1];
  const problem = distillationProblem(optionsOf(one));
  const errors = [5, 20, 60].map((steps) =>
    difference(
      gradientAt(problem.objective({ adjoint: unrolled({ steps }) }), startOf(problem)).gradient,
      one.byFeatures,
    ),
  );
  expect(errors[0]).toBeGreaterThan(1e-3);
  expect(errors[1]).toBeLessThan(errors[0]);
  expect(errors[2]).toBeLessThan(errors[1] / 10);
  problem.dispose();
});

/** A network with one hidden layer: a tree of parameters, and no steps that are known to descend. */
function hiddenLayer(hidden: number): Classifier<{ first: tf.Tensor; second: tf.Tensor; offset: tf.Tensor }> {
  const { normal } = random(5);
  const draw = (rows: number, columns: number): tf.Tensor =>
    float64(
      Float64Array.from({ length: rows * columns }, () => 0.5 * normal()),
      [rows, columns],
    );
  type Parameters = { first: tf.Tensor; second: tf.Tensor; offset: tf.Tensor };
  const scores = ({ first, second, offset }: Parameters, X: tf.Tensor): tf.Tensor =>
    tf.add(
      tf.matMul(tf.tanh(tf.matMul(X as tf.Tensor2D, first as tf.Tensor2D)), second as tf.Tensor2D),
      offset,
    );
  return {
    start: (width, classes) => ({
      first: draw(width, hidden),
      second: draw(hidden, classes),
      offset: float64(new Float64Array(classes)),
    }),
    scores,
    objective: (parameters, X, Y) =>
      tf.addN([
        tf.mean(multiclassLogisticLoss(Y, scores(parameters, X))),
        ...Object.values(parameters).map((part) => tf.mul(constant(0.02), tf.sum(tf.square(part)))),
      ]),
  };
}

test('a model of one’s own has the gradient that finite differences give', () => {
  const [one] = cases;
  const problem = distillationProblem({ ...optionsOf(one), inner: hiddenLayer(4) });
  expectSlopes(problem.objective({ innerTolerance: 1e-11 }), startOf(problem));
  expect(() => gradientAt(problem.objective({ adjoint: unrolled({ steps: 3 }) }), startOf(problem))).toThrow(
    /step/,
  );
  problem.dispose();
});

test('an evaluation leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  const problem = distillationProblem(optionsOf(cases[2]));
  const objective = problem.objective();
  const x = startOf(problem);
  const held = tf.memory().numTensors;
  gradientAt(objective, x);
  expect(tf.memory().numTensors).toBe(held);
  problem.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
