/** Neighbour lists. */
export type { PlacedList } from './list-state.js';
export { NeighborList, type NeighborListOptions } from './neighbor-list.js';
