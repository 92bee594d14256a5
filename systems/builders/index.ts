/** Systems made from a few numbers, or from other systems. */
export { type BidispersePackingOptions, bidispersePacking } from './bidisperse-packing.js';
export { type LatticeOptions, lattice, latticeSites, type Structure } from './lattice.js';
export { perturb } from './perturb.js';
export { type RandomGasOptions, randomGas } from './random-gas.js';
export { supercell } from './supercell.js';
