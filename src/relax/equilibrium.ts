/**
 * An equilibrium x*(θ), and how it answers its parameters: by the implicit function theorem, from the Hessian at the
 * equilibrium alone, whichever minimiser found it.
 *
 * ∇E(x*, θ) = 0 gives H ∂x* = −(∂²E/∂x∂θ) ∂θ (Blondel et al., NeurIPS 2022, for F = ∇E). Motions that cost no energy
 * are projected out, which makes the answer the one of least norm.
 */
import ndarray, { type NdArray } from 'ndarray';
import {
  type EnergyModel,
  findBlock,
  type ParameterValues,
  parameterArrays,
  parameterDirection,
} from '../../potentials/index.js';
import { coordinates, type System, withPositions } from '../../systems/index.js';
import {
  blockJacobi,
  cg,
  cgInTurns,
  cgTogether,
  factorize,
  type LinearOptions,
  type LinearProgress,
  type LinearSolution,
  type LinearSolver,
  minres,
  norm2,
  type Preconditioner,
  type TurnsOptions,
} from '../linear/index.js';
import { checkOptions, InputError, warnOnce } from '../message/index.js';
import type { RunResult, Solution } from '../optimize/index.js';
import { clearAtoms } from './fixed-atoms.js';
import { type CurvatureReport, type ResistedHessian, resistedHessian } from './zero-modes.js';

export interface Frame {
  readonly step: number;
  readonly energy: number;
  /** Largest force on an atom. */
  readonly maxForce: number;
  /** `count × dimension`, a copy. */
  readonly positions: Float64Array;
}

/** How derivatives of an equilibrium are computed. */
export interface DerivativeOptions {
  /** CG by default. */
  solve?: LinearSolver;
  /** Relative residual of the linear solve; 1e-12 by default, 1e-5 where energies are computed in single precision. */
  tolerance?: number;
  maxIterations?: number;
  /** Throw where a derivative cannot be trusted, in place of a warning. */
  strict?: boolean;
  /** Called after each iteration of the linear solve. */
  onProgress?: (progress: LinearProgress) => void;
}

const derivativeOptionNames: readonly (keyof DerivativeOptions)[] = [
  ...(['solve', 'tolerance', 'maxIterations', 'strict', 'onProgress'] as const),
];

export interface Sensitivity {
  /** ∂x*, `count × dimension`: how far each atom moves for one unit of the parameter. */
  readonly vectors: NdArray<Float64Array>;
  /** ∂E*: the energy's own derivative, which at an equilibrium needs no linear solve. */
  readonly energy: number;
  /** Σ |∂x*| over all coordinates. */
  readonly norm1: number;
  readonly linear: LinearSolution & { readonly solver: string };
}

/** A linear solve that stalls this close to the solution has met the limits of its arithmetic. */
const acceptableResidual = 1e-8;

/** Below so many unknowns a preconditioner takes as long as it saves. */
const fewUnknowns = 500;
/**
 * How many times stiffer the stiffest atom must be held than the softest, for the inverse of their blocks to save more
 * than it costs. Time with it over time without: crystals with a vacancy, where that is 1 to 2, 1.3 to 1.7; packings of
 * discs of one softness, 3 to 4.4, 1.3 to 2.1; glasses of two kinds, 5 to 6, 0.66 to 0.81; packings of discs of two
 * softnesses, 11 to 14, 1.1 to 1.2, and 34 to 360, 1.0 to 0.65.
 */
const unevenStiffness = 5;

/**
 * Largest Hessian, in unknowns, that is factorised for so many right-hand sides: its n³/3 multiplications cost as much
 * as the conjugate gradients that they save, some 150 products each.
 */
const mostDense = (rightHandSides: number): number => Math.min(2000, 40 * rightHandSides);

export class Equilibrium {
  /** The relaxed system. */
  readonly system: System;
  readonly energy: number;
  /** Largest force on an atom that may move. */
  readonly maxForce: number;
  readonly result: RunResult;
  readonly converged: boolean;
  /** How the relaxation ended, and what to do next. */
  readonly message: string;
  /** Frames kept on the way, where they were asked for. */
  readonly trajectory: readonly Frame[];
  /** Atoms that stayed where they were; they do not answer parameters either. */
  readonly fixed: readonly number[];
  private analysed: ResistedHessian | null = null;
  private preconditioner: Preconditioner | null | undefined;

  constructor(
    /** The potential on the system, at the equilibrium's parameters. */
    readonly model: EnergyModel,
    private readonly solution: Solution,
    { message, trajectory, fixed }: Pick<Equilibrium, 'message' | 'trajectory' | 'fixed'>,
  ) {
    this.system = withPositions(model.system, solution.value);
    this.energy = solution.stats.objective;
    this.maxForce = solution.stats.error;
    this.result = solution.result;
    this.converged = solution.result === 'converged';
    this.message = message;
    this.trajectory = trajectory;
    this.fixed = fixed;
  }

  get steps(): number {
    return this.solution.stats.steps;
  }

  /** Evaluations of the forces. */
  get evaluations(): number {
    return this.solution.stats.evaluations;
  }

  get seconds(): number {
    return this.solution.stats.seconds;
  }

  /** `count × dimension`. */
  get positions(): NdArray<Float64Array> {
    return this.system.positions;
  }

  /** Zero modes of the Hessian, and whether the equilibrium is a minimum; computed when it is first asked for. */
  curvature(): CurvatureReport {
    return this.hessian().report;
  }

  /**
   * ∂x*·δθ: how far each atom moves along a change of parameters.
   *
   * @param direction given as the parameters are; what is left out does not change
   * @returns `count × dimension`
   */
  jvp(direction: ParameterValues, options: DerivativeOptions = {}): NdArray<Float64Array> {
    return this.sensitivity(direction, options).vectors;
  }

  /** As `jvp`, with the derivative of the energy and the account of the linear solve. */
  sensitivity(direction: ParameterValues, options: DerivativeOptions = {}): Sensitivity {
    const { along, forces } = this.pushed(direction);
    const { moved, linear } = this.solve(forces, options);
    return this.answer(along, moved, linear);
  }

  /**
   * As `sensitivity`, but where the equations are solved by conjugate gradients, as they are at a minimum, other work
   * has its turn now and then: a page stays alive, and a signal can arrive.
   *
   * @throws the signal's reason, where it is aborted
   */
  async sensitivityAsync(
    direction: ParameterValues,
    { pause, signal, ...options }: DerivativeOptions & TurnsOptions = {},
  ): Promise<Sensitivity> {
    const { along, forces } = this.pushed(direction);
    const { operator, atoms } = this.hessian();
    const { solver, linearOptions, judge } = this.equations(options);
    const b = atoms.restrict(forces);
    const solution =
      solver === cg
        ? await cgInTurns(operator, b, linearOptions, { ...(pause !== undefined && { pause }), signal })
        : solver(operator, b, linearOptions);
    judge(solution);
    return this.answer(along, atoms.extend(solution.value), { ...solution, solver: solver.name });
  }

  /** What a change of parameters pushes the atoms with. */
  private pushed(direction: ParameterValues): { along: Float64Array; forces: Float64Array } {
    const { model, system } = this;
    if (typeof direction !== 'object' || direction === null)
      throw new InputError(`a direction gives changes of parameters, as { sigma: 1 }; found ${direction}`);
    const x = coordinates(system);
    const along = parameterDirection(model.layout, system, direction);
    const forces = new Float64Array(x.length);
    model.mixedProduct(x, along, forces);
    for (let i = 0; i < forces.length; i++) forces[i] = -forces[i];
    return { along, forces };
  }

  private answer(along: Float64Array, moved: Float64Array, linear: Sensitivity['linear']): Sensitivity {
    const { model, system } = this;
    const gradient = model.parameterGradient(coordinates(system));
    return {
      vectors: ndarray(moved, [system.count, system.dimension]),
      // A derivative by a well of depth 0 may be infinite: of what does not change it says nothing.
      energy: gradient.reduce((sum, value, k) => (along[k] === 0 ? sum : sum + value * along[k]), 0),
      norm1: moved.reduce((sum, value) => sum + Math.abs(value), 0),
      linear,
    };
  }

  /**
   * ∂x* with respect to every entry of a parameter.
   *
   * Small systems factorise their Hessian once for all entries, others solve for several entries at a time.
   *
   * @param name a parameter of the potential
   * @returns `count × dimension × entries`; the entries of a pair parameter are the pairs A-A, A-B, …, B-B of the
   * alphabetical species
   */
  jacobian(name: string, options: DerivativeOptions = {}): NdArray<Float64Array> {
    const { model, system } = this;
    const x = coordinates(system);
    const { offset, size } = findBlock(model.layout, name);
    const { operator, nullSpace, report, atoms } = this.hessian();
    const dense =
      options.solve === undefined && report.stability === 'minimum' && operator.size <= mostDense(size);
    const factor = dense ? factorize(operator, nullSpace) : null;
    const jacobian = new Float64Array(x.length * size);
    const direction = new Float64Array(model.layout.size);
    const forces = Array.from({ length: size }, (_, entry) => {
      const force = new Float64Array(x.length);
      direction[offset + entry] = 1;
      model.mixedProduct(x, direction, force);
      direction[offset + entry] = 0;
      return atoms.restrict(force.map((value) => -value));
    });
    if (factor) {
      this.complaints(report, options.strict ?? false);
      for (const force of forces) factor.solve(force);
    }
    const moved = factor ? forces : this.solveAll(forces, options).map(({ value }) => value);
    for (const [entry, part] of moved.entries()) {
      const full = atoms.extend(part);
      for (let i = 0; i < full.length; i++) jacobian[i * size + entry] = full[i];
    }
    return ndarray(jacobian, [system.count, system.dimension, size]);
  }

  /**
   * ∂x*ᵀ·w: the gradient of ⟨w, x*⟩ with respect to every parameter at once, by one linear solve.
   *
   * @param w `count × dimension`
   * @returns one ndarray a parameter: shape [], [species], [species, species] or [atoms]; an entry of a pair of
   * species is the derivative by that pair's one value, and stands at both of its places
   */
  vjp(
    w: NdArray<Float64Array> | Float64Array | readonly (readonly number[])[],
    options: DerivativeOptions = {},
  ): Record<string, NdArray<Float64Array>> {
    const { model, system } = this;
    const { moved } = this.solve(flatVector(w, system), options);
    const gradient = model.mixedTransposeProduct(coordinates(system), moved);
    for (let k = 0; k < gradient.length; k++) gradient[k] = -gradient[k];
    return parameterArrays(model.layout, gradient);
  }

  /** The derivative of the equilibrium's energy with respect to every parameter: no linear solve is needed. */
  energyGradient(): Record<string, NdArray<Float64Array>> {
    return parameterArrays(this.model.layout, this.model.parameterGradient(coordinates(this.system)));
  }

  private hessian(): ResistedHessian {
    if (!this.analysed) {
      const x = coordinates(this.system);
      const gradient = new Float64Array(x.length);
      this.model.gradient(x, gradient);
      clearAtoms(gradient, this.fixed, this.system.dimension);
      this.analysed = resistedHessian(this.model, x, norm2(gradient), this.fixed);
    }
    return this.analysed;
  }

  /** Says, or with `strict` throws, what makes a derivative here doubtful, and takes further complaints. */
  private complaints(report: CurvatureReport, strict: boolean): (message: string) => void {
    const complain = (message: string): void => {
      if (strict) throw new Error(message);
      warnOnce(message);
    };
    if (!this.converged) {
      complain(
        `the derivative is taken where the largest force is still ${this.maxForce.toExponential(2)} ` +
          `(${this.result}), ${this.newtonDistance(report)} from the equilibrium: relax further first`,
      );
    }
    if (report.stability === 'saddle') {
      complain(
        `${this.converged ? 'the equilibrium' : 'what it was taken at'} is a saddle point (curvature ${report.lowestEigenvalue.toExponential(2)} along one ` +
          'direction), so that its derivative says nothing about a minimum: displace the atoms a little and relax again',
      );
    }
    return complain;
  }

  /** The least-norm solution of H y = b, without what the null space holds of b. */
  private solve(
    b: Float64Array,
    options: DerivativeOptions,
  ): { moved: Float64Array; linear: LinearSolution & { solver: string } } {
    const { atoms } = this.hessian();
    const [linear] = this.solveAll([atoms.restrict(b)], options);
    return { moved: atoms.extend(linear.value), linear };
  }

  /** As `solve` for several right-hand sides, on the coordinates that take part. */
  private solveAll(
    parts: readonly Float64Array[],
    options: DerivativeOptions,
  ): (LinearSolution & { solver: string })[] {
    const { operator } = this.hessian();
    const { solver, linearOptions, judge } = this.equations(options);
    const solutions =
      solver === cg
        ? cgTogether(operator, parts, linearOptions)
        : parts.map((b) => solver(operator, b, linearOptions));
    for (const solution of solutions) judge(solution);
    return solutions.map((linear) => ({ ...linear, solver: solver.name }));
  }

  /** How the Hessian's equations are solved here; `judge` complains of a solution that is none. */
  private equations(options: DerivativeOptions): {
    solver: LinearSolver;
    linearOptions: LinearOptions;
    judge(solution: LinearSolution): void;
  } {
    checkOptions('a derivative', options, derivativeOptionNames);
    const { nullSpace, report } = this.hessian();
    const complain = this.complaints(report, options.strict ?? false);
    const single = this.model.unitRoundoff > 1e-10;
    const { solve = cg, tolerance = single ? 1e-5 : 1e-12, maxIterations, onProgress } = options;
    // CG needs positive curvature; at a saddle the equations still have a solution, which MINRES finds.
    const solver = report.stability === 'saddle' && solve === cg ? minres : solve;
    const preconditioner = solver === cg ? this.blocks() : null;
    return {
      solver,
      linearOptions: {
        tolerance,
        nullSpace,
        ...(maxIterations === undefined ? {} : { maxIterations }),
        ...(preconditioner === null ? {} : { preconditioner }),
        ...(onProgress === undefined ? {} : { onIteration: onProgress }),
      },
      judge({ result, residual, message }) {
        if (result !== 'converged' && !(residual <= (single ? 1e-3 : acceptableResidual)))
          complain(`the linear equations of the derivative were not solved: ${message}`);
      },
    };
  }

  /** The inverse of the Hessian's diagonal blocks, where it saves more than it costs; else null. */
  private blocks(): Preconditioner | null {
    if (this.preconditioner === undefined) this.preconditioner = this.makeBlocks();
    return this.preconditioner;
  }

  private makeBlocks(): Preconditioner | null {
    const { system, model } = this;
    const { dimension } = system;
    const { operator, atoms } = this.hessian();
    const all = operator.size < fewUnknowns ? undefined : model.hessianBlocks?.(coordinates(system));
    if (!all) return null;
    const area = dimension ** 2;
    const blocks = atoms.restrictRows(all, area);
    let [softest, stiffest] = [Infinity, 0];
    for (let at = 0; at < blocks.length; at += area) {
      let trace = 0;
      for (let k = 0; k < dimension; k++) trace += blocks[at + k * (dimension + 1)];
      softest = Math.min(softest, trace);
      stiffest = Math.max(stiffest, trace);
    }
    return stiffest > unevenStiffness * softest ? blockJacobi(blocks, dimension) : null;
  }

  private newtonDistance(report: CurvatureReport): string {
    // Elsewhere the curvature does not tell how far a minimum is.
    if (report.stability !== 'minimum') return 'at an unknown distance';
    return `about ${(this.maxForce / report.lowestEigenvalue).toExponential(1)}`;
  }
}

function flatVector(
  w: NdArray<Float64Array> | Float64Array | readonly (readonly number[])[],
  system: System,
): Float64Array {
  const { count, dimension } = system;
  let flat: Float64Array;
  if (w instanceof Float64Array) flat = w;
  else if (Array.isArray(w) || ArrayBuffer.isView(w)) flat = Float64Array.from([...(w as [])].flat());
  else if (typeof (w as NdArray | null)?.get === 'function') {
    const table = w as NdArray<Float64Array>;
    const [rows, width] = table.shape;
    flat = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) for (let k = 0; k < width; k++) flat[i * width + k] = table.get(i, k);
  } else {
    throw new InputError(
      'a cotangent is an ndarray, an array of numbers or rows of numbers; of a tensor give what dataSync returns',
    );
  }
  if (flat.length !== count * dimension) {
    throw new InputError(
      `a cotangent has one vector an atom, ${count} × ${dimension} numbers; found ${flat.length}`,
    );
  }
  return flat;
}
