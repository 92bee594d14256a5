/**
 * Parameters as people give them, and as one flat vector θ with a layout.
 *
 * A parameter has one value for the system, one a species, one a pair of species, or one an atom. Species stand in
 * alphabetical order wherever an array has one entry for each.
 */
import ndarray, { type NdArray } from 'ndarray';
import { InputError } from '../src/message/index.js';
import type { System } from '../systems/index.js';

export type ParameterLevel = 'system' | 'species' | 'pair' | 'atom';

/**
 * - a number: one value for all
 * - an array of numbers, or `{ A: 1, B: 0.6 }`: one a species
 * - rows of numbers, or `{ 'A-A': 1, 'A-B': 0.9, 'B-B': 0.8 }`: one a pair of species, symmetric
 * - a Float64Array, or `{ column: 'diameter' }`: one an atom
 * - an ndarray: by its shape
 */
export type ParameterValue =
  | number
  | readonly number[]
  | readonly (readonly number[])[]
  | Float64Array
  | NdArray<Float64Array>
  | Readonly<Record<string, number>>
  | { readonly column: string };

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

export interface ParameterBlock {
  readonly name: string;
  readonly level: ParameterLevel;
  /** Where the parameter's entries begin in θ, and how many there are. */
  readonly offset: number;
  readonly size: number;
}

export interface ParameterLayout {
  /** Alphabetical. */
  readonly species: readonly string[];
  /** Index of each atom's species. */
  readonly classes: Int32Array;
  readonly blocks: readonly ParameterBlock[];
  /** Length of θ. */
  readonly size: number;
}

/** Index of a pair of species among the entries of a pair parameter; symmetric. */
export function pairIndex(a: number, b: number, species: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low * species - (low * (low - 1)) / 2 + (high - low);
}

/** Lays parameters out for a system. @throws InputError on values that do not fit it */
export function layOutParameters(
  values: ParameterValues,
  system: System,
): { layout: ParameterLayout; theta: Float64Array } {
  const species = [...new Set(system.species)].sort();
  const indices = new Map(species.map((label, k) => [label, k]));
  const classes = Int32Array.from(system.species, (label) => indices.get(label) ?? 0);
  const blocks: ParameterBlock[] = [];
  const entries: number[][] = [];
  let offset = 0;
  for (const [name, value] of Object.entries(values)) {
    const { level, numbers } = entriesOf(name, value, system, species);
    const bad = numbers.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0) {
      throw new InputError(`the parameter "${name}" has the value ${numbers[bad]}; expected a finite number`);
    }
    blocks.push({ name, level, offset, size: numbers.length });
    entries.push(numbers);
    offset += numbers.length;
  }
  return {
    layout: { species, classes, blocks, size: offset },
    theta: Float64Array.from(entries.flat()),
  };
}

/** θ as one ndarray a parameter: shape [] (system), [species], [species, species] or [atoms]. */
export function parameterArrays(
  layout: ParameterLayout,
  theta: Float64Array,
): Record<string, NdArray<Float64Array>> {
  const count = layout.species.length;
  return Object.fromEntries(
    layout.blocks.map(({ name, level, offset, size }) => {
      const entries = theta.slice(offset, offset + size);
      if (level === 'system') return [name, ndarray(entries, [])];
      if (level !== 'pair') return [name, ndarray(entries, [size])];
      const table = new Float64Array(count * count);
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) table[a * count + b] = entries[pairIndex(a, b, count)];
      }
      return [name, ndarray(table, [count, count])];
    }),
  );
}

/**
 * A direction in the space of parameters, from values given as the parameters themselves are.
 *
 * A number stands for all entries of its parameter; species and pairs that are left out of a record, and parameters
 * that are left out altogether, stay as they are. `{ B: 1 }` for a parameter with one value an atom means all atoms
 * of species B.
 */
export function parameterDirection(
  layout: ParameterLayout,
  system: System,
  values: ParameterValues,
): Float64Array {
  const direction = new Float64Array(layout.size);
  for (const [name, value] of Object.entries(values)) {
    const block = findBlock(layout, name);
    const entries = directionEntries(layout, system, block, value);
    const bad = entries.find((entry) => !Number.isFinite(entry));
    if (bad !== undefined) {
      throw new InputError(`the direction of the parameter "${name}" has ${bad}; expected finite numbers`);
    }
    direction.set(entries, block.offset);
  }
  return direction;
}

/** @throws InputError naming the parameters that there are */
export function findBlock(layout: ParameterLayout, name: string): ParameterBlock {
  const block = layout.blocks.find((b) => b.name === name);
  if (block) return block;
  throw new InputError(
    `there is no parameter "${name}"; this potential has ${listed(layout.blocks.map((b) => b.name))}`,
  );
}

export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');
}

function entriesOf(
  name: string,
  value: ParameterValue,
  system: System,
  species: readonly string[],
): { level: ParameterLevel; numbers: number[] } {
  if (typeof value === 'number') return { level: 'system', numbers: [value] };
  if (value instanceof Float64Array) return atomEntries(name, [...value], system);
  if (isColumn(value)) return atomEntries(name, columnEntries(name, value.column, system), system);
  if (isNdArray(value)) return arrayEntries(name, nested(value), system, species);
  if (Array.isArray(value)) return arrayEntries(name, value, system, species);
  if (isRecord(value)) return recordEntries(name, value, species);
  throw notAValue(name, value);
}

function notAValue(name: string, value: unknown): InputError {
  const found =
    typeof value === 'object' && value !== null ? `a ${value.constructor.name}` : JSON.stringify(value);
  return new InputError(
    `the parameter "${name}" is ${found}; expected a number, an array or a record of numbers, or a Float64Array with ` +
      'one value an atom',
  );
}

/** Neither a tensor nor an array of a type that parameters do not come in. */
function isRecord(value: ParameterValue): value is Readonly<Record<string, number>> {
  if (!isObject(value)) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function atomEntries(name: string, numbers: number[], system: System): { level: 'atom'; numbers: number[] } {
  if (numbers.length !== system.count) {
    throw new InputError(
      `the parameter "${name}" has ${numbers.length} values for ${system.count} atoms; give one an atom`,
    );
  }
  return { level: 'atom', numbers };
}

function columnEntries(name: string, columnName: string, system: System): number[] {
  const column = system.columns.get(columnName);
  const numeric = column && (column.kind === 'real' || column.kind === 'integer') && column.width === 1;
  if (numeric) return Array.from(column.values, Number);
  throw new InputError(
    `the parameter "${name}" is to be read from the column "${columnName}", but the structure has ` +
      `${column ? 'no single number an atom there' : `no such column; its columns are ${listed([...system.columns.keys()])}`}`,
  );
}

function arrayEntries(
  name: string,
  value: readonly (number | readonly number[])[] | number,
  system: System,
  species: readonly string[],
): { level: ParameterLevel; numbers: number[] } {
  if (typeof value === 'number') return { level: 'system', numbers: [value] };
  const count = species.length;
  if (value.every((entry) => typeof entry === 'number')) {
    if (value.length === count) return { level: 'species', numbers: [...value] };
    if (value.length === system.count) return { level: 'atom', numbers: [...value] };
    throw new InputError(
      `the parameter "${name}" has ${value.length} values, but the structure has ${count} species ` +
        `(${species.join(', ')}) and ${system.count} atoms; give one value for each`,
    );
  }
  const rows = value.map((row) => (typeof row === 'number' ? [row] : row));
  if (rows.length !== count || rows.some((row) => row.length !== count)) {
    throw new InputError(
      `the parameter "${name}" is a table of pairs and needs ${count} × ${count} values, one row a species`,
    );
  }
  const numbers: number[] = [];
  for (let a = 0; a < count; a++) {
    for (let b = a; b < count; b++) {
      if (rows[a][b] !== rows[b][a]) {
        throw new InputError(
          `the parameter "${name}" must be symmetric: ${species[a]}-${species[b]} is ${rows[a][b]} in one place ` +
            `and ${rows[b][a]} in the other`,
        );
      }
      numbers.push(rows[a][b]);
    }
  }
  return { level: 'pair', numbers };
}

function recordEntries(
  name: string,
  record: Readonly<Record<string, number>>,
  species: readonly string[],
): { level: ParameterLevel; numbers: number[] } {
  for (const [key, value] of Object.entries(record)) {
    if (typeof value !== 'number') {
      throw new InputError(
        `the parameter "${name}" has ${JSON.stringify(value)} for "${key}"; expected a number`,
      );
    }
  }
  const ofPairs = Object.keys(record).some((key) => !species.includes(key) && pairOf(key, species));
  const names = ofPairs ? pairNames(species) : species.map((label) => [label]);
  const numbers = names.map((spellings) => {
    const found = spellings.filter((spelling) => Object.hasOwn(record, spelling));
    if (found.length === 0) {
      throw new InputError(
        `the parameter "${name}" has no value for ${spellings[0]}; it has ${listed(Object.keys(record))}`,
      );
    }
    if (found.some((spelling) => record[spelling] !== record[found[0]])) {
      throw new InputError(
        `the parameter "${name}" must be symmetric: ${found.map((s) => `${s} is ${record[s]}`).join(', ')}`,
      );
    }
    return record[found[0]];
  });
  return { level: ofPairs ? 'pair' : 'species', numbers };
}

/** The two spellings of each pair of species, in the order of the entries of a pair parameter. */
export function pairNames(species: readonly string[]): string[][] {
  return species.flatMap((a, k) =>
    species.slice(k).map((b) => (a === b ? [`${a}-${b}`] : [`${a}-${b}`, `${b}-${a}`])),
  );
}

function pairOf(key: string, species: readonly string[]): boolean {
  return pairNames(species).some((spellings) => spellings.includes(key));
}

function directionEntries(
  layout: ParameterLayout,
  system: System,
  block: ParameterBlock,
  value: ParameterValue,
): Float64Array {
  const { species, classes } = layout;
  if (typeof value === 'number') return new Float64Array(block.size).fill(value);
  if (isRecord(value) && !isColumn(value)) return recordDirection(layout, block, value);
  const { level, numbers } = entriesOf(block.name, value, system, species);
  if (level === block.level) return Float64Array.from(numbers);
  if (level === 'species' && block.level === 'atom') return Float64Array.from(classes, (c) => numbers[c]);
  throw new InputError(
    `the parameter "${block.name}" has one value ${perLevel[block.level]}, but a direction was given with one ` +
      `${perLevel[level]}`,
  );
}

const perLevel: Readonly<Record<ParameterLevel, string>> = {
  system: 'for the system',
  species: 'a species',
  pair: 'a pair of species',
  atom: 'an atom',
};

function recordDirection(
  layout: ParameterLayout,
  block: ParameterBlock,
  record: Readonly<Record<string, number>>,
): Float64Array {
  const { species } = layout;
  const entries = new Float64Array(block.size);
  for (const [key, value] of Object.entries(record)) {
    const places = entryPlaces(layout, block, key);
    if (places.length === 0) {
      if (block.level === 'system') {
        throw new InputError(
          `the parameter "${block.name}" has one value for the system and no entry "${key}"; give its direction as a number`,
        );
      }
      const known = block.level === 'pair' ? pairNames(species).map((names) => names[0]) : species;
      throw new InputError(`the parameter "${block.name}" has no entry "${key}"; it has ${listed(known)}`);
    }
    for (const place of places) entries[place] += value;
  }
  return entries;
}

/** Places in a block that a name means: a species, a pair of species, the index of an atom. */
export function entryPlaces(layout: ParameterLayout, block: ParameterBlock, key: string): number[] {
  const { species, classes } = layout;
  const a = species.indexOf(key);
  if (block.level === 'species' && a >= 0) return [a];
  if (block.level === 'pair') {
    return pairNames(species).flatMap((names, k) => (names.includes(key) ? [k] : []));
  }
  if (block.level !== 'atom') return [];
  if (a >= 0) return [...classes.keys()].filter((i) => classes[i] === a);
  const atom = /^\d+$/.test(key) ? Number(key) : -1;
  return atom >= 0 && atom < block.size ? [atom] : [];
}

function isColumn(value: ParameterValue): value is { readonly column: string } {
  return isObject(value) && 'column' in value && typeof value.column === 'string';
}

function isNdArray(value: ParameterValue): value is NdArray<Float64Array> {
  return isObject(value) && 'stride' in value && 'shape' in value;
}

/** Values come from files as well as from typed code: null is one of them. */
function isObject(value: ParameterValue | null): value is Extract<ParameterValue, object> {
  return typeof value === 'object' && value !== null;
}

function nested(array: NdArray<Float64Array>): number | number[] | number[][] {
  if (array.shape.length === 0) return array.get();
  const [rows, columns] = array.shape;
  if (array.shape.length === 1) return Array.from({ length: rows }, (_, a) => array.get(a));
  return Array.from({ length: rows }, (_, a) => Array.from({ length: columns }, (_, b) => array.get(a, b)));
}
