/** Radii of atoms: what the file says, else those of the elements, else what fills the space between neighbours. */
import type { Drawing } from './drawing.js';
import { type Frame, numbers } from './frame.js';

/** Covalent radii in Å (Cordero et al., 2008) of elements that are met often. */
const COVALENT: Readonly<Record<string, number>> = {
  H: 0.31,
  He: 0.28,
  Li: 1.28,
  C: 0.76,
  N: 0.71,
  O: 0.66,
  F: 0.57,
  Ne: 0.58,
  Na: 1.66,
  Mg: 1.41,
  Al: 1.21,
  Si: 1.11,
  P: 1.07,
  S: 1.05,
  Cl: 1.02,
  Ar: 1.06,
  K: 2.03,
  Ca: 1.76,
  Ti: 1.6,
  Fe: 1.32,
  Ni: 1.24,
  Cu: 1.32,
  Zn: 1.22,
  Ag: 1.45,
  Au: 1.36,
};

/**
 * A radius an atom: column `radius`, half of column `diameter`, the element's, or 0.4 of the spacing. Elements' radii
 * are for lengths in Å: where neighbours are closer than one, as in reduced units, the spacing is taken.
 */
export function atomRadii(frame: Frame, spacing: number): Float32Array {
  const radius = numbers(frame, 'radius', 1);
  if (radius !== null) return Float32Array.from(radius.values);
  const diameter = numbers(frame, 'diameter', 1);
  if (diameter !== null) return Float32Array.from(diameter.values, (value) => value / 2);
  return Float32Array.from(frame.species, (label) =>
    Object.hasOwn(COVALENT, label) && spacing > 1.3 ? COVALENT[label] : 0.4 * spacing,
  );
}

/** The radii that are drawn: those of hidden species are 0, others times their species' factor. */
export function drawnRadii(
  frame: Frame,
  spacing: number,
  { hidden, speciesRadii }: Pick<Drawing, 'hidden' | 'speciesRadii'>,
): Float32Array {
  const radii = atomRadii(frame, spacing);
  if (hidden.length === 0 && speciesRadii.length === 0) return radii;
  const factors = new Map(speciesRadii.map(({ species, factor }) => [species, factor]));
  for (const label of hidden) factors.set(label, 0);
  for (let i = 0; i < radii.length; i++) radii[i] *= factors.get(frame.species[i]) ?? 1;
  return radii;
}
