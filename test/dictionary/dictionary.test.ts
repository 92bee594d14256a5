/** Sparse codes against their optimality conditions, derivatives through them against differences, and what they are for. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { breastCancer, rocArea, splitSamples, standardizer, take } from '../../src/data/index.js';
import {
  codeScores,
  encodeSamples,
  learnDictionary,
  learnTaskDictionary,
  sparseCodes,
  unitAtoms,
  type WithDictionary,
} from '../../src/dictionary/index.js';
import { customRoot } from '../../src/implicit/index.js';
import { tensorObjective } from '../../src/optimize/index.js';
import { random } from '../../src/random/index.js';
import { float64 } from '../../src/tensor/index.js';

const all = breastCancer();
const { training, validation } = splitSamples(all.count, 0.3, { labels: all.labels });
const { apply } = standardizer(take(all, training));
const [data, held] = [apply(take(all, training)), apply(take(all, validation))];

const [samples, features, atoms, l1, l2] = [6, 5, 4, 0.3, 0.1];
const { normal } = random(4);
const draw = (size: number): Float64Array => Float64Array.from({ length: size }, normal);
const [x, rows] = [draw(samples * features), draw(atoms * features)];

test('codes fulfil the optimality conditions of their problem', () => {
  const coding = { l1, l2 };
  const codes = encodeSamples(
    { atoms, width: features, values: rows, coding },
    { count: samples, width: features, X: x },
  );
  const lengths = Array.from({ length: atoms }, (_, k) =>
    Math.hypot(...rows.subarray(k * features, (k + 1) * features)),
  );
  const atom = (k: number, j: number): number => rows[k * features + j] / lengths[k];
  let zeros = 0;
  for (let i = 0; i < samples; i++) {
    const a = codes.subarray(i * atoms, (i + 1) * atoms);
    const rest = Array.from({ length: features }, (_, j) =>
      a.reduce((sum, value, k) => sum - value * atom(k, j), x[i * features + j]),
    );
    a.forEach((value, k) => {
      const pull = rest.reduce((sum, r, j) => sum + r * atom(k, j), 0) - l2 * value;
      if (value === 0) {
        zeros++;
        expect(Math.abs(pull)).toBeLessThanOrEqual(l1 + 1e-7);
      } else expect(pull).toBeCloseTo(l1 * Math.sign(value), 6);
    });
  }
  expect(zeros).toBeGreaterThan(0);
  expect(zeros).toBeLessThan(samples * atoms);
});

test('the derivative through the codes is that of finite differences', () => {
  const X = float64(x, [samples, features]);
  const weights = float64(draw(samples * atoms), [samples, atoms]);
  const problem = sparseCodes<WithDictionary>(X, atoms, { l1, l2 });
  const solve = customRoot<tf.Tensor, [WithDictionary], tf.Tensor>(
    problem.condition,
    (start, hyper) => problem.solve(start, hyper, 1e-11).x,
    problem.implicit,
  );
  const objective = tensorObjective(
    (hyper: WithDictionary) => tf.sum(tf.mul(weights, tf.square(solve(problem.start(), hyper)))),
    { dictionary: float64(rows, [atoms, features]) },
  );
  const gradient = new Float64Array(rows.length);
  objective.gradient(rows, gradient);
  const scratch = new Float64Array(rows.length);
  const h = 1e-5;
  for (let k = 0; k < 3; k++) {
    const along = draw(rows.length);
    const at = (t: number): number =>
      objective.gradient(
        rows.map((value, i) => value + t * along[i]),
        scratch,
      );
    const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    const found = along.reduce((sum, value, i) => sum + value * gradient[i], 0);
    expect(Math.abs(slope - found)).toBeLessThan(1e-6 * Math.hypot(...along) * Math.hypot(...gradient));
  }
});

test('a dictionary learnt for the labels tells tumours apart, and leaves no tensors behind', () => {
  const before = tf.memory().numTensors;
  const start = learnDictionary(data, { atoms: 6, maxSteps: 6 });
  const found = learnTaskDictionary(data, { start, maxSteps: 8 });
  expect(rocArea(codeScores(found, held), held.labels)).toBeGreaterThan(0.97);
  for (let k = 0; k < 6; k++) {
    expect(Math.hypot(...found.dictionary.values.subarray(30 * k, 30 * (k + 1)))).toBeCloseTo(1, 12);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('more steps rebuild the samples better', () => {
  const few = take(
    data,
    Array.from({ length: 80 }, (_, k) => k),
  );
  const errorAfter = (maxSteps: number): number => {
    const dictionary = learnDictionary(few, { atoms: 5, maxSteps });
    const codes = encodeSamples(dictionary, few);
    return tf.tidy(() => {
      const rebuilt = tf.matMul(
        float64(codes, [few.count, 5]) as tf.Tensor2D,
        unitAtoms(float64(dictionary.values, [5, 30])) as tf.Tensor2D,
      );
      return tf.sum(tf.square(tf.sub(float64(few.X, [few.count, 30]), rebuilt))).dataSync()[0] as never;
    }) as number;
  };
  expect(errorAfter(10)).toBeLessThan(errorAfter(1));
});

describe('what cannot be done is refused:', () => {
  test.each([
    ['three classes', () => learnTaskDictionary({ ...data, classes: 3 }), /two classes, found 3/],
    ['no atoms', () => learnDictionary(data, { atoms: 0 }), /atoms must be/],
    ['codes that are not unique', () => learnDictionary(data, { l2: 0 }), /l2 must be more than 0/],
    [
      'another width',
      () =>
        learnTaskDictionary(data, { start: { atoms, width: features, values: rows, coding: { l1, l2 } } }),
      /of 5 features, the data have 30/,
    ],
  ] as const)('%s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});
