/**
 * Bonds: which atoms are close enough to be joined, images across the borders included. Found with a neighbour list,
 * so that the work grows with the number of atoms.
 */
import { InputError } from '../../src/message/index.js';
import { NeighborList, type System } from '../../systems/index.js';
import type { Frame } from './frame.js';
import { matchAtoms } from './match.js';
import { spacing } from './scale.js';

/** Closer than a factor of the sum of both radii, or than a length. */
export type BondRule =
  | { readonly kind: 'radii'; readonly factor: number }
  | { readonly kind: 'cutoff'; readonly cutoff: number };

export interface Bonds {
  readonly count: number;
  /** Two a bond. */
  readonly atoms: Int32Array;
  /**
   * Three numbers a bond: from the first atom to that image of the second which it is bound to. In another frame the
   * bond goes to the image for which this changes least, in units of the cell.
   */
  readonly vectors: Float32Array;
}

export const noBonds: Bonds = { count: 0, atoms: new Int32Array(0), vectors: new Float32Array(0) };

/** More would not fit into graphics memory, nor be seen. */
const MOST_BONDS = 3_000_000;

/** Called with both atoms of a pair, and the vector from the first to that image of the second which is near. */
type Visit = (i: number, j: number, dx: number, dy: number, dz: number) => void;

/**
 * Goes through the pairs that a rule joins, images across the borders included, each once. Where an atom is at no
 * finite place there are none.
 *
 * @param x coordinates, `count × dimension`
 * @param radii one an atom; with radius 0 it is joined to nothing by the rule of radii
 */
export function eachPair(
  { box, count, dimension }: Pick<System, 'box' | 'count' | 'dimension'>,
  x: Float64Array,
  rule: BondRule,
  radii: ArrayLike<number>,
  visit: Visit,
): void {
  const cutoff = longestBond(rule, radii, count);
  if (!(cutoff > 0) || count === 0 || !x.every(Number.isFinite)) return;
  const near = new NeighborList(box, count, { cutoff, skin: 0 });
  near.update(x);
  const { stride, order, owners, first, list } = near;
  if (list === null) return;
  const sites = near.positions;
  for (let a = 0; a < count; a++) {
    const i = order[a];
    for (let at = first[a]; at < first[a + 1]; at++) {
      const site = list[at] / stride;
      const j = order[site < count ? site : owners[site - count]];
      const dx = sites[list[at]] - sites[a * stride];
      const dy = sites[list[at] + 1] - sites[a * stride + 1];
      const dz = dimension === 3 ? sites[list[at] + 2] - sites[a * stride + 2] : 0;
      const reach = rule.kind === 'cutoff' ? cutoff : rule.factor * (radii[i] + radii[j]);
      if (dx * dx + dy * dy + dz * dz < reach * reach) visit(i, j, dx, dy, dz);
    }
  }
}

function longestBond(rule: BondRule, radii: ArrayLike<number>, count: number): number {
  if (rule.kind === 'cutoff') return rule.cutoff;
  let largest = 0;
  for (let i = 0; i < count; i++) if (radii[i] > largest) largest = radii[i];
  return rule.factor * 2 * largest;
}

/** About how many pairs of a frame are closer than a length. */
export function expectedPairs(frame: Frame, length: number): number {
  const across = length / spacing(frame);
  return (
    0.5 * frame.count * (frame.dimension === 2 ? Math.PI * across ** 2 : (4 / 3) * Math.PI * across ** 3)
  );
}

/**
 * The bonds of a frame, each once. A frame with an atom at no finite place has none.
 *
 * @throws InputError where there are too many to be drawn
 * @param radii one an atom; atoms with radius 0 have no bonds by the rule of radii
 */
export function findBonds(frame: Frame, rule: BondRule, radii: ArrayLike<number>): Bonds {
  const { count, dimension, positions, system } = frame;
  if (expectedPairs(frame, longestBond(rule, radii, count)) > 2 * MOST_BONDS) throw tooMany();
  const x = new Float64Array(dimension * count);
  for (let i = 0; i < count; i++) {
    for (let m = 0; m < dimension; m++) x[dimension * i + m] = positions[3 * i + m];
  }
  const atoms: number[] = [];
  const vectors: number[] = [];
  eachPair(system, x, rule, radii, (i, j, dx, dy, dz) => {
    if (atoms.length === 2 * MOST_BONDS) throw tooMany();
    atoms.push(i, j);
    vectors.push(dx, dy, dz);
  });
  return { count: atoms.length / 2, atoms: Int32Array.from(atoms), vectors: Float32Array.from(vectors) };
}

function tooMany(): InputError {
  return new InputError(
    `the rule gives more than the ${MOST_BONDS.toExponential(0)} bonds that are drawn: choose a smaller length or factor`,
  );
}

/** Bonds of another frame between the same atoms of this one; those whose atoms are not there are left out. */
export function bondsIn(frame: Frame, from: Frame, bonds: Bonds): Bonds {
  const match = matchAtoms(from, frame);
  if (match === 'same') return bonds;
  if (match === 'unknown') return noBonds;
  const atoms: number[] = [];
  const vectors: number[] = [];
  for (let k = 0; k < bonds.count; k++) {
    const [i, j] = [match[bonds.atoms[2 * k]], match[bonds.atoms[2 * k + 1]]];
    if (i < 0 || j < 0) continue;
    atoms.push(i, j);
    vectors.push(...bonds.vectors.subarray(3 * k, 3 * k + 3));
  }
  return { count: atoms.length / 2, atoms: Int32Array.from(atoms), vectors: Float32Array.from(vectors) };
}
