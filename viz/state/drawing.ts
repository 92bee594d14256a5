/** What the picture shows beyond the atoms of one cell: the part of the session for bonds, images, species and trails. */
import { InputError } from '../../src/message/index.js';
import type { BondRule } from './bonds.js';
import type { Range } from './color-source.js';
import { type Color, type ColorMapName, type ColorRange, colorMapNames } from './colors.js';
import {
  type Field,
  type Fields,
  flag,
  list,
  nullable,
  number,
  oneOf,
  record,
  text,
  vector,
  whole,
} from './fields.js';
import { type Slice, sliceField } from './slice.js';

export interface Drawing {
  /** Species that are not shown. */
  readonly hidden: readonly string[];
  /** Factors on the radii of species; others have 1. */
  readonly speciesRadii: readonly SpeciesRadius[];
  /** Colours of species; others have those that they are known by. */
  readonly speciesColors: readonly SpeciesColor[];
  /** Null: one that fits the values, diverging where they have both signs. */
  readonly colorMap: ColorMapName | null;
  /** The values at the ends of the colour bar. */
  readonly colorRange: ColorRange;
  /** Null shows no bonds. */
  readonly bonds: BondRule | null;
  /** The bonds of the first frame in all frames; else they are found anew for each. */
  readonly bondsKept: boolean;
  /** Copies of the cell along its vectors; 1 where it does not repeat. */
  readonly images: readonly [number, number, number];
  /** Null shows all atoms. */
  readonly slice: Slice | null;
  /** Whether an arrow's length stands for the same in all frames, or is measured by the vectors of the shown one. */
  readonly arrowScope: ArrowScope;
  /** Arrows shorter than this fraction of the longest, in all frames or in the shown one, are left out. */
  readonly arrowThreshold: number;
  /** Where arrows begin; null: in two dimensions at the center of their atoms, in three at the surface. */
  readonly arrowStart: ArrowStart | null;
  /** Arrows are coloured by their size. */
  readonly arrowColors: boolean;
  /** Null: one that is not the atoms' own. */
  readonly arrowMap: ColorMapName | null;
  /** Three dimensions: arrows are seen through what is before them, faintly; null: where atoms are few. */
  readonly arrowsThrough: boolean | null;
  /** The frame that displacements are measured from. */
  readonly reference: number;
  /** How many frames back the ways of the atoms are shown. */
  readonly trail: number;
  /** The frame whose atoms are seen as outlines. */
  readonly ghost: number | null;
  /** Shades in hollows. */
  readonly occlusion: boolean;
}

export const arrowScopes = ['run', 'frame'] as const;
export type ArrowScope = (typeof arrowScopes)[number];

export const arrowStarts = ['surface', 'center', 'middle'] as const;
/** At the surface of its atom, at its center, or so that the arrow's middle lies at the center. */
export type ArrowStart = (typeof arrowStarts)[number];

/** Atoms from which on arrows behind them are a haze over all of them rather than seen. */
const MANY_ARROWS = 1_000;

/** Whether arrows are seen through atoms. */
export function seesThrough({ arrowsThrough }: Pick<Drawing, 'arrowsThrough'>, atoms: number): boolean {
  return arrowsThrough ?? atoms < MANY_ARROWS;
}

export interface SpeciesRadius {
  readonly species: string;
  readonly factor: number;
}

export interface SpeciesColor {
  readonly species: string;
  /** Red, green and blue, whole numbers from 0 to 255. */
  readonly color: Color;
}

/** Copies along one vector at most. */
export const MOST_IMAGES = 20;
export const LONGEST_TRAIL = 1000;

const bondRule: Field<BondRule> = (value, where) => {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (kind === 'cutoff') {
    return record<Extract<BondRule, { kind: 'cutoff' }>>({ kind: oneOf('cutoff'), cutoff: number(0) })(
      value,
      where,
    );
  }
  return record<Extract<BondRule, { kind: 'radii' }>>({ kind: oneOf('radii'), factor: number(0, 100) })(
    value,
    where,
  );
};

const images: Field<Drawing['images']> = (value, where) => {
  const found = vector<Drawing['images']>(3)(value, where);
  found.forEach((count, k) => {
    whole(1, MOST_IMAGES)(count, `${where}[${k}]`);
  });
  return found;
};

const colorRange: Field<ColorRange> = (value, where) => {
  if (value === null || value === 'frame') return value;
  const range = record<Range>({ low: number(), high: number() })(value, where);
  if (range.low < range.high) return range;
  throw new InputError(`${where}: found ${range.low} to ${range.high}, expected the smaller number first`);
};

const color: Field<Color> = (value, where) => {
  const found = vector<Color>(3)(value, where);
  found.forEach((channel, k) => {
    whole(0, 255)(channel, `${where}[${k}]`);
  });
  return found;
};

export const drawingFields: Fields<Drawing> = {
  hidden: list(text),
  speciesRadii: list(record<SpeciesRadius>({ species: text, factor: number(0, 100) })),
  speciesColors: list(record<SpeciesColor>({ species: text, color })),
  colorMap: nullable(oneOf(...colorMapNames)),
  colorRange,
  bonds: nullable(bondRule),
  bondsKept: flag,
  images,
  slice: nullable(sliceField),
  arrowScope: oneOf(...arrowScopes),
  arrowThreshold: number(0, 1),
  arrowStart: nullable(oneOf(...arrowStarts)),
  arrowColors: flag,
  arrowMap: nullable(oneOf(...colorMapNames)),
  arrowsThrough: nullable(flag),
  reference: whole(0),
  trail: whole(0, LONGEST_TRAIL),
  ghost: nullable(whole(0)),
  occlusion: flag,
};

export function createDrawing(): Drawing {
  return {
    hidden: [],
    speciesRadii: [],
    speciesColors: [],
    colorMap: null,
    colorRange: null,
    bonds: null,
    bondsKept: false,
    images: [1, 1, 1],
    slice: null,
    arrowScope: 'run',
    arrowThreshold: 0,
    arrowStart: null,
    arrowColors: false,
    arrowMap: null,
    arrowsThrough: null,
    reference: 0,
    trail: 0,
    ghost: null,
    occlusion: true,
  };
}
