import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as p from '../../src/projection/index.js';
import { proxGroupLasso } from '../../src/proximal/index.js';
import { float64, toFloat64, useBackend, vjp } from '../../src/tensor/index.js';

type Row = [name: string, f: (x: tf.Tensor) => tf.Tensor, x: number[], expected: number[]];

const rows: Row[] = [
  ['simplex, one entry far above the scale', (x) => p.projectSimplex(x), [1e17, 0], [1, 0]],
  ['simplex, a tie far above the scale', (x) => p.projectSimplex(x), [1e17, 1e17, 0], [0.5, 0.5, 0]],
  ['simplex, a scale below the rounding of x', (x) => p.projectSimplex(x, 1e-17), [1, 0.5], [1e-17, 0]],
  ['simplex, differences that overflow', (x) => p.projectSimplex(x), [1e308, -1e308, 5], [1, 0, 0]],
  ['l1 ball, far outside', (x) => p.projectL1Ball(x), [-1e17, 0], [-1, 0]],
  ['l1 sphere, far outside', (x) => p.projectL1Sphere(x), [1e17, -1e17], [0.5, -0.5]],
  [
    'box section, far outside',
    (x) => p.projectBoxSection(x, { lower: 0, upper: Infinity, total: 1 }),
    [1e17, 0],
    [1, 0],
  ],
  [
    'hyperplane, a normal whose square underflows',
    (x) => p.projectHyperplane(x, { normal: [3e-170, 4e-170], offset: 0 }),
    [3, 4],
    [0, 0],
  ],
  [
    'half-space, a normal whose square overflows',
    (x) => p.projectHalfSpace(x, { normal: [1e200, 0], offset: 2e200 }),
    [5, 1],
    [2, 1],
  ],
  [
    'cone, a tiny vector',
    (x) => p.projectSecondOrderCone(x),
    [0, 3e-170, 4e-170],
    [2.5e-170, 1.5e-170, 2e-170],
  ],
  ['cone, a huge vector', (x) => p.projectSecondOrderCone(x), [0, 3e200, 4e200], [2.5e200, 1.5e200, 2e200]],
  ['group lasso, a tiny group', (x) => proxGroupLasso(x, 1e-170), [3e-170, 4e-170], [2.4e-170, 3.2e-170]],
  ['group lasso, a huge group', (x) => proxGroupLasso(x, 1e200), [3e200, 4e200], [2.4e200, 3.2e200]],
];

describe('vectors of any size are projected', () => {
  test.each(rows)('%s', (_, f, x, expected) => {
    const plain = toFloat64(f(float64(x)));
    const { value, vjp: gradient } = vjp(f, float64(x), float64(x.map(() => 1)));
    for (const [k, wanted] of expected.entries()) {
      const scale = Math.max(...expected.map(Math.abs)) || 1;
      expect(Math.abs(plain[k] - wanted) / scale).toBeLessThan(1e-12);
      expect(Math.abs(toFloat64(value)[k] - wanted) / scale).toBeLessThan(1e-12);
    }
    expect(Array.from(toFloat64(gradient)).every(Number.isFinite)).toBe(true);
  });

  test('a total that is the sum of the bounds is met in single precision, too', () => {
    useBackend('cpu', () => {
      const x = tf.tensor(new Array(10).fill(2));
      const held = p.projectBoxSection(x, { lower: 0, upper: 0.7, total: 7 });
      expect(Array.from(held.dataSync()).every((value) => Math.abs(value - 0.7) < 1e-6)).toBe(true);
    });
  });

  test('boxes of no entries have derivatives of no entries', () => {
    const { vjp: gradient } = vjp((x: tf.Tensor) => p.projectLinfBall(x), tf.zeros([0]), tf.zeros([0]));
    expect(gradient.shape).toEqual([0]);
  });
});
