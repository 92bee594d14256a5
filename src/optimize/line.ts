/**
 * An objective along a line, φ(a) = f(x + a d), and what every line search asks of it.
 *
 * Where rounding hides whether f came down, the slopes decide (the approximate Wolfe condition of Hager and Zhang,
 * SIAM J. Optim. 16, 170 (2005)): searches then still make progress at gradients far below the square root of the
 * rounding error.
 */
import { dot } from '../linear/index.js';
import { type Failure, type IterationState, stuck } from './method.js';
import { largestBlock, type Objective } from './problem.js';

/** Relative change of the objective below which rounding decides its sign. */
const rounding = 1e-13;

/** φ and φ' at a length. */
export interface LinePoint {
  readonly length: number;
  readonly value: number;
  readonly slope: number;
}

export class Line {
  /** x + length · d, and the gradient there. */
  readonly trial: Float64Array;
  readonly trialGradient: Float64Array;
  /** φ and φ' where the line was evaluated last. */
  length = 0;
  value = 0;
  slope = 0;
  /** φ and φ' at its beginning. */
  startValue = 0;
  startSlope = 0;
  /** No search goes farther. */
  longest = Infinity;
  evaluations = 0;
  private x: Float64Array;
  private direction: Float64Array;

  constructor(private readonly objective: Objective) {
    this.trial = new Float64Array(objective.size);
    this.trialGradient = new Float64Array(objective.size);
    this.x = this.trial;
    this.direction = this.trial;
  }

  /**
   * Points the line from x along `direction`; neither is copied.
   *
   * @param longest what no block of unknowns may move farther than
   */
  aim(
    x: Float64Array,
    value: number,
    gradient: Float64Array,
    direction: Float64Array,
    longest = Infinity,
  ): void {
    this.x = x;
    this.direction = direction;
    this.startValue = value;
    this.startSlope = dot(gradient, direction);
    this.longest =
      longest === Infinity ? Infinity : longest / largestBlock(direction, this.objective.blockSize ?? 1);
    this.length = 0;
    this.value = value;
    this.slope = this.startSlope;
  }

  /** Moves the trial point to `length`. */
  evaluate(length: number): void {
    const { x, direction, trial, trialGradient } = this;
    for (let i = 0; i < x.length; i++) trial[i] = x[i] + length * direction[i];
    this.length = length;
    this.value = this.objective.gradient(trial, trialGradient);
    this.slope = dot(trialGradient, direction);
    this.evaluations++;
  }

  get point(): LinePoint {
    return { length: this.length, value: this.value, slope: this.slope };
  }

  get finite(): boolean {
    return Number.isFinite(this.value) && Number.isFinite(this.slope);
  }

  /** Whether the change of φ from `value` to the trial point is within its rounding error. */
  hidden(value: number): boolean {
    return Math.abs(this.value - value) <= rounding * Math.max(Math.abs(this.value), Math.abs(value));
  }

  /** Armijo's condition, or its approximate form where rounding hides the decrease. */
  decreased(share: number): boolean {
    // Steps long enough to show in the value are judged by it, though it may by chance be the same again.
    const short = -this.length * this.startSlope <= 1e-9 * Math.abs(this.startValue);
    if (short && this.hidden(this.startValue)) return this.slope <= (2 * share - 1) * this.startSlope;
    return this.value - this.startValue <= share * this.length * this.startSlope;
  }

  /** Whether the trial length is so short that x hardly changes. */
  get negligible(): boolean {
    const { x, direction, length } = this;
    for (let i = 0; i < x.length; i++) {
      if (Math.abs(length * direction[i]) > 1e-16 * Math.abs(x[i])) return false;
    }
    return true;
  }

  /** The failure of a search that found φ falling as far as it could look. */
  endless(): Failure {
    const scale = 1 / largestBlock(this.direction, this.objective.size || 1);
    return {
      result: 'unbounded',
      reason: `it still falls at ${this.length.toExponential(1)} times the first direction`,
      certificate: this.direction.map((value) => value * scale),
    };
  }

  /** The failure of a search that found nothing lower. */
  noDecrease(): Failure {
    if (!this.finite) {
      return {
        result: 'not-finite',
        reason: 'every step along the line gives a value that is not finite',
      };
    }
    return stuck(
      'no step along the line comes down: rounding hides any further decrease (raise the tolerance), or the ' +
        'gradient does not belong to the objective (check it by finite differences)',
    );
  }
}

/**
 * Finds a length that the search's condition accepts, and leaves the line evaluated there.
 *
 * @param first the length to try first, positive
 * @returns what went wrong, or null
 */
export type LineSearch = (line: Line, first: number) => Failure | null;

/** The state of a method that goes from line to line. */
export interface DescentState extends IterationState {
  readonly gradient: Float64Array;
  readonly direction: Float64Array;
  readonly line: Line;
}

export function startDescent(objective: Objective, x: Float64Array): DescentState {
  const gradient = new Float64Array(x.length);
  const value = objective.gradient(x, gradient);
  const error = largestBlock(gradient, objective.blockSize ?? 1);
  const line = new Line(objective);
  return { x, gradient, value, error, evaluations: 1, direction: new Float64Array(x.length), line };
}

/** Takes the line's trial point for the current one. */
export function moveToTrial(objective: Objective, state: DescentState): void {
  const { x, gradient, line } = state;
  x.set(line.trial);
  gradient.set(line.trialGradient);
  state.value = line.value;
  state.error = largestBlock(gradient, objective.blockSize ?? 1);
}

/**
 * The minimum of the cubic with the values and slopes of two points, kept a tenth of the interval away from its ends;
 * the middle where there is none.
 */
export function cubicMinimum(a: LinePoint, b: LinePoint): number {
  const width = b.length - a.length;
  const middle = a.length + width / 2;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.length - b.length);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return middle;
  const d2 = Math.sign(width) * Math.sqrt(square);
  const share = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  if (!Number.isFinite(share)) return middle;
  return a.length + Math.min(0.9, Math.max(0.1, share)) * width;
}
