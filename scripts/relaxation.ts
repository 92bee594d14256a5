/** A relaxation as the commands run it: with progress on the terminal, and its frames streamed to a file. */
import type { EnergyModel } from '../potentials/index.js';
import { type Equilibrium, type RelaxMethod, type RelaxProgress, relaxModel } from '../src/relax/index.js';
import { coordinates, type System, type TrajectoryWriter, withPositions } from '../systems/index.js';
import { evaluate } from './evaluation.js';
import { createProgress } from './progress.js';
import { vectorColumn, withoutResults } from './structure.js';
import { formatSeconds, plural } from './summary.js';
import type { Terminal } from './terminal.js';

export interface RelaxationArguments {
  readonly method: RelaxMethod;
  readonly timeStep: number;
  readonly maxForce: number;
  readonly maxSteps: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface TrajectoryTarget {
  readonly writer: TrajectoryWriter;
  /** Every which step is written; the first and the last always. */
  readonly every: number;
}

export function runRelaxation(
  model: EnergyModel,
  args: RelaxationArguments,
  terminal: Terminal,
  trajectory?: TrajectoryTarget,
): Equilibrium {
  const { method, timeStep, maxForce, maxSteps, json, quiet } = args;
  const progress = createProgress(
    json || quiet ? { ...terminal, progressWidth: null } : terminal,
    'relax',
    maxForce,
  );
  const plain = withoutResults(model.system);
  let written = -1;
  const write = ({ step, energy, maxForce, positions }: RelaxProgress): void => {
    trajectory?.writer.append(withPositions(plain, positions), {
      columns: { forces: forcesAt(model, positions) },
      info: { energy, max_force: maxForce, step },
    });
    written = step;
  };
  try {
    const rest = relaxModel(model, {
      method,
      timeStep,
      maxForce,
      maxSteps,
      onStep(state) {
        if (trajectory && state.step % trajectory.every === 0) write(state);
        progress.update(state);
      },
    });
    const { steps, energy } = rest;
    if (trajectory && written !== steps && rest.result !== 'not-finite') {
      write({ step: steps, energy, maxForce: rest.maxForce, positions: coordinates(rest.system) });
    }
    return rest;
  } finally {
    progress.end();
  }
}

function forcesAt(model: EnergyModel, x: Float64Array) {
  return vectorColumn(model.system, evaluate(model, x).forces);
}

/** The relaxed structure with what is known of it, ready to be written. */
export function relaxedStructure(rest: Equilibrium): System {
  const { model, system, energy, maxForce, converged } = rest;
  const plain = withoutResults(system);
  const columns = new Map(plain.columns).set('forces', forcesAt(model, coordinates(system)));
  const info = new Map([
    ...plain.info,
    ['energy', energy],
    ['max_force', maxForce],
    ['converged', converged],
  ] as const);
  return { ...plain, columns, info };
}

/** Fields of the JSON object about the relaxation itself. */
export function relaxationFields(rest: Equilibrium) {
  const { steps, evaluations, converged, result, message, seconds } = rest;
  return { steps, evaluations, converged, result, message, seconds };
}

/** How a relaxation that converged did so; nothing of one that did not. */
export function relaxationSuccess(rest: Equilibrium, method: RelaxMethod): string | undefined {
  if (!rest.converged) return undefined;
  const { steps, evaluations, seconds } = rest;
  return `relaxed by ${method} in ${plural(steps, 'step')}, ${plural(evaluations, 'evaluation')}, ${formatSeconds(seconds)}`;
}
