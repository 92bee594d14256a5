/**
 * A pair potential bound to a system: neighbour list, tables and kernels brought together.
 */
import {
  blockEntries,
  type PairData,
  type PairKernel,
  productsAtOnce,
  strideOf,
} from '../src/kernel/index.js';
import { NeighborList, type System } from '../systems/index.js';
import type { BindOptions, EnergyModel } from './energy-model.js';
import type { PairCompiler } from './pair-compiler.js';
import type { PairDefinition } from './pair-function.js';
import { ParameterTables } from './parameter-tables.js';
import type { ParameterLayout } from './parameter-values.js';
import { Pruning } from './pruning.js';

/** What a pair model is made from, besides system and parameters. */
export interface PairModelSource {
  readonly compiler: PairCompiler;
  readonly pair: PairDefinition;
}

export class PairModel implements EnergyModel {
  readonly unitRoundoff: number;
  readonly interpreted: string | null;
  private readonly kernel: PairKernel;
  private readonly list: NeighborList;
  private readonly pruning: Pruning;
  private readonly tables: ParameterTables;
  private readonly data: { -readonly [K in keyof PairData]: PairData[K] };
  /** Work space for site vectors, ghosts included: one that is read from, one that is summed into. */
  private input: Float64Array = new Float64Array(0);
  private sums: Float64Array = new Float64Array(0);
  /** Whether they are zeros, as folding leaves them. */
  private clear = false;
  /** The same for several vectors at once, from when they are first asked for. */
  private many = false;
  private inputs: readonly Float64Array[] = [];
  private products: readonly Float64Array[] = [];

  constructor(
    readonly system: System,
    readonly layout: ParameterLayout,
    readonly theta: Float64Array,
    private readonly source: PairModelSource,
    private readonly options: BindOptions,
  ) {
    this.tables = new ParameterTables(layout, source.pair.mixing);
    const { dimension, count } = system;
    const classes = layout.species.length > 1;
    const prepared = source.compiler.prepare(
      source.pair,
      this.tables,
      theta,
      { dimension, classes },
      options,
    );
    this.kernel = prepared.kernel;
    this.interpreted = prepared.interpreted;
    this.unitRoundoff = prepared.unitRoundoff;
    this.list = new NeighborList(system.box, count, {
      cutoff: prepared.reach,
      skin: options.skin,
      threads: options.threads,
      packed: this.kernel.inPlace ?? false,
    });
    this.pruning = new Pruning(this.kernel, this.list, prepared.reach);
    this.data = {
      count,
      first: this.list.first,
      list: null,
      positions: this.list.positions,
      classes: new Int32Array(count),
      classCount: layout.species.length,
      tables: this.tables.fill(theta),
      sites: [],
    };
  }

  energy(x: Float64Array): number {
    this.update(x);
    return this.kernel.energy(this.data);
  }

  gradient(x: Float64Array, gradient: Float64Array): number {
    this.update(x);
    const sums = this.cleared();
    const energy = this.kernel.gradient(this.data, sums);
    this.foldSums(gradient);
    return energy;
  }

  strainGradient(x: Float64Array): { energy: number; strain: Float64Array } {
    this.update(x);
    const strain = new Float64Array(this.system.dimension ** 2);
    const energy = this.kernel.strainGradient(this.data, this.cleared(), strain);
    return { energy, strain };
  }

  hessianProduct(x: Float64Array, v: Float64Array, product: Float64Array): void {
    this.update(x);
    this.list.spread(v, this.input);
    const sums = this.cleared();
    this.kernel.hessianProduct(this.data, this.input, sums);
    this.foldSums(product);
  }

  /**
   * Four vectors share a pass over the pairs. A pass with two empty places takes longer than two of its vectors alone,
   * and one on threads as long as four.
   */
  hessianProducts(
    x: Float64Array,
    vectors: readonly Float64Array[],
    products: readonly Float64Array[],
  ): void {
    this.update(x);
    const rest = vectors.length % productsAtOnce;
    const alone = this.data.placed?.crew ? vectors.length : rest < productsAtOnce - 1 ? rest : 0;
    const together = vectors.length - alone;
    for (let k = together; k < vectors.length; k++) this.hessianProduct(x, vectors[k], products[k]);
    if (together > 0) this.prepareMany(x);
    for (let first = 0; first < together; first += productsAtOnce) {
      for (const [k, input] of this.inputs.entries()) {
        const v = vectors[first + k];
        if (v) this.list.spread(v, input);
        else input.fill(0);
        this.products[k].fill(0);
      }
      this.kernel.hessianProducts(this.data);
      for (const [k, sums] of this.products.entries()) {
        const product = products[first + k];
        if (product) this.list.fold(sums, product);
      }
    }
  }

  /**
   * ∂²E/∂xᵢ∂xᵢ, `count × dimension × dimension`, for preconditioners: in a box so thin that an atom meets its own
   * images, these count as neighbours.
   */
  hessianBlocks(x: Float64Array): Float64Array {
    this.update(x);
    const { list, data } = this;
    const { dimension, count } = this.system;
    const width = 2 * strideOf(dimension);
    const sums = new Float64Array(width * list.sites);
    // The kernel works in the room of the sums.
    this.clear = false;
    this.kernel.hessianBlocks(data, sums);
    const blocks = new Float64Array(count * dimension ** 2);
    const entry = new Float64Array(list.sites);
    for (const [k, [a, b]] of blockEntries(dimension).entries()) {
      for (let site = 0; site < entry.length; site++) entry[site] = sums[width * site + k];
      const folded = new Float64Array(count);
      list.foldScalars(entry, folded);
      for (let i = 0; i < count; i++) {
        blocks[(i * dimension + a) * dimension + b] = folded[i];
        blocks[(i * dimension + b) * dimension + a] = folded[i];
      }
    }
    return blocks;
  }

  atomEnergies(x: Float64Array): Float64Array {
    this.update(x);
    const sums = new Float64Array(this.list.sites);
    this.kernel.siteEnergies(this.data, sums);
    const energies = new Float64Array(this.system.count);
    this.list.foldScalars(sums, energies);
    return energies;
  }

  parameterGradient(x: Float64Array): Float64Array {
    this.update(x);
    return this.gatherParameters((tables, sites) => this.kernel.parameterGradient(this.data, tables, sites));
  }

  mixedProduct(x: Float64Array, direction: Float64Array, product: Float64Array): void {
    this.update(x);
    const tables = this.tables.push(this.theta, direction);
    const sites = this.tables.perAtom.map(({ offset, size }) =>
      this.spreadAtoms(direction.subarray(offset, offset + size)),
    );
    const sums = this.cleared();
    this.kernel.mixedProduct(this.data, tables, sites, sums);
    this.foldSums(product);
  }

  mixedTransposeProduct(x: Float64Array, w: Float64Array): Float64Array {
    this.update(x);
    this.list.spread(w, this.input);
    return this.gatherParameters((tables, sites) =>
      this.kernel.mixedTransposeProduct(this.data, this.input, tables, sites),
    );
  }

  withTheta(theta: Float64Array): PairModel {
    return new PairModel(this.system, this.layout, theta, this.source, this.options);
  }

  private update(x: Float64Array): void {
    if (!this.list.update(x)) {
      this.pruning.update(this.data);
      return;
    }
    const { list, data, layout, theta, tables } = this;
    data.first = list.first;
    data.list = list.list;
    data.positions = list.positions;
    data.placed = list.placed;
    data.classes = new Int32Array(list.sites);
    list.spreadScalars(layout.classes, data.classes as Int32Array);
    data.sites = tables.perAtom.map(({ offset, size }) =>
      this.spreadAtoms(theta.subarray(offset, offset + size)),
    );
    this.prepareKernel();
  }

  /** Room for several vectors at once, which most models never need; x is where the atoms are. */
  private prepareMany(x: Float64Array): void {
    if (this.many) return;
    this.many = true;
    this.prepareKernel();
    this.update(x);
  }

  private prepareKernel(): void {
    const { data } = this;
    const arrays = this.kernel.prepare(data, this.list.sites, this.many);
    data.positions = arrays.positions;
    this.input = arrays.input;
    this.sums = arrays.sums;
    this.clear = false;
    this.inputs = arrays.inputs;
    this.products = arrays.products;
    this.pruning.restart();
  }

  private spreadAtoms(values: Float64Array): Float64Array {
    const out = new Float64Array(this.list.sites);
    this.list.spreadScalars(values, out);
    return out;
  }

  /** Zeros to sum into. */
  private cleared(): Float64Array {
    if (!this.clear) this.sums.fill(0);
    this.clear = false;
    return this.sums;
  }

  /** Brings what has been summed to the atoms. */
  private foldSums(out: Float64Array): void {
    this.list.fold(this.sums, out);
    this.clear = true;
  }

  private gatherParameters(sum: (tables: Float64Array, sites: Float64Array[]) => void): Float64Array {
    const { tables, theta, layout, list } = this;
    const tableSums = new Float64Array(tables.size);
    const siteSums = tables.perAtom.map(() => new Float64Array(list.sites));
    sum(tableSums, siteSums);
    const gradient = new Float64Array(layout.size);
    tables.pull(theta, tableSums, gradient);
    tables.perAtom.forEach(({ offset, size }, k) => {
      list.foldScalars(siteSums[k], gradient.subarray(offset, offset + size));
    });
    return gradient;
  }
}
