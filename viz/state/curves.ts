/**
 * Numbers against the frame: what the comment lines say, and the largest and mean value of any column; and the steps
 * that frames are of, where the comment lines count them.
 */
import { seenFrames } from './colors.js';
import type { Run } from './run.js';

export interface Curve {
  readonly label: string;
  /** One value a frame; NaN where a frame has none. */
  readonly values: readonly number[];
  readonly logarithmic: boolean;
  /** Where values are not known of all frames: of how many they are, and which these are. */
  readonly part?: { readonly frames: number; readonly which: 'seen so far' | 'in memory' };
}

/** Names of all curves that a run can show; the ones that people look at first come first. */
export const curveNames = madeOnce((run: Run): readonly string[] => {
  const columns = [...run.scalars.filter((name) => !isFixed(run, name)), ...run.vectors];
  const both = columns.flatMap((name) => [`max ${name}`, `mean ${name}`]);
  const all = [...run.infoKeys, ...both].filter((name) => name !== 'max_force');
  if (!all.includes('max force') && forceSource(run) !== null) all.unshift('max force');
  const first = ['energy', 'max force', 'step size', 'step_size'];
  return [...first.filter((name) => all.includes(name)), ...all.filter((name) => !first.includes(name))];
});

/** Which of them are shown at first: energy and largest force. */
export function usualCurves(run: Run): readonly string[] {
  return curveNames(run).filter((name) => name === 'energy' || name === 'max force');
}

/** One curve, by a name of `curveNames`; a name that it has not is a curve without values. */
export function curve(run: Run, label: string): Curve {
  const values = dense(valuesOf(run, label), run.length);
  const column = columnOf(run, label);
  const seen = column === null ? run.length : seenFrames(run, column);
  return {
    label,
    values,
    logarithmic: /force/.test(label),
    ...(seen < run.length && { part: { frames: seen, which: 'seen so far' } }),
  };
}

/** The step that each frame is of; null where the comment lines have none, or not an increasing one. */
export const stepsOf = madeOnce((run: Run): readonly number[] | null => {
  const steps = dense(run.info('step'), run.length);
  return steps.every((step, k) => Number.isFinite(step) && !(step <= steps[k - 1])) ? steps : null;
});

/** Columns whose curves tell nothing: names of atoms, and whole numbers (kinds, molecules) that stay as they are. */
function isFixed(run: Run, column: string): boolean {
  if (column === 'id') return true;
  if (run.first.columns.get(column)?.kind !== 'integer') return false;
  const known = run.summaries(column).filter((summary) => summary !== undefined && summary !== null);
  return known.every(({ high, mean }) => high === known[0].high && mean === known[0].mean);
}

function valuesOf(run: Run, label: string): readonly (number | undefined)[] {
  const column = columnOf(run, label);
  if (column === null) return run.info(label === 'max force' ? 'max_force' : label);
  const mean = label.startsWith('mean ');
  return run.summaries(column).map((summary) => (mean ? summary?.mean : summary?.high));
}

/** The column that a curve is of; null where it is of the comment lines. */
function columnOf(run: Run, label: string): string | null {
  if (run.infoKeys.includes(label)) return null;
  const source = label === 'max force' ? forceSource(run) : null;
  if (source !== null) return source === 'max_force' ? null : source;
  return /^(?:max|mean) (.*)$/s.exec(label)?.[1] ?? null;
}

function forceSource(run: Run): string | null {
  if (run.infoKeys.includes('max_force')) return 'max_force';
  return run.vectors.find((name) => name === 'forces' || name === 'force') ?? null;
}

function dense(values: readonly (number | undefined)[], length: number): number[] {
  return Array.from({ length }, (_, k) => values[k] ?? Number.NaN);
}

/** Made once for each version of a run: it is asked for with every picture. */
function madeOnce<T>(make: (run: Run) => T): (run: Run) => T {
  const known = new WeakMap<Run, { readonly version: number; readonly made: T }>();
  return (run) => {
    const before = known.get(run);
    if (before?.version === run.version) return before.made;
    const made = make(run);
    known.set(run, { version: run.version, made });
    return made;
  };
}
