import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { onWarning } from '../../src/message/index.js';
import * as p from '../../src/projection/index.js';
import { random } from '../../src/random/index.js';
import { float64, toFloat64 } from '../../src/tensor/index.js';
import { distance, dot, normal, positive, values } from './harness.js';

const n = 6;
const normalVector = normal([n]);
const matrix = normal([2, n]);
const solution = normal([n]);
const weights = normal([n]);
const lower = tf.neg(positive([n]));
const upper = positive([n]);
const rows = float64([1, 2, 0.5, 1.5]);
const columns = float64([2, 2, 1]);
/** A weighted sum that the box surely reaches. */
const total = dot(weights, float64(new Float64Array(n).fill(0.1)));

interface ConvexSet {
  readonly shape: number[];
  readonly project: (x: tf.Tensor) => tf.Tensor;
  /** By how much a point breaks the set's own definition. */
  readonly violation: (point: Float64Array) => number;
  /** A point of the set that the projection had no part in. */
  readonly member: () => tf.Tensor;
}

const sum = (v: ArrayLike<number>) => Array.from(v).reduce((s, x) => s + x, 0);
const source = random(5);
/** Uniform on the simplex. */
function share(count: number): Float64Array {
  const raw = Float64Array.from({ length: count }, () => -Math.log(1 - source.uniform()));
  return raw.map((value) => value / sum(raw));
}
const negative = (v: Float64Array) => Math.max(0, ...Array.from(v, (x) => -x));
const within = (v: Float64Array, low: ArrayLike<number>, high: ArrayLike<number>) =>
  Math.max(0, ...Array.from(v, (x, i) => Math.max(low[i] - x, x - high[i])));
const marginals = (P: Float64Array, a: Float64Array, b: Float64Array) =>
  Math.max(
    negative(P),
    ...Array.from(a, (v, i) => Math.abs(v - sum(P.subarray(i * b.length, (i + 1) * b.length)))),
    ...Array.from(b, (v, j) => Math.abs(v - sum(P.filter((_, k) => k % b.length === j)))),
  );

/** Sinkhorn's iteration on random entries. */
function anyPlan(a: Float64Array, b: Float64Array): tf.Tensor {
  const P = Float64Array.from({ length: a.length * b.length }, () => source.uniform() ** 3);
  for (let sweep = 0; sweep < 2000; sweep++) {
    for (let i = 0; i < a.length; i++) {
      const row = P.subarray(i * b.length, (i + 1) * b.length);
      const factor = a[i] / sum(row);
      for (let j = 0; j < row.length; j++) row[j] *= factor;
    }
    for (let j = 0; j < b.length; j++) {
      const factor = b[j] / sum(P.filter((_, k) => k % b.length === j));
      for (let i = 0; i < a.length; i++) P[i * b.length + j] *= factor;
    }
  }
  return float64(P, [a.length, b.length]);
}

const inBox = () => float64(values(lower).map((low, i) => low + source.uniform() * (values(upper)[i] - low)));

const sets: Record<string, ConvexSet> = {
  'non-negative': {
    shape: [n],
    project: (x) => p.projectNonNegative(x),
    violation: negative,
    member: () => tf.abs(normal([n])),
  },
  box: {
    shape: [n],
    project: (x) => p.projectBox(x, { lower, upper }),
    violation: (v) => within(v, values(lower), values(upper)),
    member: inBox,
  },
  simplex: {
    shape: [n],
    project: (x) => p.projectSimplex(x, 1.5),
    violation: (v) => Math.max(negative(v), Math.abs(sum(v) - 1.5)),
    member: () => float64(share(n).map((v) => 1.5 * v)),
  },
  'l1 ball': {
    shape: [n],
    project: (x) => p.projectL1Ball(x, 0.8),
    violation: (v) => sum(v.map(Math.abs)) - 0.8,
    member: () =>
      float64(
        share(n + 1)
          .slice(1)
          .map((v) => 0.8 * v * (source.uniform() < 0.5 ? -1 : 1)),
      ),
  },
  'l2 ball': {
    shape: [n],
    project: (x) => p.projectL2Ball(x, 0.8),
    violation: (v) => Math.hypot(...v) - 0.8,
    member: () => tf.mul(tf.div(normal([n]), tf.norm(normal([n]))), 0.3).clipByValue(-0.3, 0.3),
  },
  'half-space': {
    shape: [n],
    project: (x) => p.projectHalfSpace(x, { normal: normalVector, offset: -0.5 }),
    violation: (v) => dot(normalVector, float64(v)) + 0.5,
    member: () => {
      const q = normal([n]);
      const excess = Math.max(dot(normalVector, q) + 0.5, 0) + source.uniform();
      return tf.sub(q, tf.mul(normalVector, float64(excess / dot(normalVector, normalVector))));
    },
  },
  'affine set': {
    shape: [n],
    project: (x) => p.projectAffineSet(x, { matrix, rightHandSide: tf.dot(matrix, solution) }),
    violation: (v) => distance(values(tf.dot(matrix, float64(v))), values(tf.dot(matrix, solution))),
    member: () => {
      // The solution plus something at right angles to both rows of the matrix.
      const [a, b] = (tf.unstack(matrix) as tf.Tensor[]).map(values);
      const q = values(normal([n]));
      const [aa, ab, bb] = [
        dot(float64(a), float64(a)),
        dot(float64(a), float64(b)),
        dot(float64(b), float64(b)),
      ];
      const [aq, bq] = [dot(float64(a), float64(q)), dot(float64(b), float64(q))];
      const determinant = aa * bb - ab * ab;
      const [s, t] = [(bb * aq - ab * bq) / determinant, (aa * bq - ab * aq) / determinant];
      return float64(q.map((v, i) => v - s * a[i] - t * b[i] + values(solution)[i]));
    },
  },
  'box section': {
    shape: [n],
    project: (x) => p.projectBoxSection(x, { lower, upper, weights, total }),
    violation: (v) =>
      Math.max(within(v, values(lower), values(upper)), Math.abs(dot(weights, float64(v)) - total)),
    member: () => {
      // Between two points of the box whose sums lie on either side.
      for (;;) {
        const [q, r] = [inBox(), inBox()];
        const [above, below] = [dot(weights, q) - total, dot(weights, r) - total];
        if (above > 0 && below < 0) {
          const t = float64(above / (above - below));
          return tf.add(q, tf.mul(t, tf.sub(r, q)));
        }
      }
    },
  },
  'transport polytope': {
    shape: [4, 3],
    project: (x) => p.projectTransport(x, { rows, columns }),
    violation: (v) => marginals(v, toFloat64(rows), toFloat64(columns)),
    member: () => anyPlan(toFloat64(rows), toFloat64(columns)),
  },
  'Birkhoff polytope': {
    shape: [4, 4],
    project: (x) => p.projectBirkhoff(x),
    violation: (v) => marginals(v, new Float64Array(4).fill(1), new Float64Array(4).fill(1)),
    member: () => anyPlan(new Float64Array(4).fill(1), new Float64Array(4).fill(1)),
  },
  'second-order cone': {
    shape: [n],
    project: (x) => p.projectSecondOrderCone(x),
    violation: (v) => Math.hypot(...v.subarray(1)) - v[0],
    member: () => {
      const z = toFloat64(normal([n]));
      z[0] = Math.hypot(...z.subarray(1)) * (1 + source.uniform());
      return float64(z);
    },
  },
};

describe.each(Object.entries(sets))('%s', (_, { shape, project, violation, member }) => {
  test('gives a point of the set, and no point of the set lies on the far side of it', () => {
    for (let trial = 0; trial < 20; trial++) {
      const x = normal(shape, [0.3, 1, 30][trial % 3]);
      const nearest = project(x);
      expect(violation(toFloat64(nearest))).toBeLessThan(1e-12);
      for (let k = 0; k < 5; k++) {
        const q = member();
        // x − P(x) makes an obtuse angle with the way from P(x) to any point of the set.
        const product = dot(tf.sub(x, nearest), tf.sub(q, nearest));
        expect(product).toBeLessThan(1e-10 * (1 + Math.max(...values(tf.abs(x)))));
      }
    }
  });

  test('leaves points of the set where they are', () => {
    for (let trial = 0; trial < 10; trial++) {
      const q = member();
      expect(distance(values(project(q)), values(q))).toBeLessThan(1e-12);
    }
  });
});

describe('the simplex', () => {
  test('has entries that add up to the scale whatever offset is common to x', () => {
    const x = normal([40]);
    const plain = p.projectSimplex(x);
    const offset = p.projectSimplex(tf.add(x, float64(2 ** 20)));
    expect(Math.abs(sum(values(offset)) - 1)).toBeLessThan(1e-13);
    expect(distance(values(offset), values(plain))).toBeLessThan(1e-9);
  });

  test('with 10,000 entries is what bisection finds', () => {
    const x = normal([10_000]);
    const v = toFloat64(x);
    let [low, high] = [-10, 10];
    for (let k = 0; k < 200; k++) {
      const middle = (low + high) / 2;
      if (sum(v.map((value) => Math.max(value - middle, 0))) > 1) low = middle;
      else high = middle;
    }
    const expected = v.map((value) => Math.max(value - low, 0));
    expect(distance(values(p.projectSimplex(x)), expected)).toBeLessThan(1e-13);
  });

  test('projects rows one by one', () => {
    const x = normal([3, 2, 5]);
    const scale = positive([3, 2]);
    const all = values(p.projectSimplex(x, scale));
    for (let k = 0; k < 6; k++) {
      const row = float64(values(x).slice(5 * k, 5 * k + 5));
      expect(all.slice(5 * k, 5 * k + 5)).toEqual(values(p.projectSimplex(row, values(scale)[k])));
    }
  });
});

describe('spheres', () => {
  test('of the l1 norm: no other point with the right norm is nearer', () => {
    for (let trial = 0; trial < 200; trial++) {
      const x = normal([4], [0.1, 1][trial % 2]);
      const nearest = p.projectL1Sphere(x, 1);
      expect(Math.abs(sum(values(tf.abs(nearest))) - 1)).toBeLessThan(1e-14);
      const other = float64(share(4).map((v) => (source.uniform() < 0.5 ? -v : v)));
      expect(dot(tf.sub(x, nearest), tf.sub(x, nearest))).toBeLessThanOrEqual(
        dot(tf.sub(x, other), tf.sub(x, other)) + 1e-14,
      );
    }
  });

  test('of the l1 norm: zero entries go up', () => {
    expect(distance(values(p.projectL1Sphere(float64([0, -0.2, 0]), 1.4)), [0.4, -0.6, 0.4])).toBeLessThan(
      1e-15,
    );
  });

  test('of the l2 norm are reached from tiny and huge vectors alike', () => {
    for (const size of [1e-200, 1, 1e200]) {
      const nearest = values(p.projectL2Sphere(float64([3 * size, -4 * size]), 5));
      expect(distance(nearest, [3, -4])).toBeLessThan(1e-15);
    }
  });
});

describe('box sections', () => {
  test('need no bounds: without them they are hyperplanes', () => {
    const x = normal([3, n]);
    const plane = p.projectHyperplane(x, { normal: weights, offset: 0.7 });
    const section = p.projectBoxSection(x, { lower: -Infinity, upper: Infinity, weights, total: 0.7 });
    expect(distance(values(section), values(plane))).toBeLessThan(1e-13);
  });

  test('with bounds 0 and ∞ and weights 1 are simplices', () => {
    const x = normal([3, n]);
    const section = p.projectBoxSection(x, { lower: 0, upper: Infinity, total: 1 });
    expect(distance(values(section), values(p.projectSimplex(x)))).toBeLessThan(1e-14);
  });

  test('hold entries of weight 0 by their bounds alone', () => {
    const x = float64([5, 0.2, -3, 0]);
    const section = p.projectBoxSection(x, { lower: -1, upper: 1, weights: [0, 1, 0, -1], total: 1 });
    expect(distance(values(section), [1, 0.6, -1, -0.4])).toBeLessThan(1e-15);
  });

  test('reach totals that only a corner of the box has', () => {
    const section = p.projectBoxSection(normal([3]), { lower: [1, 2, 3], upper: [4, 5, 6], total: 6 });
    expect(values(section)).toEqual([1, 2, 3]);
  });
});

describe('transport plans', () => {
  test('of Birkhoff: a matrix near a permutation gives that permutation', () => {
    const x = float64([
      [0, 5, 0],
      [0, 0, 5],
      [5, 0, 0],
    ]);
    expect(distance(values(p.projectBirkhoff(x)), [0, 1, 0, 0, 0, 1, 1, 0, 0])).toBeLessThan(1e-15);
  });

  test('rows without mass stay empty', () => {
    const plan = values(p.projectTransport(normal([3, 2]), { rows: [1, 0, 2], columns: [1.5, 1.5] }));
    expect(plan.slice(2, 4)).toEqual([0, 0]);
  });

  test.each([1, 100, 1000])('are found where entries are %d times the marginals', (scale) => {
    const x = normal([30, 40], scale);
    const a = positive([30]);
    const b = tf.mul(positive([40]), 1);
    const balanced = tf.mul(b, tf.div(tf.sum(a), tf.sum(b)));
    const complaints: string[] = [];
    const former = onWarning((message) => complaints.push(message));
    try {
      for (const project of [p.projectTransport, p.projectKlTransport]) {
        const plan = toFloat64(project(x, { rows: a, columns: balanced }));
        expect(marginals(plan, toFloat64(a), toFloat64(balanced))).toBeLessThan(1e-12 * Math.max(1, scale));
      }
    } finally {
      onWarning(former);
    }
    expect(complaints).toEqual([]);
  });

  test('a plan that cannot be reached is told', () => {
    const complaints: string[] = [];
    const former = onWarning((message) => complaints.push(message));
    try {
      p.projectKlTransport(normal([4, 3], 1e15), { rows, columns });
    } finally {
      onWarning(former);
    }
    expect(complaints.join()).toMatch(/^projectKlTransport: .* rows .* off by .* scale it down/);
  });

  test('the entropic plan is the exponential of x plus potentials', () => {
    const x = normal([4, 3]);
    const plan = toFloat64(p.projectKlTransport(x, { rows, columns }));
    const v = toFloat64(x);
    const logarithm = plan.map((value, k) => Math.log(value) - v[k]);
    for (let i = 1; i < 4; i++) {
      for (let j = 1; j < 3; j++) {
        const mixed = logarithm[i * 3 + j] - logarithm[i * 3] - logarithm[j] + logarithm[0];
        expect(Math.abs(mixed)).toBeLessThan(1e-12);
      }
    }
  });
});

describe('the second-order cone', () => {
  test('splits x into two orthogonal parts, P(x) − P(−x), and has the spectral form', () => {
    for (let trial = 0; trial < 50; trial++) {
      const x = normal([5]);
      const [up, down] = [p.projectSecondOrderCone(x), p.projectSecondOrderCone(tf.neg(x))];
      expect(distance(values(tf.sub(up, down)), values(x))).toBeLessThan(1e-14);
      expect(Math.abs(dot(up, down))).toBeLessThan(1e-14);
      // x = λ₁ c₁ + λ₂ c₂ with c = ½(1, ±z/‖z‖) and λ = t ± ‖z‖.
      const [t, ...z] = values(x);
      const norm = Math.hypot(...z);
      const [first, second] = [Math.max(t + norm, 0) / 2, Math.max(t - norm, 0) / 2];
      const expected = [first + second, ...z.map((value) => ((first - second) * value) / norm)];
      expect(distance(values(up), expected)).toBeLessThan(1e-14);
    }
  });
});
