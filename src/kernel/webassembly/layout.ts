/** A system's arrays in its memory: how they are laid out, and how a list comes into them. */
import { type Arena, arenaBytes, type Crew } from '../../wasm/index.js';
import { type PairData, type PairFunction, productsAtOnce, type SiteArrays } from '../pair-kernel.js';
import { farAway } from './couples.js';
import type { Exported } from './modules.js';
import { type KernelName, kernelNames, type PairLoop } from './pair-loops.js';
import { functionTable } from './vector-functions.js';

/** A kernel with its operands. */
export interface Call {
  readonly run: Exported;
  readonly operands: readonly number[];
  /** The arrays among the operands, and which list they belong to. */
  readonly arrays: readonly Float64Array[];
  readonly pruned: boolean;
}

/** A system's arrays in its memory. */
export interface Prepared {
  readonly data: PairData;
  readonly arrays: SiteArrays;
  readonly first: Int32Array;
  readonly list: Int32Array;
  /** Those of its pairs that are near enough for now. */
  readonly pruned: {
    readonly first: Int32Array;
    readonly list: Int32Array;
    /** The square of how far they may be apart, for threads to read. */
    readonly limit: Float64Array;
    inUse: boolean;
  };
  readonly classes: Int32Array;
  readonly tables: Float64Array;
  readonly strain: Float64Array;
  /** What elementary functions look up. */
  readonly functionTable: Float64Array;
  /** Threads that share the work, or null. */
  readonly crew: Crew | null;
  /** Sums of all threads but the first, zero between calls. */
  readonly otherSums: readonly Float64Array[];
  /** Rows at which the threads' shares begin, and the end. */
  shares: number[];
  readonly fixed: Readonly<Record<KernelName, Float64Array>>;
  /** Kernels whose fixed values have been computed. */
  readonly filled: Set<KernelName>;
  readonly calls: Map<KernelName, Call>;
  readonly sites: readonly Float64Array[];
  /** Site parameters' gradients, or directions. */
  readonly outputs: readonly Float64Array[];
}

/** Makes room for a system's arrays and fills those that do not change with the positions. */
export function layOut(
  arena: Arena,
  data: PairData,
  sites: number,
  pair: PairFunction,
  stride: 2 | 4,
  loops: Readonly<Record<KernelName, PairLoop>>,
  many: boolean,
): Prepared {
  const table = functionTable();
  const { placed } = data;
  const crew = (data.list && placed?.crew) || null;
  const others = crew ? crew.parties - 1 : 0;
  const columns = many ? productsAtOnce : 0;
  const padded = sites + 1;
  const classPairs = data.classCount ** 2;
  const entries = placed ? placed.entries : data.list ? paddedEntries(data.first, data.count) : 0;
  const fixedBytes = kernelNames.map((name) => loops[name].fixed.length * classPairs * 8);
  const coordinateBytes = padded * stride * 8;
  const siteBytes = pair.sites.flatMap(() => [padded * 8, padded * 8]);
  arena.release(placed?.end ?? 0);
  arena.reserve(
    arenaBytes(
      coordinateBytes,
      coordinateBytes,
      (data.count + 1) * 4,
      ...(placed ? [] : [coordinateBytes, (data.count + 1) * 4, entries * 4]),
      // The second of a couple is written before it is known whether it stays.
      (entries + 2) * 4,
      8,
      padded * 4,
      pair.tables.length * classPairs * 8,
      stride * stride * 8,
      table.byteLength,
      ...Array.from({ length: others + 2 * columns }, () => coordinateBytes),
      ...fixedBytes,
      ...siteBytes,
    ),
  );
  const positions = placed
    ? arena.float64At(placed.positions, padded * stride)
    : arena.float64(padded * stride);
  if (!placed) {
    positions.set(data.positions.subarray(0, sites * stride));
    positions.fill(farAway, sites * stride);
  }
  const vector = (): Float64Array => arena.float64(padded * stride);
  // Column after column, so that a kernel finds each by its number.
  const vectors = (): Float64Array[] => Array.from({ length: columns }, vector);
  const state: Prepared = {
    data,
    arrays: { positions, input: vector(), sums: vector(), inputs: vectors(), products: vectors() },
    first: placed ? arena.int32At(placed.first, data.count + 1) : arena.int32(data.count + 1),
    list: placed ? arena.int32At(placed.list, entries) : arena.int32(entries),
    pruned: {
      first: arena.int32(data.count + 1),
      list: arena.int32(entries + 2),
      limit: arena.float64(1),
      inUse: false,
    },
    classes: arena.int32(padded),
    tables: arena.float64(pair.tables.length * classPairs),
    strain: arena.float64(stride * stride),
    functionTable: arena.float64(table.length),
    crew,
    otherSums: Array.from({ length: others }, () => arena.float64(padded * stride).fill(0)),
    shares: [],
    fixed: Object.fromEntries(
      kernelNames.map((name) => [name, arena.float64(loops[name].fixed.length * classPairs)]),
    ) as Record<KernelName, Float64Array>,
    filled: new Set(),
    calls: new Map(),
    sites: pair.sites.map((_, k) => {
      const site = arena.float64(padded);
      site.set(data.sites[k].subarray(0, sites));
      // Any value will do for the padding site, but one that the expressions are at home with.
      site[sites] = sites > 0 ? site[0] : 1;
      return site;
    }),
    outputs: pair.sites.map(() => arena.float64(padded)),
  };
  state.functionTable.set(table);
  state.classes.set(data.classes.subarray(0, sites));
  state.classes[sites] = 0;
  if (data.list && !placed) padList(data, state.first, state.list, sites * stride);
  shareRows(state);
  return state;
}

export function clearParameters({ tables, outputs }: Prepared): void {
  tables.fill(0);
  for (const output of outputs) output.fill(0);
}

export function addParameters(state: Prepared, tables: Float64Array, sites: readonly Float64Array[]): void {
  for (let k = 0; k < tables.length; k++) tables[k] += state.tables[k];
  sites.forEach((site, n) => {
    const output = state.outputs[n];
    for (let k = 0; k < site.length; k++) site[k] += output[k];
  });
}

/** Gives each thread about as many pairs. */
export function shareRows(state: Prepared): void {
  const { data, crew } = state;
  if (!crew) return;
  const { first } = state.pruned.inUse ? state.pruned : state;
  state.shares = Array.from({ length: crew.parties + 1 }, (_, k) =>
    k === crew.parties ? data.count : rowWith(first, data.count, (k * first[data.count]) / crew.parties),
  );
}

/** The first row that begins at `entry` or later. */
function rowWith(first: Int32Array, count: number, entry: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (first[middle] < entry) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Entries of a list whose rows are filled up to even lengths. */
function paddedEntries(first: Int32Array, count: number): number {
  let entries = 0;
  for (let i = 0; i < count; i++) entries += (first[i + 1] - first[i] + 1) & ~1;
  return entries;
}

/** Copies a list, as byte offsets, with rows filled up by the padding site. */
function padList(data: PairData, first: Int32Array, list: Int32Array, padding: number): void {
  const from = data.list as Int32Array;
  let n = 0;
  first[0] = 0;
  for (let i = 0; i < data.count; i++) {
    for (let k = data.first[i], stop = data.first[i + 1]; k < stop; k++) list[n++] = from[k] << 3;
    if (n & 1) list[n++] = padding << 3;
    first[i + 1] = n;
  }
}
