/**
 * The line search of CG_DESCENT: approximate Wolfe conditions, met by secant steps from both ends of a bracket. It
 * places the minimum along the line more exactly than `zoom`, for few evaluations: made for conjugate gradients.
 *
 * Source: Hager and Zhang, SIAM J. Optim. 16, 170 (2005), sections 3 and 4, with their parameters.
 */
import { checkOptions, InputError } from '../message/index.js';
import type { Line, LinePoint, LineSearch } from './line.js';

export interface HagerZhangOptions {
  /** δ; 0.1 by default. */
  sufficientDecrease?: number;
  /** σ; 0.9 by default. */
  curvature?: number;
  /** ε: how much the value may rise, relative to itself; 1e-6 by default. */
  slack?: number;
  /** Trials before it gives up; 100 by default. */
  maxTrials?: number;
}

/** By which a bracket is widened (ρ), split (θ), and must have shrunk (γ). */
const expansion = 5;
const split = 0.5;
const shrinkage = 0.66;
const horizon = 1e30;

export function hagerZhang(options: HagerZhangOptions = {}): LineSearch {
  checkOptions('hagerZhang', options, ['sufficientDecrease', 'curvature', 'slack', 'maxTrials']);
  const { sufficientDecrease: delta = 0.1, curvature: sigma = 0.9, slack = 1e-6, maxTrials = 100 } = options;
  if (!(delta > 0 && delta < 0.5 && delta <= sigma && sigma < 1)) {
    throw new InputError(
      `Hager and Zhang's search needs 0 < sufficientDecrease < 1/2 and sufficientDecrease ≤ curvature < 1, ` +
        `found ${delta} and ${sigma}`,
    );
  }
  return (line, first) => {
    const ceiling = line.startValue + slack * Math.abs(line.startValue);
    const limit = line.evaluations + maxTrials;
    const accepted = (): boolean =>
      line.finite &&
      line.slope >= sigma * line.startSlope &&
      (line.value - line.startValue <= delta * line.length * line.startSlope ||
        (line.value <= ceiling && line.slope <= (2 * delta - 1) * line.startSlope));
    const low = (point: LinePoint): boolean => point.value <= ceiling;
    const trial = (length: number): LinePoint => {
      line.evaluate(length);
      return line.point;
    };
    const spent = (): boolean => line.evaluations >= limit || line.negligible;

    const start = line.point;
    let [a, b] = [start, start];
    let length = Math.min(first, line.longest);
    // Bracket: a is low and falls, b rises or is high.
    for (;;) {
      const point = trial(length);
      if (point.value === -Infinity) return line.endless();
      if (accepted()) return null;
      if (!line.finite) {
        // The objective ends here: come back.
        length = a.length + 0.1 * (length - a.length);
        if (spent()) return line.noDecrease();
        continue;
      }
      if (point.slope >= 0) {
        b = point;
        break;
      }
      if (!low(point)) {
        const found = settle(a, point);
        if (found === null) return null;
        [a, b] = found;
        break;
      }
      a = point;
      if (length >= line.longest) return null;
      if (length > horizon * first) return line.endless();
      length = Math.min(expansion * length, line.longest);
    }
    while (!spent()) {
      const width = b.length - a.length;
      const next = secantTwice(a, b);
      if (next === null) return null;
      [a, b] = next;
      if (b.length - a.length > shrinkage * width) {
        const halved = update(a, b, (a.length + b.length) / 2);
        if (halved === null) return null;
        [a, b] = halved;
      }
    }
    if (a.length === 0) return line.noDecrease();
    if (line.length !== a.length) line.evaluate(a.length);
    return line.value < line.startValue || line.decreased(1e-12) ? null : line.noDecrease();

    /** U3: between a, low and falling, and b, high and falling. Null: an acceptable point was found. */
    function settle(from: LinePoint, to: LinePoint): [LinePoint, LinePoint] | null {
      let [lower, upper] = [from, to];
      while (!spent()) {
        const point = trial((1 - split) * lower.length + split * upper.length);
        if (accepted()) return null;
        if (point.slope >= 0) return [lower, point];
        if (low(point)) lower = point;
        else upper = point;
      }
      return [lower, upper];
    }

    function update(lower: LinePoint, upper: LinePoint, at: number): [LinePoint, LinePoint] | null {
      if (!(at > lower.length && at < upper.length)) return [lower, upper];
      const point = trial(at);
      if (accepted()) return null;
      if (point.slope >= 0) return [lower, point];
      if (low(point)) return [point, upper];
      return settle(lower, point);
    }

    function secantTwice(lower: LinePoint, upper: LinePoint): [LinePoint, LinePoint] | null {
      const c = secant(lower, upper);
      const once = update(lower, upper, c);
      if (once === null) return null;
      const [A, B] = once;
      if (c === B.length) return update(A, B, secant(upper, B));
      if (c === A.length) return update(A, B, secant(lower, A));
      return once;
    }
  };
}

function secant(a: LinePoint, b: LinePoint): number {
  return (a.length * b.slope - b.length * a.slope) / (b.slope - a.slope);
}

/** The length to try first on the next line, after `length` was accepted on one with the slope `slope`. */
export function nextFirstLength(length: number, slope: number, line: Line): number {
  const guess = (length * slope) / line.startSlope;
  return Math.min(10 * length, Math.max(0.1 * length, guess));
}
