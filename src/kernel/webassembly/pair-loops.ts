/** The sums over pairs as WebAssembly functions: what each takes, which expressions it needs, what it does with them. */
import type { Node } from '../../expression/index.js';
import {
  defineFunction,
  type F64,
  f64,
  f64x2,
  type I32,
  i32,
  type Variable,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';
import { type Code, generateCode, operandsOf, type Value } from '../instructions.js';
import { blockEntries, type KernelOptions, type PairFunction, productsAtOnce } from '../pair-kernel.js';
import { LoopWriter, type PairWriter } from './couples.js';
import {
  addEnergy,
  addParameters,
  addScalars,
  addVectors,
  siteDifferences,
  sumOfLanes,
  tableLanes,
  zero,
} from './sums.js';

/** Squares of distances below this are those of real pairs, and not of the padding site. */
const farRange = 1e290;

/** The kernels, named as the methods of a pair kernel. */
export const kernelNames = [
  'energy',
  'gradient',
  'strainGradient',
  'siteEnergies',
  'hessianProduct',
  'hessianProducts',
  'hessianBlocks',
  'parameterGradient',
  'mixedProduct',
  'mixedTransposeProduct',
] as const;
export type KernelName = (typeof kernelNames)[number];

/** One loop and what it expects of memory. */
export interface PairLoop {
  /** Writes the function, which takes a moment. */
  write(): WasmFunction;
  /** Values that are the same for all pairs of two classes, to be computed before: `code.instructions[fixed[k]]`. */
  readonly code: Code;
  readonly fixed: readonly Value[];
}

/** What one kernel does around the values of a couple of pairs. */
interface Loop {
  /** Addresses that the function takes after the common ones. */
  readonly addresses: readonly string[];
  readonly expressions: readonly Node[];
  /** Whether each site parameter's array is among the addresses, as `out0`, `out1`, … */
  readonly siteArrays: boolean;
  write(pairs: PairWriter): void;
}

export function pairLoop(name: KernelName, pair: PairFunction, options: KernelOptions): PairLoop {
  const loop = loops[name](pair, options);
  const range = pair.rangeSquared ?? pair.graph.constant(farRange);
  const code = generateCode([range, ...loop.expressions]);
  const fixed = fixedValues(code);
  return { code, fixed, write: () => writeLoop(name, loop, code, fixed, pair, options) };
}

/** Invariant values that pairs use directly, constants not among them. */
function fixedValues(code: Code): Value[] {
  const used = new Set<Value>();
  const use = (value: Value): void => {
    const { invariant, op } = code.instructions[value];
    if (invariant && op !== 'constant') used.add(value);
  };
  code.instructions.forEach((instruction) => {
    if (instruction.invariant) return;
    for (const operand of operandsOf(instruction)) use(operand);
  });
  for (const result of code.results) use(result);
  return [...used].sort((a, b) => a - b);
}

function writeLoop(
  name: KernelName,
  loop: Loop,
  code: Code,
  fixed: readonly Value[],
  pair: PairFunction,
  options: KernelOptions,
): WasmFunction {
  const siteNames = pair.sites.map((_, k) => `site${k}`);
  const outNames = loop.siteArrays ? pair.sites.map((_, k) => `out${k}`) : [];
  const names = [
    'begin',
    'end',
    'count',
    'positions',
    'first',
    'list',
    'classes',
    'classCount',
    'fixed',
    'functionTable',
    ...siteNames,
    ...loop.addresses,
    ...outNames,
  ];
  const parameters = Object.fromEntries(names.map((n) => [n, 'i32' as const]));
  const returnsEnergy = name === 'energy' || name === 'gradient' || name === 'strainGradient';
  return defineFunction(name, parameters, returnsEnergy ? 'f64' : null, (f, p) => {
    const writer = new LoopWriter(f, p as Record<string, Variable<'i32'>>, code, fixed, pair, options);
    loop.write(writer);
    writer.finish();
    return writer.result;
  });
}

const loops: Readonly<Record<KernelName, (pair: PairFunction, options: KernelOptions) => Loop>> = {
  energy: (pair) => ({
    addresses: [],
    siteArrays: false,
    expressions: [pair.energy],
    write: addEnergy,
  }),
  gradient: (pair) => ({
    addresses: ['sums'],
    siteArrays: false,
    expressions: [pair.energy, pair.graph.scale(2, pair.slope)],
    write(w) {
      const along = addVectors(w, w.address('sums'));
      addEnergy(w, (couple, [, slope]) => along(couple, (axis) => f64x2.mul(slope, couple.d[axis])));
    },
  }),
  strainGradient: (pair, { dimension }) => ({
    addresses: ['sums', 'strain'],
    siteArrays: false,
    expressions: [pair.energy, pair.graph.scale(2, pair.slope)],
    write(w) {
      const along = addVectors(w, w.address('sums'));
      const { f } = w;
      const strain = Array.from({ length: dimension ** 2 }, () => f.let(zero));
      addEnergy(w, (couple, [, slope]) => {
        const forces = couple.d.map((d) => f.let(v128.andNot(f64x2.mul(slope, d), couple.outside)));
        along(couple, (axis) => forces[axis]);
        strain.forEach((sum, k) => {
          const product = f64x2.mul(forces[Math.floor(k / dimension)], couple.d[k % dimension]);
          f.set(sum, f64x2.add(sum, product));
        });
      });
      w.after(() => {
        strain.forEach((sum, k) => {
          const at = w.address('strain');
          f.store(at, f64.add(f64.load(at, 8 * k), sumOfLanes(sum)), 8 * k);
        });
      });
    },
  }),
  siteEnergies: (pair) => ({
    addresses: ['energies'],
    siteArrays: false,
    expressions: [pair.graph.scale(0.5, pair.energy)],
    write(w) {
      const add = addScalars(w, w.address('energies'));
      w.pair((couple, [half]) => {
        const value = w.f.let(v128.andNot(half, couple.outside));
        add(couple, value, value);
      });
    },
  }),
  hessianProduct: (pair, options) => ({
    addresses: ['v', 'sums'],
    siteArrays: false,
    expressions: hessianExpressions(pair),
    write(w) {
      writeProduct(w, w.address('v'), w.address('sums'), options);
    },
  }),
  hessianProducts: (pair, options) => ({
    addresses: ['v', 'sums', 'stride'],
    siteArrays: false,
    expressions: hessianExpressions(pair),
    write(w) {
      for (let column = 0; column < productsAtOnce; column++) {
        const from = (name: string) =>
          w.f.let(i32.add(w.address(name), i32.mul(w.address('stride'), column)));
        writeProduct(w, from('v'), from('sums'), options);
      }
    },
  }),
  hessianBlocks: (pair, { dimension }) => ({
    addresses: ['blocks'],
    siteArrays: false,
    expressions: hessianExpressions(pair),
    write(w) {
      const { f } = w;
      const entries = blockEntries(dimension);
      const own = entries.map(() => f.local('v128'));
      // A block takes up twice the room of a site's coordinates.
      const place = (offset: I32): I32 => i32.add(w.address('blocks'), i32.shl(offset, 1));
      const addTo = (at: I32, k: number, value: F64): void =>
        f.store(at, f64.add(f64.load(at, 8 * k), value), 8 * k);
      w.siteBefore(() => {
        for (const sum of own) f.set(sum, zero);
      });
      w.pair(({ d, outside, offsets }, [slope, curvature]) => {
        const values = entries.map(([a, b]) => {
          const along = f64x2.mul(curvature, f64x2.mul(d[a], d[b]));
          return f.let(v128.andNot(a === b ? f64x2.add(along, slope) : along, outside));
        });
        values.forEach((value, k) => {
          f.set(own[k], f64x2.add(own[k], value));
        });
        for (const lane of [0, 1] as const) {
          const at = f.let(place(offsets[lane]));
          values.forEach((value, k) => {
            addTo(at, k, f64x2.extractLane(value, lane));
          });
        }
      });
      w.siteAfter((site) => {
        const at = f.let(place(site.offset));
        own.forEach((sum, k) => {
          addTo(at, k, sumOfLanes(sum));
        });
      });
    },
  }),
  parameterGradient: (pair, options) => ({
    addresses: ['tables'],
    siteArrays: true,
    expressions: [
      ...pair.tables.map((p) => p.energy),
      ...pair.sites.flatMap((p) => [p.first.energy, p.second.energy]),
    ],
    write(w) {
      const add = addParameters(w, pair, options);
      w.pair((couple, values) => add(couple, values));
    },
  }),
  mixedProduct: (pair, options) => ({
    addresses: ['tables', 'sums'],
    siteArrays: true,
    expressions: mixedExpressions(pair),
    write(w) {
      const { f } = w;
      const along = addVectors(w, w.address('sums'));
      const tangents = options.classes
        ? null
        : pair.tables.map((_, k) => f.let(v128.load64Splat(w.address('tables'), 8 * k)));
      const own = pair.sites.map(() => f.local('v128'));
      w.siteBefore((site) => {
        own.forEach((variable, k) => {
          f.set(variable, v128.load64Splat(i32.add(w.address(`out${k}`), site.scalarOffset)));
        });
      });
      w.pair((couple, values) => {
        const terms = pair.tables.map((_, k) =>
          f64x2.mul(values[k], tangents ? tangents[k] : tableLanes(w, couple, k, 'tables')),
        );
        pair.sites.forEach((_, k) => {
          const at = pair.tables.length + 2 * k;
          const other = v128.load64Lane(
            i32.add(w.address(`out${k}`), couple.scalarOffset(1)),
            v128.load64Zero(i32.add(w.address(`out${k}`), couple.scalarOffset(0))),
            1,
          );
          terms.push(f64x2.mul(values[at], own[k]), f64x2.mul(values[at + 1], other));
        });
        const c = f.let(terms.reduce((a, b) => f64x2.add(a, b), zero));
        along(couple, (axis) => f64x2.mul(c, couple.d[axis]));
      });
    },
  }),
  mixedTransposeProduct: (pair, options) => ({
    addresses: ['w', 'tables'],
    siteArrays: true,
    expressions: mixedExpressions(pair),
    write(w) {
      const { f } = w;
      const differences = siteDifferences(w, w.address('w'), options);
      const add = addParameters(w, pair, options);
      w.pair((couple, values) => {
        const e = differences(couple);
        const c = f.let(e.map((x, k) => f64x2.mul(x, couple.d[k])).reduce((a, b) => f64x2.add(a, b)));
        add(
          couple,
          values.map((value) => f64x2.mul(value, c)),
        );
      });
    },
  }),
};

/** (2 u′ + 4 u″ d dᵀ) of what a site moves against its neighbour, summed over the neighbours. */
function writeProduct(
  w: PairWriter,
  v: Variable<'i32'>,
  sums: Variable<'i32'>,
  options: KernelOptions,
): void {
  const { f } = w;
  const differences = siteDifferences(w, v, options);
  const along = addVectors(w, sums);
  w.pair((couple, [slope, curvature]) => {
    const e = differences(couple);
    const projection = e.map((x, k) => f64x2.mul(x, couple.d[k])).reduce((a, b) => f64x2.add(a, b));
    const c = f.let(f64x2.mul(curvature, projection));
    along(couple, (axis) => f64x2.add(f64x2.mul(slope, e[axis]), f64x2.mul(c, couple.d[axis])));
  });
}

function hessianExpressions({ graph, slope, curvature }: PairFunction): Node[] {
  return [graph.scale(2, slope), graph.scale(4, curvature)];
}

function mixedExpressions(pair: PairFunction): Node[] {
  const { graph } = pair;
  return [
    ...pair.tables.map((p) => graph.scale(2, p.slope)),
    ...pair.sites.flatMap((p) => [graph.scale(2, p.first.slope), graph.scale(2, p.second.slope)]),
  ];
}
