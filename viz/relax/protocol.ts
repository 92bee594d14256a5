/**
 * What a page and its worker tell each other: plain values, which a structured clone keeps. Every question has an id,
 * and all that answers it carries the same.
 */
import type { RelaxMethod } from '../../src/relax/index.js';
import { coordinates, createSystem, type System } from '../../systems/index.js';

/** A system with its positions flat, `count × dimension`: an ndarray's methods do not survive the journey. */
export type SystemData = Omit<System, 'positions'> & { readonly positions: Float64Array };

export function systemData(system: System): SystemData {
  return { ...system, positions: coordinates(system) };
}

export function systemOf(data: SystemData): System {
  return createSystem(data);
}

/** A parameter, or one entry of it (`epsilon`, `diameter.B`, `sigma.A-B`), and by how much it changes. */
export interface ParameterChange {
  readonly parameter: string;
  readonly by: number;
}

export interface RelaxQuestion {
  readonly system: SystemData;
  /** As a potential's JSON file holds it; columns are the system's. */
  readonly potential: unknown;
  /** Relaxes with the potential's parameters changed by so much. */
  readonly change?: ParameterChange;
  /** 'fire' by default. */
  readonly method?: RelaxMethod;
  /** 1e-10 by default. */
  readonly maxForce?: number;
  /** 100,000 by default. */
  readonly maxSteps?: number;
}

export interface RelaxFrame {
  readonly step: number;
  readonly energy: number;
  readonly maxForce: number;
  /** `count × dimension`. */
  readonly positions: Float64Array;
}

/** A parameter that a structure can be asked for, with its value where all that it stands for have the same. */
export interface ParameterChoice {
  readonly name: string;
  readonly value: number | null;
}

export interface RelaxAnswer extends RelaxFrame {
  /** The worker keeps the equilibrium under this number, until it is released. */
  readonly equilibrium: number;
  /** `count × dimension`. */
  readonly forces: Float64Array;
  readonly converged: boolean;
  /** How it ended, and what to do next. */
  readonly message: string;
  readonly seconds: number;
  /** Forces computed. */
  readonly evaluations: number;
  readonly parameters: readonly ParameterChoice[];
}

export interface SensitivityAnswer {
  readonly parameter: string;
  readonly value: number | null;
  /** ∂x*, `count × dimension`. */
  readonly vectors: Float64Array;
  /** ∂E*. */
  readonly energyDerivative: number;
  /** Atoms that nothing touches, and that the derivative leaves in their places. */
  readonly rattlers: readonly number[];
  /** What makes the derivative doubtful; null where nothing does. */
  readonly doubt: string | null;
}

export type ToWorker =
  | { readonly kind: 'relax'; readonly id: number; readonly question: RelaxQuestion }
  | {
      readonly kind: 'sensitivity';
      readonly id: number;
      readonly equilibrium: number;
      readonly parameter: string;
    }
  | { readonly kind: 'stop'; readonly id: number }
  | { readonly kind: 'release'; readonly equilibrium: number };

export type FromWorker =
  | { readonly kind: 'frames'; readonly id: number; readonly frames: readonly RelaxFrame[] }
  | { readonly kind: 'relaxed'; readonly id: number; readonly answer: RelaxAnswer }
  | { readonly kind: 'sensitivity'; readonly id: number; readonly answer: SensitivityAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
