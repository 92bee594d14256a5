/**
 * FIRE, the fast inertial relaxation engine: molecular dynamics that is steered downhill and stopped when it climbs.
 *
 * Source: Bitzek, Koskinen, Gähler, Moseler and Gumbsch, Phys. Rev. Lett. 97, 170201 (2006), with their parameters,
 * velocity Verlet and unit masses; and, beyond them, a bound on the time step from the stiffness that is met on the way.
 * Needs gradients only; for smooth objectives of many unknowns.
 */
import { checkOptions, InputError } from '../message/index.js';
import { type FirePasses, firePasses } from './fire-passes.js';
import type { IterationState, Minimizer } from './method.js';
import { largestBlock, type Objective } from './problem.js';

export interface FireOptions {
  /** First time step; 0.1 by default. */
  timeStep?: number;
  /** Largest time step; four times the first by default. */
  maxTimeStep?: number;
  /** Downhill steps before the time step may grow. */
  minDownhillSteps?: number;
  timeStepGrowth?: number;
  timeStepCut?: number;
  /** First weight of the steering towards the force. */
  mixing?: number;
  mixingDecay?: number;
  /** No block moves farther than this in one step; Infinity by default. */
  maxStep?: number;
  /**
   * Keeps the time step below this over √stiffness, with the stiffness ‖Δg‖/‖Δx‖ of the last steps; 1.5 by default.
   * Above 2 velocity Verlet is unstable, and a run on stiff potentials, such as Lennard-Jones with these time steps,
   * heats itself up for ever. Infinity: the published algorithm.
   */
  stability?: number;
}

interface FireState extends IterationState {
  readonly passes: FirePasses;
  timeStep: number;
  /** What the next step begins with: v ← keep · v − steer · g. */
  keep: number;
  steer: number;
  mixing: number;
  downhillSteps: number;
  stiffness: number;
}

/** How much of the measured stiffness is kept from one step to the next. */
const stiffnessMemory = 0.9;

export function fire(options: FireOptions = {}): Minimizer<FireState> {
  checkOptions('fire', options, [
    'timeStep',
    'maxTimeStep',
    'minDownhillSteps',
    'timeStepGrowth',
    'timeStepCut',
    'mixing',
    'mixingDecay',
    'maxStep',
    'stability',
  ]);
  const {
    timeStep = 0.1,
    maxTimeStep = 4 * timeStep,
    minDownhillSteps = 5,
    timeStepGrowth = 1.1,
    timeStepCut = 0.5,
    mixing: firstMixing = 0.1,
    mixingDecay = 0.99,
    maxStep = Infinity,
    stability = 1.5,
  } = options;
  if (!(timeStep > 0 && maxTimeStep >= timeStep && maxStep > 0 && stability > 0)) {
    throw new InputError(
      'FIRE needs 0 < timeStep ≤ maxTimeStep, maxStep > 0 and stability > 0, ' +
        `found timeStep ${timeStep}, maxTimeStep ${maxTimeStep}, maxStep ${maxStep}, stability ${stability}`,
    );
  }
  return {
    name: 'FIRE',
    init(objective, start) {
      const blockSize = objective.blockSize ?? 1;
      const passes = firePasses(start, blockSize);
      const value = objective.gradient(passes.x, passes.gradient);
      return {
        x: passes.x,
        value,
        error: largestBlock(passes.gradient, blockSize),
        evaluations: 1,
        passes,
        timeStep,
        keep: 0,
        steer: 0,
        mixing: firstMixing,
        downhillSteps: 0,
        stiffness: 0,
      };
    },
    step(objective, state) {
      const { passes } = state;
      // Before anything was measured, stiffness 0 allows any time step.
      const dt = Math.min(state.timeStep, stability / Math.sqrt(state.stiffness));
      state.timeStep = dt;
      const halfStep = 0.5 * dt;
      const speedBefore = passes.kick(state.keep, state.steer + halfStep);
      // Where even the norm of all is short enough, no block is too long.
      const short = dt * Math.sqrt(speedBefore) <= maxStep;
      const drift = short ? dt : limitedDrift(objective, passes.velocity, dt, maxStep);
      passes.drift(drift);
      state.value = objective.gradient(passes.x, passes.gradient);
      state.evaluations++;
      const { change, power, speed, force, largest } = passes.measure(halfStep);
      state.error = largest;
      const stiffness = speedBefore > 0 ? Math.sqrt(change / speedBefore) / drift : 0;
      state.stiffness = Math.max(stiffness, stiffnessMemory * state.stiffness);
      if (power < 0) {
        state.keep = 0;
        state.steer = 0;
        state.timeStep *= timeStepCut;
        state.mixing = firstMixing;
        state.downhillSteps = 0;
        return;
      }
      // At rest, or without a force, there is nothing to steer.
      state.steer = force > 0 ? (state.mixing * Math.sqrt(speed)) / Math.sqrt(force) : 0;
      state.keep = 1 - state.mixing;
      state.downhillSteps++;
      if (power > 0 && state.downhillSteps > minDownhillSteps) {
        state.timeStep = Math.min(state.timeStep * timeStepGrowth, maxTimeStep);
        state.mixing *= mixingDecay;
      }
    },
  };
}

/** The time step, or a shorter one where a block would move farther than `maxStep`. */
function limitedDrift(objective: Objective, v: Float64Array, dt: number, maxStep: number): number {
  const longest = dt * largestBlock(v, objective.blockSize ?? 1);
  return longest > maxStep ? (dt * maxStep) / longest : dt;
}
