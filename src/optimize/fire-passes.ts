/**
 * FIRE's work on vectors, three passes a step: WebAssembly with vectors over a memory that holds all of them, or plain
 * loops. Both do the same arithmetic; their sums differ in order.
 */
import {
  Arena,
  arenaBytes,
  defineFunction,
  encodeModule,
  f64,
  f64x2,
  hasVectors,
  i32,
  mostPages,
  type V128,
  v128,
  type WasmFunction,
} from '../wasm/index.js';

/** Sums over all components, and the longest block of the gradient. */
export interface FireSums {
  /** ‖g − former g‖² */
  readonly change: number;
  /** −g · v */
  readonly power: number;
  /** ‖v‖² */
  readonly speed: number;
  /** ‖g‖² */
  readonly force: number;
  readonly largest: number;
}

export interface FirePasses {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly velocity: Float64Array;
  /** v ← keep · v − pull · g, and keeps g as the former gradient; returns ‖v‖². */
  kick(keep: number, pull: number): number;
  /** x ← x + time · v */
  drift(time: number): void;
  /** v ← v − pull · g, and the sums with this v. */
  measure(pull: number): FireSums;
}

/** Unknowns from which on a memory of its own pays. */
const manyUnknowns = 32;

/** @param start is copied, or taken over */
export function firePasses(start: Float64Array, blockSize: number): FirePasses {
  return start.length >= manyUnknowns && blockSize <= 3 && hasVectors()
    ? new VectorPasses(start, blockSize)
    : new PlainPasses(start, blockSize);
}

export class PlainPasses implements FirePasses {
  readonly gradient: Float64Array;
  readonly velocity: Float64Array;
  private readonly former: Float64Array;

  constructor(
    readonly x: Float64Array,
    private readonly blockSize: number,
  ) {
    this.gradient = new Float64Array(x.length);
    this.velocity = new Float64Array(x.length);
    this.former = new Float64Array(x.length);
  }

  kick(keep: number, pull: number): number {
    const { gradient: g, velocity: v, former } = this;
    let speed = 0;
    for (let i = 0; i < v.length; i++) {
      const velocity = keep * v[i] - pull * g[i];
      former[i] = g[i];
      v[i] = velocity;
      speed += velocity * velocity;
    }
    return speed;
  }

  drift(time: number): void {
    const { x, velocity } = this;
    for (let i = 0; i < x.length; i++) x[i] += time * velocity[i];
  }

  measure(pull: number): FireSums {
    const { gradient: g, velocity: v, former, blockSize } = this;
    let [change, power, speed, force, largest] = [0, 0, 0, 0, 0];
    for (let i = 0; i < v.length; i += blockSize) {
      let block = 0;
      for (let k = i; k < i + blockSize; k++) {
        const difference = g[k] - former[k];
        const velocity = v[k] - pull * g[k];
        v[k] = velocity;
        change += difference * difference;
        power -= g[k] * velocity;
        speed += velocity * velocity;
        block += g[k] * g[k];
      }
      force += block;
      // Math.max keeps NaN, wherever it comes.
      largest = Math.max(largest, block);
    }
    return { change, power, speed, force, largest: Math.sqrt(largest) };
  }
}

/** Whole turns of each loop: of two vectors, and of three, which are whole blocks of one, two and three. */
const unit = 12;

interface Passes {
  kick(x: number, g: number, v: number, former: number, bytes: number, keep: number, pull: number): number;
  drift(x: number, v: number, bytes: number, time: number): void;
  measure(g: number, v: number, former: number, bytes: number, sums: number, pull: number): void;
}

export class VectorPasses implements FirePasses {
  readonly x: Float64Array;
  readonly gradient: Float64Array;
  readonly velocity: Float64Array;
  private readonly sums: Float64Array;
  private readonly former: number;
  private readonly bytes: number;
  private readonly passes: Passes;

  constructor(start: Float64Array, blockSize: number) {
    const arena = new Arena(false);
    const length = unit * Math.ceil(start.length / unit);
    this.bytes = 8 * length;
    arena.reset(arenaBytes(this.bytes, this.bytes, this.bytes, this.bytes, 8 * sumCount));
    const take = (): Float64Array => arena.float64(length).subarray(0, start.length);
    this.x = take();
    this.x.set(start);
    this.gradient = take();
    this.velocity = take();
    this.former = take().byteOffset;
    this.sums = arena.float64(sumCount);
    const instance = new WebAssembly.Instance(moduleFor(blockSize), { env: { memory: arena.memory } });
    this.passes = instance.exports as unknown as Passes;
  }

  kick(keep: number, pull: number): number {
    const { x, gradient, velocity, former, bytes, passes } = this;
    return passes.kick(x.byteOffset, gradient.byteOffset, velocity.byteOffset, former, bytes, keep, pull);
  }

  drift(time: number): void {
    this.passes.drift(this.x.byteOffset, this.velocity.byteOffset, this.bytes, time);
  }

  measure(pull: number): FireSums {
    const { gradient, velocity, former, bytes, sums, passes } = this;
    passes.measure(gradient.byteOffset, velocity.byteOffset, former, bytes, sums.byteOffset, pull);
    const force = sums[3];
    // The largest of the blocks passes over those that are no numbers; their sum does not.
    const largest = Number.isNaN(force) ? force : Math.sqrt(sums[4]);
    return { change: sums[0], power: sums[1], speed: sums[2], force, largest };
  }
}

const sumCount = 5;
const modules = new Map<number, WebAssembly.Module>();

function moduleFor(blockSize: number): WebAssembly.Module {
  let module = modules.get(blockSize);
  if (!module) {
    const memory = { initial: 1, maximum: mostPages, shared: false };
    module = new WebAssembly.Module(
      encodeModule([kickFunction(), driftFunction(), measureFunction(blockSize)], memory),
    );
    modules.set(blockSize, module);
  }
  return module;
}

const { add, sub, mul } = f64x2;
const zero = f64x2.const(0);
const sumOf = (terms: readonly V128[]): V128 => terms.reduce((a, b) => add(a, b));
const sumOfLanes = (x: V128) => f64.add(f64x2.extractLane(x, 0), f64x2.extractLane(x, 1));

function kickFunction(): WasmFunction {
  const parameters = {
    x: 'i32',
    g: 'i32',
    v: 'i32',
    former: 'i32',
    bytes: 'i32',
    keep: 'f64',
    pull: 'f64',
  } as const;
  return defineFunction('kick', parameters, 'f64', (f, p) => {
    const keep = f.let(f64x2.splat(p.keep));
    const pull = f.let(f64x2.splat(p.pull));
    const sums = [f.let(zero), f.let(zero)];
    const at = f.local('i32');
    f.for(at, 0, p.bytes, 16 * sums.length, () => {
      sums.forEach((speed, k) => {
        const g = f.let(v128.load(i32.add(p.g, at), 16 * k));
        const place = f.let(i32.add(p.v, at));
        const v = f.let(sub(mul(keep, v128.load(place, 16 * k)), mul(pull, g)));
        f.store(i32.add(p.former, at), g, 16 * k);
        f.store(place, v, 16 * k);
        f.set(speed, add(speed, mul(v, v)));
      });
    });
    return sumOfLanes(add(sums[0], sums[1]));
  });
}

function driftFunction(): WasmFunction {
  return defineFunction('drift', { x: 'i32', v: 'i32', bytes: 'i32', time: 'f64' }, null, (f, p) => {
    const time = f.let(f64x2.splat(p.time));
    const at = f.local('i32');
    f.for(at, 0, p.bytes, 16, () => {
      const place = f.let(i32.add(p.x, at));
      f.store(place, add(v128.load(place), mul(time, v128.load(i32.add(p.v, at)))));
    });
    return null;
  });
}

function measureFunction(blockSize: number): WasmFunction {
  const parameters = { g: 'i32', v: 'i32', former: 'i32', bytes: 'i32', sums: 'i32', pull: 'f64' } as const;
  return defineFunction('measure', parameters, null, (f, p) => {
    const pull = f.let(f64x2.splat(p.pull));
    const [change, power, speed, force, largest] = Array.from({ length: sumCount }, () => f.let(zero));
    const at = f.local('i32');
    f.for(at, 0, p.bytes, 48, () => {
      // Added up before they are added to the sums, whose chains of additions would set the pace.
      const terms = [0, 16, 32].map((offset) => {
        const g = f.let(v128.load(i32.add(p.g, at), offset));
        const place = f.let(i32.add(p.v, at));
        const v = f.let(sub(v128.load(place, offset), mul(pull, g)));
        f.store(place, v, offset);
        const difference = f.let(sub(g, v128.load(i32.add(p.former, at), offset)));
        return [mul(difference, difference), mul(g, v), mul(v, v), f.let(mul(g, g))];
      });
      const [changes, powers, speeds, forces] = [0, 1, 2, 3].map((k) => f.let(sumOf(terms.map((t) => t[k]))));
      f.set(change, add(change, changes));
      f.set(power, sub(power, powers));
      f.set(speed, add(speed, speeds));
      f.set(force, add(force, forces));
      const blocks = blocksOf(
        terms.map((t) => t[3]),
        blockSize,
      );
      f.set(largest, f64x2.pmax(largest, f.let(blocks.reduce((a, b) => f.let(f64x2.pmax(a, b))))));
    });
    for (const [k, sum] of [change, power, speed, force].entries()) f.store(p.sums, sumOfLanes(sum), 8 * k);
    f.store(p.sums, f64.max(f64x2.extractLane(largest, 0), f64x2.extractLane(largest, 1)), 32);
    return null;
  });
}

/** Sums over blocks, from the squares of six components. */
function blocksOf([a, b, c]: readonly V128[], blockSize: number): V128[] {
  if (blockSize === 1) return [a, b, c];
  const swapped = (x: V128): V128 => f64x2.shuffle(x, x, 1, 0);
  if (blockSize === 2) return [a, b, c].map((x) => add(x, swapped(x)));
  // x0 y0 | z0 x1 | y1 z1
  return [add(b, add(f64x2.shuffle(a, c, 0, 3), f64x2.shuffle(a, c, 1, 2)))];
}
