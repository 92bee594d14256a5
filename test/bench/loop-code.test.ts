import { describe, expect, it } from 'vitest';
import { innermostLoop } from '../../bench/loop-code.js';
import { watchFunction } from '../../bench/loop-watch.js';
import {
  defineFunction,
  encodeModule,
  f64,
  f64x2,
  i32,
  i64x2,
  v128,
  type WasmFunction,
} from '../../src/wasm/index.js';

const memory = { initial: 1, maximum: 1, shared: false };
const none = {
  sums: 0,
  quotients: 0,
  roots: 0,
  otherVectors: 0,
  instructions: 0,
  bytesRead: 0,
  bytesWritten: 0,
};

/** Loops within each other, with more before and behind the inner one than within. */
const nested = (): WasmFunction =>
  defineFunction('nested', { count: 'i32' }, 'f64', (f, p) => {
    const total = f.let(f64x2.const(0));
    const i = f.local('i32');
    f.for(i, 0, p.count, 1, () => {
      const outer = f.let(f64x2.div(v128.load(i, 64), f64x2.const(3)));
      const k = f.local('i32');
      f.for(k, 16, p.count, 16, () => {
        const x = f.let(f64x2.mul(f64x2.sub(v128.load(k), outer), outer));
        f.if(i32.eqz(i64x2.allTrue(f64x2.ge(x, outer))), () => {
          f.set(total, f64x2.add(total, f64x2.sqrt(f64x2.div(x, outer))));
          f.store(k, f64.add(f64.load(k, 8), f64x2.extractLane(x, 1)), 8);
          // What is rare is not counted.
          f.if(v128.anyTrue(x), () => f.set(total, f64x2.mul(total, total)));
        });
      });
      f.set(total, f64x2.sub(total, outer));
    });
    return f64x2.extractLane(total, 0);
  });

describe('counting what a loop does', () => {
  it('counts lanes of arithmetic and bytes of the innermost loop, its branch apart', () => {
    const { always, branch } = innermostLoop(encodeModule([nested()], memory));
    // load, sub, mul; ge, allTrue, eqz, if; k's addition, comparison and jump
    expect(always).toEqual({ ...none, sums: 4, otherVectors: 2, instructions: 10, bytesRead: 16 });
    // div, sqrt, add; load, extract, add, store; anyTrue, if
    expect(branch).toEqual({
      sums: 3,
      quotients: 2,
      roots: 2,
      otherVectors: 2,
      instructions: 9,
      bytesRead: 8,
      bytesWritten: 8,
    });
  });

  it('refuses a function without a loop, and one with two loops beside each other', () => {
    const loops = (many: number): Uint8Array =>
      encodeModule(
        [
          defineFunction('loops', {}, null, (f) => {
            const i = f.local('i32');
            for (let k = 0; k < many; k++) f.for(i, 0, i32.const(8), 1, () => f.store(i, f64.const(k)));
            return null;
          }),
        ],
        memory,
      );
    expect(() => innermostLoop(loops(0))).toThrow(/found 0/);
    expect(() => innermostLoop(loops(2))).toThrow(/found 2/);
    expect(innermostLoop(loops(1)).always.bytesWritten).toBe(8);
  });
});

describe('watching a function', () => {
  it('gives the bytes that were compiled and counts calls, and leaves WebAssembly as it was', () => {
    const before = { ...WebAssembly, Module: WebAssembly.Module, Instance: WebAssembly.Instance };
    const bytes = encodeModule([nested()], memory);
    let run = (_: number): unknown => null;
    const watched = watchFunction('nested', () => {
      const env = { memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }) };
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env });
      run = exports.nested as typeof run;
    });
    expect(WebAssembly.Module).toBe(before.Module);
    expect(WebAssembly.Instance).toBe(before.Instance);
    expect([...watched.module]).toEqual([...bytes]);
    expect(run(32)).toBe(0);
    expect(run(32)).toBe(0);
    expect(watched.calls).toBe(2);
    expect(watched.seconds).toBeGreaterThanOrEqual(0);
    watched.reset();
    expect(watched.calls).toBe(0);
  });

  it('says so when the function is never made', () => {
    expect(() => watchFunction('nested', () => {})).toThrow(/not made/);
  });
});
