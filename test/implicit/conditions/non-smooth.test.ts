import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  blockProximalGradientCondition,
  customFixedPoint,
  customRoot,
  type DerivativeReport,
  type ImplicitOptions,
  mirrorDescentCondition,
  projectedGradientCondition,
  proximalGradientCondition,
  rootJacobian,
  rootJvp,
  rootVjp,
} from '../../../src/implicit/index.js';
import { bicgstab, cg, gmres, lsmr, lu, qr } from '../../../src/linear/index.js';
import {
  projectBox,
  projectKlSimplex,
  projectSimplex,
  supportBetween,
} from '../../../src/projection/index.js';
import { proxGroupLasso, proxLasso } from '../../../src/proximal/index.js';
import { random } from '../../../src/random/index.js';
import { float64, toFloat64 } from '../../../src/tensor/index.js';
import { distance, times, watch } from './harness.js';

watch();

/** ½ ‖x − b‖²_H with H = [[2, ½, 0], [½, 1, ¼], [0, ¼, 3]] */
const H = () => float64([2, 0.5, 0, 0.5, 1, 0.25, 0, 0.25, 3], [3, 3]);
const quadratic = (x: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const r = tf.sub(x, b);
  return tf.mul(0.5, tf.sum(tf.mul(r, times(H(), r))));
};

/** Fixed-point iteration to about the last digit. */
function iterate<A extends readonly unknown[]>(
  T: (x: tf.Tensor, ...args: A) => tf.Tensor,
  x0: tf.Tensor,
  ...args: A
): tf.Tensor {
  return tf.tidy(() => {
    let x = x0;
    for (let k = 0; k < 150; k++) x = T(x, ...args);
    return x;
  });
}

const linearSolvers: [string, ImplicitOptions][] = [
  ['cg', { solve: cg }],
  ['bicgstab', { solve: bicgstab }],
  ['gmres', { solve: gmres }],
  ['lu', { solve: lu }],
  ['qr', { solve: qr }],
  ['lsmr', { solve: lsmr }],
  ['the default', {}],
];

describe('proximalGradientCondition', () => {
  const prox = (x: tf.Tensor, step: number, _b: tf.Tensor, l1: tf.Tensor): tf.Tensor =>
    proxLasso(x, l1, step);
  const F = proximalGradientCondition((x: tf.Tensor, b: tf.Tensor, _l1: tf.Tensor) => quadratic(x, b), prox, {
    stepSize: 0.3,
  });
  const b = () => float64([2, 0.3, -1]);
  const l1 = () => float64(1);
  /** x₂ is held: ∂x₁ and ∂x₃ follow from the rows 1 and 3 of H alone, which are not coupled. */
  const solution = () => iterate(F.fixedPoint, float64([0, 0, 0]), b(), l1());

  test.each(linearSolvers)('has the derivative of the lasso on its support, by %s', (_, options) => {
    const reports: DerivativeReport[] = [];
    const x = solution();
    expect([...toFloat64(x)].map(Math.sign)).toEqual([1, 0, -1]);
    const onDerivative = (report: DerivativeReport) => reports.push(report);
    const [byB, byL1] = rootJacobian(F, x, [b(), l1()], { ...options, onDerivative });
    // 2 dx₁ = 2 db₁ + ½ db₂ − dl, 3 dx₃ = ¼ db₂ + 3 db₃ + dl
    expect(distance(toFloat64(byB), [1, 0.25, 0, 0, 0, 0, 0, 0.25 / 3, 1])).toBeLessThan(1e-9);
    expect(distance(toFloat64(byL1), [-0.5, 0, 1 / 3])).toBeLessThan(1e-9);
    // The row of the held entry needs no solve at all, and the others only two unknowns.
    expect(new Set(reports.map(({ size }) => size))).toEqual(new Set([2]));
  });

  test('gives the same without the restriction', () => {
    const x = solution();
    const w = float64([1, 5, 2]);
    const [whole] = rootVjp(F, x, [b(), l1()], w, { restrict: false });
    const [restricted] = rootVjp(F, x, [b(), l1()], w);
    expect(distance(toFloat64(whole), toFloat64(restricted))).toBeLessThan(1e-8);
    const forward = [float64([1, -1, 0.5]), null];
    expect(
      distance(
        toFloat64(rootJvp(F, x, [b(), l1()], forward)),
        toFloat64(rootJvp(F, x, [b(), l1()], forward, { restrict: false })),
      ),
    ).toBeLessThan(1e-8);
  });

  test('takes a support of one’s own', () => {
    const sizes: number[] = [];
    const own = proximalGradientCondition(
      (x: tf.Tensor, b: tf.Tensor, _l1: tf.Tensor) => quadratic(x, b),
      prox,
      {
        stepSize: 0.3,
        support: (x, _b, l1) => proxLasso.support(x, l1),
      },
    );
    rootVjp(own, solution(), [b(), l1()], float64([1, 1, 1]), {
      onDerivative: ({ size }) => sizes.push(size),
    });
    expect(sizes).toEqual([2]);
  });

  test('notices a support that does not fit', () => {
    const wrong = proximalGradientCondition(
      (x: tf.Tensor, b: tf.Tensor, _l1: tf.Tensor) => quadratic(x, b),
      prox,
      { stepSize: 0.3, support: () => float64([0, 1, 1]) },
    );
    const strict = { strict: true } as const;
    expect(() => rootVjp(wrong, solution(), [b(), l1()], float64([1, 1, 1]), strict)).toThrow(
      'a support of 2 of 3 unknowns, but the others are not held there',
    );
    rootVjp(wrong, solution(), [b(), l1()], float64([1, 1, 1]), { ...strict, restrict: false });
  });

  test('answers a solution that is held altogether', () => {
    const solve = customRoot(F, (_s: null, _b: tf.Tensor, _l1: tf.Tensor) => float64([0, 0, 0]));
    const [gb, gl] = tf.grads((b: tf.Tensor, l: tf.Tensor) => tf.sum(solve(null, b, l)))([b(), float64(50)]);
    expect([...toFloat64(gb), ...toFloat64(gl)].map(Math.abs)).toEqual([0, 0, 0, 0]);
    const forward = solve.jvp(null, [b(), float64(50)], [b(), null]).jvp;
    expect([...toFloat64(forward)].map(Math.abs)).toEqual([0, 0, 0]);
  });

  test('does not depend on the step size', () => {
    for (const stepSize of [0.01, 1, 20]) {
      const other = proximalGradientCondition(
        (x: tf.Tensor, b: tf.Tensor, _l1: tf.Tensor) => quadratic(x, b),
        prox,
        { stepSize },
      );
      const [byB] = rootJacobian(other, solution(), [b(), l1()], { solve: cg });
      expect(distance(toFloat64(byB), [1, 0.25, 0, 0, 0, 0, 0, 0.25 / 3, 1])).toBeLessThan(1e-9);
    }
  });
});

describe('projectedGradientCondition', () => {
  test('gives the bounds of a box their derivative', () => {
    const F = projectedGradientCondition(
      (x: tf.Tensor, b: tf.Tensor, _upper: tf.Tensor) => quadratic(x, b),
      (x, _b, upper) => projectBox(x, { lower: 0, upper }),
      { stepSize: 0.3 },
    );
    const args = [float64([2, 0.5, -1]), float64([1, 1, 1])] as const;
    const x = iterate(F.fixedPoint, float64([0, 0, 0]), ...args);
    expect(toFloat64(x)[0]).toBe(1); // at its bound
    expect(toFloat64(x)[2]).toBe(0);
    for (const [, options] of linearSolvers) {
      const [byB, byUpper] = rootJacobian(F, x, args, options);
      // dx₂ = ½ (db₁ − du₁) + db₂ + ¼ db₃, dx₁ = du₁, dx₃ = 0
      expect(distance(toFloat64(byB), [0, 0, 0, 0.5, 1, 0.25, 0, 0, 0])).toBeLessThan(1e-9);
      expect(distance(toFloat64(byUpper), [1, 0, 0, -0.5, 0, 0, 0, 0, 0])).toBeLessThan(1e-9);
      const du = float64([1, 0, 0]);
      const moved = rootJvp(F, x, args, [null, du], options);
      expect(distance(toFloat64(moved), [1, -0.5, 0])).toBeLessThan(1e-9);
    }
    const mask = supportBetween(x, { lower: 0, upper: 1 });
    expect([...toFloat64(mask)]).toEqual([0, 1, 0]);
  });

  test('agrees with mirror descent on the simplex, in any geometry, and with differences', () => {
    const simplex = (x: tf.Tensor): tf.Tensor => projectSimplex(x);
    const euclidean = projectedGradientCondition(quadratic, simplex, { stepSize: 0.3 });
    const kl = mirrorDescentCondition(quadratic, { stepSize: 0.7 });
    const logarithmic = mirrorDescentCondition(quadratic, {
      stepSize: 0.7,
      geometry: { mirrorMap: (x: tf.Tensor) => tf.log(x), projection: (y) => projectKlSimplex(y) },
    });
    for (const target of [
      [0.5, 0.2, 0.4],
      [0.9, 0.6, -0.9],
    ]) {
      const b = float64(target);
      const x = iterate(euclidean.fixedPoint, float64([1 / 3, 1 / 3, 1 / 3]), b);
      const w = float64([1, 2, -1]);
      const [first] = rootVjp(euclidean, x, [b], w);
      const [second] = rootVjp(kl, x, [b], w);
      expect(distance(toFloat64(second), toFloat64(first))).toBeLessThan(1e-8);
      if (toFloat64(x).every((value) => value > 0)) {
        const [third] = rootVjp(logarithmic, x, [b], w);
        expect(distance(toFloat64(third), toFloat64(first))).toBeLessThan(1e-8);
      }
      const total = (shift: number, i: number): number => {
        const moved = target.map((value, k) => value + (k === i ? shift : 0));
        const at = toFloat64(iterate(euclidean.fixedPoint, x, float64(moved)));
        return at[0] + 2 * at[1] - at[2];
      };
      const slope = [0, 1, 2].map((i) => (total(1e-4, i) - total(-1e-4, i)) / 2e-4);
      expect(distance(toFloat64(first), slope)).toBeLessThan(1e-7);
    }
  });
});

describe('mirrorDescentCondition', () => {
  test('keeps rows apart, and holds the orthant', () => {
    const f = (x: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.sum(tf.square(tf.sub(x, b))));
    const rows = mirrorDescentCondition(f);
    const b = float64([
      [0.7, 0.5, -3],
      [0.2, 0.3, 0.1],
    ]);
    const x = projectSimplex(b);
    const reference = projectedGradientCondition(f, (x: tf.Tensor) => projectSimplex(x));
    const w = float64([
      [1, -2, 3],
      [0, 1, 4],
    ]);
    const [first] = rootVjp(rows, x, [b], w);
    const [second] = rootVjp(reference, x, [b], w);
    expect(distance(toFloat64(first), toFloat64(second))).toBeLessThan(1e-9);

    const orthant = mirrorDescentCondition(f, { geometry: 'kl-orthant' });
    const [gradient] = rootVjp(orthant, tf.relu(b), [b], w);
    expect(distance(toFloat64(gradient), [1, -2, 0, 0, 1, 4])).toBeLessThan(1e-9);
  });

  test('has the scale of its simplex', () => {
    const f = (x: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.mul(0.5, tf.sum(tf.square(tf.sub(x, b))));
    const F = mirrorDescentCondition(f, { scale: 2 });
    const b = float64([1.5, 1]);
    const values = toFloat64(F(projectSimplex(b, 2), b));
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(1e-15);
    expect(() => mirrorDescentCondition(f, { scale: -1 })).toThrow('scale');
  });
});

describe('blockProximalGradientCondition', () => {
  const source = random(5);
  const M = Float64Array.from({ length: 64 }, () => source.normal());
  /** A regression whose blocks have curvatures of 1 and 10⁴, with a lasso, a group and a free block. */
  type Model = { sparse: tf.Tensor; groups: tf.Tensor; free: tf.Tensor };
  const objective = ({ sparse, groups, free }: Model, y: tf.Tensor, _l: tf.Tensor): tf.Tensor => {
    const x = tf.concat([sparse, tf.mul(100, tf.reshape(groups, [4])), free]);
    return tf.mul(0.5, tf.sum(tf.square(tf.sub(times(float64(M, [8, 8]), x), y))));
  };
  const F = blockProximalGradientCondition<Model, [tf.Tensor, tf.Tensor]>(
    objective,
    {
      sparse: (x, step, _y, l) => proxLasso(x, l, step),
      groups: (x, step, _y, l) => proxGroupLasso(x, tf.reshape(tf.mul(100, l), []), step),
      free: null,
    },
    { stepSize: { sparse: 0.02, groups: 2e-6, free: 0.02 } },
  );
  const solveFrom = (y: tf.Tensor, l: tf.Tensor): Model =>
    tf.tidy(() => {
      let x: Model = {
        sparse: float64([0, 0]),
        groups: float64([
          [0, 0],
          [0, 0],
        ]),
        free: float64([0, 0]),
      };
      for (let k = 0; k < 500; k++) x = F.fixedPoint(x, y, l);
      return x;
    }) as Model;

  test('differentiates unlike blocks at once, on their support', () => {
    const y = Float64Array.from({ length: 8 }, () => source.normal());
    const sizes = new Set<number>();
    const solve = customFixedPoint(F.fixedPoint, (_s: null, y: tf.Tensor, l: tf.Tensor) => solveFrom(y, l), {
      onDerivative: ({ size }) => sizes.add(size),
    });
    const total = ({ sparse, groups, free }: Model): tf.Tensor =>
      tf.add(
        tf.sum(sparse),
        tf.add(
          tf.mul(
            100,
            tf.sum(
              tf.mul(
                groups,
                float64([
                  [1, 2],
                  [3, 4],
                ]),
              ),
            ),
          ),
          tf.sum(free),
        ),
      );
    const at = (strength: number): number => toFloat64(total(solveFrom(float64(y), float64(strength))))[0];
    const strength = 1.2;
    const point = solveFrom(float64(y), float64(strength));
    const zeros = [...toFloat64(point.sparse), ...toFloat64(point.groups)].filter(
      (value) => value === 0,
    ).length;
    expect(zeros).toBeGreaterThan(0);
    const slope = tf.grad((l: tf.Tensor) => total(solve(null, float64(y), l)))(float64(strength));
    expect([...sizes]).toEqual([8 - zeros]);
    const difference = (at(strength + 1e-4) - at(strength - 1e-4)) / 2e-4;
    expect(toFloat64(slope)[0] / difference).toBeCloseTo(1, 6);
  });

  test('refuses a block without a prox, and a step size that is none', () => {
    const lame = blockProximalGradientCondition<Model, [tf.Tensor, tf.Tensor]>(objective, {
      sparse: null,
    } as never);
    const point = {
      sparse: float64([0, 0]),
      groups: float64([
        [0, 0],
        [0, 0],
      ]),
      free: float64([0, 0]),
    };
    expect(() => lame(point, float64(new Float64Array(8)), float64(1))).toThrow('no prox for block groups');
    expect(() =>
      blockProximalGradientCondition<Model, [tf.Tensor, tf.Tensor]>(
        objective,
        { sparse: null, groups: null, free: null },
        { stepSize: { sparse: 1, groups: -1, free: 1 } },
      ),
    ).toThrow('block groups');
  });
});
