/** Numbers against the frame: what the comment lines say, and the largest and mean value of any column. */
import type { Run } from './run.js';

export interface Curve {
  readonly label: string;
  /** One value a frame; NaN where a frame has none. */
  readonly values: readonly number[];
  readonly logarithmic: boolean;
}

/** Names of all curves that a run can show; the ones that people look at first come first. */
export function curveNames(run: Run): readonly string[] {
  const columns = [...run.scalars, ...run.vectors].flatMap((name) => [`max ${name}`, `mean ${name}`]);
  const all = [...run.infoKeys, ...columns].filter((name) => name !== 'max_force');
  if (!all.includes('max force') && forceSource(run) !== null) all.unshift('max force');
  const first = ['energy', 'max force', 'step size', 'step_size'];
  return [...first.filter((name) => all.includes(name)), ...all.filter((name) => !first.includes(name))];
}

/** Which of them are shown at first: energy and largest force. */
export function usualCurves(run: Run): readonly string[] {
  return curveNames(run).filter((name) => name === 'energy' || name === 'max force');
}

/** One curve, by a name of `curveNames`; a name that it has not is a curve without values. */
export function curve(run: Run, label: string): Curve {
  return { label, values: dense(valuesOf(run, label), run.length), logarithmic: /force/.test(label) };
}

function valuesOf(run: Run, label: string): readonly (number | undefined)[] {
  if (run.infoKeys.includes(label)) return run.info(label);
  if (label === 'max force') {
    if (run.infoKeys.includes('max_force')) return run.info('max_force');
    return run.summaries(forceSource(run) ?? '').map((summary) => summary?.high);
  }
  const [, kind, column] = /^(max|mean) (.*)$/s.exec(label) ?? ['', '', ''];
  return run.summaries(column).map((summary) => (kind === 'max' ? summary?.high : summary?.mean));
}

function forceSource(run: Run): string | null {
  if (run.infoKeys.includes('max_force')) return 'max_force';
  return run.vectors.find((name) => name === 'forces' || name === 'force') ?? null;
}

function dense(values: readonly (number | undefined)[], length: number): number[] {
  return Array.from({ length }, (_, k) => values[k] ?? Number.NaN);
}
