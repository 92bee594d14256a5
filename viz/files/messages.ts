/** What page and file worker say to each other. A system goes over as its arrays; its box from its comment line. */
import { type Column, coordinates, createSystem, type System } from '../../systems/index.js';
import type { Origin } from './byte-source.js';
import { headerOf } from './file-index.js';
import type { Change } from './frame-stream.js';

export type ToWorker =
  | { readonly kind: 'open'; readonly name: string; readonly origin: Origin }
  /** Goes through the file, or through what has been added; answered by `gone` or `error`. */
  | { readonly kind: 'update'; readonly ended: boolean }
  | { readonly kind: 'read'; readonly index: number };

export type FromWorker =
  /** Frames that have been found, with the numbers of their comment lines. */
  | { readonly kind: 'frames'; readonly infos: readonly ReadonlyMap<string, number>[] }
  /** The file has been gone through to its end, after which `unfinished` stands. */
  | { readonly kind: 'gone'; readonly change: Change; readonly unfinished: string | null }
  | { readonly kind: 'frame'; readonly index: number; readonly frame: PackedFrame }
  /** Of one frame, or of an update. */
  | { readonly kind: 'error'; readonly index: number | null; readonly message: string };

export interface PackedFrame {
  readonly comment: string;
  readonly dimension: 2 | 3;
  readonly positions: Float64Array;
  readonly labels: readonly string[];
  /** Which of the labels an atom has. */
  readonly species: Uint32Array;
  readonly columns: readonly (readonly [string, Column])[];
}

export function packed(system: System, comment: string): PackedFrame {
  const labels = new Map<string, number>();
  const species = Uint32Array.from(system.species, (label) => {
    const known = labels.get(label) ?? labels.size;
    labels.set(label, known);
    return known;
  });
  return {
    comment,
    dimension: system.dimension,
    positions: coordinates(system),
    labels: [...labels.keys()],
    species,
    columns: [...system.columns],
  };
}

/** The buffers that go over without a copy. */
export function buffersOf({ positions, species, columns }: PackedFrame): ArrayBuffer[] {
  const numbers = columns.flatMap(([, { values }]) => (values instanceof Float64Array ? [values] : []));
  return [positions, species, ...numbers].map(({ buffer }) => buffer as ArrayBuffer);
}

export function unpacked({ comment, dimension, positions, labels, species, columns }: PackedFrame): System {
  const header = headerOf(comment);
  return createSystem({
    positions,
    dimension,
    species: Array.from(species, (k) => labels[k]),
    columns: new Map(columns),
    ...(header === null ? {} : { box: header.box, info: header.info }),
  });
}
