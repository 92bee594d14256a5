/**
 * What the Hessian of an equilibrium does not resist: motions that cost no energy, found so that they can be projected
 * out, and the sign of what is left, which says whether the equilibrium is a minimum.
 *
 * Known motions are tried first (known-motions.ts, and atoms that nothing touches); whatever else costs nothing is found
 * by Lanczos. No shift is added to the Hessian, so no answer is biased.
 */
import type { EnergyModel } from '../../potentials/index.js';
import {
  type LinearOperator,
  lowestRitzValue,
  norm2,
  projectOut,
  scale,
  zeroModes,
} from '../linear/index.js';
import { random } from '../random/index.js';
import { HeldAtoms } from './held-atoms.js';
import { flatDirections, rotationsOf, translationsOf } from './known-motions.js';

export interface ZeroModeCounts {
  /** Number of independent motions without resistance. */
  readonly count: number;
  readonly translations: number;
  readonly rotations: number;
  /** Atoms that no other touches, in the system's order; each counts `dimension` zero modes. */
  readonly rattlers: readonly number[];
  /** Zero modes that are none of these, such as a wheel that turns in place. */
  readonly others: number;
}

export type Stability = 'minimum' | 'saddle' | 'undecided';

export interface CurvatureReport {
  readonly zeroModes: ZeroModeCounts;
  /** Of what is left without the zero modes. Undecided: too costly to know for sure for a system of this size. */
  readonly stability: Stability;
  /** The lowest eigenvalue found without the zero modes, and the largest of all; NaN where there is none. */
  readonly lowestEigenvalue: number;
  readonly largestEigenvalue: number;
  /** Hessian products that it took. */
  readonly matvecs: number;
}

/** The Hessian at a point on the coordinates of atoms that are held at all, with an orthonormal basis of its null space. */
export interface ResistedHessian {
  readonly operator: LinearOperator;
  readonly nullSpace: readonly Float64Array[];
  readonly report: CurvatureReport;
  /** The atoms that take part. */
  readonly atoms: HeldAtoms;
}

/** Relative size below which a product with the Hessian counts as zero. */
const negligible = 1e-9;

/** How much of its size the Hessian may have along what is taken for flat while forces are left, at the most. */
const mostBent = 1e-5;
/** From so many unknowns on flat directions are sought before the quick look, which would be long and in vain. */
const manyUnknowns = 2000;
/** Floating-point operations that the search for the lowest eigenvalue may take: about a second. */
const affordable = 2e9;

/**
 * Analyses the Hessian of `model` at `x`, where the gradient has norm `residual`.
 *
 * @param fixed atoms that do not take part, ascending
 */
export function resistedHessian(
  model: EnergyModel,
  x: Float64Array,
  residual: number,
  fixed: readonly number[],
): ResistedHessian {
  const { count, dimension } = model.system;
  const probe = new Float64Array(x.length);
  const probed = new Float64Array(x.length);
  const source = random(1);
  for (let i = 0; i < probe.length; i++) probe[i] = source.normal();
  model.hessianProduct(x, probe, probed);
  const size = norm2(probed) / Math.max(norm2(probe), 1e-300);

  const held: number[] = [];
  const rattlers: number[] = [];
  const immobile = new Set(fixed);
  for (let i = 0; i < count; i++) {
    if (immobile.has(i)) continue;
    const row = probed.subarray(i * dimension, (i + 1) * dimension);
    // A row of zeros gives exact zeros; the margin is for atoms that are grazed with no force to speak of.
    if (row.every((value) => Math.abs(value) <= 1e-14 * size)) rattlers.push(i);
    else held.push(i);
  }
  const atoms = new HeldAtoms(held, count, dimension);
  const operator = atoms.areAll ? hessianOf(model, x) : hessianAmong(atoms, model, x);

  // What is left of the forces bends flat directions. Far from rest nothing can be told from it: a mode is a mode there.
  const tolerance = negligible * size + Math.min(10 * residual, mostBent * size);
  const positions = atoms.restrict(x);
  const nullSpace: Float64Array[] = [];
  let tried = 0;
  const keep = (candidates: Float64Array[], tolerated: (length: number) => number): number => {
    const before = nullSpace.length;
    for (const candidate of candidates) addNullVector(operator, nullSpace, candidate, tolerated);
    tried += candidates.length;
    return nullSpace.length - before;
  };
  // Beside what is fixed nothing moves as a whole.
  const whole = fixed.length === 0 ? translationsOf(held.length, dimension) : [];
  const translations = keep(whole, () => negligible * size);
  const free = !model.system.box.periodic.some(Boolean);
  // The Hessian times a rotation are the forces, turned; where several atoms are fixed nothing turns as a whole.
  const turned = (length: number): number => negligible * size + (10 * residual) / length;
  const rotations =
    free && fixed.length <= 1
      ? keep(rotationsOf(positions, dimension, centreOf(x, fixed, dimension)), turned)
      : 0;

  const keepFlat = (): number => keep(flatDirections(model, x, atoms, tolerance), () => tolerance);
  const large = operator.size >= manyUnknowns;
  let others = large ? keepFlat() : 0;
  let rest = quickLook(operator, nullSpace);
  if (rest.stability !== 'minimum' && !large) {
    others = keepFlat();
    if (others > 0) rest = plus(rest.matvecs, quickLook(operator, nullSpace));
  }
  if (rest.stability !== 'minimum') {
    const thorough = thoroughLook(operator, nullSpace);
    others += thorough.modes.length;
    nullSpace.push(...thorough.modes);
    rest = plus(rest.matvecs, thorough);
  }
  return {
    operator,
    nullSpace,
    atoms,
    report: {
      zeroModes: {
        count: nullSpace.length + rattlers.length * dimension,
        translations,
        rotations,
        rattlers,
        others,
      },
      stability: rest.stability,
      lowestEigenvalue: rest.lowest,
      largestEigenvalue: rest.largest,
      matvecs: rest.matvecs + tried + 1,
    },
  };
}

/** What a system turns about whose only fixed atom that is; null where none, or more than one, is fixed. */
function centreOf(x: Float64Array, fixed: readonly number[], dimension: number): Float64Array | null {
  return fixed.length === 1 ? x.subarray(fixed[0] * dimension, (fixed[0] + 1) * dimension) : null;
}

function hessianOf(model: EnergyModel, x: Float64Array): LinearOperator {
  const { hessianProducts } = model;
  return {
    size: x.length,
    symmetric: true,
    apply: (v, out) => model.hessianProduct(x, v, out),
    ...(hessianProducts && { applyAll: (vectors, outs) => hessianProducts.call(model, x, vectors, outs) }),
  };
}

/** The Hessian's rows and columns that belong to some of the atoms. */
function hessianAmong(atoms: HeldAtoms, model: EnergyModel, x: Float64Array): LinearOperator {
  const whole = hessianOf(model, x);
  const zeros = (): Float64Array => new Float64Array(x.length);
  const [vector, product] = [zeros(), zeros()];
  const { applyAll } = whole;
  return {
    size: atoms.count * model.system.dimension,
    symmetric: true,
    apply(v, out) {
      whole.apply(atoms.scatter(v, vector), product);
      atoms.gather(product, out);
    },
    ...(applyAll && {
      applyAll(vectors, outs) {
        const products = vectors.map(zeros);
        applyAll(
          vectors.map((v) => atoms.extend(v)),
          products,
        );
        for (const [k, out] of outs.entries()) atoms.gather(products[k], out);
      },
    }),
  };
}

/** The lower end of the spectrum. */
interface LowerEnd {
  readonly stability: Stability;
  readonly lowest: number;
  readonly largest: number;
  readonly matvecs: number;
}

const plus = (matvecs: number, end: LowerEnd): LowerEnd => ({ ...end, matvecs: matvecs + end.matvecs });

/** Knows a minimum where the lowest eigenvalue is clearly positive. */
function quickLook(operator: LinearOperator, nullSpace: readonly Float64Array[]): LowerEnd {
  if (operator.size === nullSpace.length) {
    return { stability: 'undecided', lowest: Number.NaN, largest: Number.NaN, matvecs: 0 };
  }
  const { positive, lowest, largest, matvecs } = lowestRitzValue(operator, { nullSpace });
  return { stability: positive ? 'minimum' : 'undecided', lowest, largest, matvecs };
}

/** Also finds zero modes beyond the known ones. */
function thoroughLook(
  operator: LinearOperator,
  nullSpace: readonly Float64Array[],
): LowerEnd & { readonly modes: readonly Float64Array[] } {
  // Orthogonalising the k-th vector of a run takes 4 k operations an unknown.
  const affordableRun = Math.floor(Math.sqrt(affordable / (2 * Math.max(1, operator.size))));
  const found = zeroModes(operator, { nullSpace, maxIterations: Math.max(60, affordableRun) });
  const { sign, lowest, largest } = found.rest;
  return {
    stability: sign === 'negative' ? 'saddle' : sign === 'positive' ? 'minimum' : 'undecided',
    lowest: lowest?.value ?? Number.NaN,
    largest: largest.value,
    modes: found.modes,
    matvecs: found.matvecs,
  };
}

/**
 * Takes a candidate into the basis where it is new and the operator sends it to zero.
 *
 * @param tolerated what may be left of a vector of length 1, by how long the candidate was, apart from the others
 */
function addNullVector(
  A: LinearOperator,
  basis: Float64Array[],
  candidate: Float64Array,
  tolerated: (length: number) => number,
): void {
  const before = norm2(candidate);
  if (before === 0) return;
  scale(1 / before, candidate);
  projectOut(basis, candidate);
  const rest = norm2(candidate);
  // Rotations about the axis of a linear cluster, or translations without atoms, are no motions.
  if (rest < 1e-8) return;
  scale(1 / rest, candidate);
  const product = new Float64Array(A.size);
  A.apply(candidate, product);
  if (norm2(product) <= tolerated(before * rest)) basis.push(candidate);
}
