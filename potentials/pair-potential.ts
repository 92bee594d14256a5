/**
 * Pair potentials: of the library, and of one's own from a tfjs function u(r; parameters).
 */
import type * as tf from '@tensorflow/tfjs';
import { checkOptions, InputError } from '../src/message/index.js';
import { checkBindOptions, type Potential } from './energy-model.js';
import { type Mixing, mixingFunction, numericMixing } from './mixing.js';
import { PairCompiler } from './pair-compiler.js';
import type { PairDefinition, PairEnergy, PairParameters } from './pair-function.js';
import { PairModel } from './pair-model.js';
import { layOutParameters, listed, type ParameterLayout, type ParameterValues } from './parameter-values.js';
import { checkTruncation, type Truncation } from './truncation.js';

export interface PairPotentialOptions {
  /** Distance beyond which pairs do not interact, in the unit of the positions; null: none. */
  cutoff?: number | null;
  /** What becomes of the energy at the cutoff; 'none' by default. */
  truncation?: Truncation;
  /** Where the truncation 'smooth' begins; 0.9 of the cutoff by default. */
  onset?: number;
  /**
   * How values of two atoms or species make their pair's: one rule for all parameters, or one each; 'arithmetic'
   * where nothing is said.
   */
  mixing?: Mixing | Readonly<Record<string, Mixing>>;
}

export interface PairPotentialDefinition extends PairPotentialOptions {
  name?: string;
  /**
   * u(r; parameters) in tfjs ops: two scalars in, a scalar out. Written with ops that can be traced it is compiled;
   * a function that branches on values is run pair by pair, which is slower by some thousand times, and said.
   */
  energy: PairEnergy;
  /** The distance at which the energy ends of itself, as a function of the parameters (a soft sphere's diameter). */
  range?: (parameters: PairParameters) => tf.Tensor;
  /** Parameters that may be left out, with their values. */
  defaults?: ParameterValues;
  /** Names of all parameters. Without it, any name may be given, and one that the energy lacks is told. */
  parameters?: readonly string[];
  /** Parameters that are compiled into the kernel as numbers where the system has one value, such as exponents. */
  specialize?: readonly string[];
  /** Least values of parameters, below which they are refused: 0 for lengths. */
  least?: Readonly<Record<string, number>>;
  /** tfjs backend for a function that cannot be compiled; 'float64' by default. */
  backend?: string;
}

const optionNames: readonly (keyof PairPotentialOptions)[] = ['cutoff', 'truncation', 'onset', 'mixing'];
const definitionNames: readonly (keyof PairPotentialDefinition)[] = [
  ...optionNames,
  ...(['name', 'energy', 'range', 'parameters', 'defaults', 'specialize', 'least', 'backend'] as const),
];

/** Makes a potential from values of its parameters. */
export type PairPotentialFactory = (
  parameters?: ParameterValues,
  options?: PairPotentialOptions,
) => Potential;

/**
 * Defines a pair potential E = Σ_{i<j} u(r_ij).
 *
 * @returns a function from parameters to a potential; its options override those of the definition
 * @throws InputError on a cutoff, truncation or mixing rule that cannot be, and, when the potential is bound to a
 * system, on parameters that do not fit it
 */
export function pairPotential(definition: PairPotentialDefinition): PairPotentialFactory {
  checkOptions('pairPotential', definition, definitionNames);
  const { name = 'pair potential', energy, range, parameters, specialize = [], backend } = definition;
  if (typeof energy !== 'function') {
    throw new InputError(`pairPotential needs a tfjs function of r as its energy, found ${typeof energy}`);
  }
  const { least = {} } = definition;
  const compiler = new PairCompiler(name, specialize, backend);
  return (given = {}, options = {}) => {
    checkOptions(name, options, optionNames);
    const values = { ...definition.defaults, ...given };
    checkNames(name, Object.keys(values), parameters);
    const cutoff = options.cutoff === undefined ? (definition.cutoff ?? null) : options.cutoff;
    const truncation = options.truncation ?? definition.truncation ?? 'none';
    const onset = options.onset ?? definition.onset;
    checkTruncation(truncation, cutoff, onset);
    const mixing = mixingByName(definition.mixing, options.mixing);
    for (const rules of [definition.mixing, options.mixing]) {
      if (typeof rules === 'object') checkOptions(`the mixing of ${name}`, rules, Object.keys(values));
    }
    const pair: PairDefinition = { energy, range, cutoff, truncation, onset, mixing };
    return {
      name,
      bind(system, bindOptions = {}) {
        checkBindOptions(bindOptions);
        const { layout, theta } = layOutParameters(values, system);
        checkLeast(name, layout, theta, least);
        checkMixed(name, layout, theta, mixing);
        return new PairModel(system, layout, theta, { compiler, pair }, bindOptions);
      },
    };
  };
}

function checkNames(potential: string, given: readonly string[], known: readonly string[] | undefined): void {
  if (!known) return;
  for (const name of given) {
    if (known.includes(name)) continue;
    throw new InputError(`${potential} has no parameter "${name}"; it has ${listed(known)}`);
  }
  for (const name of known) {
    if (given.includes(name)) continue;
    throw new InputError(
      `${potential} needs a value for its parameter "${name}"; given are ${listed(given)}`,
    );
  }
}

function checkLeast(
  potential: string,
  { blocks }: ParameterLayout,
  theta: Float64Array,
  least: Readonly<Record<string, number>>,
): void {
  for (const { name, offset, size } of blocks) {
    if (!Object.hasOwn(least, name)) continue;
    const found = theta.subarray(offset, offset + size).find((value) => value < least[name]);
    if (found !== undefined) {
      throw new InputError(`${potential} needs ${name} to be ${least[name]} or more, found ${found}`);
    }
  }
}

/** Refuses species that have no mean: √(ε_A ε_B) of wells of opposite signs. */
function checkMixed(
  potential: string,
  { blocks, species }: ParameterLayout,
  theta: Float64Array,
  mixing: (name: string) => Mixing,
): void {
  for (const { name, level, offset, size } of blocks) {
    const rule = mixing(name);
    const mix = level === 'species' ? numericMixing(rule) : null;
    if (!mix) continue;
    const values = [...theta.subarray(offset, offset + size)];
    for (const [a, first] of values.entries()) {
      const b = values.findIndex((second) => !Number.isFinite(mix(first, second).value));
      if (b < 0) continue;
      throw new InputError(
        `${potential} has no ${rule} mean of ${name} for ${species[a]} (${first}) and ${species[b]} (${values[b]}); ` +
          'give a value for each pair of species, or another mixing rule',
      );
    }
  }
}

/** The rule for each parameter: of the call, else of the definition, else the arithmetic mean. */
function mixingByName(
  defined: PairPotentialOptions['mixing'],
  asked: PairPotentialOptions['mixing'],
): (name: string) => Mixing {
  for (const mixing of [defined, asked]) {
    if (typeof mixing === 'object') for (const rule of Object.values(mixing)) mixingFunction(rule);
    else if (mixing !== undefined) mixingFunction(mixing);
  }
  const lookUp = (mixing: PairPotentialOptions['mixing'], name: string): Mixing | undefined =>
    typeof mixing !== 'object' ? mixing : Object.hasOwn(mixing, name) ? mixing[name] : undefined;
  return (name) => lookUp(asked, name) ?? lookUp(defined, name) ?? 'arithmetic';
}
