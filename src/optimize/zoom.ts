/**
 * The line search for quasi-Newton methods: strong Wolfe conditions, by bracketing and cubic interpolation.
 *
 * Source: Nocedal and Wright, Numerical Optimization (2nd edition, 2006), algorithms 3.5 and 3.6.
 */
import { checkOptions, InputError } from '../message/index.js';
import { cubicMinimum, type Line, type LinePoint, type LineSearch } from './line.js';
import type { Failure } from './method.js';

export interface ZoomOptions {
  /** Share of the decrease that the slope promises which a step must reach; 1e-4 by default. */
  sufficientDecrease?: number;
  /** Share of the first slope that may be left, up or down; 0.9 by default (0.1 suits conjugate gradients). */
  curvature?: number;
  /** Trials before it gives up; 60 by default. */
  maxTrials?: number;
}

/** The farthest that it looks, in lengths of the first trial. */
const horizon = 1e30;

export function zoom(options: ZoomOptions = {}): LineSearch {
  checkOptions('zoom', options, ['sufficientDecrease', 'curvature', 'maxTrials']);
  const { sufficientDecrease = 1e-4, curvature = 0.9, maxTrials = 60 } = options;
  if (!(sufficientDecrease > 0 && sufficientDecrease < curvature && curvature < 1)) {
    throw new InputError(
      `zoom needs 0 < sufficientDecrease < curvature < 1, found ${sufficientDecrease} and ${curvature}`,
    );
  }
  const tooHigh = (line: Line, low: LinePoint): boolean =>
    !line.finite ||
    !line.decreased(sufficientDecrease) ||
    (low.length > 0 && line.value >= low.value && !line.hidden(low.value));
  const flat = (line: Line): boolean => Math.abs(line.slope) <= -curvature * line.startSlope;

  /** Between a low end and one that is too high, or too far. */
  function narrow(line: Line, from: LinePoint, to: LinePoint): Failure | null {
    let low = from;
    let high = to;
    for (let trial = 0; trial < maxTrials; trial++) {
      const far = !Number.isFinite(high.value) || !Number.isFinite(high.slope);
      line.evaluate(far ? low.length + 0.2 * (high.length - low.length) : cubicMinimum(low, high));
      if (line.value === -Infinity) return line.endless();
      if (tooHigh(line, low)) high = line.point;
      else {
        if (flat(line)) return null;
        if (line.slope * (high.length - low.length) >= 0) high = low;
        low = line.point;
      }
      if (low.length === 0 && line.negligible) break;
    }
    // Lower, though not flat, is better than nothing.
    if (!(low.length > 0 && low.value < line.startValue)) return line.noDecrease();
    if (line.length !== low.length) line.evaluate(low.length);
    return null;
  }

  return (line, first) => {
    let last: LinePoint = line.point;
    let length = Math.min(first, line.longest);
    for (;;) {
      line.evaluate(length);
      if (line.value === -Infinity) return line.endless();
      if (tooHigh(line, last)) return narrow(line, last, line.point);
      if (flat(line)) return null;
      if (line.slope >= 0) return narrow(line, line.point, last);
      if (length >= line.longest) return null;
      if (length > horizon * first) return line.endless();
      last = line.point;
      length = Math.min(4 * length, line.longest);
    }
  };
}
