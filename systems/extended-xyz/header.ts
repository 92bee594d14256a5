/**
 * What the comment line of an extended XYZ frame says about the frame: its box, its dimension, its columns.
 *
 * `Lattice`, `pbc`, `Properties` and `dimension` are taken out here, in any case of letters; all other entries
 * are the system's own `info`. A line that has none of these words is plain XYZ: species and three coordinates.
 */
import { InputError } from '../../src/message/index.js';
import { type Box, createBox, freeBox } from '../box.js';
import type { Column } from '../column.js';
import type { Info } from '../system.js';
import { parseComment } from './comment.js';
import { readLogical } from './scalars.js';

export interface ColumnPlan {
  readonly name: string;
  readonly kind: Column['kind'];
  readonly width: number;
}

export interface Header {
  readonly dimension: 2 | 3;
  readonly box: Box;
  readonly columns: readonly ColumnPlan[];
  readonly info: ReadonlyMap<string, Info>;
  /** Whether fields after the last column are passed over, as plain XYZ has them. */
  readonly plain: boolean;
}

const KEYWORDS = ['lattice', 'properties', 'pbc', 'dimension'] as const;
type Keyword = (typeof KEYWORDS)[number];

const PLAIN_COLUMNS: readonly ColumnPlan[] = [
  { name: 'species', kind: 'string', width: 1 },
  { name: 'pos', kind: 'real', width: 3 },
];

const KINDS: Readonly<Record<string, Column['kind']>> = {
  S: 'string',
  R: 'real',
  I: 'integer',
  L: 'logical',
};

/** Whether a comment entry of this name would be taken for one that describes the frame. */
export function isKeyword(key: string): boolean {
  return KEYWORDS.some((keyword) => keyword === key.toLowerCase());
}

/** @throws InputError that says what was found and what was expected */
export function parseHeader(line: string): Header {
  const comment = /(?:^|\s)"?(?:lattice|properties|pbc)"?\s*=/i.test(line)
    ? parseComment(line)
    : freeText(line);
  const special = new Map<Keyword, Info>();
  const info = new Map<string, Info>();
  for (const [key, value] of comment) {
    const keyword = KEYWORDS.find((word) => word === key.toLowerCase());
    if (keyword === undefined) info.set(key, value);
    else if (special.has(keyword))
      throw new InputError(`the comment line gives "${keyword}" twice; give it once`);
    else special.set(keyword, value);
  }
  const properties = special.get('properties');
  const columns = properties === undefined ? PLAIN_COLUMNS : parseProperties(properties);
  const dimension = parseDimension(special.get('dimension'), columns);
  const box = parseBox(special.get('lattice'), special.get('pbc'), dimension);
  return { dimension, box, columns, info, plain: properties === undefined };
}

/** A comment that is no list of pairs is a remark: the entry `comment`. */
function freeText(line: string): ReadonlyMap<string, Info> {
  const text = line.trim();
  try {
    return parseComment(text);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new Map([['comment', text]]);
  }
}

function parseProperties(given: Info): readonly ColumnPlan[] {
  const expected = 'expected name:kind:width triplets such as species:S:1:pos:R:3';
  if (typeof given !== 'string') throw new InputError(`found Properties=${given}; ${expected}`);
  const parts = given.split(':');
  if (parts.length % 3 !== 0)
    throw new InputError(`found Properties=${given} of ${parts.length} parts; ${expected}`);
  const columns: ColumnPlan[] = [];
  for (let k = 0; k < parts.length; k += 3) {
    const [name, letter, digits] = parts.slice(k, k + 3);
    const triplet = `${name}:${letter}:${digits}`;
    const kind = Object.hasOwn(KINDS, letter) ? KINDS[letter] : undefined;
    if (kind === undefined) {
      throw new InputError(
        `found "${triplet}" in Properties; the kind must be S (string), R (real), I (integer) or L (logical)`,
      );
    }
    const width = Number(digits);
    if (!/^\d+$/.test(digits) || width < 1 || width > 1e6) {
      throw new InputError(`found "${triplet}" in Properties; the width must be a whole number from 1 on`);
    }
    if (name === '') throw new InputError(`found "${triplet}" in Properties; the column needs a name`);
    if (columns.some((column) => column.name === name)) {
      throw new InputError(`Properties names the column "${name}" twice; names must differ`);
    }
    columns.push({ name, kind, width });
  }
  requireColumn(
    columns,
    'species',
    'species:S:1',
    (c) => c.width === 1 && (c.kind === 'string' || c.kind === 'integer'),
  );
  requireColumn(columns, 'pos', 'pos:R:3', (c) => c.kind === 'real' && (c.width === 3 || c.width === 2));
  return columns;
}

function requireColumn(
  columns: readonly ColumnPlan[],
  name: string,
  example: string,
  fits: (column: ColumnPlan) => boolean,
): void {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    const names = columns.map((candidate) => candidate.name).join(', ');
    throw new InputError(
      `Properties has the columns ${names} but no "${name}"; expected ${example} among them`,
    );
  }
  if (!fits(column)) {
    throw new InputError(
      `the column "${name}" is of kind ${column.kind} and width ${column.width}; expected ${example}`,
    );
  }
}

function parseDimension(given: Info | undefined, columns: readonly ColumnPlan[]): 2 | 3 {
  const width = columns.find((column) => column.name === 'pos')?.width;
  if (given === undefined) return width === 2 ? 2 : 3;
  if (given !== 2 && given !== 3) throw new InputError(`found dimension=${given}; expected 2 or 3`);
  if (given === 3 && width === 2)
    throw new InputError('found dimension=3 with two coordinates an atom; expected pos:R:3');
  return given;
}

function parseBox(lattice: Info | undefined, pbc: Info | undefined, dimension: 2 | 3): Box {
  const periodic = pbc === undefined ? undefined : parsePeriodic(pbc, dimension);
  if (lattice === undefined) {
    if (periodic?.includes(true)) {
      throw new InputError(
        `found pbc="${words(periodic)}" without a Lattice; give Lattice="ax ay az bx by bz cx cy cz"`,
      );
    }
    return freeBox(dimension);
  }
  const numbers: readonly unknown[] = Array.isArray(lattice) ? lattice.flat() : [lattice];
  const flat = numbers.filter((value): value is number => typeof value === 'number');
  if (numbers.length !== 9 || flat.length !== 9) {
    const found =
      flat.length === numbers.length
        ? `${flat.length} number${flat.length === 1 ? '' : 's'}`
        : `"${numbers.join(' ')}"`;
    throw new InputError(
      `the Lattice is ${found}; expected 9 numbers, the three lattice vectors one after the other`,
    );
  }
  if (dimension === 2 && (flat[2] !== 0 || flat[5] !== 0)) {
    throw new InputError(
      `the Lattice of a two-dimensional system must lie in the plane: expected "ax ay 0 bx by 0 0 0 1", found "${flat.join(' ')}"`,
    );
  }
  const rows = Array.from({ length: dimension }, (_, k) => flat.slice(3 * k, 3 * k + dimension));
  return createBox(rows, periodic ?? true);
}

function parsePeriodic(given: Info, dimension: 2 | 3): boolean[] {
  const items: readonly unknown[] =
    typeof given === 'string' ? given.split(/[\s,]+/) : Array.isArray(given) ? given : [given];
  const flags = items.map((item) => {
    if (item === true || item === 1 || item === '1') return true;
    if (item === false || item === 0 || item === '0') return false;
    return typeof item === 'string' ? readLogical(item) : null;
  });
  const known = flags.filter((flag) => flag !== null);
  const all = known.length === 1 ? new Array<boolean>(3).fill(known[0]) : known;
  if (known.length !== flags.length || (all.length !== 3 && all.length !== dimension)) {
    throw new InputError(`found pbc="${items.join(' ')}"; expected three of T and F, such as pbc="T T F"`);
  }
  return all.slice(0, dimension);
}

function words(flags: readonly boolean[]): string {
  return flags.map((flag) => (flag ? 'T' : 'F')).join(' ');
}
