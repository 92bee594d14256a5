/**
 * Quadratic programs whose data are tensors, solved by a function (start, data) → primal and dual variables, which is what
 * `customRoot` makes differentiable with the KKT conditions for a mapping.
 */
import type * as tf from '@tensorflow/tfjs';
import { checkOptions, InputError } from '../message/index.js';
import { toFloat64 } from '../tensor/index.js';
import { admm } from './admm.js';
import type { QuadraticProgramState } from './equality-qp.js';
import type { Method, RunOptions, Solution } from './method.js';
import { type QuadraticProgram, type QuadraticProgramData, quadraticProgram } from './quadratic-program.js';
import { run, runOptionNames } from './run.js';
import type { ConstrainedPoint } from './tensor-constrained.js';
import { demandUnrecorded, tensorOf, warnUnconverged } from './tensor-problem.js';

/** min ½ xᵀ Q x + cᵀ x subject to A x = b and G x ≤ h. */
export interface TensorQuadraticProgram {
  /** [n, n], symmetric, positive semidefinite; zero where it is left out. */
  Q?: tf.Tensor;
  /** [n] */
  c: tf.Tensor;
  /** [m, n] and [m] */
  A?: tf.Tensor;
  b?: tf.Tensor;
  /** [k, n] and [k] */
  G?: tf.Tensor;
  h?: tf.Tensor;
}

export interface QuadraticProgramSolverOptions extends RunOptions {
  /** `admm()` by default. */
  method?: Method<QuadraticProgram, QuadraticProgramState>;
  /** Takes each run's outcome. By default one that did not converge is a warning. */
  onSolution?: (solution: Solution<QuadraticProgramState>) => void;
}

/**
 * The tolerance is 1e-9 by default: the program is solved in double precision, whatever the backend.
 *
 * @returns a function of a start (null, or a point whose primal part is used) and the program's tensors
 */
export function quadraticProgramSolver(
  options: QuadraticProgramSolverOptions = {},
): (
  start: { readonly primal: tf.Tensor } | null,
  data: TensorQuadraticProgram,
) => ConstrainedPoint<tf.Tensor> {
  checkOptions('quadraticProgramSolver', options, [...runOptionNames, 'method', 'onSolution']);
  const { method = admm(), onSolution = warnUnconverged, ...runOptions } = options;
  return (start, data) => {
    demandUnrecorded(method.name);
    const program = quadraticProgram(hostData(data));
    const x0 = start === null ? new Float64Array(program.size) : toFloat64(start.primal);
    const solution = run(method, program, x0, { tolerance: 1e-9, ...runOptions });
    onSolution(solution);
    const { multipliers } = solution.state;
    const equations = data.A?.shape[0] ?? 0;
    const vector = (values: Float64Array): tf.Tensor => tensorOf(values, [values.length]);
    return {
      primal: vector(solution.value),
      ...(data.A && { equality: vector(multipliers.slice(0, equations)) }),
      ...(data.G && { inequality: vector(multipliers.slice(equations)) }),
    } as ConstrainedPoint<tf.Tensor>;
  };
}

function hostData(data: TensorQuadraticProgram): QuadraticProgramData {
  const n = data.c.size;
  const host: QuadraticProgramData = { c: toFloat64(data.c) };
  for (const [key, matrix] of [
    ['Q', data.Q],
    ['A', data.A],
    ['G', data.G],
  ] as const) {
    if (!matrix) continue;
    if (matrix.rank !== 2 || matrix.shape[1] !== n) {
      throw new InputError(
        `${key} must be a matrix of ${n} columns, found a tensor of shape [${matrix.shape}]`,
      );
    }
    host[key] = toFloat64(matrix);
  }
  if (data.b) host.b = toFloat64(data.b);
  if (data.h) host.h = toFloat64(data.h);
  return host;
}
