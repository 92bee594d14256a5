/** Which curves are shown below the picture. */
import { type Fields, list, nullable, text } from './fields.js';

export interface Plotting {
  /** By their names, in their order; null shows the usual ones. */
  readonly curves: readonly string[] | null;
  /** Those whose scale is the other one than they have by themselves (logarithmic for forces). */
  readonly otherScale: readonly string[];
}

export const plottingFields: Fields<Plotting> = {
  curves: nullable(list(text, 100)),
  otherScale: list(text, 100),
};

export function createPlotting(): Plotting {
  return { curves: null, otherScale: [] };
}
