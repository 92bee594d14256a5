/**
 * The loops over pairs as WebAssembly, two neighbours of a site at a time.
 *
 * Sites are padded to four doubles (two in two dimensions), so that a site is two vector loads. A row of the list has
 * an even number of entries: the last one may be the padding site, which lies far away. Pairs out of range are masked;
 * a couple of them that are both out of range is skipped. Values that are the same for all pairs come from memory.
 */
import type { Node } from '../../expression/index.js';
import {
  defineFunction,
  type F64,
  type FunctionWriter,
  f64,
  f64x2,
  type I32,
  i32,
  i64x2,
  type V128,
  type Variable,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';
import { type Code, generateCode, operandsOf, type Value } from '../instructions.js';
import { type KernelOptions, type PairFunction, squaredDistance } from '../pair-kernel.js';
import { vectorFunctions } from './vector-functions.js';

/** Distance of the padding site: far beyond any range, its square still a number. */
export const farAway = 1e150;
/** Squares of distances below this are those of real pairs. */
const farRange = 1e290;

/** The kernels, in the order of their parameters after the common ones; `site…` stands for one a site parameter. */
export const kernelNames = [
  'energy',
  'gradient',
  'strainGradient',
  'hessianProduct',
  'parameterGradient',
  'mixedProduct',
  'mixedTransposeProduct',
] as const;
export type KernelName = (typeof kernelNames)[number];

/** One loop and what it expects of memory. */
export interface PairLoop {
  /** Writes the function, which takes a moment. */
  write(): WasmFunction;
  /** Values that are the same for all pairs, to be computed before: `code.instructions[fixed[k]]`. */
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

/** Handles of the code around the pairs, for kernels to hang theirs on. */
interface PairWriter {
  readonly f: FunctionWriter;
  address(name: string): Variable<'i32'>;
  /** Before the loops. */
  before(write: () => void): void;
  siteBefore(write: (site: Site) => void): void;
  pair(write: (couple: Couple, values: readonly V128[]) => void): void;
  siteAfter(write: (site: Site) => void): void;
  after(write: () => void): void;
  /** The function's result. */
  result: F64 | null;
}

interface Site {
  /** Byte offset of the site in coordinate arrays, and in arrays of one double a site. */
  readonly offset: I32;
  readonly scalarOffset: I32;
}

/** Two neighbours of a site. */
interface Couple {
  readonly offsets: readonly [I32, I32];
  scalarOffset(lane: 0 | 1): I32;
  /** Site less neighbour, along each axis. */
  readonly d: readonly V128[];
  /** Bits set in lanes that are out of range. */
  readonly outside: V128;
  /** Byte offset of the classes' entry in a table, for each lane. */
  tableOffset(lane: 0 | 1): I32;
}

export function pairLoop(name: KernelName, pair: PairFunction, options: KernelOptions): PairLoop {
  const loop = loops[name](pair, options);
  const range = pair.rangeSquared ?? pair.graph.constant(farRange);
  const code = generateCode([range, ...loop.expressions]);
  const fixed = fixedValues(code);
  return { code, fixed, write: () => writeLoop(name, loop, code, fixed, pair, options) };
}

/** Constants and invariant values that pairs use directly. */
function fixedValues(code: Code): Value[] {
  const used = new Set<Value>();
  const use = (value: Value): void => {
    if (code.instructions[value].invariant) used.add(value);
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

class LoopWriter implements PairWriter {
  result: F64 | null = null;
  private readonly hooks: {
    before?: () => void;
    siteBefore?: (site: Site) => void;
    pair?: (couple: Couple, values: readonly V128[]) => void;
    siteAfter?: (site: Site) => void;
    after?: () => void;
  } = {};

  constructor(
    readonly f: FunctionWriter,
    private readonly p: Readonly<Record<string, Variable<'i32'>>>,
    private readonly code: Code,
    private readonly fixed: readonly Value[],
    private readonly pairFunction: PairFunction,
    private readonly options: KernelOptions,
  ) {}

  address(name: string): Variable<'i32'> {
    return this.p[name];
  }

  before(write: () => void): void {
    this.hooks.before = write;
  }

  siteBefore(write: (site: Site) => void): void {
    this.hooks.siteBefore = write;
  }

  pair(write: (couple: Couple, values: readonly V128[]) => void): void {
    this.hooks.pair = write;
  }

  siteAfter(write: (site: Site) => void): void {
    this.hooks.siteAfter = write;
  }

  after(write: () => void): void {
    this.hooks.after = write;
  }

  finish(): void {
    const { f, p, options } = this;
    const { dimension } = options;
    const shift = dimension === 2 ? 4 : 5;
    const shared = new Map<Value, V128>();
    if (!options.classes) {
      this.fixed.forEach((value, k) => {
        shared.set(value, f.let(v128.load64Splat(p.fixed, 8 * k)));
      });
    }
    this.hooks.before?.();
    const si = f.local('i32');
    f.for(si, p.begin, p.end, 1, () => {
      const offset = f.let(i32.shl(si, shift));
      const scalarOffset = f.let(i32.shl(si, 3));
      const site: Site = { offset, scalarOffset };
      const at = f.let(i32.add(p.positions, offset));
      const x = Array.from({ length: dimension }, (_, k) => f.let(v128.load64Splat(at, 8 * k)));
      const row = options.classes
        ? f.let(i32.mul(i32.load(i32.add(p.classes, i32.shl(si, 2))), i32.shl(p.classCount, 3)))
        : null;
      const firsts = this.pairFunction.sites.map((_, k) =>
        f.let(v128.load64Splat(i32.add(p[`site${k}`], scalarOffset))),
      );
      this.hooks.siteBefore?.(site);
      this.forEachCouple(si, (offsets) => this.writeCouple(x, offsets, row, firsts, shared));
      this.hooks.siteAfter?.(site);
    });
    this.hooks.after?.();
  }

  /** Runs over the neighbours of a site, two at a time: those of its row, or all later sites. */
  private forEachCouple(si: Variable<'i32'>, write: (offsets: readonly [I32, I32]) => void): void {
    const { f, p, options } = this;
    const k = f.local('i32');
    if (options.allPairs) {
      const bytes = options.dimension === 2 ? 16 : 32;
      const stop = f.let(i32.mul(p.count, bytes));
      // With an odd number of partners the last couple takes in the padding site, which follows the last real one.
      f.for(k, i32.mul(i32.add(si, 1), bytes), stop, 2 * bytes, () => write([k, f.let(i32.add(k, bytes))]));
      return;
    }
    const start = f.let(i32.add(p.first, i32.shl(si, 2)));
    const stop = f.let(i32.add(p.list, i32.shl(i32.load(start, 4), 2)));
    f.for(k, i32.add(p.list, i32.shl(i32.load(start), 2)), stop, 8, () =>
      write([f.let(i32.load(k)), f.let(i32.load(k, 4))]),
    );
  }

  private writeCouple(
    x: readonly V128[],
    offsets: readonly [I32, I32],
    row: Variable<'i32'> | null,
    firsts: readonly V128[],
    shared: ReadonlyMap<Value, V128>,
  ): void {
    const { f, p, options, code } = this;
    const at = offsets.map((offset) => f.let(i32.add(p.positions, offset)));
    const [a, b] = at.map((address) => f.let(v128.load(address)));
    const neighbours = [f64x2.shuffle(a, b, 0, 2), f64x2.shuffle(a, b, 1, 3)];
    if (options.dimension === 3) {
      neighbours.push(v128.load64Lane(at[1], v128.load64Zero(at[0], 16), 1, 16));
    }
    const d = neighbours.map((y, axis) => f.let(f64x2.sub(x[axis], y)));
    const s = f.let(d.map((q) => f64x2.mul(q, q)).reduce((sum, square) => f64x2.add(sum, square)));
    const scalarShift = options.dimension === 2 ? 1 : 2;
    const scalar = offsets.map((offset) => () => i32.shrU(offset, scalarShift));
    const tables = row
      ? offsets.map((offset) =>
          f.let(i32.add(row, i32.shl(i32.load(i32.add(p.classes, i32.shrU(offset, scalarShift + 1))), 3))),
        )
      : null;
    const lanes = (base: I32, first: I32, second: I32, constant = 0): V128 =>
      v128.load64Lane(i32.add(base, second), v128.load64Zero(i32.add(base, first), constant), 1, constant);
    const seconds = this.pairFunction.sites.map((_, n) =>
      f.let(lanes(p[`site${n}`], scalar[0](), scalar[1]())),
    );
    const classPairs = tables ? i32.mul(p.classCount, p.classCount) : null;
    const tableStride = classPairs ? i32.shl(classPairs, 3) : null;
    const inputs = (name: string): V128 => {
      if (name === squaredDistance) return s;
      const [, kind, n] = /^(first|second)(\d+)$/.exec(name) ?? [];
      if (kind === undefined) throw new Error(`no pair has the input "${name}"`);
      return kind === 'first' ? firsts[Number(n)] : seconds[Number(n)];
    };
    const fixedValue = (value: Value): V128 => {
      const known = shared.get(value);
      if (known) return known;
      const n = this.fixed.indexOf(value);
      if (!tables || !tableStride) throw new Error('a fixed value has no place');
      const base = i32.add(p.fixed, i32.mul(tableStride, n));
      return f.let(lanes(base, tables[0], tables[1]));
    };
    const values = new VectorCode(f, code, inputs, fixedValue);
    const outside = f.let(f64x2.ge(s, values.of(code.results[0])));
    f.if(i32.eqz(i64x2.allTrue(outside)), () => {
      const results = code.results.slice(1).map((value) => values.of(value));
      const couple: Couple = {
        offsets,
        scalarOffset: (lane) => scalar[lane](),
        d,
        outside,
        tableOffset: (lane) => (tables ? tables[lane] : i32.const(0)),
      };
      this.hooks.pair?.(couple, results);
    });
  }
}

/** Vector code for the values of a couple of pairs, each written once. */
class VectorCode {
  private readonly written = new Map<Value, V128>();

  constructor(
    private readonly f: FunctionWriter,
    private readonly code: Code,
    private readonly input: (name: string) => V128,
    private readonly fixed: (value: Value) => V128,
  ) {}

  of(value: Value): V128 {
    const known = this.written.get(value);
    if (known) return known;
    const made = this.write(value);
    this.written.set(value, made);
    return made;
  }

  private write(value: Value): V128 {
    const instruction = this.code.instructions[value];
    if (instruction.invariant) return this.fixed(value);
    const { f } = this;
    switch (instruction.op) {
      case 'constant':
        return this.fixed(value);
      case 'input':
        return this.input(instruction.name);
      case 'add':
        return f.let(f64x2.add(this.of(instruction.a), this.of(instruction.b)));
      case 'subtract':
        return f.let(f64x2.sub(this.of(instruction.a), this.of(instruction.b)));
      case 'multiply':
        return f.let(f64x2.mul(this.of(instruction.a), this.of(instruction.b)));
      case 'negate':
        return f.let(f64x2.neg(this.of(instruction.a)));
      case 'reciprocal':
        return f.let(f64x2.div(f64x2.const(1), this.of(instruction.a)));
      case 'sqrt':
        return f.let(f64x2.sqrt(this.of(instruction.a)));
      case 'call': {
        const vector = vectorFunctions[instruction.name];
        if (!vector) throw new Error(`${instruction.name} has no vector code`);
        return f.let(vector(f, ...instruction.operands.map((operand) => this.of(operand))));
      }
      case 'select': {
        const mask = f64x2.ne(this.of(instruction.condition), f64x2.const(0));
        return f.let(v128.bitselect(this.of(instruction.then), this.of(instruction.otherwise), mask));
      }
    }
  }
}

const sumOfLanes = (x: V128): F64 => f64.add(f64x2.extractLane(x, 0), f64x2.extractLane(x, 1));
const zero = f64x2.const(0);

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
  hessianProduct: (pair, options) => ({
    addresses: ['v', 'sums'],
    siteArrays: false,
    expressions: [pair.graph.scale(2, pair.slope), pair.graph.scale(4, pair.curvature)],
    write(w) {
      const { f } = w;
      const differences = siteDifferences(w, w.address('v'), options);
      const along = addVectors(w, w.address('sums'));
      w.siteBefore((site) => {
        along.begin();
        differences.begin(site);
      });
      w.pair((couple, [slope, curvature]) => {
        const e = differences(couple);
        const projection = e.map((x, k) => f64x2.mul(x, couple.d[k])).reduce((a, b) => f64x2.add(a, b));
        const c = f.let(f64x2.mul(curvature, projection));
        along(couple, (axis) => f64x2.add(f64x2.mul(slope, e[axis]), f64x2.mul(c, couple.d[axis])));
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
        along.begin();
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
      const add = addParameters(w, pair, options, differences.begin);
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

function mixedExpressions(pair: PairFunction): Node[] {
  const { graph } = pair;
  return [
    ...pair.tables.map((p) => graph.scale(2, p.slope)),
    ...pair.sites.flatMap((p) => [graph.scale(2, p.first.slope), graph.scale(2, p.second.slope)]),
  ];
}

/** Sums the first value of each couple into the function's result; `then` may do more with the values. */
function addEnergy(w: PairWriter, then?: (couple: Couple, values: readonly V128[]) => void): void {
  const { f } = w;
  const energy = f.let(zero);
  w.pair((couple, values) => {
    f.set(energy, f64x2.add(energy, v128.andNot(values[0], couple.outside)));
    then?.(couple, values);
  });
  w.result = sumOfLanes(energy);
}

type AddVectors = ((couple: Couple, along: (axis: number) => V128) => void) & { begin(): void };

/**
 * Adds a vector to the site and subtracts it from its neighbours, in coordinate arrays.
 * Hooks itself on the sites' beginnings and ends; a kernel with a hook of its own calls `begin` in it.
 */
function addVectors(w: PairWriter, sums: Variable<'i32'>): AddVectors {
  const { f } = w;
  const totals = Array.from({ length: 3 }, () => f.local('v128'));
  let axes = 0;
  const begin = (): void => {
    for (const total of totals) f.set(total, zero);
  };
  w.siteBefore(begin);
  const add = (couple: Couple, along: (axis: number) => V128): void => {
    axes = couple.d.length;
    const vectors = couple.d.map((_, axis) => f.let(v128.andNot(along(axis), couple.outside)));
    vectors.forEach((vector, axis) => {
      f.set(totals[axis], f64x2.add(totals[axis], vector));
    });
    const [x, y, z] = vectors;
    // One neighbour after the other: both may be ghosts of one site, or the padding site twice.
    for (const lane of [0, 1] as const) {
      const at = f.let(i32.add(sums, couple.offsets[lane]));
      const xy = lane === 0 ? f64x2.shuffle(x, y, 0, 2) : f64x2.shuffle(x, y, 1, 3);
      f.store(at, f64x2.sub(v128.load(at), xy));
      if (z) f.store(at, f64.sub(f64.load(at, 16), f64x2.extractLane(z, lane)), 16);
    }
  };
  w.siteAfter((site) => {
    const at = f.let(i32.add(sums, site.offset));
    for (let axis = 0; axis < axes; axis++) {
      f.store(at, f64.add(f64.load(at, 8 * axis), sumOfLanes(totals[axis])), 8 * axis);
    }
  });
  return Object.assign(add, { begin });
}

type Differences = ((couple: Couple) => V128[]) & { begin(site: Site): void };

/** Differences of a coordinate array between the site and its neighbours. */
function siteDifferences(w: PairWriter, array: Variable<'i32'>, { dimension }: KernelOptions): Differences {
  const { f } = w;
  const own = Array.from({ length: dimension }, () => f.local('v128'));
  const begin = (site: Site): void => {
    const at = f.let(i32.add(array, site.offset));
    own.forEach((variable, axis) => {
      f.set(variable, v128.load64Splat(at, 8 * axis));
    });
  };
  const differences = ({ offsets }: Couple): V128[] => {
    const at = offsets.map((offset) => f.let(i32.add(array, offset)));
    const [a, b] = at.map((address) => f.let(v128.load(address)));
    const others = [f64x2.shuffle(a, b, 0, 2), f64x2.shuffle(a, b, 1, 3)];
    if (dimension === 3) others.push(v128.load64Lane(at[1], v128.load64Zero(at[0], 16), 1, 16));
    return others.map((other, axis) => f.let(f64x2.sub(own[axis], other)));
  };
  return Object.assign(differences, { begin });
}

/** Adds values to the tables' and the sites' arrays; `alsoBefore` runs where a site begins. */
function addParameters(
  w: PairWriter,
  pair: PairFunction,
  options: KernelOptions,
  alsoBefore?: (site: Site) => void,
): (couple: Couple, values: readonly V128[]) => void {
  const { f } = w;
  const totals = options.classes ? [] : pair.tables.map(() => f.let(zero));
  const own = pair.sites.map(() => f.local('v128'));
  w.siteBefore((site) => {
    for (const sum of own) f.set(sum, zero);
    alsoBefore?.(site);
  });
  w.siteAfter((site) => {
    own.forEach((sum, k) => {
      const at = f.let(i32.add(w.address(`out${k}`), site.scalarOffset));
      f.store(at, f64.add(f64.load(at), sumOfLanes(sum)));
    });
  });
  w.after(() => {
    totals.forEach((sum, k) => {
      const at = w.address('tables');
      f.store(at, f64.add(f64.load(at, 8 * k), sumOfLanes(sum)), 8 * k);
    });
  });
  return (couple, values) => {
    const masked = values.map((value) => f.let(v128.andNot(value, couple.outside)));
    pair.tables.forEach((_, k) => {
      if (!options.classes) {
        f.set(totals[k], f64x2.add(totals[k], masked[k]));
        return;
      }
      for (const lane of [0, 1] as const) {
        const at = f.let(i32.add(tableBase(w, k, 'tables'), couple.tableOffset(lane)));
        f.store(at, f64.add(f64.load(at), f64x2.extractLane(masked[k], lane)));
      }
    });
    pair.sites.forEach((_, k) => {
      const at = pair.tables.length + 2 * k;
      f.set(own[k], f64x2.add(own[k], masked[at]));
      for (const lane of [0, 1] as const) {
        const address = f.let(i32.add(w.address(`out${k}`), couple.scalarOffset(lane)));
        f.store(address, f64.add(f64.load(address), f64x2.extractLane(masked[at + 1], lane)));
      }
    });
  };
}

function tableBase(w: PairWriter, k: number, name: string): I32 {
  const classes = w.address('classCount');
  return i32.add(w.address(name), i32.mul(i32.mul(classes, classes), 8 * k));
}

function tableLanes(w: PairWriter, couple: Couple, k: number, name: string): V128 {
  const base = tableBase(w, k, name);
  return v128.load64Lane(
    i32.add(base, couple.tableOffset(1)),
    v128.load64Zero(i32.add(base, couple.tableOffset(0))),
    1,
  );
}
