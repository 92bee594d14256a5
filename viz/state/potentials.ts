/**
 * Potentials as the page offers them: their JSON, as `--potential` takes it. What a potential may hold is checked where
 * it is used, in the worker; nothing here knows an energy.
 */
import { InputError } from '../../src/message/index.js';
import type { System } from '../../systems/index.js';

/** Each built-in kind with its parameters as they are by default. */
const templates: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'soft-sphere': { parameters: { diameter: 1, epsilon: 1, alpha: 2 } },
  'lennard-jones': { cutoff: 2.5, truncation: 'force-shift', parameters: { epsilon: 1, sigma: 1 } },
  morse: { cutoff: 3, truncation: 'force-shift', parameters: { D: 1, alpha: 6, r0: 1 } },
};

export const offeredPotentials: readonly string[] = Object.keys(templates);

/** A built-in potential for a system: parameters come from the columns of their names where there are such. */
export function offeredPotential(kind: string, system: System): Readonly<Record<string, unknown>> {
  const { parameters, ...rest } = templates[kind];
  const free = system.box.periodic.every((repeats) => !repeats);
  const entries = Object.entries(parameters as object).map(([name, value]) => {
    const column = system.columns.get(name);
    const there = column?.width === 1 && (column.kind === 'real' || column.kind === 'integer');
    return [name, there ? { column: name } : value];
  });
  return {
    kind,
    ...(free ? {} : rest),
    parameters: Object.fromEntries(entries),
  };
}

/** The potential that a file's comment line gives; null where it gives none. */
export function potentialOf(system: System): unknown {
  const told = system.info.get('potential');
  if (typeof told !== 'string') return null;
  try {
    return JSON.parse(told);
  } catch {
    return null;
  }
}

/**
 * The potential with an entry of its parameters changed. One that comes from a column stays as it is: the column
 * changes.
 *
 * @param value what the entry is before, where the potential leaves it at its default
 */
export function changedPotential(
  potential: unknown,
  parameter: string,
  by: number,
  value: number | null,
): unknown {
  if (typeof potential !== 'object' || potential === null) return potential;
  const [name, entry = ''] = parameter.split('.', 2);
  const { parameters } = potential as { readonly parameters?: Readonly<Record<string, unknown>> };
  const given = parameters?.[name] ?? value;
  const spellings = [entry, entry.split('-').reverse().join('-')];
  const changed =
    typeof given === 'number' && entry === ''
      ? given + by
      : typeof given === 'object' && given !== null
        ? Object.fromEntries(
            Object.entries(given).map(([key, one]) => [key, spellings.includes(key) ? one + by : one]),
          )
        : given;
  return { ...potential, parameters: { ...parameters, [name]: changed } };
}

/** The column that a parameter is read from; its own name where the potential names none. */
export function columnOf(potential: unknown, parameter: string): string {
  const [name] = parameter.split('.', 1);
  const { parameters } = (potential ?? {}) as {
    readonly parameters?: Readonly<Record<string, { readonly column?: unknown } | undefined>>;
  };
  const column = parameters?.[name]?.column;
  return typeof column === 'string' ? column : name;
}

/** For people, in a narrow field. */
export function potentialText(potential: unknown): string {
  return JSON.stringify(potential, null, 1);
}

/** @throws InputError where the text is no JSON */
export function readPotential(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`the potential is no JSON: ${reason}`);
  }
}
