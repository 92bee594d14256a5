/**
 * Colours of atoms: one a species, or a perceptually even scale for a column of numbers.
 *
 * The scale runs straight between nine colours of viridis (van der Walt and Smith, 2015).
 */
import { type Frame, numbers } from './frame.js';
import type { Run } from './run.js';

/** Red, green and blue, 0 to 255. */
export type Color = readonly [number, number, number];

/** Colours that differ for most kinds of colour vision (Okabe and Ito, 2008), softened, for labels without a custom. */
const PALETTE: readonly Color[] = [
  [86, 160, 211],
  [230, 150, 60],
  [70, 175, 130],
  [205, 120, 165],
  [225, 205, 80],
  [200, 90, 60],
  [120, 120, 190],
  [150, 150, 150],
];

/** What chemists are used to. */
const CUSTOM: Readonly<Record<string, Color>> = {
  H: [235, 235, 235],
  C: [120, 120, 120],
  N: [70, 95, 215],
  O: [220, 55, 50],
  F: [140, 205, 90],
  Na: [160, 100, 215],
  Mg: [110, 190, 70],
  Al: [175, 155, 160],
  Si: [225, 190, 150],
  P: [235, 140, 40],
  S: [230, 205, 60],
  Cl: [60, 195, 70],
  Ar: [110, 195, 210],
  Fe: [205, 110, 60],
  Ni: [85, 185, 95],
  Cu: [195, 125, 65],
  Ag: [180, 185, 195],
  Au: [230, 190, 60],
};

/** The colour of each species of a run. */
export function speciesColors(run: Run): Map<string, Color> {
  const free = PALETTE[Symbol.iterator]();
  return new Map(
    run.species.map((label): [string, Color] => {
      if (label in CUSTOM) return [label, CUSTOM[label]];
      return [label, free.next().value ?? PALETTE[PALETTE.length - 1]];
    }),
  );
}

const SCALE: readonly Color[] = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
];

/** The scale's colour at a fraction from 0 to 1; what is no number is grey. */
export function scaleColor(fraction: number): Color {
  if (Number.isNaN(fraction)) return [128, 128, 128];
  const at = Math.min(1, Math.max(0, fraction)) * (SCALE.length - 1);
  const k = Math.min(SCALE.length - 2, Math.floor(at));
  const [r, g, b] = SCALE[k].map((low, m) => Math.round(low + (at - k) * (SCALE[k + 1][m] - low)));
  return [r, g, b];
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The smallest and the largest value of a column in all frames of a run; null where it has no finite value. */
export function columnRange(run: Run, column: string): Range | null {
  let low = Infinity;
  let high = -Infinity;
  for (const summary of run.summaries(column)) {
    if (!summary) continue;
    low = Math.min(low, summary.low);
    high = Math.max(high, summary.high);
  }
  return low <= high ? { low, high } : null;
}

/** A colour an atom, `count × 3` bytes. A column without a spread is in the middle of the scale. */
export function atomColors(
  frame: Frame,
  species: ReadonlyMap<string, Color>,
  by: { readonly column: string; readonly range: Range } | null,
): Uint8Array {
  const colors = new Uint8Array(3 * frame.count);
  const values = by === null ? null : (numbers(frame, by.column, 1)?.values ?? null);
  for (let i = 0; i < frame.count; i++) {
    colors.set(by === null ? (species.get(frame.species[i]) ?? [128, 128, 128]) : valued(i), 3 * i);
  }
  return colors;

  function valued(i: number): Color {
    if (by === null || values === null) return scaleColor(Number.NaN);
    const { low, high } = by.range;
    return scaleColor(high > low ? (values[i] - low) / (high - low) : 0.5);
  }
}
