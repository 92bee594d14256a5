/**
 * Distances, angles and dihedrals between atoms, along the shortest way between periodic images, in double precision;
 * and the same against the frame.
 */
import { minimumImage } from '../../systems/index.js';
import type { Curve } from './curves.js';
import { between, type Frame } from './frame.js';
import { atomNamed } from './match.js';
import { movedFrame } from './response.js';
import type { Run } from './run.js';

export interface Measurement {
  readonly kind: 'distance' | 'angle' | 'dihedral';
  readonly atoms: readonly number[];
  /** A length in the file's unit, or degrees; a dihedral is from −180 to 180. */
  readonly value: number;
}

const KINDS = { 2: 'distance', 3: 'angle', 4: 'dihedral' } as const;

/**
 * Of two atoms their distance, of three the angle at the second, of four the dihedral; null for other numbers, and
 * where the frame lacks one of them.
 *
 * @param atoms what they are called (`atomName`)
 */
export function measure(frame: Frame, atoms: readonly number[]): Measurement | null {
  const kind = KINDS[atoms.length as keyof typeof KINDS];
  const here = atoms.map((name) => atomNamed(frame, name));
  if (kind === undefined || here.some((atom) => atom < 0)) return null;
  const ways = here.slice(1).map((atom, k) => between(frame, here[k], atom));
  return { kind, atoms, value: { distance, angle, dihedral }[kind](ways) };
}

export type Point = readonly [number, number, number];

/**
 * The way from each atom to the next, from where the first is drawn: the shortest one, and of images that are as near
 * the one that is drawn.
 *
 * @param drawn where each atom is drawn, which may be between two frames
 * @returns one point an atom
 */
export function measuredPath({ dimension, system }: Frame, drawn: readonly Point[]): readonly Point[] {
  let [x, y, z] = drawn[0] ?? [0, 0, 0];
  return drawn.map((here, k) => {
    if (k === 0) return here;
    const before = drawn[k - 1];
    const seen = Float64Array.from({ length: dimension }, (_, m) => here[m] - before[m]);
    const nearest = minimumImage(system.box, seen);
    const way = Math.hypot(...seen) <= (1 + 1e-6) * Math.hypot(...nearest) ? seen : nearest;
    [x, y, z] = [x + way[0], y + way[1], z + (way[2] ?? 0)];
    return [x, y, z];
  });
}

/** A name for the curve of a measurement, such as "distance 3 7". */
export function measureLabel(atoms: readonly number[]): string {
  return `${KINDS[atoms.length as keyof typeof KINDS] ?? ''} ${atoms.join(' ')}`;
}

/**
 * The measurement against the frame; NaN where a frame is not in memory or lacks one of the atoms.
 *
 * @param change δθ, by which frames that have a sensitivity are moved
 */
export function measureCurve(run: Run, atoms: readonly number[], change = 0): Curve {
  let known = 0;
  const values = Array.from({ length: run.length }, (_, k) => {
    const frame = run.peek(k);
    if (frame === null) return Number.NaN;
    known++;
    return measure(movedFrame(frame, change), atoms)?.value ?? Number.NaN;
  });
  const part = { frames: known, which: 'in memory' } as const;
  return { label: measureLabel(atoms), values, logarithmic: false, ...(known < run.length && { part }) };
}

type Vector = readonly [number, number, number];

function distance([a]: readonly Vector[]): number {
  return Math.hypot(...a);
}

function angle([a, b]: readonly Vector[]): number {
  // Exact near 0 and 180 degrees too, where an arc cosine is not.
  return degrees(Math.atan2(Math.hypot(...cross(a, b)), -dot(a, b)));
}

function dihedral([a, b, c]: readonly Vector[]): number {
  const [m, n] = [cross(a, b), cross(b, c)];
  return degrees(Math.atan2(dot(a, n) * Math.hypot(...b), dot(m, n)));
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
