/** A slice: of the atoms only those are shown whose centers lie between two planes across an axis. */
import { InputError } from '../../src/message/index.js';
import { apply, type Camera } from './camera.js';
import type { Range } from './color-source.js';
import { type Field, nullable, number, oneOf, record } from './fields.js';
import { extentOf, type Frame, type Images } from './frame.js';
import { imagesOf } from './images.js';

export const axisNames = ['x', 'y', 'z'] as const;
export type AxisName = (typeof axisNames)[number];

export interface Slice {
  readonly axis: AxisName;
  /** Coordinates of both planes; null where the slice has no end. */
  readonly low: number | null;
  readonly high: number | null;
}

export const sliceField: Field<Slice> = (value, where) => {
  const fields = { axis: oneOf(...axisNames), low: nullable(number()), high: nullable(number()) };
  const slice = record<Slice>(fields)(value, where);
  const { low, high } = slice;
  if (low === null || high === null || low <= high) return slice;
  throw new InputError(`${where}: found ${low} to ${high}, expected the smaller number first`);
};

/** Between which places a frame can be cut across an axis: copies of its cell are among what is cut. */
export function sliceRange(frame: Frame, images: Images, axis: AxisName): Range {
  const { center, size } = extentOf(frame, imagesOf(frame, images));
  const k = axisNames.indexOf(axis);
  return { low: center[k] - size[k] / 2, high: center[k] + size[k] / 2 };
}

/** The half of a frame that is farther from the eye, so that one looks into it. */
export function farHalf(frame: Frame, images: Images, axis: AxisName, { rotation }: Camera): Slice {
  const { low, high } = sliceRange(frame, images, axis);
  const middle = (low + high) / 2;
  const [, , towardsEye] = apply(
    rotation,
    axisNames.map((name) => (name === axis ? 1 : 0)),
  );
  return towardsEye >= 0 ? { axis, low: null, high: middle } : { axis, low: middle, high: null };
}

/** As far as a frame has that axis; null shows all. */
export function sliceOf({ dimension }: Pick<Frame, 'dimension'>, slice: Slice | null): Slice | null {
  return slice !== null && axisNames.indexOf(slice.axis) < dimension ? slice : null;
}

/** The slice of one frame that cuts it where another slice cuts another frame, in fractions of what both fill. */
export function sameSlice(slice: Slice, of: Frame, from: Frame): Slice {
  const one: Images = [1, 1, 1];
  const [there, here] = [sliceRange(from, one, slice.axis), sliceRange(of, one, slice.axis)];
  const scale = (here.high - here.low) / (there.high - there.low);
  if (!(scale > 0 && Number.isFinite(scale))) return slice;
  const [low, high] = [slice.low, slice.high].map((at) =>
    at === null ? null : here.low + scale * (at - there.low),
  );
  return { ...slice, low, high };
}

/** Whether what lies at a place is left out; in single precision, as it is drawn. */
export function cutAway(slice: Slice | null, x: number, y: number, z: number): boolean {
  if (slice === null) return false;
  const at = slice.axis === 'x' ? x : slice.axis === 'y' ? y : z;
  const { low, high } = slice;
  return (low !== null && at < Math.fround(low)) || (high !== null && at > Math.fround(high));
}
