/** Atoms that stay where they are while others move: named by the caller, or by the file in ASE's column `move_mask`. */
import type { System } from '../../systems/index.js';
import { InputError } from '../message/index.js';

const MASK = 'move_mask';

/**
 * @param given indices from 0; where it is not given, the atoms of which `move_mask` is false
 * @returns ascending, each once
 * @throws InputError for an atom that there is not, and for a mask of directions
 */
export function fixedAtoms(system: System, given?: readonly number[]): readonly number[] {
  if (given === undefined) return maskedAtoms(system);
  if (!Array.isArray(given)) throw new InputError(`fixed is a list of atoms, as [0, 1]; found ${given}`);
  for (const atom of given) {
    if (Number.isInteger(atom) && atom >= 0 && atom < system.count) continue;
    throw new InputError(
      `there is no atom ${atom} to be fixed; the system has atoms 0 to ${system.count - 1}`,
    );
  }
  return [...new Set(given)].sort((a, b) => a - b);
}

function maskedAtoms({ columns, count }: System): readonly number[] {
  const mask = columns.get(MASK);
  if (mask === undefined) return [];
  if (mask.kind !== 'logical') {
    throw new InputError(
      `the column ${MASK} says T for atoms that may move and F for others; found numbers or words`,
    );
  }
  const { values, width } = mask;
  const atoms = Array.from({ length: count }, (_, i) => i);
  const moves = (i: number): boolean => values.slice(i * width, (i + 1) * width).some(Boolean);
  const some = atoms.find((i) => moves(i) && values.slice(i * width, (i + 1) * width).includes(false));
  if (some !== undefined) {
    throw new InputError(
      `the column ${MASK} lets atom ${some} move along some directions alone, which is not possible here: fix the atom, or let it move`,
    );
  }
  return atoms.filter((i) => !moves(i));
}

/** Sets what belongs to some of the atoms to zero, in place. */
export function clearAtoms(values: Float64Array, atoms: readonly number[], dimension: number): void {
  for (const atom of atoms) values.fill(0, atom * dimension, (atom + 1) * dimension);
}
