/** Curves as a table of comma-separated values, for other programs: a row a frame, all digits, nothing where nothing is known. */
import { type Curve, stepsOf } from './curves.js';
import type { Run } from './run.js';

/** Columns are the frame, the step where frames are of one, and each curve under its name. */
export function curveTable(run: Run, curves: readonly Curve[]): string {
  const steps = stepsOf(run);
  const columns: { readonly name: string; readonly values: readonly number[] }[] = [
    { name: 'frame', values: Array.from({ length: run.length }, (_, k) => k) },
    ...(steps === null ? [] : [{ name: 'step', values: steps }]),
    ...curves
      .filter(({ label }) => steps === null || label !== 'step')
      .map(({ label, values }) => ({ name: label, values })),
  ];
  const rows = columns[0].values.map((frame) => columns.map(({ values }) => cell(values[frame])));
  return [columns.map(({ name }) => quoted(name)), ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** The shortest text that reads back as the same number. */
function cell(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}

/** By RFC 4180, where that is needed. */
function quoted(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
