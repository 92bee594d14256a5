/**
 * The frame of every pair loop: over sites, over their neighbours two at a time, and the code of the expressions in
 * between.
 *
 * Sites are padded to four doubles (two in two dimensions), so that a site is two vector loads. A row of the list has
 * an even number of entries: the last one may be the padding site, which lies far away. Pairs out of range are masked;
 * a couple of them that are both out of range is skipped. Values that are the same for all pairs come from memory.
 */
import {
  type F64,
  type FunctionWriter,
  f64x2,
  type I32,
  i32,
  i64x2,
  type V128,
  type Variable,
  v128,
} from '../../wasm/index.js';
import type { Code, Value } from '../instructions.js';
import { type KernelOptions, type PairFunction, squaredDistance } from '../pair-kernel.js';
import { writeFunction } from './vector-functions.js';

/** Distance of the padding site: far beyond any range, its square still a number. */
export const farAway = 1e150;

/**
 * What a kernel hangs on the frame: its pieces may hang on what they need, and follow each other in the order in which
 * they did. What it writes before `finish` comes before the loops.
 */
export interface PairWriter {
  readonly f: FunctionWriter;
  address(name: string): Variable<'i32'>;
  siteBefore(write: (site: Site) => void): void;
  pair(write: (couple: Couple, values: readonly V128[]) => void): void;
  siteAfter(write: (site: Site) => void): void;
  after(write: () => void): void;
  /** The function's result. */
  result: F64 | null;
}

export interface Site {
  /** Byte offset of the site in coordinate arrays, and in arrays of one double a site. */
  readonly offset: I32;
  readonly scalarOffset: I32;
}

/** Two neighbours of a site. */
export interface Couple {
  readonly offsets: readonly [I32, I32];
  scalarOffset(lane: 0 | 1): I32;
  /** Site less neighbour, along each axis. */
  readonly d: readonly V128[];
  /** Bits set in lanes that are out of range. */
  readonly outside: V128;
  /** Byte offset of the classes' entry in a table, for each lane. */
  tableOffset(lane: 0 | 1): I32;
}

export class LoopWriter implements PairWriter {
  result: F64 | null = null;
  private readonly before: ((site: Site) => void)[] = [];
  private readonly pairs: ((couple: Couple, values: readonly V128[]) => void)[] = [];
  private readonly behind: ((site: Site) => void)[] = [];
  private readonly atEnd: (() => void)[] = [];

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

  siteBefore(write: (site: Site) => void): void {
    this.before.push(write);
  }

  pair(write: (couple: Couple, values: readonly V128[]) => void): void {
    this.pairs.push(write);
  }

  siteAfter(write: (site: Site) => void): void {
    this.behind.push(write);
  }

  after(write: () => void): void {
    this.atEnd.push(write);
  }

  finish(): void {
    const { f, p, options } = this;
    const { dimension } = options;
    const shift = dimension === 2 ? 4 : 5;
    const shared = this.sharedValues();
    const si = f.local('i32');
    f.for(si, p.begin, p.end, 1, () => {
      const offset = f.let(i32.shl(si, shift));
      const scalarOffset = f.let(i32.shl(si, 3));
      const site: Site = { offset, scalarOffset };
      const at = f.let(i32.add(p.positions, offset));
      const x = Array.from({ length: dimension }, (_, k) => f.let(v128.load64Splat(at, 8 * k)));
      const row = options.classes
        ? f.let(i32.mul(i32.load(i32.add(p.classes, i32.shl(si, 2))), p.classCount))
        : null;
      const firsts = this.pairFunction.sites.map((_, k) =>
        f.let(v128.load64Splat(i32.add(p[`site${k}`], scalarOffset))),
      );
      for (const write of this.before) write(site);
      this.forEachCouple(si, (offsets) => this.writeCouple(x, offsets, row, firsts, shared));
      for (const write of this.behind) write(site);
    });
    for (const write of this.atEnd) write();
  }

  /** Values that are the same for all pairs, or for all pairs of two classes where there is but one class. */
  private sharedValues(): Map<Value, V128> {
    const { f, p, code } = this;
    const shared = new Map<Value, V128>();
    code.instructions.forEach((instruction, value) => {
      if (instruction.op === 'constant') shared.set(value, f.let(f64x2.const(instruction.value)));
    });
    if (!this.options.classes) {
      this.fixed.forEach((value, k) => {
        shared.set(value, f.let(v128.load64Splat(p.fixed, 8 * k)));
      });
    }
    return shared;
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
    const classPairs = row
      ? offsets.map((offset) =>
          f.let(i32.add(row, i32.load(i32.add(p.classes, i32.shrU(offset, scalarShift + 1))))),
        )
      : null;
    const lanes = (first: I32, second: I32, constant = 0): V128 =>
      v128.load64Lane(second, v128.load64Zero(first, constant), 1, constant);
    const seconds = this.pairFunction.sites.map((_, n) => {
      const [first, second] = scalar.map((offset) => i32.add(p[`site${n}`], offset()));
      return f.let(lanes(first, second));
    });
    const fixedOf = classPairs?.map((pair) => f.let(i32.add(p.fixed, i32.mul(pair, 8 * this.fixed.length))));
    const inputs = (name: string): V128 => {
      if (name === squaredDistance) return s;
      const [, kind, n] = /^(first|second)(\d+)$/.exec(name) ?? [];
      if (kind === undefined) throw new Error(`no pair has the input "${name}"`);
      return kind === 'first' ? firsts[Number(n)] : seconds[Number(n)];
    };
    const fixedValue = (value: Value): V128 => {
      const known = shared.get(value);
      if (known) return known;
      if (!fixedOf) throw new Error('a fixed value has no place');
      return f.let(lanes(fixedOf[0], fixedOf[1], 8 * this.fixed.indexOf(value)));
    };
    const values = new VectorCode(f, code, inputs, fixedValue, p.functionTable);
    const outside = f.let(f64x2.ge(s, values.of(code.results[0])));
    f.if(i32.eqz(i64x2.allTrue(outside)), () => {
      const results = code.results.slice(1).map((value) => values.of(value));
      const couple: Couple = {
        offsets,
        scalarOffset: (lane) => scalar[lane](),
        d,
        outside,
        tableOffset: (lane) => (classPairs ? i32.shl(classPairs[lane], 3) : i32.const(0)),
      };
      for (const write of this.pairs) write(couple, results);
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
    private readonly functionTable: I32,
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
        const operands = instruction.operands.map((operand) => this.of(operand));
        return f.let(writeFunction(f, this.functionTable, instruction.name, ...operands));
      }
      case 'select': {
        const mask = f64x2.ne(this.of(instruction.condition), f64x2.const(0));
        return f.let(v128.bitselect(this.of(instruction.then), this.of(instruction.otherwise), mask));
      }
    }
  }
}
