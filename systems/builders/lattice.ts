/**
 * Crystal lattices of one lattice constant, from their conventional cells.
 *
 * The cells are rectangular: hcp is given as its orthorhombic cell a × √3 a × c of four atoms, and the hexagonal
 * lattice of the plane as a × √3 a with two. For any other crystal make the cell with `createSystem` and repeat it
 * with `supercell`.
 */
import { checkOptions, InputError } from '../../src/message/index.js';
import { createBox } from '../box.js';
import { createSystem, type System } from '../system.js';
import { checkedPositive, checkedRepeat } from './check.js';
import { supercell } from './supercell.js';

export type Structure = 'sc' | 'bcc' | 'fcc' | 'hcp' | 'diamond' | 'square' | 'hexagonal';

export interface LatticeOptions {
  /** Three-dimensional: sc, bcc, fcc, hcp, diamond. Two-dimensional: square, hexagonal. */
  structure: Structure;
  /** Edge a of the conventional cell; for hcp and hexagonal the distance of neighbours in the plane. */
  latticeConstant: number;
  /** Conventional cells along each axis: one number for all, or one an axis. 1 by default. */
  repeat?: number | readonly number[];
  /** One label for all atoms, or one a site of the conventional cell in the order of `latticeSites`. 'A' by default. */
  species?: string | readonly string[];
  /** Of hcp only: c/a, √(8/3) by default, with which all twelve neighbours are at a. */
  cOverA?: number;
}

const optionNames: readonly (keyof LatticeOptions)[] = [
  ...(['structure', 'latticeConstant', 'repeat', 'species', 'cOverA'] as const),
];

interface Cell {
  /** Edges in units of the lattice constant. */
  readonly edges: readonly number[];
  /** Sites in units of the edges. */
  readonly sites: readonly (readonly number[])[];
}

const ROOT_3 = Math.sqrt(3);

const FCC = [
  [0, 0, 0],
  [0, 0.5, 0.5],
  [0.5, 0, 0.5],
  [0.5, 0.5, 0],
];

const CELLS: Readonly<Record<Structure, (cOverA: number) => Cell>> = {
  sc: () => ({ edges: [1, 1, 1], sites: [[0, 0, 0]] }),
  bcc: () => ({
    edges: [1, 1, 1],
    sites: [
      [0, 0, 0],
      [0.5, 0.5, 0.5],
    ],
  }),
  fcc: () => ({ edges: [1, 1, 1], sites: FCC }),
  hcp: (cOverA) => ({
    edges: [1, ROOT_3, cOverA],
    sites: [
      [0, 0, 0],
      [0.5, 0.5, 0],
      [0, 1 / 3, 0.5],
      [0.5, 5 / 6, 0.5],
    ],
  }),
  diamond: () => ({
    edges: [1, 1, 1],
    sites: [...FCC, ...FCC.map((site) => site.map((x) => x + 0.25))],
  }),
  square: () => ({ edges: [1, 1], sites: [[0, 0]] }),
  hexagonal: () => ({
    edges: [1, ROOT_3],
    sites: [
      [0, 0],
      [0.5, 0.5],
    ],
  }),
};

/**
 * A periodic crystal. Cells follow each other with the last axis running fastest; within a cell the sites are in
 * the order of `latticeSites`.
 *
 * @throws InputError on an unknown structure and on numbers that are not positive
 */
export function lattice(options: LatticeOptions): System {
  checkOptions('lattice', options, optionNames);
  const { structure, latticeConstant, repeat = 1, species = 'A' } = options;
  const { edges, sites } = cellOf(structure, options.cOverA);
  checkedPositive('latticeConstant', latticeConstant);
  const sides = edges.map((edge) => edge * latticeConstant);
  if (typeof species !== 'string' && species.length !== sites.length) {
    throw new InputError(`the ${structure} cell has ${sites.length} sites, found ${species.length} species`);
  }
  const dimension = sides.length === 2 ? 2 : 3;
  const cell = createSystem({
    positions: sites.map((site) => site.map((x, k) => x * sides[k])),
    species,
    box: createBox(sides),
  });
  return supercell(cell, checkedRepeat(repeat, dimension));
}

/** The sites of a structure's conventional cell, in fractions of its edges. */
export function latticeSites(structure: Structure): readonly (readonly number[])[] {
  return cellOf(structure).sites;
}

function cellOf(structure: Structure, cOverA?: number): Cell {
  const known: string[] = Object.keys(CELLS);
  if (!known.includes(structure)) {
    throw new InputError(`there is no structure "${structure}"; choose one of ${known.join(', ')}`);
  }
  if (cOverA !== undefined && structure !== 'hcp') {
    throw new InputError(`cOverA is for hcp; a ${structure} cell has no such ratio`);
  }
  return CELLS[structure](checkedPositive('cOverA', cOverA ?? Math.sqrt(8 / 3)));
}
