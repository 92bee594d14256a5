import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  customFixedPoint,
  customRoot,
  kktCondition,
  proximalGradientCondition,
} from '../../src/implicit/index.js';
import {
  anderson,
  augmentedLagrangian,
  constrainedSolver,
  lbfgs,
  lbfgsb,
  levenbergMarquardt,
  minimize,
  newtonCg,
  projectedGradient,
  proximalGradient,
  quadraticProgramSolver,
  type TensorQuadraticProgram,
  tensorMap,
  tensorObjective,
  tensorResidual,
  tensorSolver,
} from '../../src/optimize/index.js';
import { projectSimplex } from '../../src/projection/index.js';
import { proxLasso } from '../../src/proximal/index.js';
import { float64, toFloat64, useBackend } from '../../src/tensor/index.js';
import { watched } from '../support/watched.js';
import { distance, reference } from './reference.js';

const seen = watched();
const { warnings } = seen;

const { X, y, rows, columns, lasso } = reference.regression;

/** ½ ‖X w − y‖² / m */
const misfit = (w: tf.Tensor): tf.Tensor => {
  const r = tf.sub(
    tf.reshape(tf.matMul(float64(X, [rows, columns]), tf.reshape(w, [columns, 1])), [rows]),
    float64(y),
  );
  return tf.div(tf.sum(tf.square(r)), 2 * rows);
};
const ridge = (w: tf.Tensor, strength: tf.Tensor): tf.Tensor =>
  tf.add(misfit(w), tf.mul(tf.div(strength, 2), tf.sum(tf.square(w))));
const gradientOf = (w: tf.Tensor, strength: tf.Tensor): tf.Tensor =>
  tf.grad((v: tf.Tensor) => ridge(v, strength))(w);
const start = (): tf.Tensor => float64(new Float64Array(columns));

/** d(Σ w*)/dstrength by central differences of `solve`. */
function slope(solve: (x0: tf.Tensor, strength: tf.Tensor) => tf.Tensor, at: number, h = 1e-4): number {
  const total = (strength: number): number =>
    toFloat64(solve(start(), float64(strength))).reduce((sum, value) => sum + value, 0);
  return (total(at + h) - total(at - h)) / (2 * h);
}

describe('tensorObjective', () => {
  test('has the values, gradients and Hessian products of its function, and leaves no tensor behind', () => {
    const f = ({ a, b }: { a: tf.Tensor; b: tf.Tensor[] }, c: number): tf.Tensor =>
      tf.add(tf.sum(tf.mul(c, tf.exp(tf.mul(a, b[0])))), tf.sum(tf.square(tf.square(b[1]))));
    const example = { a: float64([0, 0]), b: [float64(0), float64([[0]])] };
    const objective = tensorObjective(f, example, 3);
    const before = tf.memory().numTensors;
    expect(objective.size).toBe(4);
    const x = Float64Array.of(0.3, -0.2, 1.5, 0.7);
    const gradient = new Float64Array(4);
    const value = objective.gradient(x, gradient);
    const [e0, e1] = [3 * Math.exp(0.45), 3 * Math.exp(-0.3)];
    expect(value).toBeCloseTo(e0 + e1 + 0.7 ** 4, 13);
    expect(distance(gradient, [1.5 * e0, 1.5 * e1, 0.3 * e0 - 0.2 * e1, 4 * 0.7 ** 3])).toBeLessThan(1e-14);
    const product = new Float64Array(4);
    objective.hessianProduct?.(x, Float64Array.of(0, 0, 0, 1), product);
    expect(distance(product, [0, 0, 0, 12 * 0.49])).toBeLessThan(1e-13);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('refuses a function that returns no single number', () => {
    const objective = tensorObjective((x: tf.Tensor) => tf.square(x), float64([1, 2]));
    expect(() => minimize(lbfgs(), objective, Float64Array.of(1, 2))).toThrow('must return one number');
  });
});

describe('tensorResidual and tensorMap', () => {
  test('have the Jacobian products of their function', () => {
    const F = (x: tf.Tensor): tf.Tensor => tf.mul(x, tf.sum(x));
    const residual = tensorResidual(F, float64([0, 0]));
    const x = Float64Array.of(2, 3);
    const out = new Float64Array(2);
    residual.evaluate(x, out);
    expect([...out]).toEqual([10, 15]);
    const { product, transposed } = residual.linearize(x);
    product(Float64Array.of(1, 0), out);
    expect([...out]).toEqual([7, 3]);
    transposed(Float64Array.of(1, 0), out);
    expect([...out]).toEqual([7, 2]);
    tensorMap(F, float64([0, 0])).apply(x, out);
    expect([...out]).toEqual([10, 15]);
    expect(residual).toMatchObject({ size: 2, count: 2 });
  });

  test('name a map that returns something else than x', () => {
    const map = tensorMap((x: tf.Tensor) => tf.sum(x), float64([0, 0]));
    expect(() => map.apply(new Float64Array(2), new Float64Array(2))).toThrow(
      'T(x) must be tensors of the same shapes',
    );
  });
});

describe('tensorSolver', () => {
  test.each([
    ['lbfgs', () => lbfgs()],
    ['newtonCg', () => newtonCg()],
  ] as const)('with %s and customRoot gives the derivative of ridge regression', (_, method) => {
    const minimiser = tensorSolver(method(), ridge, { tolerance: 1e-11 });
    const solve = customRoot(gradientOf, minimiser);
    const derivative = tf.grad((strength: tf.Tensor) => tf.sum(solve(start(), strength)))(float64(0.5));
    expect(toFloat64(derivative)[0]).toBeCloseTo(slope(minimiser, 0.5), 7);
    expect(warnings).toEqual([]);
  });

  test('with proximalGradient solves the lasso as scikit-learn does', () => {
    const solve = tensorSolver(proximalGradient(), (w: tf.Tensor, _alpha: tf.Tensor) => misfit(w), {
      tolerance: 1e-10,
      maxSteps: 100_000,
      prox: (w, step, alpha) => proxLasso(w, alpha, step),
      penalty: (w, alpha) => tf.mul(alpha, tf.sum(tf.abs(w))),
    });
    expect(distance(toFloat64(solve(start(), float64(lasso.alpha))), lasso.solution)).toBeLessThan(1e-8);
  });

  test('with projectedGradient solves least squares on the simplex as OSQP does', () => {
    const { B, b, rows: m, columns: n, solution } = reference.simplexLeastSquares;
    const f = (x: tf.Tensor): tf.Tensor =>
      tf.sum(tf.square(tf.sub(tf.matMul(float64(B, [m, n]), tf.reshape(x, [n, 1])), float64(b, [m, 1]))));
    const solve = tensorSolver(projectedGradient(), f, {
      tolerance: 1e-10,
      projection: (x) => projectSimplex(x),
    });
    expect(distance(toFloat64(solve(float64(new Float64Array(n)))), solution)).toBeLessThan(1e-8);
  });

  test('with anderson and customFixedPoint differentiates a fixed point', () => {
    const T = (x: tf.Tensor, a: tf.Tensor): tf.Tensor => tf.cos(tf.mul(a, x));
    const solve = customFixedPoint(T, tensorSolver(anderson(), T, { tolerance: 1e-13 }));
    const at = toFloat64(solve(float64(1), float64(1)))[0];
    expect(at).toBeCloseTo(reference.scalarRoots.cosine, 12);
    const derivative = tf.grad((a: tf.Tensor) => solve(float64(1), a))(float64(1));
    expect(toFloat64(derivative)[0]).toBeCloseTo((-at * Math.sin(at)) / (1 + Math.sin(at)), 10);
  });

  test('leaves nothing behind but its result', () => {
    const solve = tensorSolver(lbfgs(), ridge);
    const [x0, strength] = [start(), float64(1)];
    const before = tf.memory().numTensors;
    solve(x0, strength).dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(before).toBe(seen.tensors + 2);
  });

  test('warns when a run did not converge, or hands it to onSolution', () => {
    tensorSolver(lbfgs(), ridge, { maxSteps: 2 })(start(), float64(1));
    expect(warnings).toEqual([expect.stringContaining('raise maxSteps')]);
    const results: string[] = [];
    const quiet = tensorSolver(lbfgs(), ridge, {
      maxSteps: 2,
      onSolution: ({ result }) => results.push(result),
    });
    quiet(start(), float64(1));
    expect(results).toEqual(['step-limit']);
    expect(warnings).toHaveLength(1);
  });

  test('says so when it is recorded instead of wrapped', () => {
    const solve = tensorSolver(lbfgs(), ridge);
    expect(() => tf.grad((strength: tf.Tensor) => tf.sum(solve(start(), strength)))(float64(1))).toThrow(
      'wrap the solver in customRoot',
    );
  });

  test('says which option its method needs', () => {
    expect(() => tensorSolver(proximalGradient(), misfit)(start())).toThrow('needs the option prox');
    expect(() => tensorSolver(projectedGradient(), misfit)(start())).toThrow('needs the option projection');
  });

  test('works in single precision, to its tolerance', () => {
    useBackend('cpu', () => {
      const f = (x: tf.Tensor, a: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.sub(x, a)));
      const x = tensorSolver(lbfgs(), f, { tolerance: 1e-5 })(tf.tensor([0, 0]), tf.tensor([1, 2]));
      expect(distance(x.dataSync(), [1, 2])).toBeLessThan(1e-5);
      const byDefault = tensorSolver(lbfgs(), f)(tf.tensor([0, 0]), tf.tensor([1, 2]));
      expect(distance(byDefault.dataSync(), [1, 2])).toBeLessThan(1e-4);
      const tight = tensorSolver(lbfgs(), f, { tolerance: 1e-8 });
      expect(() => tight(tf.tensor([0, 0]), tf.tensor([1, 2]))).toThrow('cannot be reached on the backend');
      expect(warnings).toEqual([]);
    });
  });
});

describe('tensorSolver, for every kind of problem', () => {
  const target = [3, -1, 0.25];
  const bowl = (x: tf.Tensor, t: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.sub(x, t)));
  const zero = (): tf.Tensor => float64([0, 0, 0]);

  test('bounds come from numbers, tensors and the arguments', () => {
    const solve = tensorSolver(lbfgsb(), bowl, {
      lower: 0,
      upper: (t) => tf.mul(tf.abs(t), 0.5),
      tolerance: 1e-12,
    });
    expect(distance(toFloat64(solve(zero(), float64(target))), [1.5, 0, 0.125])).toBeLessThan(1e-12);
    const fixed = tensorSolver(lbfgsb(), bowl, { lower: float64([0, -2, 1]), tolerance: 1e-12 });
    expect(distance(toFloat64(fixed(zero(), float64(target))), [3, -1, 1])).toBeLessThan(1e-12);
  });

  test('constraints are tfjs functions', () => {
    // The closest point of the unit sphere's inside on the plane of sum zero.
    const solve = tensorSolver(augmentedLagrangian(), bowl, {
      tolerance: 1e-10,
      equality: (x) => tf.sum(x),
      inequality: (x) => ({ ball: tf.sub(tf.sum(tf.square(x)), 1) }),
    });
    const mean = (3 - 1 + 0.25) / 3;
    const flat = target.map((value) => value - mean);
    const length = Math.hypot(...flat);
    const expected = flat.map((value) => value / length);
    expect(distance(toFloat64(solve(zero(), float64(target))), expected)).toBeLessThan(1e-8);
  });

  test('residuals may have more values than x', () => {
    const F = (x: tf.Tensor, t: tf.Tensor): tf.Tensor[] => [tf.sub(tf.exp(x), t), tf.mul(1e-3, x)];
    const solve = tensorSolver(levenbergMarquardt(), F, { tolerance: 1e-12 });
    const x = toFloat64(solve(zero(), float64([1, 2, 3])));
    x.forEach((value, i) => {
      expect((Math.exp(value) - i - 1) * Math.exp(value) + 1e-6 * value).toBeCloseTo(0, 11);
    });
  });
});

describe('quadraticProgramSolver', () => {
  const names = ['Q', 'c', 'A', 'b', 'G', 'h'] as const;
  /** HS76 with an equation. */
  const data = (): TensorQuadraticProgram & Record<(typeof names)[number], tf.Tensor> => ({
    Q: float64([
      [2, 0, -1, 0],
      [0, 1, 0, 0],
      [-1, 0, 2, 1],
      [0, 0, 1, 1],
    ]),
    c: float64([-1, -3, 1, -1]),
    A: float64([[1, 1, 1, 1]]),
    b: float64([2]),
    G: float64([
      [1, 2, 1, 1],
      [-1, 0, 0, 0],
      [0, -1, 0, 0],
      [0, 0, -1, 0],
      [0, 0, 0, -1],
    ]),
    h: float64([3.5, 0, 0, 0, 0]),
  });
  const column = (v: tf.Tensor): tf.Tensor => tf.reshape(v, [v.size, 1]);
  const times = (M: tf.Tensor, v: tf.Tensor): tf.Tensor => tf.reshape(tf.matMul(M, column(v)), [-1]);
  type Data = ReturnType<typeof data>;
  const kkt = kktCondition({
    objective: (x: tf.Tensor, { Q, c }: Data) =>
      tf.add(tf.mul(0.5, tf.sum(tf.mul(x, times(Q, x)))), tf.sum(tf.mul(c, x))),
    equality: (x: tf.Tensor, { A, b }: Data) => tf.sub(times(A, x), b),
    inequality: (x: tf.Tensor, { G, h }: Data) => tf.sub(times(G, x), h),
  });

  test('solves the optimality conditions', () => {
    const d = data();
    const z = quadraticProgramSolver()(null, d);
    const rest = kkt(z, d);
    for (const part of Object.values(rest)) {
      expect(Math.max(...toFloat64(part as tf.Tensor).map(Math.abs))).toBeLessThan(1e-12);
    }
    expect(Math.min(...toFloat64(z.inequality as tf.Tensor))).toBeGreaterThanOrEqual(0);
    expect(warnings).toEqual([]);
  });

  test('with customRoot and the KKT conditions gives the derivatives of the solution in all of its data', () => {
    const solver = quadraticProgramSolver();
    const solve = customRoot(kkt, solver);
    const w = float64([1, -2, 3, 0.5]);
    const loss = (c: tf.Tensor, b: tf.Tensor, h: tf.Tensor): tf.Tensor =>
      tf.sum(tf.mul(w, solve(null, { ...data(), c, b, h }).primal));
    const d = data();
    const gradients = tf.grads(loss)([d.c, d.b, d.h]);
    const at = { c: toFloat64(d.c), b: toFloat64(d.b), h: toFloat64(d.h) };
    (['c', 'b', 'h'] as const).forEach((name, k) => {
      const gradient = toFloat64(gradients[k]);
      gradient.forEach((value, i) => {
        const shifted = (by: number): number => {
          const moved = { ...at, [name]: at[name].map((entry, j) => (i === j ? entry + by : entry)) };
          const z = solver(null, {
            ...data(),
            c: float64(moved.c),
            b: float64(moved.b),
            h: float64(moved.h),
          });
          const x = toFloat64(z.primal);
          return x[0] - 2 * x[1] + 3 * x[2] + 0.5 * x[3];
        };
        expect(value).toBeCloseTo((shifted(1e-4) - shifted(-1e-4)) / 2e-4, 7);
      });
    });
  });

  test('warns with the reason where there is no solution', () => {
    const z = quadraticProgramSolver()(null, {
      c: float64([1, 1]),
      G: float64([
        [1, 0],
        [-1, 0],
      ]),
      h: float64([0, -1]),
    });
    expect(warnings).toEqual([expect.stringContaining('no point fulfils the constraints')]);
    expect(z.equality).toBeUndefined();
  });

  test('refuses matrices of another width', () => {
    expect(() =>
      quadraticProgramSolver()(null, { c: float64([1, 1]), A: float64([[1]]), b: float64([1]) }),
    ).toThrow('A must be a matrix of 2 columns');
  });
});

describe('constrainedSolver', () => {
  const problem = {
    objective: (x: tf.Tensor, t: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.sub(x, t))),
    equality: (x: tf.Tensor, _t: tf.Tensor): tf.Tensor => tf.sum(x),
    inequality: (x: tf.Tensor, _t: tf.Tensor): tf.Tensor => tf.sub(tf.sum(tf.square(x)), 1),
  };
  const start = () => ({ primal: float64([0.1, 0, 0]) });

  test('with customRoot and kktCondition differentiates the closest point of a disc', () => {
    const solve = customRoot(kktCondition(problem), constrainedSolver(problem, { tolerance: 1e-11 }));
    const target = [3, -1, 0.25];
    // x = f/‖f‖ with f the target less its mean.
    const closest = (t: ArrayLike<number>): number[] => {
      const mean = (t[0] + t[1] + t[2]) / 3;
      const flat = Array.from(t, (value) => value - mean);
      return flat.map((value) => value / Math.hypot(...flat));
    };
    const w = [1, 2, -1];
    const [value, gradient] = ((): [tf.Tensor, tf.Tensor] => {
      const result = tf.valueAndGrad((t: tf.Tensor) => tf.sum(tf.mul(float64(w), solve(start(), t).primal)))(
        float64(target),
      );
      return [result.value, result.grad];
    })();
    const loss = (t: ArrayLike<number>): number => closest(t).reduce((sum, x, i) => sum + w[i] * x, 0);
    expect(toFloat64(value)[0]).toBeCloseTo(loss(target), 9);
    toFloat64(gradient).forEach((slope, i) => {
      const moved = (by: number): number => loss(target.map((t, j) => (i === j ? t + by : t)));
      expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
    });
    expect(warnings).toEqual([]);
  });

  test('leaves nothing behind but its result', () => {
    const [x0, t] = [start(), float64([3, -1, 0.25])];
    const before = tf.memory().numTensors;
    const point = constrainedSolver(problem)(x0, t);
    expect(tf.memory().numTensors).toBe(before + 3);
    expect(point.equality?.shape).toEqual([]);
  });
});

test('the lasso solved by proximalGradient is differentiated by its condition', () => {
  const prox = (w: tf.Tensor, step: number, alpha: tf.Tensor): tf.Tensor => proxLasso(w, alpha, step);
  const f = (w: tf.Tensor, _alpha: tf.Tensor): tf.Tensor => misfit(w);
  const solver = tensorSolver(proximalGradient(), f, { tolerance: 1e-11, maxSteps: 100_000, prox });
  const solve = customRoot(proximalGradientCondition(f, prox), solver);
  const derivative = tf.grad((alpha: tf.Tensor) => tf.sum(solve(start(), alpha)))(float64(lasso.alpha));
  expect(toFloat64(derivative)[0]).toBeCloseTo(slope(solver, lasso.alpha), 6);
});
