/**
 * How large things are: the distance of neighbours, which sizes in the picture follow, and whether lengths can be
 * ångströms. Both are estimates from some of the atoms of one frame.
 */
import { areElements, elementOf } from './elements.js';
import { between, extentOf, type Frame } from './frame.js';

export interface Scale {
  /** The distance that atoms have from their neighbours, roughly. */
  readonly spacing: number;
  /** Whether neighbours are about as far apart as the elements that their species name would be in Å. */
  readonly inAngstroms: boolean;
}

/** Atoms whose nearest neighbour is looked for. */
const SAMPLE = 32;
/** Cells of so few atoms have most of their neighbours in other cells. */
const SMALL = 64;

const known = new WeakMap<Frame, Scale>();

export function scaleOf(frame: Frame): Scale {
  let scale = known.get(frame);
  if (scale === undefined) {
    const nearest = nearestNeighbours(frame);
    const stretch = areElements(frame.species) ? median(nearest.map((pair) => stretchOf(frame, pair))) : 0;
    const inAngstroms = stretch > 0.7;
    scale = { spacing: spacingOf(frame, median(nearest.map(({ distance }) => distance))), inAngstroms };
    known.set(frame, scale);
  }
  return scale;
}

/** The distance that atoms have from their neighbours, roughly; 1 for a single atom. */
export const spacing = (frame: Frame): number => scaleOf(frame).spacing;

/** How far apart neighbours usually are, measured; `spacing` where there are none. */
export function neighbourDistance(frame: Frame): number {
  const found = median(nearestNeighbours(frame).map(({ distance }) => distance));
  return Number.isNaN(found) ? spacing(frame) : found;
}

/**
 * The distance at which atoms would lie on a square or cubic lattice of the same density, where they fill the space
 * that they have; neighbours themselves tell it where that is mostly empty, or where it ends at the outermost atoms.
 *
 * @param neighbours their usual distance; NaN where there are none
 */
function spacingOf(frame: Frame, neighbours: number): number {
  const even = evenSpacing(frame);
  if (Number.isNaN(neighbours)) return even;
  // Densest packings of equal spheres have 0.89, random points 1.8 to 2.
  return even > 2.5 * neighbours ? neighbours : Math.max(even, 0.89 * neighbours);
}

function evenSpacing(frame: Frame): number {
  const { count, dimension, system } = frame;
  if (count === 0) return 1;
  if (system.box.volume !== null) return (system.box.volume / count) ** (1 / dimension);
  const sides = extentOf(frame).size.filter((side) => side > 0);
  if (sides.length === 0) return 1;
  return (sides.reduce((a, b) => a * b, 1) / count) ** (1 / sides.length);
}

interface Pair {
  readonly atoms: readonly [number, number];
  readonly distance: number;
}

/** Of some atoms, evenly taken from all. In large cells images are left out: few atoms are at their borders. */
function nearestNeighbours(frame: Frame): Pair[] {
  const { count, cell } = frame;
  const taken = Math.min(count, SAMPLE);
  const found: Pair[] = [];
  for (let k = 0; k < taken; k++) {
    const i = Math.floor((k * count) / taken);
    const pair = count <= SMALL && cell !== null ? nearestImage(frame, i) : nearestWithin(frame, i);
    if (pair !== null) found.push(pair);
  }
  return found;
}

/** Atoms at the same place are left out: they tell nothing. */
function nearestWithin({ positions, count }: Frame, i: number): Pair | null {
  const x = positions[3 * i];
  const y = positions[3 * i + 1];
  const z = positions[3 * i + 2];
  let least = Infinity;
  let neighbour = -1;
  for (let at = 0; at < 3 * count; at += 3) {
    const a = positions[at] - x;
    const b = positions[at + 1] - y;
    const c = positions[at + 2] - z;
    const square = a * a + b * b + c * c;
    if (square > 0 && square < least) {
      least = square;
      neighbour = at / 3;
    }
  }
  return neighbour < 0 ? null : { atoms: [i, neighbour], distance: Math.sqrt(least) };
}

function nearestImage(frame: Frame, i: number): Pair | null {
  let nearest: Pair | null = null;
  for (let j = 0; j < frame.count; j++) {
    const distance = Math.hypot(...between(frame, i, j));
    if (distance > 0 && distance < (nearest?.distance ?? Infinity)) nearest = { atoms: [i, j], distance };
  }
  return nearest;
}

/** How far two atoms are apart in units of what two of their elements would be, in Å; NaN where they are none. */
function stretchOf({ species }: Frame, { atoms, distance }: Pair): number {
  const [a, b] = atoms.map((atom) => elementOf(species[atom])?.radius ?? Number.NaN);
  return distance / (a + b);
}

/** NaN of nothing; what is no number is left out. */
function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
