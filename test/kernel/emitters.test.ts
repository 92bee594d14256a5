import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import {
  evaluate,
  Graph,
  type InputOptions,
  type Node,
  traceDerivatives,
} from '../../src/expression/index.js';
import {
  emitJavaScript,
  emitWebAssembly,
  firstSiteInput,
  interpretPairs,
  type KernelOptions,
  type PairData,
  type PairFunction,
  type PairKernel,
  secondSiteInput,
  squaredDistance,
  strideOf,
  tableInput,
} from '../../src/kernel/index.js';
import { type Random, random } from '../../src/random/index.js';

type Inputs = Readonly<Record<string, tf.Scalar>>;

/** A pair energy of `tables` and `sites` parameters, with its derivatives, from its tfjs function. */
function pairFunction(
  u: (inputs: Inputs) => tf.Tensor,
  range: ((graph: Graph, input: (name: string) => Node) => Node) | null,
  tables: number,
  sites: number,
): PairFunction {
  const declared: Record<string, InputOptions> = { [squaredDistance]: { variable: true, nonNegative: true } };
  for (let k = 0; k < tables; k++) declared[tableInput(k)] = {};
  for (let k = 0; k < sites; k++) {
    declared[firstSiteInput(k)] = { variable: true };
    declared[secondSiteInput(k)] = { variable: true };
  }
  const graph = new Graph();
  const { value, gradient, mixed } = traceDerivatives(u, declared, squaredDistance, graph);
  const derivative = (name: string) => ({ energy: gradient[name], slope: mixed[name] });
  return {
    graph,
    energy: value,
    slope: gradient[squaredDistance],
    curvature: mixed[squaredDistance],
    rangeSquared: range?.(graph, (name) => graph.input(name, declared[name])) ?? null,
    tables: Array.from({ length: tables }, (_, k) => derivative(tableInput(k))),
    sites: Array.from({ length: sites }, (_, k) => ({
      first: derivative(firstSiteInput(k)),
      second: derivative(secondSiteInput(k)),
    })),
  };
}

/** The plain statement of the same: its expressions evaluated for one pair after the other. */
function interpreted(pair: PairFunction, options: KernelOptions): PairKernel {
  return interpretPairs(
    {
      evaluate(s, tables, sites) {
        const values: Record<string, number> = { [squaredDistance]: s };
        tables.forEach((value, k) => {
          values[tableInput(k)] = value;
        });
        sites.forEach((value, k) => {
          values[k % 2 === 0 ? firstSiteInput(k / 2) : secondSiteInput((k - 1) / 2)] = value;
        });
        const of = (node: Node): number => evaluate([node], values)[0];
        if (pair.rangeSquared && s >= of(pair.rangeSquared)) return null;
        const both = ({ energy, slope }: { energy: Node; slope: Node }) => ({
          energy: of(energy),
          slope: of(slope),
        });
        return {
          energy: of(pair.energy),
          slope: of(pair.slope),
          curvature: of(pair.curvature),
          tables: pair.tables.map(both),
          sites: pair.sites.flatMap(({ first, second }) => [both(first), both(second)]),
        };
      },
    },
    options,
  );
}

/** Sites at random, the last few of them ghosts, and each real site's partners by a throw of the dice. */
function dataFor(
  rng: Random,
  pair: PairFunction,
  options: KernelOptions,
  count: number,
): { data: PairData; sites: number } {
  const stride = strideOf(options.dimension);
  const ghosts = options.allPairs ? 0 : rng.integer(5);
  const sites = count + ghosts;
  const positions = new Float64Array(sites * stride);
  for (let i = 0; i < sites; i++) {
    for (let k = 0; k < options.dimension; k++) positions[i * stride + k] = 3 * rng.uniform();
  }
  const classCount = options.classes ? 3 : 1;
  const first = new Int32Array(count + 1);
  const list: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < sites; j++) if (rng.uniform() < 0.7) list.push(j * stride);
    first[i + 1] = list.length;
  }
  // Tables are symmetric in the two classes.
  const tables = new Float64Array(pair.tables.length * classCount ** 2);
  pair.tables.forEach((_, k) => {
    for (let a = 0; a < classCount; a++) {
      for (let b = 0; b <= a; b++) {
        const value = 0.7 + 0.6 * rng.uniform();
        tables[(k * classCount + a) * classCount + b] = value;
        tables[(k * classCount + b) * classCount + a] = value;
      }
    }
  });
  const data: PairData = {
    count,
    first,
    list: options.allPairs ? null : Int32Array.from(list),
    positions,
    classes: Int32Array.from({ length: sites }, () => rng.integer(classCount)),
    classCount,
    tables,
    sites: pair.sites.map(() => Float64Array.from({ length: sites }, () => 0.7 + 0.6 * rng.uniform())),
  };
  return { data, sites };
}

/** All sums over the pairs, called twice where they add to what is there. */
function everything(kernel: PairKernel, given: PairData, sites: number, seed: number, dimension: number) {
  const prepared = kernel.prepare(given, sites);
  const data = given as { positions: Float64Array } & PairData;
  data.positions = prepared.positions;
  const rng = random(seed);
  const { input, sums } = prepared;
  const stride = dimension === 2 ? 2 : 4;
  for (let i = 0; i < sites; i++) {
    for (let k = 0; k < dimension; k++) input[i * stride + k] = rng.normal();
  }
  const tangentTables = given.tables.map(() => rng.normal());
  const tangentSites = given.sites.map((site) => site.map(() => rng.normal()));
  const taken = (run: () => unknown): number[] => {
    sums.fill(0);
    run();
    return [...sums.subarray(0, sites * stride)];
  };
  const strain = new Float64Array(dimension ** 2).fill(1);
  const energies: number[] = [kernel.energy(data)];
  const gradient = taken(() => energies.push(kernel.gradient(data, sums)));
  const strainGradient = taken(() => energies.push(kernel.strainGradient(data, sums, strain)));
  const parameters = (run: (tables: Float64Array, outputs: Float64Array[]) => void): number[] => {
    const tables = given.tables.map(() => 2);
    const outputs = given.sites.map((site) => site.map(() => 3));
    run(tables, outputs);
    return [...tables, ...outputs.flatMap((output) => [...output])];
  };
  return {
    energies,
    gradient,
    strainGradient,
    strain: [...strain],
    hessianProduct: taken(() => kernel.hessianProduct(data, input, sums)),
    mixedProduct: taken(() => kernel.mixedProduct(data, tangentTables, tangentSites, sums)),
    parameterGradient: parameters((tables, outputs) => kernel.parameterGradient(data, tables, outputs)),
    mixedTransposeProduct: parameters((tables, outputs) =>
      kernel.mixedTransposeProduct(data, input, tables, outputs),
    ),
  };
}

const r = (inputs: Inputs) => tf.sqrt(inputs[squaredDistance]);
const mean = (inputs: Inputs, k: number) =>
  tf.mul(tf.add(inputs[firstSiteInput(k)], inputs[secondSiteInput(k)]), 0.5);

const functions: Readonly<Record<string, PairFunction>> = {
  'two tables': pairFunction(
    (i) => {
      const x = tf.pow(tf.div(i[tableInput(1)], tf.add(r(i), 0.4)), 6);
      return tf.mul(i[tableInput(0)], tf.sub(tf.square(x), x));
    },
    (graph) => graph.constant(2.25),
    2,
    0,
  ),
  'a parameter of the sites, which sets the range': pairFunction(
    (i) => tf.square(tf.sub(1, tf.div(r(i), mean(i, 0)))),
    (graph, input) =>
      graph.power(graph.scale(0.5, graph.add(input(firstSiteInput(0)), input(secondSiteInput(0)))), 2),
    0,
    1,
  ),
  'tables and sites, with a choice and bounds': pairFunction(
    (i) =>
      tf.mul(
        tf.mul(i[firstSiteInput(1)], i[secondSiteInput(1)]),
        tf.where(
          tf.less(r(i), mean(i, 0)),
          tf.square(tf.minimum(r(i), i[tableInput(0)])),
          tf.div(tf.maximum(i[tableInput(0)], mean(i, 0)), r(i)),
        ),
      ),
    (graph) => graph.constant(4),
    1,
    2,
  ),
  'no parameter and no end': pairFunction((i) => tf.div(tf.abs(tf.sub(r(i), 1)), r(i)), null, 0, 0),
  exponentials: pairFunction(
    (i) => tf.mul(i[tableInput(0)], tf.exp(tf.neg(tf.mul(r(i), i[tableInput(1)])))),
    (graph, input) => graph.scale(2, input(tableInput(0))),
    2,
    0,
  ),
};

const emitters = [
  ['JavaScript', emitJavaScript],
  ['WebAssembly', emitWebAssembly],
] as const;

describe.each(emitters)('kernels in %s', (language, emit) => {
  for (const [name, pair] of Object.entries(functions)) {
    test(`of ${name} give the sums that pairs taken one by one give`, () => {
      for (let draw = 0; draw < 8; draw++) {
        const rng = random(31 * draw + name.length);
        const options: KernelOptions = {
          dimension: draw % 2 === 0 ? 2 : 3,
          classes: draw % 4 < 2 || draw === 7,
          allPairs: pair.rangeSquared === null || draw % 4 === 3,
        };
        const compiled = emit(pair, options);
        // Only what has no vector code may be left to JavaScript.
        if (compiled === null) {
          expect([language, name]).toEqual(['WebAssembly', 'exponentials']);
          continue;
        }
        const kernel = compiled.create();
        // One kernel for lists that grow and shrink.
        for (const count of [draw, 13, 3]) {
          const { data, sites } = dataFor(rng, pair, options, count);
          const expected = everything(
            interpreted(pair, options),
            { ...data },
            sites,
            draw,
            options.dimension,
          );
          const found = everything(kernel, { ...data }, sites, draw, options.dimension);
          for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
            const size = Math.max(1, ...expected[key].map(Math.abs));
            expect(found[key]).toHaveLength(expected[key].length);
            const error = Math.max(0, ...found[key].map((value, k) => Math.abs(value - expected[key][k])));
            if (!(error / size < 1e-12))
              throw new Error(`${key}, draw ${draw}, ${count} sites: ${error / size}`);
          }
        }
      }
    });
  }

  test('pass on what is not a number, and keep it from pairs out of range', () => {
    const pair = functions['two tables'];
    for (const dimension of [2, 3] as const) {
      const options: KernelOptions = { dimension, classes: false, allPairs: false };
      const kernel = emit(pair, options)?.create();
      const stride = strideOf(dimension);
      const positions: Float64Array = new Float64Array(3 * stride);
      positions[stride] = 1;
      positions[2 * stride] = 50;
      const data = {
        count: 3,
        first: Int32Array.of(0, 2, 3, 3),
        list: Int32Array.of(stride, 2 * stride, 2 * stride),
        positions,
        classes: new Int32Array(3),
        classCount: 1,
        tables: Float64Array.of(1, 1),
        sites: [],
      };
      if (!kernel) throw new Error('this pair function has vector code');
      data.positions = kernel.prepare(data, 3).positions;
      expect(kernel.energy(data)).toBeCloseTo(1.4 ** -12 - 1.4 ** -6, 14);
      data.positions[2 * stride] = Number.NaN;
      expect(kernel.energy(data)).toBeNaN();
    }
  });

  test('belong each to a system of its own', () => {
    const pair = functions['two tables'];
    const options: KernelOptions = { dimension: 2, classes: true, allPairs: false };
    const compiled = emit(pair, options);
    if (!compiled) throw new Error('this pair function has vector code');
    const rng = random(9);
    const systems = [5, 17].map((count) => ({
      ...dataFor(rng, pair, options, count),
      kernel: compiled.create(),
    }));
    const energies = systems.map(({ kernel, data, sites }) => {
      Object.assign(data, { positions: kernel.prepare(data, sites).positions });
      return kernel.energy(data);
    });
    const again = systems.map(({ kernel, data }) => kernel.energy(data));
    expect(again).toEqual(energies);
    expect(energies[0]).not.toBe(energies[1]);
  });
});

test('hundreds of kernels can be made one after the other, as a fit makes them', () => {
  const pair = functions['two tables'];
  const options: KernelOptions = { dimension: 2, classes: false, allPairs: false };
  const compiled = emitWebAssembly(pair, options);
  if (!compiled) throw new Error('this pair function has vector code');
  let energy = 0;
  for (let k = 0; k < 600; k++) {
    const { data, sites } = dataFor(random(1), pair, options, 6);
    const kernel = compiled.create();
    Object.assign(data, { positions: kernel.prepare(data, sites).positions });
    energy = kernel.energy(data);
  }
  expect(energy).not.toBe(0);
});
