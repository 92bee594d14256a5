/** A slice: of the atoms only those are shown whose centers lie between two planes across an axis. */
import { InputError } from '../../src/message/index.js';
import { type Field, number, oneOf, record } from './fields.js';
import { extentOf, type Images } from './frame.js';
import { imagesOf } from './images.js';
import type { Run } from './run.js';

export const axisNames = ['x', 'y', 'z'] as const;
export type AxisName = (typeof axisNames)[number];

export interface Slice {
  readonly axis: AxisName;
  /** Coordinates of both planes. */
  readonly low: number;
  readonly high: number;
}

export const sliceField: Field<Slice> = (value, where) => {
  const slice = record<Slice>({ axis: oneOf(...axisNames), low: number(), high: number() })(value, where);
  if (slice.low <= slice.high) return slice;
  throw new InputError(`${where}: found ${slice.low} to ${slice.high}, expected the smaller number first`);
};

/**
 * Between which places an axis can be cut: all of the first frame, copies of its cell included, and as much beyond as
 * atoms are apart, for those that move.
 */
export function sliceRange(run: Run, images: Images, axis: AxisName): { low: number; high: number } {
  const { center, size } = extentOf(run.first, imagesOf(run.first, images));
  const k = axisNames.indexOf(axis);
  const half = size[k] / 2 + run.spacing;
  return { low: center[k] - half, high: center[k] + half };
}

/** Whether what lies at a place is left out. */
export function cutAway(slice: Slice | null, x: number, y: number, z: number): boolean {
  if (slice === null) return false;
  const at = slice.axis === 'x' ? x : slice.axis === 'y' ? y : z;
  return at < slice.low || at > slice.high;
}
