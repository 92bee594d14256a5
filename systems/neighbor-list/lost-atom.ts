/** Coordinates that are no place. */
import { InputError } from '../../src/message/index.js';

/** The error about the `atom`-th atom of `x`, which is not at finite coordinates. */
export function lostAtom(x: Float64Array, dimension: number, atom: number): InputError {
  const coordinate = x
    .subarray(atom * dimension, (atom + 1) * dimension)
    .find((value) => !Number.isFinite(value));
  return new InputError(`atom ${atom} is at the coordinate ${coordinate}; positions must be finite numbers`);
}
