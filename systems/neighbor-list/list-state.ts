/** What stands behind a neighbour list: its arrays, and how they are made and kept. */
import type { Arena, Crew } from '../../src/wasm/index.js';

/** A list that lies in a WebAssembly memory, for kernels to use in place: addresses in bytes. */
export interface PlacedList {
  readonly arena: Arena;
  readonly crew: Crew | null;
  /** Of atoms, ghosts, and one site more that is far away. */
  readonly positions: number;
  readonly first: number;
  /** Byte offsets of sites; rows are filled up to even lengths with the site that is far away. */
  readonly list: number;
  readonly entries: number;
  /** The memory beyond is free. */
  readonly end: number;
}

/** The largest displacements of atoms. */
export interface Moved {
  readonly sinceBuild: number;
  readonly sinceMark: number;
}

export interface ListState {
  readonly order: Int32Array;
  readonly owners: Int32Array;
  readonly positions: Float64Array;
  readonly first: Int32Array;
  readonly list: Int32Array | null;
  readonly placed: PlacedList | null;
  build(x: Float64Array): void;
  /** Puts atoms and ghosts in their places. */
  place(x: Float64Array): Moved;
  /** Remembers where the atoms are. */
  mark(): void;
  /** As those of the list, where the arrays are such as it can work on; false where they are not. */
  spread(values: Float64Array, out: Float64Array): boolean;
  fold(sums: Float64Array, out: Float64Array): boolean;
}
