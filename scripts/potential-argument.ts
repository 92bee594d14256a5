/** What `--potential` names: a built-in potential, or a JSON file that describes one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import {
  type EnergyModel,
  potentialFromConfig,
  potentialKinds,
  potentialParameters,
} from '../potentials/index.js';
import { InputError } from '../src/message/index.js';
import type { System } from '../systems/index.js';
import { fileError } from '../systems/index.js';
import { parseLocatedJson } from './located-json.js';

export interface PotentialArguments {
  readonly potential: string;
  readonly cutoff: number | null | undefined;
  readonly truncation: string | undefined;
  readonly threads?: number | undefined;
}

export interface BoundPotential {
  readonly model: EnergyModel;
  /** The potential in words. */
  readonly description: string;
  /** As a JSON file describes it. */
  readonly config: unknown;
}

/**
 * Binds the potential to a system. A built-in one takes each of its parameters from the column of that name, where
 * the structure has one, and is otherwise at its defaults.
 *
 * @throws InputError naming the file and the line, or the option, at fault
 */
export function bindPotential(args: PotentialArguments, system: System, file: string): BoundPotential {
  const { potential: name, cutoff, truncation, threads } = args;
  const builtIn = potentialKinds.includes(name);
  const { value, where } = builtIn
    ? { value: builtInConfig(name, system), where: () => `${name}: ` }
    : readConfig(name);
  const overrides = {
    ...(cutoff === undefined ? {} : { cutoff }),
    ...(truncation === undefined ? {} : { truncation }),
  };
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const config = isObject ? { ...value, ...overrides } : value;
  const potential = potentialFromConfig(config, (path) =>
    path.length === 1 && Object.hasOwn(overrides, path[0]) ? `--${path[0]}: ` : where(path),
  );
  try {
    return {
      model: potential.bind(system, threads === undefined ? {} : { threads }),
      description: describe(config as Record<string, unknown>, name, builtIn),
      config,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${name} on ${file}: ${error.message}`, { cause: error });
  }
}

function builtInConfig(kind: string, system: System): Record<string, unknown> {
  // One that is no single number an atom is refused where it is read.
  const columns = potentialParameters(kind).filter((name) => system.columns.has(name));
  return { kind, parameters: Object.fromEntries(columns.map((name) => [name, { column: name }])) };
}

function readConfig(path: string): { value: unknown; where: (path: readonly string[]) => string } {
  if (!existsSync(path)) {
    throw new InputError(
      `--potential: there is neither a potential nor a file "${path}"; expected ${potentialKinds.join(', ')} or a JSON file`,
    );
  }
  if (statSync(path).isDirectory())
    throw new InputError(`cannot read ${path}: it is a directory; name a file`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(error, 'read', path);
  }
  const { value, line } = parseLocatedJson(text, path);
  return { value, where: (entry) => `${path}:${line(entry)}: ` };
}

function describe(config: Record<string, unknown>, name: string, builtIn: boolean): string {
  const { kind, cutoff, truncation, parameters = {} } = config;
  const fromColumns = Object.entries(parameters as object).flatMap(([parameter, value]) =>
    typeof value === 'object' && 'column' in value ? [`${parameter} from column ${value.column}`] : [],
  );
  const range = typeof cutoff === 'number' ? `cutoff ${cutoff}` : null;
  const cut = range && truncation !== undefined && truncation !== 'none' ? `${range} (${truncation})` : range;
  return [builtIn ? kind : `${kind} of ${name}`, cut, ...fromColumns]
    .filter((part) => part !== null)
    .join(' · ');
}
