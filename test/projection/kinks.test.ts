/** What the derivative is on a kink, and that it is the right one on either side of it. */
import type * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import * as p from '../../src/projection/index.js';
import { float64, toFloat64, vjp } from '../../src/tensor/index.js';
import { differences, jacobian } from './harness.js';

const step = 1e-3;

interface Kink {
  readonly name: string;
  readonly f: (x: tf.Tensor) => tf.Tensor;
  /** The point on the kink, and a direction that crosses it. */
  readonly at: number[];
  readonly across: number[];
  /** The side whose derivative holds on the kink. */
  readonly side: 1 | -1;
}

const kinks: Kink[] = [
  {
    name: 'non-negative: an entry at 0 is held',
    f: (x) => p.projectNonNegative(x),
    at: [0, 1],
    across: [1, 0],
    side: -1,
  },
  {
    name: 'box: an entry at its lower bound is held',
    f: (x) => p.projectBox(x, { lower: [-1, -1], upper: 1 }),
    at: [-1, 0.5],
    across: [1, 0],
    side: -1,
  },
  {
    name: 'box: an entry at its upper bound is held',
    f: (x) => p.projectBox(x, { lower: -1, upper: 1 }),
    at: [1, 0.5],
    across: [1, 0],
    side: 1,
  },
  {
    name: 'linf ball: an entry at the radius is held',
    f: (x) => p.projectLinfBall(x, 0.5),
    at: [-0.5, 0.25],
    across: [1, 0],
    side: -1,
  },
  {
    name: 'simplex: an entry that just reaches 0 is out of the support',
    f: (x) => p.projectSimplex(x),
    at: [0.75, 0.5, 0.125],
    across: [0, 0, 1],
    side: -1,
  },
  {
    name: 'l1 ball: a point on the surface moves along it',
    f: (x) => p.projectL1Ball(x, 1),
    at: [0.25, -0.75],
    across: [1, -1],
    side: 1,
  },
  {
    name: 'l1 ball: an entry that just reaches 0 is held',
    f: (x) => p.projectL1Ball(x, 1),
    at: [1.25, -0.375, 0.5],
    across: [0, -1, 0],
    side: -1,
  },
  {
    name: 'l2 ball: a point on the surface moves along it',
    f: (x) => p.projectL2Ball(x, 5),
    at: [3, -4],
    across: [1, -1],
    side: 1,
  },
  {
    name: 'half-space: a point on the plane moves along it',
    f: (x) => p.projectHalfSpace(x, { normal: [1, 2], offset: 4 }),
    at: [2, 1],
    across: [1, 0],
    side: 1,
  },
  {
    name: 'second-order cone: a point on its surface moves along it',
    f: (x) => p.projectSecondOrderCone(x),
    at: [5, 3, 4],
    across: [1, 0, 0],
    side: -1,
  },
  {
    name: 'second-order cone: on the surface of the polar cone everything is held',
    f: (x) => p.projectSecondOrderCone(x),
    at: [-5, 3, 4],
    across: [1, 0, 0],
    side: -1,
  },
  {
    name: 'box section: an entry that just reaches its bound is held',
    f: (x) => p.projectBoxSection(x, { lower: 0, upper: [2, 2, 2], total: 1 }),
    at: [0.75, 0.5, 0.125],
    across: [0, 0, 1],
    side: -1,
  },
  {
    name: 'transport: an entry that just reaches 0 is out of the support',
    // Entry (0, 0) is empty from here on downwards.
    f: (x) => p.projectTransport(x.reshape([2, 2]), { rows: [1, 1], columns: [1, 1] }).reshape([4]),
    at: [-1, 1, 0, 0],
    across: [1, 0, 0, 0],
    side: -1,
  },
];

describe('on a kink, a constraint that is just met counts as met', () => {
  test.each(kinks)('$name', ({ f, at, across, side }) => {
    const x = float64(at);
    const moved = (t: number) => float64(at.map((value, i) => value + t * across[i]));
    const onKink = jacobian(f, x).flat();
    const [before, after] = [jacobian(f, moved(-step)).flat(), jacobian(f, moved(step)).flat()];
    const distanceTo = (other: number[]) => Math.max(...onKink.map((value, i) => Math.abs(value - other[i])));
    // The two sides differ; the kink's derivative is that of one of them (up to the curvature of round sets).
    expect(Math.max(...before.map((value, i) => Math.abs(value - after[i])))).toBeGreaterThan(0.05);
    expect(distanceTo(side === 1 ? after : before)).toBeLessThan(2 * step);
    expect(distanceTo(side === 1 ? before : after)).toBeGreaterThan(0.05);
  });

  test.each(kinks)('$name: off the kink, on both sides, it is what differences give', ({ f, at, across }) => {
    for (const t of [-step, step]) {
      const x = float64(at.map((value, i) => value + t * across[i]));
      const rows = jacobian(f, x);
      for (let j = 0; j < at.length; j++) {
        const unit = float64(at.map((_, i) => (i === j ? 1 : 0)));
        const column = differences(([y]) => f(y), [x], [unit], step / 50);
        rows.forEach((row, i) => {
          expect(Math.abs(row[j] - column[i])).toBeLessThan(1e-8);
        });
      }
    }
  });
});

describe('where nothing is left to move', () => {
  const inTotal = (x: number[], lower: number[], upper: number[], total: number): number[] =>
    [0, 1].map((i) => {
      const unit = float64([i === 0 ? 1 : 0, i === 1 ? 1 : 0]);
      const f = (t: tf.Tensor) => p.projectBoxSection(float64(x), { lower, upper, total: t });
      return toFloat64(vjp(f, float64(total), unit).vjp)[0];
    });

  test('a box section at its lowest total follows the total with the entry that leaves its bound first', () => {
    expect(inTotal([0.75, 0.25], [0, 0], [1, 1], 0)).toEqual([1, 0]);
  });

  test('a box section at its highest total follows the total with the entry that reached its bound last', () => {
    expect(inTotal([0.75, 0.25], [0, 0], [1, 1], 2)).toEqual([0, 1]);
  });

  test('a simplex of scale 0 follows the scale with its largest entries', () => {
    const gradient = (i: number) =>
      toFloat64(
        vjp(
          (s: tf.Tensor) => p.projectSimplex(float64([2, 1, 2]), s),
          float64(0),
          float64([0, 1, 2].map((k) => (k === i ? 1 : 0))),
        ).vjp,
      )[0];
    expect([0, 1, 2].map(gradient)).toEqual([0.5, -0, 0.5]);
  });

  test('a ball of radius 0 does not follow x', () => {
    expect(jacobian((x) => p.projectL2Ball(x, 0), float64([0, 0])).flat()).toEqual([0, 0, 0, 0]);
    expect(jacobian((x) => p.projectL2Ball(x, 0), float64([1, 2])).flat()).toEqual([0, 0, 0, 0]);
    expect(jacobian((x) => p.projectLinfBall(x, 0), float64([0, 2])).flat()).toEqual([0, 0, 0, 0]);
  });

  test('a plan that is one permutation does not follow x', () => {
    const x = float64([
      [9, 0],
      [0, 9],
    ]);
    expect(
      jacobian((y) => p.projectBirkhoff(y), x)
        .flat()
        .every((value) => Math.abs(value) < 1e-15),
    ).toBe(true);
  });
});

describe('bounds move what they hold', () => {
  test('of a box', () => {
    const x = float64([-2, 0, 2]);
    const ones = float64([1, 1, 1]);
    const pulled = vjp(
      ({ lower, upper }: { lower: tf.Tensor; upper: tf.Tensor }) => p.projectBox(x, { lower, upper }),
      { lower: float64(-1), upper: float64([1, 1, 1]) },
      ones,
    ).vjp;
    expect(Array.from(toFloat64(pulled.lower))).toEqual([1]);
    expect(Array.from(toFloat64(pulled.upper))).toEqual([0, 0, 1]);
  });

  test('where they are one, by the lower', () => {
    const pulled = vjp(
      ({ lower, upper }: { lower: tf.Tensor; upper: tf.Tensor }) =>
        p.projectBox(float64([1]), { lower, upper }),
      { lower: float64(1), upper: float64(1) },
      float64([1]),
    ).vjp;
    expect([toFloat64(pulled.lower)[0], toFloat64(pulled.upper)[0]]).toEqual([1, 0]);
  });
});
