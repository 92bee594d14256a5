/** The gradient of <w, x> by every diameter of a packing, implicitly or through an unrolled descent, by our kernels. */
import { findBlock, softSphere } from '../../potentials/index.js';
import { relax } from '../../src/relax/index.js';
import { numberColumn, withPositions } from '../../systems/index.js';
import { randomPacking } from './packing.js';
import { unrolledGradient } from './unrolled-descent.js';

export interface Question {
  /** Spheres of the library's packing. */
  readonly count: number;
  /** Where a descent starts, and where the packing is at rest, `2 × count`. */
  readonly start: Float64Array;
  readonly rest: Float64Array;
  readonly w: Float64Array;
  /** Length of a step of the descent. */
  readonly rate: number;
  /** Forces at rest are smaller than this. */
  readonly maxForce: number;
  readonly linearTolerance: number;
}

/** @param steps of the descent that is differentiated; null: the implicit gradient at rest */
export function packingGradient(question: Question, steps: number | null): () => Float64Array {
  const { count, start, rest, w, rate, maxForce, linearTolerance } = question;
  const packed = randomPacking(count);
  const potential = softSphere({ diameter: numberColumn(packed, 'diameter') });
  if (steps === null) {
    const system = withPositions(packed, rest);
    // An equilibrium of its own for each call, so that what one found out of the Hessian is not used by the next.
    return () => relax(system, potential, { maxForce }).vjp(w, { tolerance: linearTolerance }).diameter.data;
  }
  const model = potential.bind(withPositions(packed, start));
  const { offset, size } = findBlock(model.layout, 'diameter');
  return () => unrolledGradient(model, start, w, steps, rate).subarray(offset, offset + size);
}
