/**
 * Colours of atoms: one a species, or a perceptually even scale for a column of numbers: viridis and inferno (van der
 * Walt and Smith, 2015), for values of both signs cool-warm (Moreland, 2009).
 */
import { colorNumbers, columnRange, frameRange, type Range, type Referred } from './color-source.js';
import type { Drawing } from './drawing.js';
import { areElements, elementOf } from './elements.js';
import type { Frame } from './frame.js';
import type { Look } from './look.js';
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

/** The colour of each species of a run: one that was chosen, the element's, or one of its own. */
export function speciesColors(run: Run, chosen: Drawing['speciesColors'] = []): Map<string, Color> {
  const chemical = areElements(run.species);
  const first = new Set(run.first.species);
  const later = run.species.filter((label) => !first.has(label));
  // What comes in later changes no colour.
  const labels = [...[...first].sort(), ...later].filter((label) => !chemical || elementOf(label) === null);
  const places = placesOf(labels);
  const own = new Map(chosen.map(({ species, color }) => [species, color]));
  return new Map(
    run.species.map((label): [string, Color] => {
      const place = places.get(label);
      const usual = place === undefined ? elementOf(label)?.color : (PALETTE[place] ?? hue(place));
      return [label, own.get(label) ?? usual ?? GREY];
    }),
  );
}

const GREY: Color = [128, 128, 128];

/**
 * Labels' places in the palette, in whatever order atoms come: A, B, … and 1, 2, … have their own, so that they look
 * the same in every file; others the first that are free, one after the other.
 */
function placesOf(labels: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const taken = new Set<number>();
  const take = (label: string, place: number): void => {
    taken.add(place);
    places.set(label, place);
  };
  for (const label of labels) {
    const place = /^[A-Z]$/.test(label)
      ? label.charCodeAt(0) - 65
      : /^\d$/.test(label)
        ? Number(label) - 1
        : -1;
    if (place >= 0 && place < PALETTE.length && !taken.has(place)) take(label, place);
  }
  for (const label of labels) {
    if (places.has(label)) continue;
    let free = 0;
    while (taken.has(free)) free++;
    take(label, free);
  }
  return places;
}

/** Colours beyond the palette: hues that are the golden angle apart lie far from their predecessors. */
function hue(k: number): Color {
  const [r, g, b] = [0, 1, 2].map((channel) =>
    Math.round(150 + 75 * Math.cos(2 * Math.PI * (0.381966 * k - channel / 3))),
  );
  return [r, g, b];
}

export const colorMapNames = ['viridis', 'inferno', 'cool-warm', 'grey'] as const;
export type ColorMapName = (typeof colorMapNames)[number];

/** Even steps of each scale; colours run straight between them. */
const SCALES: Readonly<Record<ColorMapName, readonly Color[]>> = {
  viridis: [
    [68, 1, 84],
    [71, 45, 123],
    [59, 82, 139],
    [44, 114, 142],
    [33, 145, 140],
    [40, 174, 128],
    [94, 201, 98],
    [173, 220, 48],
    [253, 231, 37],
  ],
  inferno: [
    [0, 0, 4],
    [31, 12, 72],
    [85, 15, 109],
    [136, 34, 106],
    [186, 54, 85],
    [227, 89, 51],
    [249, 140, 10],
    [249, 201, 50],
    [252, 255, 164],
  ],
  'cool-warm': [
    [59, 76, 192],
    [98, 130, 234],
    [141, 176, 254],
    [184, 208, 249],
    [221, 221, 221],
    [245, 196, 173],
    [244, 154, 123],
    [222, 96, 77],
    [180, 4, 38],
  ],
  grey: [
    [40, 40, 40],
    [240, 240, 240],
  ],
};

/** A scale's colour at a fraction from 0 to 1; what is no number is grey. */
export function scaleColor(fraction: number, map: ColorMapName = 'viridis'): Color {
  if (Number.isNaN(fraction)) return GREY;
  const scale = SCALES[map];
  const at = Math.min(1, Math.max(0, fraction)) * (scale.length - 1);
  const k = Math.min(scale.length - 2, Math.floor(at));
  const [r, g, b] = scale[k].map((low, m) => Math.round(low + (at - k) * (scale[k + 1][m] - low)));
  return [r, g, b];
}

/** The ends of a colour bar: those of all frames (null), those of the shown frame, or these. */
export type ColorRange = Range | 'frame' | null;

/** What colours mean: numbers from `low` to `high` on a scale, or species. */
export interface Coloring {
  /** A name of `colorNames`; null: species, each number being the index of one in the run. */
  readonly column: string | null;
  readonly map: ColorMapName;
  readonly low: number;
  readonly high: number;
}

/** The coloring of a frame that a session asks for; by species where a column has no numbers. */
export function coloringOf(
  run: Run,
  frame: Frame,
  look: Pick<Look & Drawing, 'colorBy' | 'colorMap' | 'colorRange'> & Referred,
): Coloring {
  const { colorBy, colorMap, colorRange } = look;
  const found = colorBy === null ? null : columnRange(run, colorBy, look);
  if (colorBy === null || found === null)
    return { column: null, map: 'viridis', low: 0, high: PALETTE_SIZE - 1 };
  const signed = found.low < 0 && found.high > 0;
  const map = colorMap ?? (signed ? 'cool-warm' : 'viridis');
  if (colorRange !== null && colorRange !== 'frame') return { column: colorBy, map, ...colorRange };
  const range = (colorRange === 'frame' ? frameRange(run, frame, colorBy, look) : null) ?? found;
  // The middle of a diverging scale is zero.
  const most = Math.max(-range.low, range.high);
  return { column: colorBy, map, ...(map === 'cool-warm' && signed ? { low: -most, high: most } : range) };
}

/** The scale of arrows that are coloured by size: by default one that is not that of the atoms. */
export function arrowMapOf({ arrowMap }: Pick<Drawing, 'arrowMap'>, { column, map }: Coloring): ColorMapName {
  return arrowMap ?? (column !== null && map === 'viridis' ? 'inferno' : 'viridis');
}

/** Colours of a palette on the graphics card. */
export const PALETTE_SIZE = 256;

/** Three bytes a colour for numbers from `low` to `high` of a coloring. */
export function paletteOf(
  run: Run,
  { column, map }: Coloring,
  { speciesColors: chosen }: Pick<Drawing, 'speciesColors'>,
): Uint8Array {
  const colors = new Uint8Array(3 * PALETTE_SIZE).fill(128);
  if (column === null)
    [...speciesColors(run, chosen).values()].forEach((color, k) => {
      if (k < PALETTE_SIZE) colors.set(color, 3 * k);
    });
  else for (let k = 0; k < PALETTE_SIZE; k++) colors.set(scaleColor(k / (PALETTE_SIZE - 1), map), 3 * k);
  return colors;
}

/** A number's colour, as it is drawn: that of the middle where all values are one, grey for what is no number. */
export function paletteColor(palette: Uint8Array, value: number, low: number, high: number): Color {
  if (!Number.isFinite(value)) return GREY;
  const fraction = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5;
  const at = 3 * Math.round((PALETTE_SIZE - 1) * fraction);
  return [palette[at], palette[at + 1], palette[at + 2]];
}

/** The number of each atom that its colour stands for; NaN where the frame has none. */
export function colorValues(run: Run, frame: Frame, { column }: Coloring, look: Referred): ArrayLike<number> {
  if (column !== null) {
    return colorNumbers(run, frame, column, look) ?? new Float32Array(frame.count).fill(Number.NaN);
  }
  const places = new Map(run.species.map((label, k) => [label, k]));
  return Float32Array.from(frame.species, (label) => places.get(label) ?? Number.NaN);
}
