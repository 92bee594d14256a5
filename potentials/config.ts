/**
 * A potential from data: the `{ kind, cutoff, truncation, parameters }` of a JSON file, checked whole before anything
 * is computed. Reading the file, and knowing its lines, is the caller's part.
 */
import { InputError } from '../src/message/index.js';
import type { Potential } from './energy-model.js';
import { lennardJones } from './lennard-jones.js';
import { type Mixing, mixingFunction } from './mixing.js';
import { morse } from './morse.js';
import type { PairPotentialFactory, PairPotentialOptions } from './pair-potential.js';
import { listed, type ParameterValue } from './parameter-values.js';
import { softSphere } from './soft-sphere.js';
import { type Truncation, truncations } from './truncation.js';

interface Kind {
  readonly create: PairPotentialFactory;
  readonly parameters: readonly string[];
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['lennard-jones', { create: lennardJones, parameters: ['epsilon', 'sigma'] }],
  ['soft-sphere', { create: softSphere, parameters: ['diameter', 'sigma', 'epsilon', 'alpha'] }],
  ['morse', { create: morse, parameters: ['D', 'alpha', 'r0'] }],
]);

/** The potentials that have a name. */
export const potentialKinds: readonly string[] = [...kinds.keys()];

/** The names of the parameters of a built-in potential. @throws InputError when there is none of that name */
export function potentialParameters(kind: string): readonly string[] {
  return kindOf(kind, (message) => new InputError(message)).parameters;
}

const known = ['kind', 'cutoff', 'truncation', 'onset', 'mixing', 'parameters'];

type Path = readonly string[];
type Complain = (path: Path, message: string) => InputError;

/**
 * Makes a potential from what a JSON file holds:
 *
 * - `kind`: one of `potentialKinds`
 * - `cutoff`: a length, or null (the default) for none
 * - `truncation`: none (the default), shift, force-shift, smooth; `onset`: where smooth begins
 * - `mixing`: one rule, or one a parameter
 * - `parameters`: by name a number, `{ species: number }`, `{ pair: number }` or `{ column: name }`
 *
 * @param where what errors put before their message, from the path of the entry at fault, such as `file:line: `
 * @throws InputError on anything that is unknown, missing or of the wrong type. What depends on the structure
 * (species, columns) is checked when the potential is bound to it
 */
export function potentialFromConfig(config: unknown, where: (path: Path) => string = () => ''): Potential {
  const complain: Complain = (path, message) => new InputError(`${where(path)}${message}`);
  if (!isRecord(config)) {
    throw complain([], `a potential is an object such as { "kind": "morse" }; found ${shown(config)}`);
  }
  for (const key of Object.keys(config)) {
    if (!known.includes(key)) {
      throw complain([key], `there is no entry "${key}" in a potential; expected ${listed(known)}`);
    }
  }
  if (config.kind === undefined) {
    throw complain([], `the entry "kind" is missing; expected ${listed(potentialKinds)}`);
  }
  const kind = kindOf(config.kind, (message) => complain(['kind'], message));
  const parameters = readParameters(config.parameters, config.kind as string, kind, complain);
  const options: PairPotentialOptions = {
    ...readTruncation(config, complain),
    ...(config.mixing === undefined ? {} : { mixing: readMixing(config.mixing, kind, complain) }),
  };
  try {
    return kind.create(parameters, options);
  } catch (error) {
    throw error instanceof InputError ? complain(['parameters'], error.message) : error;
  }
}

function kindOf(name: unknown, complain: (message: string) => InputError): Kind {
  const kind = typeof name === 'string' ? kinds.get(name) : undefined;
  if (kind) return kind;
  throw complain(`there is no potential ${shown(name)}; expected ${listed(potentialKinds)}`);
}

function readTruncation(config: Record<string, unknown>, complain: Complain): PairPotentialOptions {
  const { cutoff = null, truncation = 'none', onset } = config;
  if (cutoff !== null && !(typeof cutoff === 'number' && cutoff > 0 && Number.isFinite(cutoff))) {
    throw complain(
      ['cutoff'],
      `the cutoff must be a positive length, or null for none; found ${shown(cutoff)}`,
    );
  }
  if (!truncations.some((name) => name === truncation)) {
    throw complain(
      ['truncation'],
      `there is no truncation ${shown(truncation)}; expected ${listed(truncations)}`,
    );
  }
  if (truncation !== 'none' && cutoff === null) {
    throw complain(
      ['truncation'],
      `the truncation "${truncation}" needs a cutoff; give a length, or use "none"`,
    );
  }
  if (onset === undefined) return { cutoff, truncation: truncation as Truncation };
  if (truncation !== 'smooth') {
    throw complain(
      ['onset'],
      `the entry "onset" goes with the truncation "smooth" only; found ${shown(truncation)}`,
    );
  }
  if (!(typeof onset === 'number' && cutoff !== null && onset > 0 && onset < cutoff)) {
    throw complain(['onset'], `the onset must lie between 0 and the cutoff ${cutoff}; found ${shown(onset)}`);
  }
  return { cutoff, truncation: 'smooth', onset };
}

function readMixing(given: unknown, kind: Kind, complain: Complain): Mixing | Record<string, Mixing> {
  const rule = (value: unknown, path: Path): Mixing => {
    if (typeof value !== 'string') {
      throw complain(path, `a mixing rule is a name such as "arithmetic"; found ${shown(value)}`);
    }
    try {
      mixingFunction(value as Mixing);
    } catch (error) {
      throw error instanceof InputError ? complain(path, error.message) : error;
    }
    return value as Mixing;
  };
  if (!isRecord(given)) return rule(given, ['mixing']);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (!kind.parameters.includes(name)) {
        throw complain(['mixing', name], `there is no parameter "${name}" to mix; ${has(kind)}`);
      }
      return [name, rule(value, ['mixing', name])];
    }),
  );
}

function readParameters(
  given: unknown,
  name: string,
  kind: Kind,
  complain: Complain,
): Record<string, ParameterValue> {
  if (given === undefined) return {};
  if (!isRecord(given)) {
    throw complain(
      ['parameters'],
      `parameters are an object such as { "epsilon": 1 }; found ${shown(given)}`,
    );
  }
  const values: Record<string, ParameterValue> = {};
  for (const [parameter, value] of Object.entries(given)) {
    const path = ['parameters', parameter];
    if (!kind.parameters.includes(parameter)) {
      throw complain(path, `${name} has no parameter "${parameter}"; ${has(kind)}`);
    }
    values[parameter] = readValue(parameter, value, path, complain);
  }
  return values;
}

function readValue(parameter: string, value: unknown, path: Path, complain: Complain): ParameterValue {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (!isRecord(value)) {
    throw complain(
      path,
      `the parameter "${parameter}" is ${shown(value)}; expected a number, { "A": 1, "B": 0.6 } for species, ` +
        '{ "A-A": 1, "A-B": 0.9 } for pairs, or { "column": "name" }',
    );
  }
  const entries = Object.entries(value);
  const { column } = value;
  if (typeof column === 'string') {
    if (entries.length === 1) return { column };
    throw complain(
      path,
      `the parameter "${parameter}" is read from a column and has other entries beside it; give one or the other`,
    );
  }
  if (entries.length === 0) {
    throw complain(
      path,
      `the parameter "${parameter}" has no entries; give a value for each species or pair`,
    );
  }
  for (const [key, entry] of entries) {
    if (typeof entry !== 'number' || !Number.isFinite(entry)) {
      throw complain(
        [...path, key],
        `the parameter "${parameter}" has ${shown(entry)} for "${key}"; expected a number`,
      );
    }
  }
  return Object.fromEntries(entries) as Record<string, number>;
}

function has(kind: Kind): string {
  return `it has ${listed(kind.parameters)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
