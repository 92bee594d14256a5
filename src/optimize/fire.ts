/**
 * FIRE, the fast inertial relaxation engine: molecular dynamics that is steered downhill and stopped when it climbs.
 *
 * Source: Bitzek, Koskinen, Gähler, Moseler and Gumbsch, Phys. Rev. Lett. 97, 170201 (2006), with their parameters,
 * velocity Verlet and unit masses. Needs gradients only; for smooth objectives of many unknowns.
 */
import { InputError } from '../message/index.js';
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
}

interface FireState extends IterationState {
  readonly gradient: Float64Array;
  readonly velocity: Float64Array;
  timeStep: number;
  mixing: number;
  downhillSteps: number;
}

export function fire(options: FireOptions = {}): Minimizer<FireState> {
  const {
    timeStep = 0.1,
    maxTimeStep = 4 * timeStep,
    minDownhillSteps = 5,
    timeStepGrowth = 1.1,
    timeStepCut = 0.5,
    mixing: firstMixing = 0.1,
    mixingDecay = 0.99,
    maxStep = Infinity,
  } = options;
  if (!(timeStep > 0 && maxTimeStep >= timeStep && maxStep > 0)) {
    throw new InputError(
      'FIRE needs 0 < timeStep ≤ maxTimeStep and maxStep > 0, ' +
        `found timeStep ${timeStep}, maxTimeStep ${maxTimeStep}, maxStep ${maxStep}`,
    );
  }
  return {
    name: 'FIRE',
    init(objective, x) {
      const gradient = new Float64Array(x.length);
      const value = objective.gradient(x, gradient);
      return {
        x,
        gradient,
        value,
        error: largestBlock(gradient, objective.blockSize ?? 1),
        evaluations: 1,
        velocity: new Float64Array(x.length),
        timeStep,
        mixing: firstMixing,
        downhillSteps: 0,
      };
    },
    step(objective, state) {
      const { x, gradient: g, velocity: v, timeStep: dt } = state;
      const n = x.length;
      for (let i = 0; i < n; i++) v[i] -= 0.5 * dt * g[i];
      const drift = limitedDrift(objective, v, dt, maxStep);
      for (let i = 0; i < n; i++) x[i] += drift * v[i];
      state.value = objective.gradient(x, g);
      state.error = largestBlock(g, objective.blockSize ?? 1);
      state.evaluations++;
      let power = 0;
      let speed = 0;
      let force = 0;
      for (let i = 0; i < n; i++) {
        v[i] -= 0.5 * dt * g[i];
        power -= g[i] * v[i];
        speed += v[i] * v[i];
        force += g[i] * g[i];
      }
      if (power < 0) {
        v.fill(0);
        state.timeStep *= timeStepCut;
        state.mixing = firstMixing;
        state.downhillSteps = 0;
        return;
      }
      // At rest, or without a force, there is nothing to steer.
      const steer = force > 0 ? (state.mixing * Math.sqrt(speed)) / Math.sqrt(force) : 0;
      const keep = 1 - state.mixing;
      for (let i = 0; i < n; i++) v[i] = keep * v[i] - steer * g[i];
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
  if (maxStep === Infinity) return dt;
  const longest = dt * largestBlock(v, objective.blockSize ?? 1);
  return longest > maxStep ? (dt * maxStep) / longest : dt;
}
