/** Radii of atoms: what the file says, else those of the elements, else what fills the space between neighbours. */
import type { Drawing } from './drawing.js';
import { elementOf } from './elements.js';
import { type Frame, numbers } from './frame.js';
import type { Scale } from './scale.js';

/** A radius an atom: column `radius`, half of column `diameter`, where lengths are Å the element's, or 0.4 of the spacing. */
export function atomRadii(frame: Frame, { spacing, inAngstroms }: Scale): Float32Array {
  const radius = numbers(frame, 'radius', 1);
  if (radius !== null) return Float32Array.from(radius.values);
  const diameter = numbers(frame, 'diameter', 1);
  if (diameter !== null) return Float32Array.from(diameter.values, (value) => value / 2);
  const ofSpecies = new Map<string, number>();
  return Float32Array.from(frame.species, (label) => {
    let found = ofSpecies.get(label);
    if (found === undefined) {
      found = (inAngstroms ? elementOf(label)?.radius : undefined) ?? 0.4 * spacing;
      ofSpecies.set(label, found);
    }
    return found;
  });
}

/** The radii that are drawn: those of hidden species are 0, others times their species' factor. */
export function drawnRadii(
  frame: Frame,
  scale: Scale,
  { hidden, speciesRadii }: Pick<Drawing, 'hidden' | 'speciesRadii'>,
): Float32Array {
  const radii = atomRadii(frame, scale);
  if (hidden.length === 0 && speciesRadii.length === 0) return radii;
  const factors = new Map(speciesRadii.map(({ species, factor }) => [species, factor]));
  for (const label of hidden) factors.set(label, 0);
  for (let i = 0; i < radii.length; i++) radii[i] *= factors.get(frame.species[i]) ?? 1;
  return radii;
}
