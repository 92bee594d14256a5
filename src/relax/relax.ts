/** Atoms to equilibrium: a potential bound to a system, run through a minimiser until no force is left. */
import {
  type BindOptions,
  bindOptionNames,
  type EnergyModel,
  type Potential,
} from '../../potentials/index.js';
import { coordinates, type System } from '../../systems/index.js';
import { checkOptions, InputError } from '../message/index.js';
import {
  fire,
  gradientDescent,
  type Minimizer,
  minimize,
  type Objective,
  type RunOptions,
  type RunResult,
  runAsync,
  type Solution,
} from '../optimize/index.js';
import { closestPair } from './closest-pair.js';
import { Equilibrium, type Frame } from './equilibrium.js';
import { clearAtoms, fixedAtoms } from './fixed-atoms.js';

export interface RelaxProgress {
  readonly step: number;
  readonly energy: number;
  /** Largest force on an atom. */
  readonly maxForce: number;
  /** `count × dimension`, the relaxer's own: copy it to keep it. */
  readonly positions: Float64Array;
}

export type RelaxMethod = 'fire' | 'gradient-descent';

export interface RelaxOptions extends BindOptions {
  /** Atoms that do not move; those whose column `move_mask` is false by default. */
  fixed?: readonly number[];
  /** A method by name, or any minimiser; 'fire' by default. */
  method?: RelaxMethod | Minimizer;
  /** Converged when no atom feels a larger force; 1e-6 by default. */
  maxForce?: number;
  /** 10,000 by default. */
  maxSteps?: number;
  /** No atom moves farther than this in one step; 0.1 by default. For methods given by name. */
  maxStep?: number;
  /** First time step of FIRE; 0.1 by default. */
  timeStep?: number;
  /** Keep every k-th frame, the first and the last; true: every frame. */
  trajectory?: boolean | number;
  /** Called before the first step and after each; a returned `false` stops the relaxation. */
  onStep?: (progress: RelaxProgress) => unknown;
  signal?: AbortSignal;
}

const relaxOptionNames: readonly (keyof RelaxOptions)[] = [
  ...(['method', 'maxForce', 'maxSteps', 'maxStep', 'timeStep', 'trajectory', 'onStep', 'signal'] as const),
  'fixed',
  ...bindOptionNames,
];

const checkRelaxOptions = (options: RelaxOptions): void => checkOptions('relax', options, relaxOptionNames);

/** The methods that `relax` knows by name. */
export const relaxMethods: readonly RelaxMethod[] = ['fire', 'gradient-descent'];

/**
 * Moves the atoms to a point where the forces vanish.
 *
 * Does not throw where it does not converge: the result's code and message say how it ended.
 *
 * @throws InputError when potential and system do not fit, or an option cannot be
 */
export function relax(system: System, potential: Potential, options: RelaxOptions = {}): Equilibrium {
  return relaxModel(bound(system, potential, options), options);
}

/** As `relax`, for a potential that is bound already. */
export function relaxModel(model: EnergyModel, options: RelaxOptions = {}): Equilibrium {
  const { minimizer, objective, start, runOptions, finish } = relaxation(model, options);
  return finish(minimize(minimizer, objective, start, runOptions));
}

/** As `relax`, but lets other work have its turn now and then: a page stays alive, and a signal can arrive. */
export async function relaxAsync(
  system: System,
  potential: Potential,
  options: RelaxOptions = {},
): Promise<Equilibrium> {
  return relaxModelAsync(bound(system, potential, options), options);
}

/** Without the compiler's help a potential is easily handed over before it has its parameters. */
function bound(system: System, potential: Potential, options: RelaxOptions): EnergyModel {
  if (typeof system?.count !== 'number') {
    throw new InputError(`the first argument of relax must be a system, found ${kindOf(system)}`);
  }
  if (typeof potential !== 'object' || typeof potential?.bind !== 'function') {
    const advice =
      typeof potential === 'function' ? '; call it with its parameters: lennardJones({ epsilon: 1 })' : '';
    throw new InputError(
      `the second argument of relax must be a potential, found ${kindOf(potential)}${advice}`,
    );
  }
  checkRelaxOptions(options);
  const { skin, kernels, threads } = options;
  return potential.bind(system, { skin, kernels, threads });
}

const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);

/** As `relaxAsync`, for a potential that is bound already. The model is in use until the promise settles. */
export async function relaxModelAsync(model: EnergyModel, options: RelaxOptions = {}): Promise<Equilibrium> {
  const { minimizer, objective, start, runOptions, finish } = relaxation(model, options);
  return finish(await runAsync(minimizer, objective, start, runOptions));
}

/** What there is to minimise, and what becomes of the solution. */
function relaxation(model: EnergyModel, options: RelaxOptions) {
  checkRelaxOptions(options);
  const { system } = model;
  const { maxForce = 1e-6, maxSteps, onStep, signal, trajectory = false } = options;
  checkTolerance(model, maxForce);
  const every = trajectory === true ? 1 : trajectory;
  if (every !== false && !(Number.isInteger(every) && every > 0)) {
    throw new InputError(`trajectory must be true, false or a whole number of steps, found ${trajectory}`);
  }
  const fixed = fixedAtoms(system, options.fixed);
  const frames: Frame[] = [];
  let startForce = Infinity;
  const objective: Objective = {
    size: system.count * system.dimension,
    blockSize: system.dimension,
    gradient(x, gradient) {
      const energy = model.gradient(x, gradient);
      clearAtoms(gradient, fixed, system.dimension);
      return energy;
    },
    hessianProduct(x, v, out) {
      model.hessianProduct(x, v, out);
      clearAtoms(out, fixed, system.dimension);
    },
  };
  const runOptions: RunOptions = {
    tolerance: maxForce,
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(signal === undefined ? {} : { signal }),
    onStep({ step, value, error, x }) {
      if (step === 0) startForce = error;
      if (every !== false && step % every === 0) {
        frames.push({ step, energy: value, maxForce: error, positions: Float64Array.from(x) });
      }
      return onStep?.({ step, energy: value, maxForce: error, positions: x });
    },
  };
  return {
    minimizer: minimizerOf(options),
    objective,
    start: coordinates(system),
    runOptions,
    finish(solution: Solution): Equilibrium {
      if (every !== false) addLastFrame(frames, solution);
      const message = describe(model, solution, maxForce, startForce);
      return new Equilibrium(model, solution, { message, trajectory: frames, fixed });
    },
  };
}

function minimizerOf(options: RelaxOptions): Minimizer {
  const { method = 'fire', maxStep = 0.1, timeStep } = options;
  if (typeof method !== 'string') return method;
  switch (method) {
    case 'fire':
      return fire({ maxStep, ...(timeStep === undefined ? {} : { timeStep }) });
    case 'gradient-descent':
      return gradientDescent({ maxStep });
    default:
      throw new InputError(`there is no method "${method as string}"; expected ${relaxMethods.join(' or ')}`);
  }
}

/** Refuses a force that rounding alone exceeds. */
function checkTolerance(model: EnergyModel, maxForce: number): void {
  if (!(maxForce >= 0)) throw new InputError(`maxForce must be zero or more, found ${maxForce}`);
  // A force is a sum of terms of order one: float32 leaves some 1e-6 of it.
  const reachable = 16 * model.unitRoundoff;
  if (model.unitRoundoff > 1e-10 && maxForce < reachable) {
    throw new InputError(
      `a largest force of ${maxForce} cannot be reached in single precision: ask for ${reachable.toExponential(0)} ` +
        "or more, or use the backend 'float64'",
    );
  }
}

function addLastFrame(frames: Frame[], solution: Solution): void {
  const { steps, objective, error } = solution.stats;
  if (frames[frames.length - 1]?.step === steps || solution.result === 'not-finite') return;
  frames.push({
    step: steps,
    energy: objective,
    maxForce: error,
    positions: Float64Array.from(solution.value),
  });
}

const advice: Readonly<Record<RunResult, string>> = {
  converged: '',
  'step-limit': 'raise maxSteps, or maxForce',
  'not-finite': 'move the atoms apart before relaxing, or take shorter steps',
  stuck: 'rounding may hide any further decrease: raise maxForce',
  unbounded: 'the energy falls without end: the potential needs a repulsive core, or the box walls',
  infeasible: '',
  aborted: '',
};

function describe(model: EnergyModel, solution: Solution, maxForce: number, startForce: number): string {
  const { steps, error, objective } = solution.stats;
  const reached = `largest force ${error.toExponential(2)}`;
  switch (solution.result) {
    case 'converged':
      return steps === 0 && error === 0 && objective === 0 && model.system.count > 1
        ? 'converged before the first step: no atom feels any force; does the potential reach from atom to atom?'
        : `converged in ${steps} steps: ${reached}`;
    case 'aborted':
      return `stopped by the caller after ${steps} steps: ${reached}`;
    case 'not-finite':
      return `${notFinite(model, solution)}: ${advice['not-finite']}`;
    default:
      return (
        `force tolerance ${maxForce.toExponential(2)} not reached in ${steps} steps: ${reached}; ` +
        `${advice[solution.result]}${error > startForce ? grown(startForce) : ''}`
      );
  }
}

const grown = (startForce: number): string =>
  ` (it was ${startForce.toExponential(2)} at the start: does the energy fall without end?)`;

function notFinite(model: EnergyModel, solution: Solution): string {
  const { steps, objective } = solution.stats;
  const when = steps === 0 ? 'at the start' : `after ${steps} steps`;
  const pair = closestPair(model.system, solution.value);
  const where = pair
    ? `; atoms ${pair.first} and ${pair.second} are the closest, ${Number(pair.distance.toPrecision(6))} apart`
    : '';
  return `the energy (${objective}) or a force is not finite ${when}${where}`;
}
