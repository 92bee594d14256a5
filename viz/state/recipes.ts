/** Structures that the page makes by itself, each with the potential that suits it and a parameter to play with. */
import { InputError } from '../../src/message/index.js';
import {
  bidispersePacking,
  createBox,
  freeBox,
  lattice,
  perturb,
  randomGas,
  removeAtoms,
  type System,
  withBox,
  withInfo,
} from '../../systems/index.js';

export interface RecipeOptions {
  /** Atoms; a crystal takes the nearest whole number of cells. */
  readonly count: number;
  readonly seed: number;
}

export interface Recipe {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly potential: unknown;
  /** What the sensitivity is taken to at first. */
  readonly parameter: string;
  /** @throws InputError where there are too few atoms */
  make(options: RecipeOptions): System;
}

const spheres = { kind: 'soft-sphere', parameters: { diameter: { A: 1, B: 0.6 } } };

function packing(dimension: 2 | 3, packingFraction: number): Recipe['make'] {
  return ({ count, seed }) =>
    bidispersePacking({ count, dimension, diameters: [1, 0.6], packingFraction, seed });
}

export const recipes: readonly Recipe[] = [
  {
    id: 'disks',
    name: 'Packing of disks',
    count: 128,
    potential: spheres,
    parameter: 'diameter.B',
    make: packing(2, 0.98),
  },
  {
    id: 'spheres',
    name: 'Packing of spheres',
    count: 256,
    potential: spheres,
    parameter: 'diameter.B',
    make: packing(3, 0.75),
  },
  {
    id: 'cluster',
    name: 'Lennard-Jones cluster',
    count: 38,
    potential: { kind: 'lennard-jones', parameters: { epsilon: 1, sigma: 1 } },
    parameter: 'sigma',
    make({ count, seed }) {
      // Close enough that no atom is left alone.
      const box = createBox(new Array<number>(3).fill((count / 0.5) ** (1 / 3)), false);
      return withBox(randomGas({ count, box, minimumDistance: 0.9, seed }), freeBox(3));
    },
  },
  {
    id: 'vacancy',
    name: 'Crystal with a vacancy',
    count: 255,
    potential: {
      kind: 'lennard-jones',
      cutoff: 2.5,
      truncation: 'force-shift',
      parameters: { epsilon: 1, sigma: 1 },
    },
    parameter: 'sigma',
    make({ count, seed }) {
      const repeat = Math.max(2, Math.round(((count + 1) / 4) ** (1 / 3)));
      const whole = lattice({ structure: 'fcc', latticeConstant: 1.56, repeat });
      return perturb(removeAtoms(whole, [middleAtom(whole)]), 0.02, seed);
    },
  },
];

/** The atom nearest to the middle of the cell. */
function middleAtom({ count, dimension, positions, box }: System): number {
  const middle = (axis: number): number => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += box.vectors[k * dimension + axis] / 2;
    return sum;
  };
  const square = (atom: number): number => {
    let sum = 0;
    for (let axis = 0; axis < dimension; axis++) sum += (positions.get(atom, axis) - middle(axis)) ** 2;
    return sum;
  };
  let nearest = 0;
  for (let atom = 1; atom < count; atom++) if (square(atom) < square(nearest)) nearest = atom;
  return nearest;
}

/** A structure of a recipe; its comment line gives the potential and the parameter. @throws InputError as the builders do */
export function makeRecipe(id: string, options: RecipeOptions): System {
  const recipe = recipes.find((known) => known.id === id);
  if (recipe === undefined) {
    throw new InputError(`there is no structure "${id}"; expected ${recipes.map((r) => r.id).join(', ')}`);
  }
  const { potential, parameter } = recipe;
  return withInfo(recipe.make(options), { potential: JSON.stringify(potential), parameter });
}
