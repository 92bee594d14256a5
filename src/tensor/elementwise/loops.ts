/** The loops around elementwise operations, in the memory that large tensors live in. */
import {
  defineFunction,
  type FunctionWriter,
  type I32,
  i32,
  type Variable,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';
import { type BinaryName, binaryOperations, type UnaryName, unaryOperations } from './functions.js';

/** ‹name›(x, out, bytes) for two numbers or more. */
export function writeUnary(name: UnaryName): WasmFunction {
  return defineFunction(name, { x: 'i32', out: 'i32', bytes: 'i32' } as const, null, (f, p) => {
    const at = f.local('i32');
    inPairs(f, p.bytes, at, () => {
      const x = f.let(v128.load(i32.add(p.x, at)));
      const result = f.let(unaryOperations[name].code(f, x));
      f.store(i32.add(p.out, at), result);
    });
    return null;
  });
}

/** Which operands are one number a row instead of as many as the result has. */
export type Repeated = 'none' | 'first' | 'second';

/**
 * ‹name›‹repeated›(a, aRow, b, bRow, out, rows, bytes): rows of results of two numbers or more, one after another, from
 * rows of operands that are so many bytes apart.
 */
export function writeBinary(name: BinaryName, repeated: Repeated): WasmFunction {
  const parameters = {
    a: 'i32',
    aRow: 'i32',
    b: 'i32',
    bRow: 'i32',
    out: 'i32',
    rows: 'i32',
    bytes: 'i32',
  } as const;
  return defineFunction(binaryLoop(name, repeated), parameters, null, (f, p) => {
    const row = f.local('i32');
    const at = f.local('i32');
    const same = f.local('v128');
    f.for(row, 0, p.rows, 1, () => {
      if (repeated !== 'none') f.set(same, v128.load64Splat(repeated === 'first' ? p.a : p.b));
      inPairs(f, p.bytes, at, () => {
        const a = repeated === 'first' ? same : f.let(v128.load(i32.add(p.a, at)));
        const b = repeated === 'second' ? same : f.let(v128.load(i32.add(p.b, at)));
        f.store(i32.add(p.out, at), f.let(binaryOperations[name].code(f, a, b)));
      });
      f.set(p.a, i32.add(p.a, p.aRow));
      f.set(p.b, i32.add(p.b, p.bRow));
      f.set(p.out, i32.add(p.out, p.bytes));
    });
    return null;
  });
}

export const binaryLoop = (name: BinaryName, repeated: Repeated): string => `${name}-${repeated}`;

/** Runs over pairs of numbers; the last pair of an odd number of them overlaps the one before. */
function inPairs(f: FunctionWriter, bytes: I32, at: Variable<'i32'>, body: () => void): void {
  const next = f.local('i32');
  f.for(next, 0, bytes, 16, () => {
    f.set(at, next);
    f.if(i32.gtU(i32.add(at, 16), bytes), () => f.set(at, i32.sub(bytes, 16)));
    body();
  });
}
