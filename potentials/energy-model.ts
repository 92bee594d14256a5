/**
 * A potential bound to a system: the energy of its atoms and the derivatives that relaxing and differentiating need.
 *
 * Coordinates are flat, `count × dimension`, in the system's order; θ is the flat vector of parameters that
 * `layout` describes. A model owns work space: one call at a time.
 */
import { checkOptions, InputError } from '../src/message/index.js';
import type { System } from '../systems/index.js';
import type { ParameterLayout } from './parameter-values.js';

export interface EnergyModel {
  readonly system: System;
  readonly layout: ParameterLayout;
  readonly theta: Float64Array;
  /** Why the energy is not compiled but run op by op, or null where it is compiled. */
  readonly interpreted: string | null;
  /** Unit round-off of the arithmetic that energies and gradients are computed in. */
  readonly unitRoundoff: number;

  energy(x: Float64Array): number;
  /** Writes ∂E/∂x to `gradient`, which is minus the forces; returns E. */
  gradient(x: Float64Array, gradient: Float64Array): number;
  /**
   * ∂E/∂strain, `dimension × dimension`, for strains that move atoms and box alike; null where the energy does not
   * say how it depends on the box.
   */
  strainGradient(x: Float64Array): { energy: number; strain: Float64Array } | null;
  /** Writes (∂²E/∂x²) v to `product`. */
  hessianProduct(x: Float64Array, v: Float64Array, product: Float64Array): void;
  /** As `hessianProduct` for several vectors, which share passes over the pairs where the energy is a sum over pairs. */
  hessianProducts?(
    x: Float64Array,
    vectors: readonly Float64Array[],
    products: readonly Float64Array[],
  ): void;
  /**
   * The blocks on the Hessian's diagonal, `count × dimension × dimension`, for preconditioners. Where there is no method
   * they cannot be had for less than products.
   */
  hessianBlocks?(x: Float64Array): Float64Array;
  /**
   * Each atom's share of the energy: half of the energy of each pair that it is in. Null where the energy is no sum
   * over pairs.
   */
  atomEnergies(x: Float64Array): Float64Array | null;
  /** ∂E/∂θ */
  parameterGradient(x: Float64Array): Float64Array;
  /** Writes (∂²E/∂x∂θ) δθ to `product`. */
  mixedProduct(x: Float64Array, direction: Float64Array, product: Float64Array): void;
  /** (∂²E/∂x∂θ)ᵀ w, as long as θ. */
  mixedTransposeProduct(x: Float64Array, w: Float64Array): Float64Array;
  /** The same potential on the same system with other parameters. */
  withTheta(theta: Float64Array): EnergyModel;
}

export interface BindOptions {
  /**
   * Margin of the neighbour list beyond the cutoff, a length; by default 12 % of the cutoff, 30 % below 2,000 atoms and half
   * below 500.
   */
  readonly skin?: number;
  /** Language of compiled pair kernels; by default WebAssembly where the machine and the potential allow it. */
  readonly kernels?: 'webassembly' | 'javascript';
  /**
   * Threads for systems of 4,000 atoms or more; by default as many as the machine runs at once. The same number gives
   * the same bits, and 1 gives the same bits everywhere.
   */
  readonly threads?: number;
}

/** The names of `BindOptions`, to be checked where no compiler has. */
export const bindOptionNames = ['skin', 'kernels', 'threads'] as const satisfies (keyof BindOptions)[];

/** @throws InputError on an option that is not known or cannot be */
export function checkBindOptions(options: BindOptions): void {
  checkOptions('bind', options, bindOptionNames);
  const { kernels, threads } = options;
  if (kernels !== undefined && kernels !== 'webassembly' && kernels !== 'javascript') {
    throw new InputError(`kernels must be "webassembly" or "javascript", found ${JSON.stringify(kernels)}`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new InputError(`threads must be a whole number of 1 or more, found ${threads}`);
  }
}

/** An energy with its parameters, to be bound to a system. */
export interface Potential {
  readonly name: string;
  /** @throws InputError when the parameters do not fit the system */
  bind(system: System, options?: BindOptions): EnergyModel;
}
