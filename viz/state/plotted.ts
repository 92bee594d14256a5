/**
 * What a plot shows: one curve, of one run or of two, against the frame or the step, on one axis. On a logarithmic
 * scale values that are not all positive are shown as what they are above the lowest of them.
 */
import { type Axis, linearAxis, logarithmicAxis } from './axis.js';
import type { Curve } from './curves.js';
import type { Against } from './plotting.js';
import { readout } from './readout.js';
import type { Run } from './run.js';

export interface Line {
  /** Of its run. */
  readonly name: string;
  /** Where its frames stand along the plot, increasing. */
  readonly along: readonly number[];
  /** NaN leaves a gap. */
  readonly values: readonly number[];
}

export interface Plotted {
  /** The curve's name, or what is shown in its stead. */
  readonly label: string;
  readonly against: Against;
  /** That of the shown run first. */
  readonly lines: readonly Line[];
  /** Null where no value can be shown. */
  readonly axis: Axis | null;
  readonly logarithmic: boolean;
  /** What is taken from each value before it is shown. */
  readonly lowest: number;
  /** In which frames the values are known, where that is not all. */
  readonly part: string;
}

/** A curve of a run, and the places of its frames along the plot. */
interface Placed {
  /** Of the run. */
  readonly name: string;
  readonly curve: Curve;
  readonly along: readonly number[];
}

/** @param curves the same of each run */
export function plotted(curves: readonly Placed[], against: Against, logarithmic: boolean): Plotted {
  const [{ curve }] = curves;
  const { label, part } = curve;
  const range = rangeOf(curves.map(({ curve }) => curve.values));
  const lowest = logarithmic && range !== null && range.low < 0 ? range.low : 0;
  const lines = curves.map(({ name, curve: { values }, along }) => ({
    name,
    along,
    values: lowest === 0 ? values : values.map((value) => value - lowest),
  }));
  const shown = rangeOf(
    lines.map(({ values }) => values),
    logarithmic,
  );
  return {
    label: lowest === 0 ? label : `${label} − lowest`,
    against,
    lines,
    axis: shown === null ? null : axisOf(shown, logarithmic, lowest === 0 ? '' : written(curves, lowest)),
    logarithmic,
    lowest,
    part: part === undefined ? '' : `in the ${part.frames} of ${curve.values.length} frames ${part.which}`,
  };
}

function axisOf({ low, high }: Range, logarithmic: boolean, lowest: string): Axis {
  return logarithmic ? { ...logarithmicAxis(low, high), origin: lowest } : linearAxis(low, high);
}

/** With the digits that tell it from the values around. */
function written(curves: readonly Placed[], value: number): string {
  const values = curves.map(({ curve }) => curve.values).find((values) => values.includes(value)) ?? [];
  return readout((k) => values[k], values.length, values.indexOf(value));
}

/** What a plot has at a frame of the shown run. */
export interface Reading {
  readonly frame: number;
  /** How many there are. */
  readonly frames: number;
  /** Where the frame stands along the plot. */
  readonly along: number;
  readonly value: string;
}

/**
 * Read from the run itself: the frame may have come since the plot was made.
 *
 * @param read the curve's value at any frame
 */
export function readingOf(
  { against, lowest }: Plotted,
  read: (frame: number) => number,
  run: Run,
  frame: number,
): Reading {
  // What is below the lowest is the lowest now.
  const above = (k: number): number => (lowest === 0 ? read(k) : Math.max(0, read(k) - lowest));
  const along = against === 'step' ? (run.info('step')[frame] ?? Number.NaN) : frame;
  return { frame, frames: run.length, along, value: readout(above, run.length, frame) };
}

/** The frame that stands nearest to a place along the plot. */
export function nearestFrame(along: readonly number[], place: number): number {
  const after = along.findIndex((at) => at >= place);
  if (after < 0) return along.length - 1;
  return after > 0 && place - along[after - 1] < along[after] - place ? after - 1 : after;
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf(all: readonly (readonly number[])[], positive = false): Range | null {
  let [low, high] = [Infinity, -Infinity];
  for (const values of all) {
    for (const value of values) {
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? { low, high } : null;
}
