/** Which curves are shown below the picture, and against what. */
import { type Fields, list, nullable, oneOf, text } from './fields.js';

export type Against = 'step' | 'frame';

export interface Plotting {
  /** By their names, in their order; null shows the usual ones. */
  readonly curves: readonly string[] | null;
  /** Those whose scale is the other one than they have by themselves (logarithmic for forces). */
  readonly otherScale: readonly string[];
  /** A run whose frames are of no steps has its curves against the frame in any case. */
  readonly against: Against;
}

export const plottingFields: Fields<Plotting> = {
  curves: nullable(list(text, 100)),
  otherScale: list(text, 100),
  against: oneOf<Against>('step', 'frame'),
};

export function createPlotting(): Plotting {
  return { curves: null, otherScale: [], against: 'step' };
}
