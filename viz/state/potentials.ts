/**
 * Potentials as the page offers them: their JSON, as `--potential` takes it. What a potential may hold is checked where
 * it is used, in the worker; nothing here knows an energy.
 */
import { InputError } from '../../src/message/index.js';
import type { System } from '../../systems/index.js';
import type { Frame } from './frame.js';
import { neighbourDistance } from './scale.js';

type Entries = Readonly<Record<string, unknown>>;

/** Each built-in kind for atoms whose neighbours are so far apart: there, or a little closer, its energy is lowest. */
const templates: Readonly<Record<string, (distance: number) => Entries>> = {
  // Neighbours overlap a little: else nothing would move.
  'soft-sphere': (distance) => {
    const diameter = [plain(1.05 * distance), Number((1.05 * distance).toPrecision(3))].find(
      (d) => d > distance,
    );
    return { parameters: { diameter, epsilon: 1, alpha: 2 } };
  },
  'lennard-jones': (distance) => {
    const sigma = plain(distance / 2 ** (1 / 6));
    return { cutoff: plain(2.5 * sigma), truncation: 'force-shift', parameters: { epsilon: 1, sigma } };
  },
  morse: (distance) => {
    const r0 = plain(distance);
    return {
      cutoff: plain(3 * r0),
      truncation: 'force-shift',
      parameters: { D: 1, alpha: plain(6 / r0), r0 },
    };
  },
};

/** Three digits; 1 where that is not far: lengths in units of the atoms themselves. */
function plain(value: number): number {
  return Math.abs(value - 1) <= 0.15 ? 1 : Number(value.toPrecision(3));
}

export const offeredPotentials: readonly string[] = Object.keys(templates);

/** A built-in potential that suits a structure: parameters come from the columns of their names where there are such. */
export function offeredPotential(kind: string, frame: Frame): Entries {
  const { system } = frame;
  const { parameters, ...rest } = templates[kind](neighbourDistance(frame));
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
