/** How atoms, arrows and cell are drawn: the part of the session that the picture is made from. */
import { type Fields, flag, nullable, number, oneOf, text } from './fields.js';
import type { Run } from './run.js';

export interface Look {
  /** A scalar column, or the size of a vector (`colorNames`); null colours by species. */
  readonly colorBy: string | null;
  /** Name of a vector column; null shows no arrows. */
  readonly arrows: string | null;
  /** Factor on the arrows' length. */
  readonly arrowScale: number;
  /** Factor on the radii. */
  readonly radiusScale: number;
  readonly cell: boolean;
  /** Atoms are moved into the cell. */
  readonly wrap: boolean;
  readonly projection: 'orthographic' | 'perspective';
}

export const lookFields: Fields<Look> = {
  colorBy: nullable(text),
  arrows: nullable(text),
  arrowScale: number(0, 1e6),
  radiusScale: number(0, 1e3),
  cell: flag,
  wrap: flag,
  projection: oneOf('orthographic', 'perspective'),
};

/** With the sensitivity's arrows where the run has them. */
export function createLook(run: Run): Look {
  return {
    colorBy: null,
    arrows: run.vectors.includes('sensitivity') ? 'sensitivity' : null,
    arrowScale: 1,
    radiusScale: 1,
    cell: true,
    wrap: true,
    projection: run.first.dimension === 2 ? 'orthographic' : 'perspective',
  };
}
