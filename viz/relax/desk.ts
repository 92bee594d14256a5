/**
 * What the worker does: relaxes, keeps the equilibria it found, and differentiates them when asked. Knows nothing of
 * workers: whoever runs it hands messages in and takes messages out.
 */
import { type EnergyModel, potentialFromConfig } from '../../potentials/index.js';
import { onWarning } from '../../src/message/index.js';
import { type Equilibrium, type RelaxProgress, relaxModelAsync } from '../../src/relax/index.js';
import { coordinates } from '../../systems/index.js';
import { changed, parameterChoices, parameterValue, unitChange } from './parameters.js';
import {
  type FromWorker,
  type RelaxAnswer,
  type RelaxFrame,
  type RelaxQuestion,
  type SensitivityAnswer,
  systemOf,
  type ToWorker,
} from './protocol.js';

/** Milliseconds between two parcels of frames. */
const PARCEL = 25;
/** Coordinates of the frames that are sent for each doubling of the number of steps. */
const COORDINATES = 1e6;

export interface Desk {
  receive(message: ToWorker): Promise<void>;
}

export function createDesk(post: (message: FromWorker) => void): Desk {
  const equilibria = new Map<number, Equilibrium>();
  const running = new Map<number, AbortController>();
  let latest = 0;
  // Warnings are said once in the life of a program; here every answer carries its own doubts.
  onWarning(() => {});

  async function relax(id: number, question: RelaxQuestion): Promise<void> {
    const stop = new AbortController();
    running.set(id, stop);
    try {
      const model = modelOf(question);
      const parcels = createParcels(model, (frames) => post({ kind: 'frames', id, frames }));
      const { method = 'fire', maxForce = 1e-10, maxSteps = 100_000 } = question;
      const rest = await relaxModelAsync(model, {
        method,
        maxForce,
        maxSteps,
        signal: stop.signal,
        onStep: parcels.take,
      });
      parcels.end();
      const equilibrium = ++latest;
      equilibria.set(equilibrium, rest);
      post({ kind: 'relaxed', id, answer: answerOf(rest, equilibrium) });
    } finally {
      running.delete(id);
    }
  }

  function sensitivity(id: number, equilibrium: number, parameter: string): void {
    const rest = equilibria.get(equilibrium);
    if (rest === undefined) throw new Error(`there is no equilibrium ${equilibrium}`);
    post({ kind: 'sensitivity', id, answer: sensitivityOf(rest, parameter) });
  }

  return {
    async receive(message) {
      try {
        if (message.kind === 'relax') await relax(message.id, message.question);
        else if (message.kind === 'sensitivity') {
          sensitivity(message.id, message.equilibrium, message.parameter);
        } else if (message.kind === 'stop') running.get(message.id)?.abort();
        else equilibria.delete(message.equilibrium);
      } catch (error) {
        if ('id' in message) post({ kind: 'failed', id: message.id, message: reasonOf(error) });
      }
    },
  };
}

function modelOf({ system, potential, change }: RelaxQuestion): EnergyModel {
  const model = potentialFromConfig(potential).bind(systemOf(system));
  return change === undefined ? model : changed(model, change.parameter, change.by);
}

function answerOf(rest: Equilibrium, equilibrium: number): RelaxAnswer {
  const { model, steps, energy, maxForce, converged, message, seconds, evaluations } = rest;
  const positions = coordinates(rest.system);
  const forces = new Float64Array(positions.length);
  model.gradient(positions, forces);
  for (let k = 0; k < forces.length; k++) forces[k] = -forces[k];
  return {
    equilibrium,
    step: steps,
    energy,
    maxForce,
    positions,
    forces,
    converged,
    message,
    seconds,
    evaluations,
    parameters: parameterChoices(model),
  };
}

function sensitivityOf(rest: Equilibrium, parameter: string): SensitivityAnswer {
  const { vectors, energy, linear } = rest.sensitivity(unitChange(parameter));
  const { zeroModes, stability } = rest.curvature();
  const doubts = [
    rest.converged ? null : `It is taken where the forces have not vanished: ${rest.message}.`,
    stability === 'saddle'
      ? 'The structure is a saddle point, no minimum: displace the atoms a little and relax again.'
      : null,
    linear.residual <= 1e-8 ? null : `The linear equations were not solved: ${linear.message}.`,
  ].filter((doubt) => doubt !== null);
  return {
    parameter,
    value: parameterValue(rest.model, parameter),
    vectors: Float64Array.from(vectors.data),
    energyDerivative: energy,
    rattlers: zeroModes.rattlers,
    doubt: doubts.length === 0 ? null : doubts.join(' '),
  };
}

interface Parcels {
  take(progress: RelaxProgress): void;
  end(): void;
}

/**
 * The frames on the way, a few at a time. Every step at first, then every second, fourth and so on: each doubling of
 * the number of steps gives the same number of frames, so that no relaxation fills the memory.
 */
function createParcels(model: EnergyModel, send: (frames: RelaxFrame[]) => void): Parcels {
  const { count, dimension } = model.system;
  const perDoubling = Math.min(128, Math.max(8, Math.floor(COORDINATES / (count * dimension))));
  let waiting: RelaxFrame[] = [];
  let sent = performance.now();
  let stride = 1;
  const flush = (): void => {
    if (waiting.length > 0) send(waiting);
    waiting = [];
    sent = performance.now();
  };
  return {
    take({ step, energy, maxForce, positions }) {
      while (step >= 2 * perDoubling * stride) stride *= 2;
      if (step % stride !== 0) return;
      waiting.push({ step, energy, maxForce, positions: positions.slice() });
      if (performance.now() - sent > PARCEL) flush();
    },
    end: flush,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof EvalError) {
    return 'This browser has no WebAssembly with vectors, and the page may not compile JavaScript: take a newer browser.';
  }
  return error instanceof Error ? error.message : String(error);
}
