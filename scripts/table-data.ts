/** What commands make of a CSV file: features and a target, with every complaint at its file and line. */
import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import {
  type ClassificationData,
  classesOf,
  columnIndex,
  numbersOf,
  parseTable,
  type RegressionData,
  type Table,
} from '../src/data/index.js';
import { InputError } from '../src/message/index.js';
import { fileError } from '../systems/index.js';

const names = (given: unknown): string[] | undefined =>
  given === undefined
    ? undefined
    : String(given)
        .split(',')
        .map((name) => name.trim());

/** --target, --columns, --drop. */
export function columnOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('target', {
      alias: 't',
      describe: 'column to predict, of a CSV file; the last one by default',
      type: 'string',
      requiresArg: true,
    })
    .option('columns', {
      describe: 'columns of features, by comma; all others by default',
      requiresArg: true,
      coerce: names,
    })
    .option('drop', { describe: 'columns to leave out, by comma', requiresArg: true, coerce: names });
}

export interface ReadOptions {
  /** The last column by default, of those that are not dropped. */
  readonly target?: string | undefined;
  /** All columns but the target by default. */
  readonly columns?: readonly string[] | undefined;
  readonly drop?: readonly string[] | undefined;
}

export interface TableData<D> {
  readonly data: D;
  readonly features: readonly string[];
  readonly target: string;
  /** Of classification: what the classes are called. */
  readonly classNames?: readonly string[];
}

export function readRegression(file: string, options: ReadOptions): TableData<RegressionData> {
  const { table, indices, target } = chosen(file, options);
  const X = numbersOf(table, indices);
  const y = numbersOf(table, [target]);
  if (y.length > 1 && y.every((value) => value === y[0])) {
    throw new InputError(
      `${file}: every row of column "${table.columns[target]}" has the value ${y[0]}; there is nothing to predict`,
    );
  }
  checkFeatures(file, X, indices.length);
  return {
    data: { count: table.rows.length, width: indices.length, X, y },
    features: indices.map((index) => table.columns[index]),
    target: table.columns[target],
  };
}

/** @param tooMany what to do where the target has too many values for classes */
export function readClassification(
  file: string,
  options: ReadOptions,
  tooMany = 'name the column of the classes with --target',
): TableData<ClassificationData> & { readonly classNames: readonly string[] } {
  const { table, indices, target } = chosen(file, options);
  const { labels, names } = classesOf(table, target);
  const count = table.rows.length;
  if (names.length > Math.max(2, count / 2)) {
    throw new InputError(
      `${file}: column "${table.columns[target]}" has ${names.length} different values in ${count} rows, too many for ` +
        `classes; ${tooMany}`,
    );
  }
  const X = numbersOf(table, indices);
  checkFeatures(file, X, indices.length);
  return {
    data: { count, width: indices.length, X, labels, classes: names.length },
    features: indices.map((index) => table.columns[index]),
    target: table.columns[target],
    classNames: names,
  };
}

function checkFeatures(file: string, X: Float64Array, width: number): void {
  if (X.length > width && X.every((value, k) => value === X[k % width])) {
    throw new InputError(`${file}: the features are the same in all rows; there is nothing to learn from`);
  }
}

function chosen(
  file: string,
  { target, columns, drop = [] }: ReadOptions,
): { table: Table; indices: number[]; target: number } {
  const table = parseTable(readText(file), file);
  const dropped = drop.map((name) => columnIndex(table, name));
  const left = [...table.columns.keys()].filter((index) => !dropped.includes(index));
  const goal = target === undefined ? (left.pop() ?? 0) : columnIndex(table, target);
  const twice = columns?.find((name, k) => columns.indexOf(name) !== k);
  if (twice !== undefined) throw new InputError(`--columns names "${twice}" twice`);
  if (columns?.some((name) => columnIndex(table, name) === goal)) {
    throw new InputError(
      `--columns names "${table.columns[goal]}", which is the target; features are other columns`,
    );
  }
  const all = columns?.map((name) => columnIndex(table, name)) ?? [...table.columns.keys()];
  const indices = all.filter((index) => index !== goal && !dropped.includes(index));
  if (indices.length === 0) {
    throw new InputError(
      `${file}: there is no column of features beside the target "${table.columns[goal]}"`,
    );
  }
  return { table, indices, target: goal };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw fileError(error, 'read', file);
  }
}
