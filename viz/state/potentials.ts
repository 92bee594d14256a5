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

/** For people: a line an entry. */
export function potentialText(potential: unknown): string {
  if (typeof potential !== 'object' || potential === null) return JSON.stringify(potential);
  const lines = Object.entries(potential).map(([key, value]) => {
    if (key !== 'parameters') return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const inner = Object.entries(value as object).map(
      ([name, entry]) => `    ${JSON.stringify(name)}: ${JSON.stringify(entry)}`,
    );
    return `  "parameters": {\n${inner.join(',\n')}\n  }`;
  });
  return `{\n${lines.join(',\n')}\n}`;
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
