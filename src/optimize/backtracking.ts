/**
 * The simplest line searches: shorten the step until the objective has come down (Armijo), or bisect until the slope
 * has flattened too (weak Wolfe). Armijo alone does for Newton's method and gradient steps; quasi-Newton methods need
 * the flatter slope, or `zoom`.
 *
 * Sources: Armijo, Pacific J. Math. 16, 1 (1966); Lewis and Overton, Math. Program. 141, 135 (2013), algorithm 2.6.
 */
import { checkOptions, InputError } from '../message/index.js';
import type { LineSearch } from './line.js';

export interface BacktrackingOptions {
  /** Also ask that the slope has flattened ('wolfe'); 'armijo' by default. */
  condition?: 'armijo' | 'wolfe';
  /** Share of the decrease that the slope promises which a step must reach; 1e-4 by default. */
  sufficientDecrease?: number;
  /** Share of the first slope that may be left, with 'wolfe'; 0.9 by default. */
  curvature?: number;
  /** By which a step is shortened; 0.5 by default. */
  shrink?: number;
  /** Trials before it gives up; 80 by default. */
  maxTrials?: number;
}

export function backtracking(options: BacktrackingOptions = {}): LineSearch {
  checkOptions('backtracking', options, [
    'condition',
    'sufficientDecrease',
    'curvature',
    'shrink',
    'maxTrials',
  ]);
  const {
    condition = 'armijo',
    sufficientDecrease = 1e-4,
    curvature = 0.9,
    shrink = 0.5,
    maxTrials = 80,
  } = options;
  if (!(sufficientDecrease > 0 && sufficientDecrease < curvature && curvature < 1)) {
    throw new InputError(
      `backtracking needs 0 < sufficientDecrease < curvature < 1, found ${sufficientDecrease} and ${curvature}`,
    );
  }
  if (!(shrink > 0 && shrink < 1)) throw new InputError(`shrink must lie between 0 and 1, found ${shrink}`);
  return (line, first) => {
    let shortest = 0;
    let longest = Infinity;
    let length = Math.min(first, line.longest);
    for (let trial = 0; trial < maxTrials; trial++) {
      line.evaluate(length);
      if (line.value === -Infinity) return line.endless();
      // Too short to show in the value, and its slope is as steep as ever: that is no decrease.
      const idle =
        condition === 'armijo' && line.hidden(line.startValue) && line.slope < 0.99 * line.startSlope;
      if (!line.finite || idle || !line.decreased(sufficientDecrease)) longest = length;
      else if (condition === 'wolfe' && line.slope < curvature * line.startSlope && length < line.longest)
        shortest = length;
      else return null;
      if (longest === Infinity) length = Math.min(length / shrink, line.longest);
      else length = shortest + shrink * (longest - shortest);
    }
    return longest === Infinity ? line.endless() : line.noDecrease();
  };
}
