/** What a command prints when it is done: a heading and rows of label, number and note, aligned at the decimal point. */
import { styled, type Terminal } from './terminal.js';

export interface Row {
  readonly label: string;
  /** One number, the rows of a matrix, or words. */
  readonly value: number | readonly (readonly number[])[] | string;
  /** Significant digits; 6 by default. */
  readonly digits?: number;
  readonly note?: string;
}

export interface Summary {
  /** First line: what was looked at. */
  readonly title: string;
  /** Second line: with what. */
  readonly subtitle: string;
  /** How it went, where it went well; failures are told on their own. */
  readonly success?: string;
  readonly rows: readonly Row[];
  /** Lines below: the files that were written, hints. */
  readonly footer?: readonly string[];
}

export function printSummary(terminal: Terminal, summary: Summary): void {
  const { title, subtitle, success, rows, footer = [] } = summary;
  const lines = [styled(terminal, 'bold', title), styled(terminal, 'dim', subtitle)];
  if (success !== undefined) lines.push(`${styled(terminal, 'green', '✓')} ${success}`);
  lines.push('', ...formatRows(terminal, rows), '', ...footer);
  terminal.out(`${lines.join('\n')}\n`);
}

function formatRows(terminal: Terminal, rows: readonly Row[]): string[] {
  const labelWidth = Math.max(...rows.map((row) => row.label.length));
  const cells = rows.map(({ value, digits }) => cellsOf(value, digits));
  const numbers = cells.flatMap((cell) => (typeof cell === 'string' ? [] : cell.flat()));
  const before = Math.max(0, ...numbers.map((text) => wholePart(text).length));
  return rows.flatMap(({ label, note }, k) => {
    const cell = cells[k];
    const lines = typeof cell === 'string' ? [cell] : alignedMatrix(cell, before);
    return lines.map((line, n) => {
      const head = (n === 0 ? label : '').padEnd(labelWidth);
      const tail = note !== undefined && n === 0 ? `  ${styled(terminal, 'dim', note)}` : '';
      return `  ${styled(terminal, 'dim', head)}  ${line}${tail}`;
    });
  });
}

function cellsOf(value: Row['value'], digits = 6): string | string[][] {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return [[formatNumber(value, digits)]];
  // All entries of a matrix in the form of the largest one.
  const largest = Math.max(...value.flat().map(Math.abs));
  const plain = isPlain(largest, digits);
  return value.map((row) =>
    row.map((x) => (plain ? x.toFixed(decimals(largest, digits)) : x.toExponential(digits - 1))),
  );
}

/** First column at the decimal point of all rows, the others at that of their own column. */
function alignedMatrix(matrix: readonly (readonly string[])[], before: number): string[] {
  const columns = matrix[0].length;
  const lead = Array.from({ length: columns }, (_, c) =>
    c === 0 ? before : Math.max(...matrix.map((row) => wholePart(row[c]).length)),
  );
  const width = Array.from({ length: columns }, (_, c) =>
    Math.max(...matrix.map((row) => lead[c] - wholePart(row[c]).length + row[c].length)),
  );
  return matrix.map((row) =>
    row
      .map((text, c) => `${' '.repeat(lead[c] - wholePart(text).length)}${text}`.padEnd(width[c]))
      .join('  ')
      .trimEnd(),
  );
}

function wholePart(text: string): string {
  return /^[^.e]*/.exec(text)?.[0] ?? '';
}

/** Plain decimals where they are short, powers of ten elsewhere. */
export function formatNumber(value: number, digits = 6): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  return isPlain(size, digits) ? value.toFixed(decimals(size, digits)) : value.toExponential(digits - 1);
}

function isPlain(size: number, digits: number): boolean {
  return size === 0 || (size >= 1e-3 && size < 10 ** Math.min(digits, 9));
}

/** Decimals that give so many significant digits. */
function decimals(size: number, digits: number): number {
  return size === 0 ? digits - 1 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
}

/** `1 atom`, `12 atoms`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
  return `${seconds.toPrecision(3)} s`;
}
