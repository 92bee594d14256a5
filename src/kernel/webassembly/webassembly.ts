/**
 * Pair kernels as WebAssembly: modules compiled when first used, shared by all systems, run in a memory of each
 * system's own.
 */
import {
  Arena,
  arenaBytes,
  encodeModule,
  hasVectors,
  mostPages,
  type WasmFunction,
} from '../../wasm/index.js';
import { evaluateInvariants } from '../instructions.js';
import {
  type CompiledPair,
  type KernelOptions,
  type PairData,
  type PairFunction,
  type PairKernel,
  type SiteArrays,
  strideOf,
  tableInput,
} from '../pair-kernel.js';
import { farAway, type KernelName, kernelNames, type PairLoop, pairLoop } from './pair-loops.js';
import { pruneFunction } from './prune.js';
import { vectorFunctions } from './vector-functions.js';

/** Null where the pair function uses a function that has no vector code, or the machine has no WebAssembly SIMD. */
export function emitWebAssembly(pair: PairFunction, options: KernelOptions): CompiledPair | null {
  const loops = Object.fromEntries(
    kernelNames.map((name) => [name, pairLoop(name, pair, options)]),
  ) as Record<KernelName, PairLoop>;
  const vectorizable = Object.values(loops).every(({ code }) =>
    code.instructions.every((i) => i.op !== 'call' || i.invariant || i.name in vectorFunctions),
  );
  if (!vectorizable || !hasVectors()) return null;
  const modules = new Map<KernelName, WebAssembly.Module>();
  const moduleOf = (name: KernelName): WebAssembly.Module => {
    const known = modules.get(name);
    if (known) return known;
    const made = compileFunction(loops[name].write());
    modules.set(name, made);
    return made;
  };
  return { create: () => new WebAssemblyKernel(pair, options, loops, moduleOf) };
}

type Exported = (...addresses: number[]) => number | undefined;

const pruneModules = new Map<2 | 3, WebAssembly.Module>();

function pruneModule(dimension: 2 | 3): WebAssembly.Module {
  const known = pruneModules.get(dimension);
  if (known) return known;
  const made = compileFunction(pruneFunction(dimension));
  pruneModules.set(dimension, made);
  return made;
}

function compileFunction(f: WasmFunction): WebAssembly.Module {
  return new WebAssembly.Module(encodeModule([f], { initial: 1, maximum: mostPages, shared: false }));
}

function instantiate(module: WebAssembly.Module, name: string, memory: WebAssembly.Memory): Exported {
  return new WebAssembly.Instance(module, { env: { memory } }).exports[name] as Exported;
}

class WebAssemblyKernel implements PairKernel {
  private readonly arena = new Arena(false);
  private readonly instances = new Map<KernelName, Exported>();
  private readonly stride: 2 | 4;
  private readonly dimension: 2 | 3;
  private pruneList: Exported | null = null;
  /** Values that are the same for all pairs, by what they were computed from. */
  private readonly fixedValues = new Map<KernelName, { tables: Float64Array; values: Float64Array }>();
  private state: Prepared | null = null;

  constructor(
    private readonly pair: PairFunction,
    options: KernelOptions,
    private readonly loops: Readonly<Record<KernelName, PairLoop>>,
    private readonly moduleOf: (name: KernelName) => WebAssembly.Module,
  ) {
    this.dimension = options.dimension;
    this.stride = strideOf(options.dimension);
  }

  prepare(data: PairData, sites: number): SiteArrays {
    const { stride, arena, pair } = this;
    const padded = sites + 1;
    const classPairs = data.classCount ** 2;
    const entries = data.list ? paddedEntries(data.first, data.count) : 0;
    const fixedBytes = kernelNames.map((name) => this.loops[name].fixed.length * classPairs * 8);
    const coordinateBytes = padded * stride * 8;
    const siteBytes = pair.sites.flatMap(() => [padded * 8, padded * 8]);
    arena.reset(
      arenaBytes(
        coordinateBytes,
        coordinateBytes,
        coordinateBytes,
        (data.count + 1) * 4,
        (data.count + 1) * 4,
        entries * 4,
        // The second of a couple is written before it is known whether it stays.
        (entries + 2) * 4,
        padded * 4,
        pair.tables.length * classPairs * 8,
        stride * stride * 8,
        ...fixedBytes,
        ...siteBytes,
      ),
    );
    const positions = arena.float64(padded * stride);
    positions.set(data.positions.subarray(0, sites * stride));
    positions.fill(farAway, sites * stride);
    const state: Prepared = {
      data,
      arrays: { positions, input: arena.float64(padded * stride), sums: arena.float64(padded * stride) },
      first: arena.int32(data.count + 1),
      list: arena.int32(entries),
      pruned: { first: arena.int32(data.count + 1), list: arena.int32(entries + 2), inUse: false },
      classes: arena.int32(padded),
      tables: arena.float64(pair.tables.length * classPairs),
      strain: arena.float64(stride * stride),
      fixed: Object.fromEntries(
        kernelNames.map((name) => [name, arena.float64(this.loops[name].fixed.length * classPairs)]),
      ) as Record<KernelName, Float64Array>,
      filled: new Set(),
      sites: pair.sites.map((_, k) => {
        const site = arena.float64(padded);
        site.set(data.sites[k].subarray(0, sites));
        // Any value will do for the padding site, but one that the expressions are at home with.
        site[sites] = sites > 0 ? site[0] : 1;
        return site;
      }),
      outputs: pair.sites.map(() => arena.float64(padded)),
    };
    state.classes.set(data.classes.subarray(0, sites));
    state.classes[sites] = 0;
    if (data.list) padList(data, state.first, state.list, sites * stride);
    this.state = state;
    return state.arrays;
  }

  prune(data: PairData, reach: number): void {
    const { arrays, first, list, pruned } = this.prepared(data);
    pruned.inUse = data.list !== null && reach !== Infinity;
    if (!pruned.inUse) return;
    const padding = arrays.positions.length - this.stride;
    this.pruneList ??= instantiate(pruneModule(this.dimension), 'prune', this.arena.memory);
    this.pruneList(
      data.count,
      arrays.positions.byteOffset,
      first.byteOffset,
      list.byteOffset,
      pruned.first.byteOffset,
      pruned.list.byteOffset,
      padding * 8,
      reach * reach,
    );
  }

  energy(data: PairData): number {
    return this.run('energy', data);
  }

  gradient(data: PairData, gradient: Float64Array): number {
    return this.summing(gradient, (sums) => this.run('gradient', data, sums));
  }

  strainGradient(data: PairData, gradient: Float64Array, strain: Float64Array): number {
    const own = this.prepared(data).strain.fill(0);
    const energy = this.summing(gradient, (sums) => this.run('strainGradient', data, sums, own));
    for (let k = 0; k < strain.length; k++) strain[k] += own[k];
    return energy;
  }

  hessianProduct(data: PairData, v: Float64Array, product: Float64Array): void {
    const input = this.reading(data, v);
    this.summing(product, (sums) => this.run('hessianProduct', data, input, sums));
  }

  parameterGradient(data: PairData, tables: Float64Array, sites: readonly Float64Array[]): void {
    const state = this.prepared(data);
    clearParameters(state);
    this.run('parameterGradient', data, state.tables, ...state.outputs);
    addParameters(state, tables, sites);
  }

  mixedProduct(
    data: PairData,
    tables: Float64Array,
    sites: readonly Float64Array[],
    product: Float64Array,
  ): void {
    const state = this.prepared(data);
    state.tables.set(tables);
    state.outputs.forEach((tangent, k) => {
      tangent.fill(0).set(sites[k]);
    });
    this.summing(product, (sums) => this.run('mixedProduct', data, state.tables, sums, ...state.outputs));
  }

  mixedTransposeProduct(
    data: PairData,
    w: Float64Array,
    tables: Float64Array,
    sites: readonly Float64Array[],
  ): void {
    const state = this.prepared(data);
    clearParameters(state);
    this.run('mixedTransposeProduct', data, this.reading(data, w), state.tables, ...state.outputs);
    addParameters(state, tables, sites);
  }

  private run(name: KernelName, data: PairData, ...arrays: Float64Array[]): number {
    const state = this.prepared(data);
    const run = this.instanceOf(name);
    const fixed = this.fixedOf(name, state);
    const { positions } = state.arrays;
    const { first, list } = state.pruned.inUse ? state.pruned : state;
    return (
      run(
        0,
        data.count,
        data.count,
        positions.byteOffset,
        first.byteOffset,
        list.byteOffset,
        state.classes.byteOffset,
        data.classCount,
        fixed.byteOffset,
        ...state.sites.map((site) => site.byteOffset),
        ...arrays.map((array) => array.byteOffset),
      ) ?? 0
    );
  }

  private prepared(data: PairData): Prepared {
    const { state } = this;
    if (state?.data !== data) throw new Error('this kernel has not been prepared for these data');
    if (data.positions !== state.arrays.positions) {
      state.arrays.positions.set(data.positions.subarray(0, state.arrays.positions.length - this.stride));
    }
    return state;
  }

  /** `array`, or a copy of it in this kernel's memory. */
  private reading(data: PairData, array: Float64Array): Float64Array {
    if (this.arena.holds(array)) return array;
    const { input } = this.prepared(data).arrays;
    input.set(array.subarray(0, input.length));
    return input;
  }

  /** Lets `run` add to `array`, by way of this kernel's memory where it lies elsewhere. */
  private summing<T>(array: Float64Array, run: (sums: Float64Array) => T): T {
    if (this.arena.holds(array) || !this.state) return run(array);
    const sums = this.state.arrays.sums.fill(0);
    const result = run(sums);
    for (let k = 0; k < array.length; k++) array[k] += sums[k];
    return result;
  }

  private instanceOf(name: KernelName): Exported {
    const known = this.instances.get(name);
    if (known) return known;
    const made = instantiate(this.moduleOf(name), name, this.arena.memory);
    this.instances.set(name, made);
    return made;
  }

  private fixedOf(name: KernelName, state: Prepared): Float64Array {
    const values = state.fixed[name];
    if (state.filled.has(name)) return values;
    state.filled.add(name);
    const { tables } = state.data;
    let known = this.fixedValues.get(name);
    if (known?.tables !== tables) {
      known = { tables, values: this.computeFixed(name, state.data) };
      this.fixedValues.set(name, known);
    }
    values.set(known.values);
    return values;
  }

  private computeFixed(name: KernelName, { tables, classCount }: PairData): Float64Array {
    const { code, fixed } = this.loops[name];
    const classPairs = classCount ** 2;
    const values = new Float64Array(fixed.length * classPairs);
    const places = new Map(this.pair.tables.map((_, k) => [tableInput(k), k * classPairs]));
    for (let t = 0; t < classPairs; t++) {
      const numbers = evaluateInvariants(code, (input) => tables[(places.get(input) ?? Number.NaN) + t]);
      fixed.forEach((value, k) => {
        values[k * classPairs + t] = numbers[value];
      });
    }
    return values;
  }
}

/** A system's arrays in its memory. */
interface Prepared {
  readonly data: PairData;
  readonly arrays: SiteArrays;
  readonly first: Int32Array;
  readonly list: Int32Array;
  /** Those of its pairs that are near enough for now. */
  readonly pruned: { readonly first: Int32Array; readonly list: Int32Array; inUse: boolean };
  readonly classes: Int32Array;
  readonly tables: Float64Array;
  readonly strain: Float64Array;
  readonly fixed: Readonly<Record<KernelName, Float64Array>>;
  /** Kernels whose fixed values have been computed. */
  readonly filled: Set<KernelName>;
  readonly sites: readonly Float64Array[];
  /** Site parameters' gradients, or directions. */
  readonly outputs: readonly Float64Array[];
}

function clearParameters({ tables, outputs }: Prepared): void {
  tables.fill(0);
  for (const output of outputs) output.fill(0);
}

function addParameters(state: Prepared, tables: Float64Array, sites: readonly Float64Array[]): void {
  for (let k = 0; k < tables.length; k++) tables[k] += state.tables[k];
  sites.forEach((site, n) => {
    const output = state.outputs[n];
    for (let k = 0; k < site.length; k++) site[k] += output[k];
  });
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
