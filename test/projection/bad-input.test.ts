import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/message/index.js';
import * as p from '../../src/projection/index.js';
import { float64 } from '../../src/tensor/index.js';

const x = () =>
  float64([
    [1, 2, 3],
    [4, 5, 6],
  ]);

const rows: [what: string, call: () => unknown, message: RegExp][] = [
  ['a negative scale', () => p.projectSimplex(x(), -1), /projectSimplex: scale must be 0 or more, found -1$/],
  [
    'a negative scale among others',
    () => p.projectSimplex(x(), [1, -2]),
    /scale must be 0 or more, found -2 at \[1\]/,
  ],
  [
    'one scale too many',
    () => p.projectSimplex(x(), [1, 1, 1]),
    /scale must be one number, or one a vector: shape \[2\].*found the shape \[3\]/,
  ],
  [
    'NaN in x',
    () =>
      p.projectSimplex(
        float64([
          [1, 2],
          [3, Number.NaN],
        ]),
      ),
    /x must be a number, found NaN at \[1, 1\]/,
  ],
  [
    'infinity in x',
    () => p.projectSimplex(float64([1, Infinity])),
    /x must be finite, found Infinity at \[1\]/,
  ],
  [
    'a scalar x',
    () => p.projectSimplex(float64(1)),
    /x must have vectors of one entry or more along its last axis, found the shape \[\]/,
  ],
  ['an x without entries', () => p.projectSimplex(float64([], [2, 0])), /found the shape \[2,0\]/],
  [
    'x that is no tensor',
    () => p.projectSimplex([1, 2] as unknown as tf.Tensor),
    /x must be a tensor, found an array; write float64\(array\)/,
  ],
  [
    'a scale that is no number',
    () => p.projectSimplex(x(), 'one' as never),
    /scale must be a number, an array of numbers or a tensor, found one/,
  ],
  [
    'a complex scale',
    () => p.projectSimplex(x(), tf.tensor(['a'])),
    /scale must be a tensor of real numbers, found one of string/,
  ],
  ['NaN in a scale', () => p.projectSimplex(x(), Number.NaN), /scale must be finite, found NaN/],
  [
    'NaN in x of the non-negative orthant',
    () => p.projectNonNegative(float64([0, Number.NaN])),
    /projectNonNegative: x must be a number, found NaN at \[1\]/,
  ],
  [
    'bounds the wrong way round',
    () => p.projectBox(x(), { lower: 0, upper: [1, -1, 1] }),
    /the box is empty at \[0, 1\], where lower = 0 is above upper = -1/,
  ],
  [
    'bounds of another shape',
    () => p.projectBox(x(), { lower: [0, 0], upper: 1 }),
    /lower of shape \[2\] does not broadcast to \[2,3\]/,
  ],
  [
    'NaN in a bound',
    () => p.projectBox(x(), { lower: Number.NaN, upper: 1 }),
    /lower must be a number, found NaN/,
  ],
  [
    'a negative unit',
    () => p.projectHypercube(x(), -1),
    /projectHypercube: unit must be 0 or more, found -1/,
  ],
  [
    'a negative radius (linf)',
    () => p.projectLinfBall(x(), -1),
    /projectLinfBall: radius must be 0 or more, found -1/,
  ],
  [
    'a negative radius (l1 ball)',
    () => p.projectL1Ball(x(), -1),
    /projectL1Ball: radius must be 0 or more, found -1/,
  ],
  [
    'a negative radius (l1 sphere)',
    () => p.projectL1Sphere(x(), -1),
    /projectL1Sphere: radius must be 0 or more/,
  ],
  ['a negative radius (l2 ball)', () => p.projectL2Ball(x(), -1), /projectL2Ball: radius must be 0 or more/],
  [
    'a negative radius (l2 sphere)',
    () => p.projectL2Sphere(x(), -1),
    /projectL2Sphere: radius must be 0 or more/,
  ],
  [
    'the centre of a sphere',
    () =>
      p.projectL2Sphere(
        float64([
          [1, 0],
          [0, 0],
        ]),
      ),
    /the vector at \[1\] is zero, and every point of the sphere is equally near/,
  ],
  [
    'a zero normal',
    () => p.projectHyperplane(x(), { normal: [0, 0, 0], offset: 1 }),
    /projectHyperplane: the normal at \[0\] is zero/,
  ],
  [
    'an infinite normal',
    () => p.projectHalfSpace(x(), { normal: [0, Infinity, 0], offset: 1 }),
    /projectHalfSpace: normal must be finite, found Infinity at \[1\]/,
  ],
  [
    'equations that repeat',
    () =>
      p.projectAffineSet(x(), {
        matrix: [
          [1, 0, 1],
          [0, 1, 0],
          [2, 1, 2],
        ],
        rightHandSide: [1, 1, 3],
      }),
    /row 2 of the matrix is a combination of the rows before it/,
  ],
  [
    'an empty equation',
    () => p.projectAffineSet(x(), { matrix: [[0, 0, 0]], rightHandSide: [1] }),
    /row 0 of the matrix is zero/,
  ],
  [
    'equations for other vectors',
    () => p.projectAffineSet(x(), { matrix: [[1, 0]], rightHandSide: [1] }),
    /the matrix must be of shape \[m, 3\] with 1 ≤ m ≤ 3 for x of shape \[2,3\], found \[1,2\]/,
  ],
  [
    'right-hand sides that do not fit',
    () => p.projectAffineSet(x(), { matrix: [[1, 0, 1]], rightHandSide: [1, 2] }),
    /rightHandSide must be of shape \[1\] or \[2,1\], found \[2\]/,
  ],
  [
    'a total out of reach',
    () => p.projectBoxSection(x(), { lower: 0, upper: 1, total: [1, 4] }),
    /no point of the box has the weighted sum at \[1\]: total is 4, but the bounds allow 0 to 3/,
  ],
  [
    'a total out of reach of signed weights',
    () => p.projectBoxSection(x(), { lower: 0, upper: 1, weights: [1, -1, 2], total: -2 }),
    /the bounds allow -1 to 3/,
  ],
  [
    'weights that are all 0',
    () => p.projectBoxSection(x(), { lower: 0, upper: 1, weights: 0, total: 1 }),
    /the bounds allow 0 to 0/,
  ],
  [
    'bounds of a section the wrong way round',
    () => p.projectBoxSection(x(), { lower: 2, upper: 1, total: 3 }),
    /projectBoxSection: the box is empty at \[0, 0\]/,
  ],
  [
    'marginals of different sums',
    () => p.projectTransport(x(), { rows: [1, 2], columns: [1, 1, 2] }),
    /no plan has these marginals: rows add up to 3 but columns to 4/,
  ],
  [
    'marginals of different sums in a batch',
    () =>
      p.projectTransport(float64(new Float64Array(4), [2, 2, 1]), {
        rows: [
          [1, 1],
          [1, 2],
        ],
        columns: [2],
      }),
    /no plan has these marginals at \[1\]/,
  ],
  [
    'a negative marginal',
    () => p.projectTransport(x(), { rows: [3, -1], columns: [1, 1, 0] }),
    /rows must be 0 or more, found -1 at \[1\]/,
  ],
  [
    'an empty marginal of an entropic plan',
    () => p.projectKlTransport(x(), { rows: [2, 0], columns: [1, 0.5, 0.5] }),
    /rows must be above 0 \(leave out what has no mass\), found 0 at \[1\]/,
  ],
  [
    'marginals of other lengths',
    () => p.projectTransport(x(), { rows: [1, 1, 1], columns: [1, 1, 1] }),
    /rows must be of shape \[2\], found \[3\]/,
  ],
  [
    'a vector for a matrix',
    () => p.projectTransport(float64([1, 2]), { rows: [1], columns: [1] }),
    /x must be a matrix, or a batch of them: shape \[\.\.\., m, n\], found \[2\]/,
  ],
  [
    'a matrix that is not square',
    () => p.projectBirkhoff(x()),
    /projectBirkhoff: x must be a square matrix, or a batch of them, found the shape \[2,3\]/,
  ],
  ['a scale of 0 (KL)', () => p.projectKlSimplex(x(), 0), /projectKlSimplex: scale must be above 0, found 0/],
  [
    'a cone in one dimension',
    () => p.projectSecondOrderCone(float64([1])),
    /2 entries or more, found the shape \[1\]/,
  ],
];

describe('what cannot be used is named, with where it is and what was expected', () => {
  test.each(rows)('%s', (_, call, message) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      expect(call).toThrow(InputError);
      expect(call).toThrow(message);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('parameters may be', () => {
  test('numbers, arrays, typed arrays, float and integer tensors', () => {
    const expected = Array.from(
      p.projectBox(x(), { lower: float64([2, 2, 2]), upper: float64(5) }).dataSync(),
    );
    for (const lower of [
      2,
      [2, 2, 2],
      new Float64Array([2, 2, 2]),
      tf.tensor1d([2, 2, 2], 'int32'),
      [[2], [2]],
    ]) {
      expect(Array.from(p.projectBox(x(), { lower, upper: 5 }).dataSync())).toEqual(expected);
    }
  });
});
