/**
 * What is known of all frames of a run without holding them: species, columns, the numbers of the comment lines, and
 * for each column its smallest, largest and mean value a frame. It grows as frames come in, in any order.
 */
import type { Info } from '../../systems/index.js';
import type { Frame } from './frame.js';
import type { Run } from './run.js';

/** Of a column in one frame; of vectors, their lengths. Values that are not finite are left out. */
export interface ColumnSummary {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Root mean square. */
  readonly rms: number;
}

export class Catalog {
  readonly #species = new Set<string>();
  readonly #widths = new Map<string, number>();
  readonly #info = new Map<string, number[]>();
  readonly #summaries = new Map<string, (ColumnSummary | null)[]>();
  readonly #seen = new Set<number>();

  get species(): readonly string[] {
    return [...this.#species];
  }

  /** Names of the columns of so many numbers an atom. */
  columns(width: number): readonly string[] {
    return [...this.#widths].filter(([, found]) => found === width).map(([name]) => name);
  }

  /** Names of the comment entries that are numbers. */
  get infoKeys(): readonly string[] {
    return [...this.#info.keys()];
  }

  /** A comment entry against the frame; undefined where that is not known. */
  info(key: string): readonly (number | undefined)[] {
    return this.#info.get(key) ?? [];
  }

  /** A column's summary against the frame; undefined where the frame has not been seen, null where it has no values. */
  summaries(column: string): readonly (ColumnSummary | null | undefined)[] {
    return this.#summaries.get(column) ?? [];
  }

  addInfo(index: number, info: ReadonlyMap<string, Info>): void {
    for (const [key, value] of info) {
      if (typeof value === 'number') entry(this.#info, key)[index] = value;
    }
  }

  addFrame(index: number, frame: Frame): void {
    this.addInfo(index, frame.info);
    for (const label of frame.species) this.#species.add(label);
    for (const [name, column] of frame.columns) {
      if (column.kind !== 'real' && column.kind !== 'integer') continue;
      this.#widths.set(name, column.width);
      if (column.width !== 1 && column.width !== 3) continue;
      let known = this.#summaries.get(name);
      if (known === undefined) {
        known = [];
        for (const k of this.#seen) known[k] = null;
        this.#summaries.set(name, known);
      }
      known[index] ??= summarize(column.values, column.width);
    }
    this.#seen.add(index);
    for (const known of this.#summaries.values()) known[index] ??= null;
  }
}

/** What a run has of its catalog. */
export type Catalogued = Pick<Run, 'species' | 'scalars' | 'vectors' | 'infoKeys' | 'info' | 'summaries'>;

/** A run from what is its own and what its catalog knows by now. */
export function catalogued<T extends Catalogued>(catalog: Catalog, own: Omit<T, keyof Catalogued>): T {
  const known: Catalogued = {
    get species() {
      return catalog.species;
    },
    get scalars() {
      return catalog.columns(1);
    },
    get vectors() {
      return catalog.columns(3);
    },
    get infoKeys() {
      return catalog.infoKeys;
    },
    info: (key) => catalog.info(key),
    summaries: (column) => catalog.summaries(column),
  };
  // Getters stay getters: what is known grows.
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(known)) as T;
}

function entry<T>(map: Map<string, T[]>, key: string): T[] {
  let found = map.get(key);
  if (found === undefined) {
    found = [];
    map.set(key, found);
  }
  return found;
}

export function summarize(values: ArrayLike<number>, width: 1 | 3): ColumnSummary | null {
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let k = 0; k + width <= values.length; k += width) {
    const value = width === 1 ? values[k] : Math.hypot(values[k], values[k + 1], values[k + 2]);
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
    squares += value * value;
    count++;
  }
  return count === 0 ? null : { low, high, mean: sum / count, rms: Math.sqrt(squares / count) };
}
