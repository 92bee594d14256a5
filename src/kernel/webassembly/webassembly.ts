/**
 * Pair kernels as WebAssembly: modules compiled when first used, shared by all systems, run in a memory of each
 * system's own.
 */
import { Arena, hasVectors, moveFunction } from '../../wasm/index.js';
import {
  type CompiledPair,
  type KernelOptions,
  type PairData,
  type PairFunction,
  type PairKernel,
  type SiteArrays,
  strideOf,
} from '../pair-kernel.js';
import { FixedValues } from './fixed-values.js';
import { addParameters, type Call, clearParameters, layOut, type Prepared, shareRows } from './layout.js';
import { commonModules, type Exported, instantiate, Modules } from './modules.js';
import { type KernelName, kernelNames, type PairLoop, pairLoop } from './pair-loops.js';
import { pruneFunction } from './prune.js';
import { SharedRun } from './shared-run.js';

/** Null where the machine's WebAssembly has no vectors. */
export function emitWebAssembly(pair: PairFunction, options: KernelOptions): CompiledPair | null {
  if (!hasVectors()) return null;
  const loops = Object.fromEntries(
    kernelNames.map((name) => [name, pairLoop(name, pair, options)]),
  ) as Record<KernelName, PairLoop>;
  const modules = new Modules();
  const moduleOf = (name: KernelName, shared: boolean): WebAssembly.Module =>
    modules.get(name, shared, () => loops[name].write());
  return { create: () => new WebAssemblyKernel(pair, options, loops, moduleOf) };
}

/** Kernels, and what prepares their lists. */
type FunctionName = KernelName | 'prune' | 'move';

class WebAssemblyKernel implements PairKernel {
  readonly inPlace = true;
  private ownArena: Arena | null = null;
  private arenaInUse: Arena | null = null;
  private readonly instances = new Map<FunctionName, Exported>();
  private shared: SharedRun | null = null;
  private readonly stride: 2 | 4;
  private readonly dimension: 2 | 3;
  private readonly fixedValues: FixedValues;
  private state: Prepared | null = null;

  constructor(
    private readonly pair: PairFunction,
    options: KernelOptions,
    private readonly loops: Readonly<Record<KernelName, PairLoop>>,
    private readonly moduleOf: (name: KernelName, shared: boolean) => WebAssembly.Module,
  ) {
    this.dimension = options.dimension;
    this.stride = strideOf(options.dimension);
    this.fixedValues = new FixedValues(pair, loops);
  }

  prepare(data: PairData, sites: number, many = false): SiteArrays {
    this.state = layOut(this.arenaFor(data), data, sites, this.pair, this.stride, this.loops, many);
    return this.state.arrays;
  }

  prune(data: PairData, reach: number): void {
    const state = this.prepared(data);
    const { arrays, first, list, pruned, crew } = state;
    pruned.inUse = false;
    shareRows(state);
    if (data.list === null || reach === Infinity) return;
    pruned.limit[0] = reach * reach;
    pruned.first[0] = 0;
    const padding = 8 * (arrays.positions.length - this.stride);
    const operands = (begin: number, end: number): number[] => [
      begin,
      end,
      arrays.positions.byteOffset,
      first.byteOffset,
      list.byteOffset,
      pruned.first.byteOffset,
      pruned.list.byteOffset + 4 * first[begin],
      padding,
      pruned.limit.byteOffset,
    ];
    if (crew) {
      this.sharedRun().run('prune', crew, state, null, operands);
      this.moveTogether(state);
    } else {
      this.instanceOf('prune')(...operands(0, data.count));
    }
    pruned.inUse = true;
    shareRows(state);
  }

  /** Closes the gaps between what threads have left of their rows. */
  private moveTogether({ shares, first, pruned }: Prepared): void {
    const move = this.instanceOf('move');
    let entries = pruned.first[shares[1]];
    for (let k = 1; k + 1 < shares.length; k++) {
      const [begin, end] = [shares[k], shares[k + 1]];
      if (begin === end) continue;
      const found = pruned.first[end];
      const { byteOffset } = pruned.list;
      move(0, 4 * found, byteOffset + 4 * first[begin], byteOffset + 4 * entries);
      for (let i = begin + 1; i <= end; i++) pruned.first[i] += entries;
      entries += found;
    }
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

  hessianProducts(data: PairData): void {
    const { inputs, products } = this.prepared(data).arrays;
    this.run('hessianProducts', data, inputs[0], products[0]);
  }

  siteEnergies(data: PairData, energies: Float64Array): void {
    const own = this.prepared(data).arrays.input.fill(0);
    this.run('siteEnergies', data, own);
    for (let k = 0; k < energies.length; k++) energies[k] += own[k];
  }

  hessianBlocks(data: PairData, blocks: Float64Array): void {
    // They take the room of two vectors, and these lie side by side.
    const { input: own, sums: rest } = this.prepared(data).arrays;
    own.fill(0);
    rest.fill(0);
    this.run('hessianBlocks', data, own);
    for (let k = 0; k < blocks.length; k++) {
      blocks[k] += k < own.length ? own[k] : rest[k - own.length];
    }
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
    if (state.crew && (name === 'energy' || name === 'gradient' || name === 'hessianProduct')) {
      const sums = name === 'energy' ? null : arrays[arrays.length - 1];
      return this.sharedRun().run(name, state.crew, state, sums, (begin, end, own) =>
        this.operands(name, state, begin, end, own ? [...arrays.slice(0, -1), own] : arrays),
      );
    }
    const call = this.callOf(name, state, arrays);
    return call.run(...call.operands) ?? 0;
  }

  private sharedRun(): SharedRun {
    this.shared ??= new SharedRun(this.arena.memory, (name) => this.moduleNamed(name as FunctionName));
    return this.shared;
  }

  /** An instance and its operands, kept from one call to the next while nothing about them changes. */
  private callOf(name: KernelName, state: Prepared, arrays: readonly Float64Array[]): Call {
    const known = state.calls.get(name);
    const pruned = state.pruned.inUse;
    if (known?.pruned === pruned && arrays.every((array, k) => array === known.arrays[k])) return known;
    const operands = this.operands(name, state, 0, state.data.count, arrays);
    const made = { run: this.instanceOf(name), operands, arrays: [...arrays], pruned };
    state.calls.set(name, made);
    return made;
  }

  private operands(
    name: KernelName,
    state: Prepared,
    begin: number,
    end: number,
    arrays: readonly Float64Array[],
  ): number[] {
    const fixed = this.fixedValues.of(name, state);
    const { data } = state;
    const { first, list } = state.pruned.inUse ? state.pruned : state;
    return [
      begin,
      end,
      data.count,
      state.arrays.positions.byteOffset,
      first.byteOffset,
      list.byteOffset,
      state.classes.byteOffset,
      data.classCount,
      fixed.byteOffset,
      state.functionTable.byteOffset,
      ...state.sites.map((site) => site.byteOffset),
      ...arrays.map((array) => array.byteOffset),
      ...(name === 'hessianProducts' ? [state.arrays.positions.byteLength] : []),
    ];
  }

  /** The memory that the data lie in, or one of its own. */
  private arenaFor({ placed }: PairData): Arena {
    const arena = placed?.arena ?? this.ownArena ?? new Arena(false);
    if (!placed) this.ownArena = arena;
    if (arena !== this.arenaInUse) {
      this.instances.clear();
      this.shared = null;
    }
    this.arenaInUse = arena;
    return arena;
  }

  private get arena(): Arena {
    if (!this.arenaInUse) throw new Error('this kernel has not been prepared');
    return this.arenaInUse;
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

  private moduleNamed(name: FunctionName): WebAssembly.Module {
    const { dimension } = this;
    const { shared } = this.arena;
    if (name === 'prune') {
      return commonModules.get(`prune ${dimension}`, shared, () => pruneFunction(dimension));
    }
    return name === 'move' ? commonModules.get('move', shared, moveFunction) : this.moduleOf(name, shared);
  }

  private instanceOf(name: FunctionName): Exported {
    const known = this.instances.get(name);
    if (known) return known;
    const made = instantiate(this.moduleNamed(name), name, this.arena.memory);
    this.instances.set(name, made);
    return made;
  }
}
