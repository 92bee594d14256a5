/**
 * What a pair kernel computes, and on what data: the contract between the expressions of a pair function and the
 * emitters that turn them into loops.
 *
 * A pair function u depends on s, the squared distance of two sites, and on parameters. A parameter is read from a
 * table by the classes of the two sites, or belongs to each site, so that a pair sees two values of it. The loops
 * know no cell and no images: a site's periodic images are sites of their own ("ghosts", after the real ones), and
 * what the loops add to a ghost, their caller folds back.
 */
import type { Graph, Node } from '../expression/index.js';
import type { Arena, Crew } from '../wasm/index.js';

/** Names of the inputs of a pair function's expressions. */
export const squaredDistance = 's';
export const tableInput = (k: number): string => `table${k}`;
export const firstSiteInput = (k: number): string => `first${k}`;
export const secondSiteInput = (k: number): string => `second${k}`;

/** Derivatives with respect to one parameter: in the pair energy, and in its slope ∂u/∂s. */
export interface ParameterDerivative {
  readonly energy: Node;
  readonly slope: Node;
}

export interface PairFunction {
  /** The graph that all of the nodes belong to. */
  readonly graph: Graph;
  /** u(s, …) */
  readonly energy: Node;
  /** ∂u/∂s */
  readonly slope: Node;
  /** ∂²u/∂s² */
  readonly curvature: Node;
  /** Pairs with s below this interact; null: all pairs do. */
  readonly rangeSquared: Node | null;
  /** One a parameter that is read from a table, in the order of the tables. */
  readonly tables: readonly ParameterDerivative[];
  /** One a parameter that belongs to the sites: derivatives for the pair's first and second site. */
  readonly sites: readonly { readonly first: ParameterDerivative; readonly second: ParameterDerivative }[];
}

/** Values a site in the arrays that kernels read and write. */
export const strideOf = (dimension: 2 | 3): 2 | 4 => (dimension === 2 ? 2 : 4);

/** Data that lie in a WebAssembly memory, for kernels to use in place: addresses in bytes. */
export interface PlacedData {
  readonly arena: Arena;
  /** Threads that share the work, or null. */
  readonly crew: Crew | null;
  /** `stride × (sites + 1)` coordinates, those of the last far away. */
  readonly positions: number;
  readonly first: number;
  /** Byte offsets; rows are filled up to even lengths with the site that is far away. */
  readonly list: number;
  readonly entries: number;
  /** The memory beyond is free. */
  readonly end: number;
}

export interface PairData {
  /** Real sites. */
  readonly count: number;
  /**
   * Half list: `list[first[i]] … list[first[i + 1] − 1]` are the partners of site i, each `stride × index`; null:
   * every pair of real sites.
   */
  readonly first: Int32Array;
  readonly list: Int32Array | null;
  /** `stride × (count + ghosts)` coordinates. */
  readonly positions: Float64Array;
  /** Where all of this lies already; `first`, `list` and `positions` are then not read. */
  readonly placed?: PlacedData | null;
  /** Class of each site, ghosts included. */
  readonly classes: Int32Array;
  readonly classCount: number;
  /** Table k at `[k · classCount² + first class · classCount + second class]`. */
  readonly tables: Float64Array;
  /** One array a site parameter, ghosts included. */
  readonly sites: readonly Float64Array[];
}

/** Vectors that one pass over the pairs multiplies with the Hessian. */
export const productsAtOnce = 4;

/** The entries of a symmetric block, as they follow each other: the upper triangle, row by row. */
export function blockEntries(dimension: 2 | 3): [number, number][] {
  const axes = Array.from({ length: dimension }, (_, k) => k);
  return axes.flatMap((a) => axes.slice(a).map((b): [number, number] => [a, b]));
}

/** Arrays of one system, `stride × sites` each, that a kernel works on in place. */
export interface SiteArrays {
  /** The data's positions, or a copy of them to be used in their place from here on. */
  readonly positions: Float64Array;
  /** For vectors that kernels read, and for those that they add to. */
  readonly input: Float64Array;
  readonly sums: Float64Array;
  /** The same for `productsAtOnce` vectors, where `prepare` was asked for them. */
  readonly inputs: readonly Float64Array[];
  readonly products: readonly Float64Array[];
}

/**
 * Sums over pairs of one system. Arrays that are written are added to, not cleared; site arrays cover the ghosts.
 */
export interface PairKernel {
  /** Whether it can use data where they lie, `data.placed`. */
  readonly inPlace?: boolean;
  /**
   * Takes over a new list with its classes, tables and site parameters, for `sites` sites (ghosts included).
   * To be called before the first sum and whenever one of these has changed.
   *
   * @param many with arrays for `hessianProducts`
   */
  prepare(data: PairData, sites: number, many?: boolean): SiteArrays;
  /**
   * Leaves out, from here on, the pairs that are farther apart than `reach` at the positions of now; Infinity: takes
   * all of the list again. A kernel that has no use for it has none.
   */
  prune?(data: PairData, reach: number): void;
  energy(data: PairData): number;
  /** Adds ∂E/∂x to `gradient`; returns E. */
  gradient(data: PairData, gradient: Float64Array): number;
  /** Adds Σ (∂u/∂d) ⊗ d, `dimension × dimension`, to `strain`, and ∂E/∂x to `gradient`; returns E. */
  strainGradient(data: PairData, gradient: Float64Array, strain: Float64Array): number;
  /** Adds half of each pair's energy to both of its sites. */
  siteEnergies(data: PairData, energies: Float64Array): void;
  /** Adds (∂²E/∂x²) v to `product`. */
  hessianProduct(data: PairData, v: Float64Array, product: Float64Array): void;
  /** Adds (∂²E/∂x²) v to the products, for the arrays `inputs` and `products` that `prepare` gave. */
  hessianProducts(data: PairData): void;
  /**
   * Adds ∂²E/∂xᵢ∂xᵢ of each site to `blocks`: 2 × `stride` values a site, of which the first are `blockEntries`. What
   * is added to a ghost belongs to its site; a site's coupling to its own images is not in it.
   */
  hessianBlocks(data: PairData, blocks: Float64Array): void;
  /** Adds ∂E/∂table and ∂E/∂site parameter. */
  parameterGradient(data: PairData, tables: Float64Array, sites: readonly Float64Array[]): void;
  /** Adds (∂²E/∂x∂θ) δθ to `product`. */
  mixedProduct(
    data: PairData,
    tables: Float64Array,
    sites: readonly Float64Array[],
    product: Float64Array,
  ): void;
  /** Adds (∂²E/∂x∂θ)ᵀ w to the parameters' arrays. */
  mixedTransposeProduct(
    data: PairData,
    w: Float64Array,
    tables: Float64Array,
    sites: readonly Float64Array[],
  ): void;
}

export interface KernelOptions {
  readonly dimension: 2 | 3;
  /** More than one class of sites, so that tables are looked up a pair. */
  readonly classes: boolean;
  /** No list: every pair of real sites. */
  readonly allPairs: boolean;
}

/** Compiled loops, of which each system takes a kernel of its own. */
export interface CompiledPair {
  create(): PairKernel;
}

/** Turns a pair function into loops; one for each language that loops are emitted in. */
export type KernelEmitter = (pair: PairFunction, options: KernelOptions) => CompiledPair;

/** Site arrays on the JavaScript heap. */
export function plainSiteArrays({ positions }: PairData, _sites: number, many = false): SiteArrays {
  const array = (): Float64Array => new Float64Array(positions.length);
  const columns = Array.from({ length: many ? productsAtOnce : 0 }, array);
  return { positions, input: array(), sums: array(), inputs: columns, products: columns.map(array) };
}
