/**
 * The claim of modularity as a table: problem × solver × condition × linear solver. Each problem is solved by every solver
 * that applies, and each solution differentiated by every condition and linear solver that applies. All of a problem's
 * solutions and derivatives must agree with each other, and with scikit-learn's and JAXopt's.
 */
import * as tf from '@tensorflow/tfjs';
import {
  blockProximalGradientCondition,
  type Condition,
  type ImplicitOptions,
  type KktPoint,
  kktCondition,
  mirrorDescentCondition,
  newtonCondition,
  projectedGradientCondition,
  proximalGradientCondition,
  quadraticProgramCondition,
  stationaryCondition,
} from '../../src/implicit/index.js';
import {
  auto,
  bicgstab,
  cg,
  cholesky,
  gmres,
  type LinearSolver,
  lsmr,
  lu,
  minres,
  normalCg,
  qr,
  refined,
} from '../../src/linear/index.js';
import {
  acceleratedGradient,
  admm,
  anderson,
  blockCoordinateDescent,
  broyden,
  constrainedSolver,
  equalityQp,
  euclidean,
  fire,
  fixedPoint,
  gaussNewton,
  gradientDescent,
  klSimplex,
  lbfgs,
  lbfgsb,
  levenbergMarquardt,
  mirrorDescent,
  newtonCg,
  nonlinearCg,
  projectedGradient,
  proximalGradient,
  quadraticProgram,
  run,
  tensorSolver,
} from '../../src/optimize/index.js';
import { fromHost, projectSimplex } from '../../src/projection/index.js';
import { proxLasso, proxRidge } from '../../src/proximal/index.js';
import { type TensorTree, toFloat64 } from '../../src/tensor/index.js';
import { reference } from './reference.js';

/** x*(θ) of a scalar θ, from x0; flat. */
export type Solve = (theta: tf.Tensor) => Float64Array;

export interface Row {
  readonly condition: string;
  readonly F: Condition<TensorTree, [tf.Tensor]>;
  /** The condition's unknown at a solution, and a change of x from its tangent. */
  readonly embed: (x: Float64Array, theta: number) => TensorTree;
  readonly project: (tangent: TensorTree) => Float64Array;
  readonly linear: readonly (keyof typeof linearSolvers)[];
  /** Of the linear solves, where the table's cannot be had: its products are themselves solves. */
  readonly tolerance?: number;
}

export interface Table {
  readonly name: string;
  readonly theta: number;
  readonly solution: readonly number[];
  readonly derivative: readonly number[];
  readonly solvers: Readonly<Record<string, Solve>>;
  readonly rows: readonly Row[];
}

export const linearSolvers = {
  cg,
  minres,
  cholesky,
  bicgstab,
  gmres,
  normalCg,
  lsmr,
  lu,
  qr,
  refined: refined(gmres, { tolerance: 1e-4 }),
  auto,
} satisfies Record<string, LinearSolver>;

const positive = Object.keys(linearSolvers) as (keyof typeof linearSolvers)[];
/** Newton's system is the identity, and its products are dear, and as exact as the solves in them. */
const inexact = 1e-8;
const cheap: Row['linear'] = ['gmres', 'bicgstab', 'auto'];
const symmetric = positive.filter((name) => name !== 'cg' && name !== 'cholesky');
const general = symmetric.filter((name) => name !== 'minres');
/** Saddle points: BiCGSTAB and preconditioned recurrences may divide by zero there. */
const saddle = symmetric.filter((name) => name !== 'bicgstab');

const { rows: m, columns: n, X, y, labels } = reference.data;
const tensor = (values: ArrayLike<number>, ...shape: number[]): tf.Tensor =>
  fromHost(Float64Array.from(values), shape.length > 0 ? shape : [values.length]);
const times = (M: tf.Tensor, v: tf.Tensor): tf.Tensor =>
  tf.reshape(tf.matMul(M, tf.reshape(v, [v.size, 1])), [M.shape[0]]);
const half = (t: tf.Tensor): tf.Tensor => tf.mul(0.5, t);
const flat = (tree: TensorTree): Float64Array => toFloat64(tree as tf.Tensor);

/** How closely the solvers are asked to solve, and for how long. */
export interface Precision {
  readonly tolerance: number;
  readonly maxSteps: number;
}

type Scalar = (x: tf.Tensor, theta: tf.Tensor) => tf.Tensor;

/** A row whose unknown is x itself. */
function plain(condition: string, F: unknown, linear: Row['linear'], shape: readonly number[] = [n]): Row {
  return {
    condition,
    F: F as Row['F'],
    embed: (x) => tensor(x, ...shape),
    project: flat,
    linear,
  };
}

/** x cut into the first `cut` entries and the rest. */
function cutInTwo(cut: number): Pick<Row, 'embed' | 'project'> {
  return {
    embed: (x) => [tensor(x.slice(0, cut)), tensor(x.slice(cut))],
    project: (tangent) => Float64Array.from((tangent as tf.Tensor[]).flatMap((part) => [...toFloat64(part)])),
  };
}

const primal = (tangent: TensorTree): Float64Array => flat((tangent as { primal: tf.Tensor }).primal);

/** A tensorSolver whose answers come as host values. */
function solved(solver: (x0: tf.Tensor, theta: tf.Tensor) => TensorTree, start: () => tf.Tensor): Solve {
  return (theta) => {
    let values = new Float64Array(0);
    tf.tidy(() => {
      values = Float64Array.from(flat(solver(start(), theta)));
    });
    return values;
  };
}

/** The smooth problems, by all methods for objectives without constraints. */
function smoothSolvers(f: Scalar, precision: Precision): Record<string, Solve> {
  const start = (): tf.Tensor => tensor(new Float64Array(n));
  const slope = stationaryCondition<tf.Tensor, [tf.Tensor]>(f, { stepSize: 0.008 });
  const by = (solver: (x0: tf.Tensor, theta: tf.Tensor) => TensorTree): Solve => solved(solver, start);
  const whole = { ...precision, prox: (x: tf.Tensor) => x, projection: (x: tf.Tensor) => x };
  return {
    gradientDescent: by(tensorSolver(gradientDescent(), f, precision)),
    acceleratedGradient: by(tensorSolver(acceleratedGradient(), f, precision)),
    nonlinearCg: by(tensorSolver(nonlinearCg(), f, precision)),
    lbfgs: by(tensorSolver(lbfgs(), f, precision)),
    lbfgsb: by(tensorSolver(lbfgsb(), f, precision)),
    newtonCg: by(tensorSolver(newtonCg(), f, precision)),
    fire: by(tensorSolver(fire(), f, precision)),
    proximalGradient: by(tensorSolver(proximalGradient(), f, whole)),
    projectedGradient: by(tensorSolver(projectedGradient(), f, whole)),
    blockCoordinateDescent: by(tensorSolver(blockCoordinateDescent({ blocks: 2 }), f, whole)),
    mirrorDescent: by(
      tensorSolver(mirrorDescent({ geometry: euclidean((v, out) => out.set(v)) }), f, precision),
    ),
    broyden: by(tensorSolver(broyden(), slope as never, precision)),
    fixedPoint: by(tensorSolver(fixedPoint(), slope.fixedPoint as never, precision)),
    anderson: by(tensorSolver(anderson(), slope.fixedPoint as never, precision)),
    augmentedLagrangian: by(
      (x0, theta) =>
        constrainedSolver<tf.Tensor, [tf.Tensor]>({ objective: f }, precision)({ primal: x0 }, theta).primal,
    ),
  };
}

function smoothRows(f: Scalar, data: Scalar, stepSize: number): Row[] {
  const options = { stepSize };
  const own = (x: tf.Tensor, step: number, theta: tf.Tensor): tf.Tensor => proxRidge(x, theta, step);
  return [
    plain('stationary', stationaryCondition(f), positive),
    plain('proximal gradient', proximalGradientCondition(data, own, options), general),
    plain(
      'projected gradient',
      projectedGradientCondition(f, (x: tf.Tensor) => tf.clone(x), options),
      positive,
    ),
    plain(
      'mirror descent',
      mirrorDescentCondition(f, {
        stepSize,
        geometry: { mirrorMap: (x: tf.Tensor) => tf.clone(x), projection: (x) => x },
      }),
      positive,
    ),
    { ...plain('Newton', newtonCondition(stationaryCondition(f)), cheap), tolerance: inexact },
    {
      condition: 'block proximal gradient',
      F: blockProximalGradientCondition<readonly tf.Tensor[], [tf.Tensor]>(
        (x, theta) => data(tf.concat([...x]), theta),
        [(x, step, theta) => proxRidge(x, theta, step), (x, step, theta) => proxRidge(x, theta, step)],
        { stepSize: [stepSize, stepSize / 2] },
      ) as never,
      ...cutInTwo(2),
      linear: general,
    },
    {
      condition: 'KKT',
      F: kktCondition<tf.Tensor, [tf.Tensor]>({ objective: f }) as never,
      embed: (x) => ({ primal: tensor(x) }),
      project: primal,
      linear: positive,
    },
  ];
}

/** ½ ‖X w − y‖² + ½ θ ‖w‖² */
export function ridge(precision: Precision): Table {
  const residual = (w: tf.Tensor): tf.Tensor => tf.sub(times(tensor(X, m, n), w), tensor(y));
  const data: Scalar = (w) => half(tf.sum(tf.square(residual(w))));
  const f: Scalar = (w, theta) => tf.add(data(w, theta), half(tf.mul(theta, tf.sum(tf.square(w)))));
  const squares = (w: tf.Tensor, theta: tf.Tensor): tf.Tensor =>
    tf.concat([residual(w), tf.mul(tf.sqrt(theta), w)]);
  const start = (): tf.Tensor => tensor(new Float64Array(n));
  const asProgram =
    (method: ReturnType<typeof admm> | ReturnType<typeof equalityQp>): Solve =>
    (theta) => {
      const Q = new Float64Array(n * n);
      const c = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < m; k++) {
          c[i] -= X[k * n + i] * y[k];
          for (let j = 0; j < n; j++) Q[i * n + j] += X[k * n + i] * X[k * n + j];
        }
        Q[i * n + i] += toFloat64(theta)[0];
      }
      const program = quadraticProgram({ Q, c, A: [], b: [] });
      return run(method as never, program, new Float64Array(n), precision).value;
    };
  return {
    name: 'ridge',
    ...reference.ridge,
    solvers: {
      ...smoothSolvers(f, precision),
      gaussNewton: solved(tensorSolver(gaussNewton(), squares as never, precision), start),
      levenbergMarquardt: solved(tensorSolver(levenbergMarquardt(), squares as never, precision), start),
      admm: asProgram(admm()),
      equalityQp: asProgram(equalityQp()),
    },
    rows: smoothRows(f, data, 0.008),
  };
}

/** Σ log(1 + exp(−sₖ xₖ·w)) + ½ θ ‖w‖² */
export function logistic(precision: Precision): Table {
  const signs = labels.map((label) => 1 - 2 * label);
  const data: Scalar = (w) => tf.sum(tf.softplus(tf.mul(tensor(signs), times(tensor(X, m, n), w))));
  const f: Scalar = (w, theta) => tf.add(data(w, theta), half(tf.mul(theta, tf.sum(tf.square(w)))));
  return {
    name: 'logistic regression',
    ...reference.logistic,
    solvers: smoothSolvers(f, precision),
    rows: smoothRows(f, data, 0.03),
  };
}

/** ‖X w − y‖² / 2m + θ Σ|w| */
export function lasso(precision: Precision): Table {
  const data: Scalar = (w) =>
    tf.div(tf.sum(tf.square(tf.sub(times(tensor(X, m, n), w), tensor(y)))), tensor([2 * m], 1).reshape([]));
  const prox = (w: tf.Tensor, step: number, theta: tf.Tensor): tf.Tensor => proxLasso(w, theta, step);
  const options = { ...precision, prox };
  const stepSize = 0.35;
  const T = proximalGradientCondition<tf.Tensor, [tf.Tensor]>(data, prox, { stepSize });
  const start = (): tf.Tensor => tensor(new Float64Array(n));
  // w = p − q with p, q ≥ 0 has a smooth objective.
  const join = (pq: tf.Tensor): tf.Tensor => tf.sub(tf.slice(pq, [0], [n]), tf.slice(pq, [n], [n]));
  const split: Scalar = (pq, theta) => tf.add(data(join(pq), theta), tf.mul(theta, tf.sum(pq)));
  const joined =
    (
      solver: (x0: tf.Tensor, theta: tf.Tensor) => TensorTree,
    ): ((x0: tf.Tensor, theta: tf.Tensor) => TensorTree) =>
    (_x0, theta) =>
      join(solver(tensor(new Float64Array(2 * n).fill(0.1)), theta) as tf.Tensor);
  const parts = (x: Float64Array): Float64Array =>
    Float64Array.from([...x.map((w) => Math.max(w, 0)), ...x.map((w) => Math.max(-w, 0))]);
  const slopes = stationaryCondition<tf.Tensor, [tf.Tensor]>(split);
  const recombined = (pq: Float64Array): Float64Array => pq.slice(0, n).map((p, i) => p - pq[n + i]);
  const relu = (pq: tf.Tensor): tf.Tensor => tf.relu(pq);
  return {
    name: 'lasso',
    ...reference.lasso,
    solvers: {
      proximalGradient: solved(tensorSolver(proximalGradient(), data, options), start),
      blockCoordinateDescent: solved(tensorSolver(blockCoordinateDescent(), data, options), start),
      fixedPoint: solved(tensorSolver(fixedPoint(), T.fixedPoint as never, precision), start),
      anderson: solved(tensorSolver(anderson(), T.fixedPoint as never, precision), start),
      projectedGradient: solved(
        joined(tensorSolver(projectedGradient(), split, { ...precision, projection: relu })),
        start,
      ),
      lbfgsb: solved(joined(tensorSolver(lbfgsb(), split, { ...precision, lower: 0 })), start),
      augmentedLagrangian: solved(
        joined((x0, theta) => {
          const problem = { objective: split, inequality: (pq: tf.Tensor) => tf.neg(pq) };
          return constrainedSolver<tf.Tensor, [tf.Tensor]>(problem, precision)({ primal: x0 }, theta).primal;
        }),
        start,
      ),
    },
    rows: [
      plain('proximal gradient', T, positive),
      { ...plain('Newton', newtonCondition(T), cheap), tolerance: inexact },
      {
        condition: 'block proximal gradient',
        F: blockProximalGradientCondition<readonly tf.Tensor[], [tf.Tensor]>(
          (x, theta) => data(tf.concat([...x]), theta),
          [prox, prox],
          { stepSize: [stepSize, stepSize / 2] },
        ) as never,
        ...cutInTwo(3),
        linear: general,
      },
      {
        condition: 'projected gradient',
        F: projectedGradientCondition<tf.Tensor, [tf.Tensor]>(split, relu, { stepSize: 0.3 }) as never,
        embed: (x) => tensor(parts(x)),
        project: (tangent) => recombined(flat(tangent)),
        linear: positive,
      },
      {
        condition: 'mirror descent',
        F: mirrorDescentCondition<tf.Tensor, [tf.Tensor]>(split, {
          geometry: 'kl-orthant',
          stepSize: 0.3,
        }) as never,
        embed: (x) => tensor(parts(x)),
        project: (tangent) => recombined(flat(tangent)),
        linear: general,
      },
      ...(['projection', 'product'] as const).map(
        (complementarity): Row => ({
          condition: `KKT (${complementarity})`,
          F: kktCondition<tf.Tensor, [tf.Tensor]>(
            { objective: split, inequality: (pq) => tf.neg(pq) },
            { complementarity },
          ) as never,
          // Where p is held at zero its slope is the multiplier.
          embed: (x, theta) => {
            // The augmented Lagrangian leaves rounding where zeros should be.
            const at = tensor(parts(x.map((w) => (Math.abs(w) > 1e-4 ? w : 0))));
            const slope = slopes(at, tensor([theta], 1).reshape([]));
            return { primal: at, inequality: tf.mul(slope, tf.lessEqual(at, 0).toFloat()) };
          },
          project: (tangent) => recombined(primal(tangent)),
          linear: complementarity === 'projection' ? saddle : saddle.filter((name) => name !== 'minres'),
        }),
      ),
    ],
  };
}

/** The dual of a multiclass support vector machine: rows of x on the simplex. */
export function svm(precision: Precision): Table {
  const { count, classes, K, Y } = reference.svm;
  const size = count * classes;
  const matrix = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [count, classes]);
  const f: Scalar = (x, theta) => {
    const gap = tf.sub(tensor(Y, count, classes), matrix(x));
    const quadratic = tf.sum(tf.mul(gap, tf.matMul(tensor(K, count, count), gap)));
    return tf.add(tf.div(half(quadratic), theta), tf.sum(tf.mul(matrix(x), tensor(Y, count, classes))));
  };
  const projection = (x: tf.Tensor): tf.Tensor => tf.reshape(projectSimplex(matrix(x)), x.shape);
  const prox = (x: tf.Tensor): tf.Tensor => projection(x);
  const stepSize = 0.25;
  /** Mirror descent and the augmented Lagrangian come near to zero, but not to it. */
  const held = 1e-4;
  const T = projectedGradientCondition<tf.Tensor, [tf.Tensor]>(f, projection, { stepSize });
  const slopes = stationaryCondition<tf.Tensor, [tf.Tensor]>(f);
  const start = (): tf.Tensor => tensor(new Float64Array(size).fill(1 / classes));
  const constraints = {
    objective: f,
    equality: (x: tf.Tensor) => tf.sub(tf.sum(matrix(x), 1), 1),
    inequality: (x: tf.Tensor) => tf.neg(x),
  };
  const asProgram: Solve = (theta) => {
    // ½ (Y − x)ᵀ K (Y − x)/θ + xᵀ Y, with rows of C for the sums and for the signs
    const t = toFloat64(theta)[0];
    const Q = new Float64Array(size * size);
    const c = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        for (let k = 0; k < classes; k++) {
          Q[(i * classes + k) * size + j * classes + k] = K[i * count + j] / t;
          c[i * classes + k] -= (K[i * count + j] * Y[j * classes + k]) / t;
        }
      }
      for (let k = 0; k < classes; k++) c[i * classes + k] += Y[i * classes + k];
    }
    const A = new Float64Array(count * size).map((_, k) =>
      Math.floor((k % size) / classes) === Math.floor(k / size) ? 1 : 0,
    );
    const G = new Float64Array(size * size).map((_, k) => (k % (size + 1) === 0 ? -1 : 0));
    const program = quadraticProgram({
      Q,
      c,
      A,
      b: new Float64Array(count).fill(1),
      G,
      h: new Float64Array(size),
    });
    return run(admm(), program, new Float64Array(size).fill(1 / classes), precision).value;
  };
  const rowsOf = (x: readonly tf.Tensor[]): tf.Tensor => tf.stack([...x]);
  return {
    name: 'SVM dual',
    ...reference.svm,
    solvers: {
      projectedGradient: solved(tensorSolver(projectedGradient(), f, { ...precision, projection }), start),
      proximalGradient: solved(tensorSolver(proximalGradient(), f, { ...precision, prox }), start),
      blockCoordinateDescent: solved(
        tensorSolver(blockCoordinateDescent({ blocks: classes }), f, { ...precision, prox }),
        start,
      ),
      mirrorDescent: solved(
        tensorSolver(mirrorDescent({ geometry: klSimplex({ width: classes }) }), f, {
          ...precision,
          tolerance: 20 * precision.tolerance,
        }),
        start,
      ),
      fixedPoint: solved(tensorSolver(fixedPoint(), T.fixedPoint as never, precision), start),
      anderson: solved(tensorSolver(anderson(), T.fixedPoint as never, precision), start),
      augmentedLagrangian: solved(
        (x0, theta) =>
          constrainedSolver<tf.Tensor, [tf.Tensor]>(constraints, precision)({ primal: x0 }, theta).primal,
        start,
      ),
      admm: asProgram,
    },
    rows: [
      plain('projected gradient', T, general, [size]),
      plain('proximal gradient', proximalGradientCondition(f, prox, { stepSize: 0.1 }), general, [size]),
      { ...plain('Newton', newtonCondition(T), cheap, [size]), tolerance: inexact },
      {
        ...plain(
          'mirror descent',
          mirrorDescentCondition((x: tf.Tensor, theta: tf.Tensor) => f(tf.reshape(x, [size]), theta), {
            stepSize: 0.5,
          }),
          general,
          [count, classes],
        ),
      },
      {
        condition: 'block proximal gradient',
        F: blockProximalGradientCondition<readonly tf.Tensor[], [tf.Tensor]>(
          (x, theta) => f(tf.reshape(rowsOf(x), [size]), theta),
          Array.from({ length: count }, () => (x: tf.Tensor) => projectSimplex(x)),
          { stepSize },
        ) as never,
        embed: (x) =>
          Array.from({ length: count }, (_, i) => tensor(x.slice(i * classes, (i + 1) * classes))),
        project: (tangent) => toFloat64(tf.reshape(rowsOf(tangent as tf.Tensor[]), [size])),
        linear: general,
      },
      ...(['projection', 'product'] as const).map(
        (complementarity): Row => ({
          condition: `KKT (${complementarity})`,
          F: kktCondition<tf.Tensor, [tf.Tensor]>(constraints, { complementarity }) as never,
          embed: (x, theta) => {
            const g = flat(slopes(tensor(x), tensor([theta], 1).reshape([])));
            // ν is minus the slope of a row's moving entries; what the others have beyond it is λ.
            const nu = Float64Array.from({ length: count }, (_, i) => {
              const moving = [0, 1, 2].map((k) => i * classes + k).filter((k) => x[k] > held);
              return -moving.reduce((sum, k) => sum + g[k], 0) / moving.length;
            });
            const lambda = g.map((slope, k) => (x[k] > held ? 0 : slope + nu[Math.floor(k / classes)]));
            return {
              primal: tensor(x.map((value) => (value > held ? value : 0))),
              equality: tensor(nu),
              inequality: tensor(lambda),
            };
          },
          project: primal,
          linear: complementarity === 'projection' ? saddle : saddle.filter((name) => name !== 'minres'),
        }),
      ),
    ],
  };
}

/** A quadratic program whose h is scaled by θ. */
export function qp(precision: Precision): Table {
  const { Q, c, A, b, G, h } = reference.qp;
  const size = c.length;
  const data = (theta: tf.Tensor) => ({
    Q: tensor(Q, size, size),
    c: tensor(c),
    A: tensor(A, b.length, size),
    b: tensor(b),
    G: tensor(G, h.length, size),
    h: tf.mul(tensor(h), theta),
  });
  const problem = {
    objective: ((x) =>
      tf.add(
        half(tf.sum(tf.mul(x, times(tensor(Q, size, size), x)))),
        tf.sum(tf.mul(x, tensor(c))),
      )) as Scalar,
    equality: ((x) => tf.sub(times(tensor(A, b.length, size), x), tensor(b))) as Scalar,
    inequality: ((x, theta) =>
      tf.sub(times(tensor(G, h.length, size), x), tf.mul(tensor(h), theta))) as Scalar,
  };
  const start = (): tf.Tensor => tensor(new Float64Array(size));
  const embed = (x: Float64Array): KktPoint<tf.Tensor> =>
    ({
      primal: tensor(x),
      equality: tensor(reference.qp.equality),
      inequality: tensor(reference.qp.inequality),
    }) as KktPoint<tf.Tensor>;
  const row = (condition: string, F: unknown, linear: Row['linear']): Row => ({
    condition,
    F: F as Row['F'],
    embed,
    project: primal,
    linear,
  });
  const product = saddle.filter((name) => name !== 'minres');
  return {
    name: 'quadratic program',
    ...reference.qp,
    solvers: {
      admm: (theta) => {
        const host = Object.fromEntries(
          Object.entries(data(theta)).map(([key, part]) => [key, toFloat64(part)]),
        );
        return run(admm(), quadraticProgram(host as never), new Float64Array(size), precision).value;
      },
      augmentedLagrangian: solved(
        (x0, theta) =>
          constrainedSolver<tf.Tensor, [tf.Tensor]>(problem, precision)({ primal: x0 }, theta).primal,
        start,
      ),
    },
    rows: [
      row('KKT (projection)', kktCondition<tf.Tensor, [tf.Tensor]>(problem), saddle),
      row(
        'KKT (product)',
        kktCondition<tf.Tensor, [tf.Tensor]>(problem, { complementarity: 'product' }),
        product,
      ),
      row(
        'quadratic program',
        (point: KktPoint<tf.Tensor>, theta: tf.Tensor) => quadraticProgramCondition()(point, data(theta)),
        product,
      ),
      {
        ...row(
          'Newton',
          newtonCondition(kktCondition<tf.Tensor, [tf.Tensor]>(problem), { solve: minres }),
          cheap,
        ),
        tolerance: inexact,
      },
    ],
  };
}

/** Options under which a row's linear solvers are compared. */
export function optionsOf(
  name: keyof typeof linearSolvers,
  tolerance: number | undefined,
  residualTolerance: number | undefined,
): ImplicitOptions {
  return {
    solve: linearSolvers[name],
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(residualTolerance === undefined ? {} : { residualTolerance }),
  };
}
