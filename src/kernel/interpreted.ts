/**
 * Pair kernels that ask a function for the numbers of one pair at a time.
 *
 * For pair functions that cannot be compiled, and as the plain statement of what a compiled kernel must compute.
 * Slow: the compiled kernels exist for speed.
 */
import {
  blockEntries,
  type KernelOptions,
  type PairData,
  type PairKernel,
  plainSiteArrays,
  strideOf,
} from './pair-kernel.js';

/** u and its derivatives at one pair. */
export interface PairValues {
  readonly energy: number;
  readonly slope: number;
  readonly curvature: number;
  /** One a table. */
  readonly tables: readonly { readonly energy: number; readonly slope: number }[];
  /** Two a site parameter: for the pair's first and second site. */
  readonly sites: readonly { readonly energy: number; readonly slope: number }[];
}

export interface InterpretedPair {
  /** Null: out of range. */
  evaluate(s: number, tables: readonly number[], sites: readonly number[]): PairValues | null;
}

interface Visit {
  readonly values: PairValues;
  /** Offsets of the two sites in coordinate arrays, and their indices. */
  readonly i: number;
  readonly j: number;
  readonly si: number;
  readonly sj: number;
  /** Index of the two classes in a table. */
  readonly t: number;
  /** Position of the first less that of the second. */
  readonly d: readonly number[];
}

export function interpretPairs(pair: InterpretedPair, options: KernelOptions): PairKernel {
  const { dimension } = options;
  const axes = Array.from({ length: dimension }, (_, k) => k);

  /** Adds c · d to the first site and subtracts it from the second. */
  const addAlong = (out: Float64Array, { i, j, d }: Visit, c: (k: number) => number): void => {
    for (const k of axes) {
      out[i + k] += c(k) * d[k];
      out[j + k] -= c(k) * d[k];
    }
  };
  const addParameters = (
    data: PairData,
    visit: Visit,
    tables: Float64Array,
    sites: readonly Float64Array[],
    of: (value: { energy: number; slope: number }) => number,
  ): void => {
    const classPairs = data.classCount ** 2;
    visit.values.tables.forEach((value, k) => {
      tables[k * classPairs + visit.t] += of(value);
    });
    sites.forEach((out, k) => {
      out[visit.si] += of(visit.values.sites[2 * k]);
      out[visit.sj] += of(visit.values.sites[2 * k + 1]);
    });
  };
  const energyAndGradient = (
    data: PairData,
    gradient: Float64Array,
    each: (visit: Visit) => void,
  ): number => {
    let energy = 0;
    forEachPair(pair, dimension, data, (visit) => {
      energy += visit.values.energy;
      addAlong(gradient, visit, () => 2 * visit.values.slope);
      each(visit);
    });
    return energy;
  };

  let inputs: readonly Float64Array[] = [];
  let products: readonly Float64Array[] = [];
  const hessianProduct: PairKernel['hessianProduct'] = (data, v, product) => {
    forEachPair(pair, dimension, data, (visit) => {
      const { values, i, j, d } = visit;
      const along = axes.reduce((sum, k) => sum + d[k] * (v[i + k] - v[j + k]), 0);
      for (const k of axes) {
        const h = 2 * values.slope * (v[i + k] - v[j + k]) + 4 * values.curvature * along * d[k];
        product[i + k] += h;
        product[j + k] -= h;
      }
    });
  };

  return {
    prepare(data, sites, many) {
      const arrays = plainSiteArrays(data, sites, many);
      ({ inputs, products } = arrays);
      return arrays;
    },
    energy(data) {
      let energy = 0;
      forEachPair(pair, dimension, data, ({ values }) => {
        energy += values.energy;
      });
      return energy;
    },
    gradient: (data, gradient) => energyAndGradient(data, gradient, () => {}),
    strainGradient: (data, gradient, strain) =>
      energyAndGradient(data, gradient, ({ values, d }) => {
        for (const k of axes) {
          for (const m of axes) strain[k * dimension + m] += 2 * values.slope * d[k] * d[m];
        }
      }),
    siteEnergies(data, energies) {
      forEachPair(pair, dimension, data, ({ values, si, sj }) => {
        energies[si] += values.energy / 2;
        energies[sj] += values.energy / 2;
      });
    },
    hessianProduct,
    hessianProducts(data) {
      for (const [k, v] of inputs.entries()) hessianProduct(data, v, products[k]);
    },
    hessianBlocks(data, blocks) {
      forEachPair(pair, dimension, data, ({ values, i, j, d }) => {
        for (const [k, [a, b]] of blockEntries(dimension).entries()) {
          const value = 4 * values.curvature * d[a] * d[b] + (a === b ? 2 * values.slope : 0);
          blocks[2 * i + k] += value;
          blocks[2 * j + k] += value;
        }
      });
    },
    parameterGradient(data, tables, sites) {
      forEachPair(pair, dimension, data, (visit) => {
        addParameters(data, visit, tables, sites, (value) => value.energy);
      });
    },
    mixedProduct(data, tables, sites, product) {
      const classPairs = data.classCount ** 2;
      forEachPair(pair, dimension, data, (visit) => {
        const { values, si, sj, t } = visit;
        let c = 0;
        values.tables.forEach((value, k) => {
          c += 2 * value.slope * tables[k * classPairs + t];
        });
        sites.forEach((tangent, k) => {
          c += 2 * (values.sites[2 * k].slope * tangent[si] + values.sites[2 * k + 1].slope * tangent[sj]);
        });
        addAlong(product, visit, () => c);
      });
    },
    mixedTransposeProduct(data, w, tables, sites) {
      forEachPair(pair, dimension, data, (visit) => {
        const { i, j, d } = visit;
        const along = axes.reduce((sum, k) => sum + d[k] * (w[i + k] - w[j + k]), 0);
        addParameters(data, visit, tables, sites, (value) => 2 * value.slope * along);
      });
    },
  };
}

function forEachPair(
  pair: InterpretedPair,
  dimension: 2 | 3,
  data: PairData,
  visit: (visit: Visit) => void,
): void {
  const { count, first, list, positions, classes, classCount } = data;
  const stride = strideOf(dimension);
  const classPairs = classCount ** 2;
  const tableCount = data.tables.length / classPairs;
  const visitPair = (i: number, j: number): void => {
    const si = i / stride;
    const sj = j / stride;
    const d = Array.from({ length: dimension }, (_, k) => positions[i + k] - positions[j + k]);
    const s = d.reduce((sum, x) => sum + x * x, 0);
    const t = classes[si] * classCount + classes[sj];
    const tables = Array.from({ length: tableCount }, (_, k) => data.tables[k * classPairs + t]);
    const values = pair.evaluate(
      s,
      tables,
      data.sites.flatMap((site) => [site[si], site[sj]]),
    );
    if (values) visit({ values, i, j, si, sj, t, d });
  };
  for (let si = 0; si < count; si++) {
    if (list) for (let k = first[si]; k < first[si + 1]; k++) visitPair(si * stride, list[k]);
    else for (let sj = si + 1; sj < count; sj++) visitPair(si * stride, sj * stride);
  }
}
