/**
 * Systems as extended XYZ text. What is written reads back as the same values, to the last bit.
 *
 * A two-dimensional system is written with z = 0, `dimension=2` and a third lattice vector 0 0 1.
 */
import { InputError } from '../../src/message/index.js';
import type { Box } from '../box.js';
import { type Column, type ColumnInput, toColumn } from '../column.js';
import { coordinates, type Info, type System } from '../system.js';
import { formatEntry } from './comment.js';
import { isKeyword } from './header.js';
import { writeNumber } from './scalars.js';

/** What is written beside the system's own columns and comment entries; the same name replaces. */
export interface FrameExtras {
  readonly columns?: Readonly<Record<string, ColumnInput>>;
  readonly info?: Readonly<Record<string, Info>>;
}

/**
 * One frame.
 *
 * @throws InputError on what the format cannot hold: numbers that are not finite, labels with spaces
 */
export function formatExtendedXyz(system: System, extra: FrameExtras = {}): string {
  return [...formatChunks(system, extra)].join('');
}

/** The frame in pieces of some thousand lines, for files longer than a string can be. */
export function* formatChunks(system: System, extra: FrameExtras = {}): Generator<string> {
  const columns = new Map(system.columns);
  for (const [name, given] of Object.entries(extra.columns ?? {})) {
    columns.set(name, toColumn(name, given, system.count));
  }
  const info = new Map([...system.info, ...Object.entries(extra.info ?? {})]);
  yield `${system.count}\n${formatHeader(system, columns, info)}\n`;

  const { dimension, species } = system;
  const positions = coordinates(system);
  const writers = [...columns].map(([name, column]) => rowWriter(name, column));
  let lines = '';
  for (let atom = 0; atom < system.count; atom++) {
    lines += checkedWord(species[atom], 'species', atom);
    for (let k = 0; k < dimension; k++) {
      lines += ` ${writeNumber(positions[atom * dimension + k], `a coordinate of atom ${atom + 1}`)}`;
    }
    if (dimension === 2) lines += ' 0';
    for (const write of writers) lines += write(atom);
    lines += '\n';
    if (atom % 4096 === 4095) {
      yield lines;
      lines = '';
    }
  }
  yield lines;
}

const LETTERS: Readonly<Record<Column['kind'], string>> = {
  string: 'S',
  real: 'R',
  integer: 'I',
  logical: 'L',
};

function formatHeader(
  system: System,
  columns: ReadonlyMap<string, Column>,
  info: ReadonlyMap<string, Info>,
): string {
  const properties = ['species:S:1', 'pos:R:3'];
  for (const [name, column] of columns) {
    if (name === 'species' || name === 'pos') {
      throw new InputError(`a column cannot be named "${name}"; that name is the atoms' own`);
    }
    if (name === '' || name.includes(':')) {
      throw new InputError(`the column name "${name}" cannot be written; a name is not empty and has no ":"`);
    }
    properties.push(`${name}:${LETTERS[column.kind]}:${column.width}`);
  }
  const parts = [
    ...latticeEntry(system.box),
    formatEntry('Properties', properties.join(':')),
    periodicEntry(system.box),
  ];
  if (system.dimension === 2) parts.push('dimension=2');
  for (const [key, value] of info) {
    if (isKeyword(key)) {
      throw new InputError(`a comment entry cannot be named "${key}"; that name describes the frame`);
    }
    parts.push(formatEntry(key, value));
  }
  return parts.join(' ');
}

function latticeEntry(box: Box): string[] {
  if (box.volume === null && !box.periodic.includes(true)) return [];
  const { dimension, vectors } = box;
  const numbers: number[] = [];
  for (let k = 0; k < dimension; k++) {
    // A box without a volume has no vector where nothing repeats.
    const given = box.volume !== null || box.periodic[k];
    for (let m = 0; m < dimension; m++) numbers.push(given ? vectors[k * dimension + m] : 0);
    if (dimension === 2) numbers.push(0);
  }
  if (dimension === 2) numbers.push(0, 0, 1);
  return [`Lattice="${numbers.map((value) => writeNumber(value, 'a lattice vector')).join(' ')}"`];
}

function periodicEntry(box: Box): string {
  const flags = box.periodic.map((repeats) => (repeats ? 'T' : 'F'));
  if (box.dimension === 2) flags.push('F');
  return `pbc="${flags.join(' ')}"`;
}

function rowWriter(name: string, column: Column): (atom: number) => string {
  const { width } = column;
  const word = wordWriter(name, column);
  return (atom) => {
    let text = '';
    for (let k = 0; k < width; k++) text += ` ${word(atom * width + k, atom)}`;
    return text;
  };
}

function wordWriter(name: string, column: Column): (at: number, atom: number) => string {
  if (column.kind === 'string') return (at, atom) => checkedWord(column.values[at], name, atom);
  if (column.kind === 'logical') return (at) => (column.values[at] ? 'T' : 'F');
  if (column.kind === 'real') {
    return (at, atom) => writeNumber(column.values[at], `column "${name}" of atom ${atom + 1}`);
  }
  return (at, atom) => {
    const value = column.values[at];
    if (Number.isSafeInteger(value)) return writeInteger(value);
    throw new InputError(
      `column "${name}" of atom ${atom + 1} is ${value}; an integer column holds whole numbers`,
    );
  };
}

function writeInteger(value: number): string {
  return Object.is(value, -0) ? '-0' : value.toFixed(0);
}

function checkedWord(word: string, name: string, atom: number): string {
  if (/^[^ \t\r\n]+$/.test(word)) return word;
  throw new InputError(
    `the label "${word}" in the column "${name}" of atom ${atom + 1} cannot be written; labels have no spaces and are not empty`,
  );
}
