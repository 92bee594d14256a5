/**
 * Bisection: the root of a function of one number between two points where it has opposite signs. With several unknowns,
 * each value of F may depend on its own unknown only, and all roots are found at once. By default the bracket is cut where
 * the secant crosses zero (Anderson and Björck's rule), and in the middle where that is slow.
 *
 * Sources: Anderson and Björck, BIT 13, 253 (1973). Its error is the largest |F|.
 */
import { maxAbs } from '../linear/index.js';
import { checkOptions, InputError } from '../message/index.js';
import { type IterationState, type Method, stuck } from './method.js';
import type { RootFunction } from './problem.js';

export interface BisectionOptions {
  /** Ends of the brackets: one for all, or one an unknown. */
  lower: number | ArrayLike<number>;
  upper: number | ArrayLike<number>;
  /** Cut where the secant says, when that is faster; true by default. */
  secant?: boolean;
}

export interface BisectionState extends IterationState {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** F at the ends, as the secant rule weighs it. */
  readonly lowerF: Float64Array;
  readonly upperF: Float64Array;
  readonly F: Float64Array;
  /** Steps in which the bracket was not halved. */
  readonly slow: Uint8Array;
}

export function bisection(options: BisectionOptions): Method<RootFunction, BisectionState> {
  checkOptions('bisection', options, ['lower', 'upper', 'secant']);
  const { secant = true } = options;
  return {
    name: 'bisection',
    takes: 'root',
    init(problem, x) {
      const n = x.length;
      const lower = ends('lower', options.lower, n);
      const upper = ends('upper', options.upper, n);
      const lowerF = new Float64Array(n);
      const upperF = new Float64Array(n);
      const F = new Float64Array(n);
      problem.evaluate(lower, lowerF);
      problem.evaluate(upper, upperF);
      for (let i = 0; i < n; i++) {
        if (!(lower[i] < upper[i])) {
          throw new InputError(
            `a bracket's lower end must lie below its upper one, found ${lower[i]} and ${upper[i]}`,
          );
        }
        // A start outside the bracket is no help.
        if (!(x[i] > lower[i] && x[i] < upper[i])) x[i] = 0.5 * (lower[i] + upper[i]);
      }
      problem.evaluate(x, F);
      const state: BisectionState = {
        x,
        lower,
        upper,
        lowerF,
        upperF,
        F,
        slow: new Uint8Array(n),
        value: 0,
        error: 0,
        evaluations: 3,
      };
      for (let i = 0; i < n; i++) {
        if (lowerF[i] === 0) toEnd(state, i, lower[i]);
        else if (upperF[i] === 0) toEnd(state, i, upper[i]);
        else if (lowerF[i] > 0 === upperF[i] > 0) {
          state.failure = stuck(
            `unknown ${i} has F = ${lowerF[i]} at ${lower[i]} and ${upperF[i]} at ${upper[i]}, of the same sign; ` +
              'move the ends of its bracket apart',
          );
        }
      }
      measure(state);
      return state;
    },
    step(problem, state) {
      const { x, lower, upper, F } = state;
      let moved = false;
      for (let i = 0; i < x.length; i++) {
        if (F[i] === 0) continue;
        cut(state, i);
        const width = upper[i] - lower[i];
        const middle = lower[i] + 0.5 * width;
        let next = middle;
        if (secant && state.slow[i] < 3) {
          const guess = lower[i] - (state.lowerF[i] * width) / (state.upperF[i] - state.lowerF[i]);
          if (guess > lower[i] && guess < upper[i]) next = guess;
        } else state.slow[i] = 0;
        if (next > lower[i] && next < upper[i]) moved = true;
        x[i] = next;
      }
      if (!moved) {
        state.failure = stuck(
          'the brackets have shrunk to neighbouring numbers: F jumps there, or is too steep for this tolerance',
        );
        return;
      }
      problem.evaluate(x, F);
      state.evaluations++;
      measure(state);
    },
  };
}

/** Makes x an end of its bracket. */
function cut({ x, lower, upper, lowerF, upperF, F, slow }: BisectionState, i: number): void {
  const before = upper[i] - lower[i];
  const atLower = F[i] > 0 === lowerF[i] > 0;
  const [end, endF, otherF] = atLower ? [lower, lowerF, upperF] : [upper, upperF, lowerF];
  // Anderson and Björck: the end that stays counts for less.
  const weight = 1 - F[i] / endF[i];
  otherF[i] *= weight > 0 ? weight : 0.5;
  end[i] = x[i];
  endF[i] = F[i];
  if (upper[i] - lower[i] > 0.5 * before) slow[i]++;
  else slow[i] = 0;
}

function toEnd({ x, F }: BisectionState, i: number, end: number): void {
  x[i] = end;
  F[i] = 0;
}

function measure(state: BisectionState): void {
  state.error = maxAbs(state.F);
  state.value = 0.5 * state.error ** 2;
}

function ends(name: string, given: number | ArrayLike<number>, n: number): Float64Array {
  const values = typeof given === 'number' ? new Float64Array(n).fill(given) : Float64Array.from(given);
  if (values.length === n && values.every(Number.isFinite)) return values;
  throw new InputError(`${name} must be a finite number, or ${n} of them; found ${String(given)}`);
}
