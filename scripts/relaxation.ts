/** A relaxation as the commands run it: with progress on the terminal, and its frames streamed to a file. */
import type { EnergyModel } from '../potentials/index.js';
import { type Equilibrium, type RelaxMethod, relaxModelAsync } from '../src/relax/index.js';
import { coordinates, type TrajectoryWriter } from '../systems/index.js';
import { createProgress, type ProgressOptions, relaxing } from './progress.js';
import { frameOf } from './structure.js';
import type { Terminal } from './terminal.js';

export interface RelaxationArguments extends ProgressOptions {
  readonly method: RelaxMethod;
  readonly timeStep: number;
  readonly maxForce: number;
  readonly maxSteps: number;
}

export interface TrajectoryTarget {
  readonly writer: TrajectoryWriter;
  /** Every which step is written; the first and the last always. */
  readonly every: number;
}

export async function runRelaxation(
  model: EnergyModel,
  args: RelaxationArguments,
  terminal: Terminal,
  trajectory?: TrajectoryTarget,
): Promise<Equilibrium> {
  const { method, timeStep, maxForce, maxSteps } = args;
  const progress = createProgress(terminal, relaxing(maxForce), args);
  let written = -1;
  try {
    const rest = await relaxModelAsync(model, {
      method,
      timeStep,
      maxForce,
      maxSteps,
      ...(terminal.interrupted ? { signal: terminal.interrupted } : {}),
      onStep(state) {
        if (trajectory && state.step % trajectory.every === 0) {
          trajectory.writer.append(...frameOf(model, state));
          written = state.step;
        }
        progress.update(state);
      },
    });
    const { steps: step, energy, system, result } = rest;
    if (trajectory && written !== step && result !== 'not-finite') {
      const last = { step, energy, maxForce: rest.maxForce, positions: coordinates(system) };
      trajectory.writer.append(...frameOf(model, last));
    }
    return rest;
  } finally {
    progress.end();
  }
}
