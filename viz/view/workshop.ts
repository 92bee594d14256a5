/**
 * Relaxing in the page: from a frame to files that can be shown. What comes out is a run like any other (frames with
 * their energy and largest force, the last with forces and sensitivity), so that plots, arrows and playback need not
 * know where it came from. The worker starts with the first question.
 */

import { type Info, type System, withColumn, withInfo, withPositions } from '../../systems/index.js';
import type { ViewerFile } from '../files/index.js';
import {
  createRelaxer,
  type ParameterChoice,
  type RelaxAnswer,
  type Relaxer,
  type RelaxFrame,
  type RelaxQuestion,
  type SensitivityAnswer,
  systemData,
} from '../relax/index.js';
import {
  changedPotential,
  createRun,
  type Difference,
  differenceOf,
  type Frame,
  frameOfSystem,
  type MemoryRun,
  movedFrame,
  type Run,
} from '../state/index.js';

export interface Relaxing {
  /** Can be shown as soon as the first frames are there; gets more until `done`. */
  readonly file: ViewerFile;
  readonly done: Promise<Relaxed>;
}

export interface Relaxed {
  readonly answer: RelaxAnswer;
  /** With forces, and with the sensitivity where one was asked for and the structure is at rest. */
  readonly frame: Frame;
  /** What makes the sensitivity doubtful. */
  readonly doubt: string | null;
}

export interface RelaxSettings extends Omit<RelaxQuestion, 'system' | 'change'> {
  /** What the sensitivity is taken to, if the potential has it; the first parameter otherwise. */
  readonly parameter: string | null;
  readonly onProgress?: (frame: RelaxFrame) => void;
  readonly signal?: AbortSignal;
}

export interface Compared {
  /** First order as frame 0, the truth as frame 1, each with the ways to the other as column `difference`. */
  readonly file: ViewerFile;
  readonly difference: Difference;
  readonly answer: RelaxAnswer;
}

/** An equilibrium that the worker keeps, of a frame. */
interface Kept extends Pick<RelaxAnswer, 'equilibrium' | 'parameters'> {}

/** Equilibria that the worker keeps at once, each with its model; older ones are found again where they are needed. */
const MOST_KEPT = 8;

const results = [
  'energy',
  'max_force',
  'step',
  'converged',
  'parameter_value',
  'energy_derivative',
  'structure',
];

export class Workshop {
  readonly #relaxer: Relaxer;
  readonly #kept = new WeakMap<Frame, Kept>();
  /** Of the equilibria that the worker has, the one used last at the end. */
  #inWorker: readonly number[] = [];
  readonly #runs = new WeakSet<Run>();

  constructor(relaxer = createRelaxer()) {
    this.#relaxer = relaxer;
  }

  /** Whether a run was made here: all who open its file share it, and nobody closes it. */
  owns(run: Run): boolean {
    return this.#runs.has(run);
  }

  /** Finds out which parameters a frame that is at rest under the potential can answer. @throws Error where it is not */
  async know(frame: Frame, potential: unknown): Promise<void> {
    await this.#equilibriumOf(frame, potential);
  }

  /** The parameters that a frame which was relaxed here can answer. */
  parametersOf(frame: Frame): readonly ParameterChoice[] {
    return this.#kept.get(frame)?.parameters ?? [];
  }

  relax(frame: Frame, name: string, settings: RelaxSettings): Relaxing {
    const { parameter, onProgress, signal, ...question } = settings;
    const start = withInfo(bare(frame.system), { potential: JSON.stringify(question.potential) });
    let run: MemoryRun | null = null;
    let waiting: RelaxFrame | null = null;
    let begun: (run: MemoryRun) => void = () => {};
    let failed: (reason: unknown) => void = () => {};
    const first = new Promise<MemoryRun>((done, fail) => {
      [begun, failed] = [done, fail];
    });
    const take = (next: Frame): void => {
      if (run !== null) run.append(next);
      else {
        run = this.#made(name, [next]);
        begun(run);
      }
    };
    // The last frame waits: where it is the end, the answer takes its place.
    const onFrames = (frames: readonly RelaxFrame[]): void => {
      for (const next of frames) {
        if (waiting !== null) take(onTheWay(start, waiting));
        waiting = next;
      }
      if (waiting !== null) onProgress?.(waiting);
    };
    const work = async (): Promise<Relaxed> => {
      const asked = { ...question, system: systemData(start) };
      const answer = await this.#relaxer.relax(asked, { onFrames, ...(signal ? { signal } : {}) });
      if (waiting !== null && (waiting as RelaxFrame).step !== answer.step) take(onTheWay(start, waiting));
      const relaxed = relaxedSystem(start, answer, question.potential);
      const chosen = chooseParameter(answer.parameters, parameter);
      const sensitivity =
        answer.converged && chosen !== null
          ? await this.#relaxer.sensitivity(answer.equilibrium, chosen)
          : null;
      const end = frameOfSystem(sensitivity === null ? relaxed : answered(relaxed, sensitivity));
      take(end);
      const last = run === null ? end : (run as MemoryRun).frame((run as MemoryRun).length - 1);
      this.#keep(last, answer);
      return { answer, frame: last, doubt: sensitivity?.doubt ?? null };
    };
    const done = work();
    done.catch(failed);
    return { file: { name, open: () => first }, done };
  }

  /**
   * Another parameter's sensitivity of a frame that is at rest under the potential.
   *
   * @throws Error where the worker does not know the parameter, or the forces have not vanished
   */
  async respond(
    frame: Frame,
    potential: unknown,
    parameter: string,
    name: string,
  ): Promise<{ run: Run; doubt: string | null }> {
    const { equilibrium, parameters } = await this.#equilibriumOf(frame, potential);
    const sensitivity = await this.#relaxer.sensitivity(equilibrium, parameter);
    const next = frameOfSystem(answered(frame.system, sensitivity));
    this.#keep(next, { equilibrium, parameters });
    return { run: this.#made(name, [next]), doubt: sensitivity.doubt };
  }

  /** Relaxes a frame again with a parameter changed, and holds first order against it. */
  async compare(
    frame: Frame,
    potential: unknown,
    change: { readonly parameter: string; readonly by: number },
    name: string,
    signal?: AbortSignal,
  ): Promise<Compared> {
    const answer = await this.#relaxer.relax(
      { system: systemData(bare(frame.system)), potential, change },
      signal ? { signal } : {},
    );
    const guess = movedFrame(frame, change.by);
    const { value = null } = answer.parameters.find(({ name }) => name === change.parameter) ?? {};
    const before = value === null ? null : value - change.by;
    const next = changedPotential(potential, change.parameter, change.by, before);
    // Also what was only guessed is a structure of the changed potential, and may be relaxed by it.
    const moved = withInfo(withoutColumns(guess.system, ['sensitivity']), {
      potential: JSON.stringify(next),
    });
    const relaxed = relaxedSystem(moved, answer, next);
    const sensitivity = answer.converged
      ? await this.#relaxer.sensitivity(answer.equilibrium, change.parameter)
      : null;
    const truth = sensitivity === null ? relaxed : answered(relaxed, sensitivity);
    const difference = differenceOf(guess, frameOfSystem(truth));
    const told = (system: System, structure: string, values: Float64Array): System =>
      withInfo(withColumn(system, 'difference', { kind: 'real', width: 3, values }), { structure });
    const run = this.#made(name, [
      frameOfSystem(told(moved, 'first order', difference.vectors)),
      frameOfSystem(
        told(
          truth,
          'relaxed again',
          difference.vectors.map((way) => -way),
        ),
      ),
    ]);
    this.#keep(run.frame(1), answer);
    return { file: { name, open: async () => run }, difference, answer };
  }

  close(): void {
    this.#relaxer.close();
  }

  #keep(frame: Frame, { equilibrium, parameters }: Kept): void {
    this.#kept.set(frame, { equilibrium, parameters });
    const others = this.#inWorker.filter((one) => one !== equilibrium);
    for (const old of others.slice(0, -(MOST_KEPT - 1))) this.#relaxer.release(old);
    this.#inWorker = [...others.slice(-(MOST_KEPT - 1)), equilibrium];
  }

  #made(name: string, frames: readonly Frame[]): MemoryRun {
    const run = createRun(name, frames);
    this.#runs.add(run);
    return run;
  }

  async #equilibriumOf(frame: Frame, potential: unknown): Promise<Kept> {
    const known = this.#kept.get(frame);
    if (known !== undefined && this.#inWorker.includes(known.equilibrium)) return known;
    const { info, system } = frame;
    const reached = info.get('max_force');
    // A file's numbers are rounded in their last places: no tighter than it was.
    const maxForce = typeof reached === 'number' ? Math.max(1e-10, 2 * reached) : 1e-10;
    const answer = await this.#relaxer.relax({ system: systemData(bare(system)), potential, maxForce });
    if (!answer.converged) throw new Error(answer.message);
    this.#keep(frame, answer);
    return answer;
  }
}

/** The one asked for where there is such, else the first. */
function chooseParameter(choices: readonly ParameterChoice[], asked: string | null): string | null {
  const names = choices.map(({ name }) => name);
  return names.find((name) => name === asked) ?? names[0] ?? null;
}

/** A structure without what is known of it where it stands. */
function bare(system: System): System {
  const info = new Map([...system.info].filter(([key]) => !results.includes(key)));
  return { ...withoutColumns(system, ['forces', 'sensitivity', 'difference']), info };
}

function withoutColumns(system: System, names: readonly string[]): System {
  const columns = new Map([...system.columns].filter(([name]) => !names.includes(name)));
  return { ...system, columns };
}

function onTheWay(start: System, { positions, energy, maxForce, step }: RelaxFrame): Frame {
  return frameOfSystem(withInfo(withPositions(start, positions), { energy, max_force: maxForce, step }));
}

function relaxedSystem(start: System, answer: RelaxAnswer, potential: unknown): System {
  const { positions, forces, energy, maxForce, step, converged } = answer;
  const info: Record<string, Info> = {
    energy,
    max_force: maxForce,
    step,
    converged,
    potential: JSON.stringify(potential),
  };
  return withInfo(withVectors(withPositions(start, positions), 'forces', forces), info);
}

function answered(system: System, sensitivity: SensitivityAnswer): System {
  const { parameter, value, vectors, energyDerivative } = sensitivity;
  return withInfo(withVectors(system, 'sensitivity', vectors), {
    parameter,
    ...(value !== null && { parameter_value: value }),
    energy_derivative: energyDerivative,
  });
}

/** `count × dimension` numbers as a column of three an atom. */
function withVectors(system: System, name: string, flat: Float64Array): System {
  const { count, dimension } = system;
  const values = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < dimension; k++) values[3 * i + k] = flat[dimension * i + k];
  }
  return withColumn(system, name, { kind: 'real', width: 3, values });
}
