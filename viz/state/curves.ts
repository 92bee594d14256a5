/**
 * Numbers against the frame: what the comment lines say, and the largest and mean value of any column; and the steps
 * that frames are of, where the comment lines count them.
 */
import { seenFrames } from './color-source.js';
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
  const read = curveReader(run, label);
  const column = columnOf(run, label);
  const seen = column === null ? run.length : seenFrames(run, column);
  return {
    label,
    values: Array.from({ length: run.length }, (_, k) => read(k)),
    logarithmic: /force/.test(label),
    ...(seen < run.length && { part: { frames: seen, which: 'seen so far' } }),
  };
}

/** What the curve has at a frame, found without making all of it. */
export function curveReader(run: Run, label: string): (frame: number) => number {
  const column = columnOf(run, label);
  if (column === null) {
    const known = run.info(label === 'max force' ? 'max_force' : label);
    return (frame) => known[frame] ?? Number.NaN;
  }
  const known = run.summaries(column);
  const which = label.startsWith('mean ') ? 'mean' : 'high';
  return (frame) => known[frame]?.[which] ?? Number.NaN;
}

/** The step that each frame is of; null where the comment lines have none, or not an increasing one. */
export const stepsOf = madeOnce((run: Run): readonly number[] | null => {
  const steps = run.info('step');
  let before = -Infinity;
  for (let k = 0; k < run.length; k++) {
    const step = steps[k];
    if (step === undefined || !(step > before) || step === Infinity) return null;
    before = step;
  }
  return steps.slice(0, run.length) as number[];
});

/** Columns whose curves tell nothing: names of atoms, and whole numbers (kinds, molecules) that stay as they are. */
function isFixed(run: Run, column: string): boolean {
  if (column === 'id') return true;
  if (run.first.columns.get(column)?.kind !== 'integer') return false;
  const known = run.summaries(column);
  const [first] = known;
  return known.every((one) => one == null || (one.high === first?.high && one.mean === first.mean));
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
