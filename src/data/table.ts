/**
 * A table of numbers with named columns, from the text of a CSV file. Every complaint names file, line and column.
 *
 * Not for files themselves, which whoever calls has read.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../message/index.js';

export interface Table {
  /** What the text is called in messages, as a rule the file. */
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** In the text, from 1. */
  readonly line: number;
  /** As written, without the space around them; as many as there are columns. */
  readonly cells: readonly string[];
}

/** Numbers beyond it are refused: what is made of their squares would overflow. */
const largest = 1e100;

/** What stands for a value that is not there. */
const missing = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?']);

/**
 * Reads the text of a CSV file (RFC 4180) with a header line. Delimiter: comma, semicolon or tab, whichever the header has.
 *
 * @throws InputError for an empty text, a header with names that come twice or are numbers, rows of another length
 */
export function parseTable(text: string, source: string): Table {
  const header = text.replace(/^\ufeff/, '').match(/^\s*(.*)/)?.[1] ?? '';
  if (header === '')
    throw new InputError(`${source}: the file is empty; expected a header line and rows below`);
  const delimiter = [',', ';', '\t'].reduce((best, each) =>
    header.split(each).length > header.split(best).length ? each : best,
  );
  const records = parsed(text, delimiter, source);
  const [first, ...rows] = records;
  checkHeader(first, source);
  if (rows.length === 0) {
    throw new InputError(
      `${source}:${first.line}: there is a header and nothing below; expected rows of values`,
    );
  }
  const odd = rows.find(({ cells }) => cells.length !== first.cells.length);
  if (odd) {
    throw new InputError(
      `${source}:${odd.line}: found ${odd.cells.length} values, expected ${first.cells.length}, one for each column of ` +
        'the header',
    );
  }
  return { source, columns: first.cells, rows };
}

function parsed(text: string, delimiter: string, source: string): TableRow[] {
  try {
    const records = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      trim: true,
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return records.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(`${source}: this is no CSV file: ${error.message}`);
  }
}

function checkHeader({ line, cells }: TableRow, source: string): void {
  const place = `${source}:${line}`;
  const numbers = cells.filter((name) => name !== '' && Number.isFinite(Number(name)));
  if (numbers.length === cells.length) {
    throw new InputError(
      `${place}: the first line holds numbers, found "${cells.slice(0, 4).join(', ')}"; expected a header with the ` +
        'names of the columns',
    );
  }
  const empty = cells.indexOf('');
  if (empty >= 0)
    throw new InputError(`${place}: column ${empty + 1} of the header has no name; give it one`);
  const twice = cells.find((name, k) => cells.indexOf(name) !== k);
  if (twice !== undefined) throw new InputError(`${place}: two columns are named "${twice}"; rename one`);
}

/** The index of a column. @throws InputError with the names that there are */
export function columnIndex({ columns, source }: Table, name: string): number {
  const index = columns.indexOf(name);
  if (index >= 0) return index;
  const shown = columns.slice(0, 12).join(', ') + (columns.length > 12 ? ', …' : '');
  throw new InputError(`${source}: there is no column "${name}"; the columns are ${shown}`);
}

/**
 * The values of columns, row-major.
 *
 * @throws InputError for the first value that is missing, no number, not finite, or beyond 1e100
 */
export function numbersOf({ source, columns, rows }: Table, indices: readonly number[]): Float64Array {
  const values = new Float64Array(rows.length * indices.length);
  rows.forEach(({ line, cells }, i) => {
    indices.forEach((index, j) => {
      values[i * indices.length + j] = numberOf(cells[index], `${source}:${line}`, columns[index]);
    });
  });
  return values;
}

function numberOf(cell: string, place: string, column: string): number {
  const value = cell === '' ? Number.NaN : Number(cell);
  if (Math.abs(value) <= largest) return value;
  if (/\d/.test(cell) && Math.abs(value) > largest) {
    throw new InputError(
      `${place}: found "${cell}" in column "${column}", expected a number up to ${largest}, whose square can be computed ` +
        'with; give the column in another unit',
    );
  }
  if (missing.has(cell.toLowerCase())) {
    const found = cell === '' ? 'there is no value' : `found "${cell}"`;
    throw new InputError(
      `${place}: ${found} in column "${column}"; expected a number. Fill missing values in, leave the row out, or leave ` +
        'the column out',
    );
  }
  if (/^[-+]?\d+,\d+$/.test(cell)) {
    throw new InputError(
      `${place}: found "${cell}" in column "${column}", expected a number; write decimals with a point`,
    );
  }
  const problem = /^[-+]?inf(inity)?$/i.test(cell) ? 'a finite number' : 'a number';
  throw new InputError(
    `${place}: found "${cell}" in column "${column}", expected ${problem}. Leave columns of text out, turn them ` +
      'into numbers, or take a classifier where one is the target',
  );
}

/**
 * The values of a column as classes: numbers in ascending order, or else texts in that of the alphabet.
 *
 * @throws InputError for a missing value, or where there is one class only
 */
export function classesOf(
  { source, columns, rows }: Table,
  index: number,
): { labels: Int32Array; names: string[] } {
  for (const { line, cells } of rows) {
    if (!missing.has(cells[index].toLowerCase())) continue;
    throw new InputError(
      `${source}:${line}: there is no class in column "${columns[index]}"; leave the row out`,
    );
  }
  const names = [...new Set(rows.map(({ cells }) => cells[index]))];
  const numeric = names.every((name) => Number.isFinite(Number(name)));
  names.sort(numeric ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : 1));
  if (names.length < 2) {
    throw new InputError(
      `${source}: every row of column "${columns[index]}" is of the class "${names[0]}"; expected two classes or more`,
    );
  }
  const numbers = new Map(names.map((name, k) => [name, k]));
  return { labels: Int32Array.from(rows, ({ cells }) => numbers.get(cells[index]) as number), names };
}
