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
  /** Class of each site, ghosts included. */
  readonly classes: Int32Array;
  readonly classCount: number;
  /** Table k at `[k · classCount² + first class · classCount + second class]`. */
  readonly tables: Float64Array;
  /** One array a site parameter, ghosts included. */
  readonly sites: readonly Float64Array[];
}

/** Arrays of one system, `stride × sites` each, that a kernel works on in place. */
export interface SiteArrays {
  /** A copy of the data's positions, to be used in their place from here on. */
  readonly positions: Float64Array;
  /** For vectors that kernels read, and for those that they add to. */
  readonly input: Float64Array;
  readonly sums: Float64Array;
}

/**
 * Sums over pairs of one system. Arrays that are written are added to, not cleared; site arrays cover the ghosts.
 */
export interface PairKernel {
  /**
   * Takes over a new list with its classes, tables and site parameters, for `sites` sites (ghosts included).
   * To be called before the first sum and whenever one of these has changed.
   */
  prepare(data: PairData, sites: number): SiteArrays;
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
  /** Adds (∂²E/∂x²) v to `product`. */
  hessianProduct(data: PairData, v: Float64Array, product: Float64Array): void;
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
  /** @param threads that a kernel of many sites may use; by default all that the machine runs at once */
  create(threads?: number): PairKernel;
}

/** Turns a pair function into loops; one for each language that loops are emitted in. */
export type KernelEmitter = (pair: PairFunction, options: KernelOptions) => CompiledPair;

/** Site arrays on the JavaScript heap. */
export function plainSiteArrays(data: PairData): SiteArrays {
  const { positions } = data;
  return {
    positions,
    input: new Float64Array(positions.length),
    sums: new Float64Array(positions.length),
  };
}
