/** Softmax of rows: exp(x) over its sum, without overflow. */
import {
  defineFunction,
  type FunctionWriter,
  f64,
  f64x2,
  i32,
  i64x2,
  math,
  type Variable,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';

/** softmax(x, out, rows, bytes) for rows of two numbers or more, one after another. */
export function writeSoftmax(): WasmFunction {
  const parameters = { x: 'i32', out: 'i32', rows: 'i32', bytes: 'i32' } as const;
  return defineFunction('softmax', parameters, null, (f, p) => {
    const row = f.local('i32');
    const at = f.local('i32');
    const top = f.local('v128');
    const total = f.local('v128');
    const even = f.let(i32.and(p.bytes, -16));
    const odd = f.let(i32.and(p.bytes, 8));
    f.for(row, 0, p.rows, 1, () => {
      f.set(top, v128.load(p.x));
      f.for(at, 16, even, 16, () => f.set(top, f64x2.max(top, v128.load(i32.add(p.x, at)))));
      f.if(odd, () => f.set(top, f64x2.max(top, v128.load64Splat(i32.add(p.x, even)))));
      f.set(top, f64x2.max(top, f64x2.shuffle(top, top, 1, 0)));
      f.set(total, f64x2.const(0));
      f.for(at, 0, even, 16, () => {
        const power = powerAt(f, p.x, at, top, 'load');
        f.store(i32.add(p.out, at), power);
        f.set(total, f64x2.add(total, power));
      });
      f.if(odd, () => {
        f.set(at, even);
        const power = powerAt(f, p.x, at, top, 'load64Splat');
        f.storeLane(i32.add(p.out, at), power, 0);
        f.set(total, f64x2.add(total, v128.and(power, onlyFirst)));
      });
      const sum = f.let(f64.add(f64x2.extractLane(total, 0), f64x2.extractLane(total, 1)));
      f.set(total, f64x2.splat(sum));
      f.for(at, 0, even, 16, () => {
        const out = i32.add(p.out, at);
        f.store(out, f64x2.div(v128.load(out), total));
      });
      f.if(odd, () => {
        const out = i32.add(p.out, even);
        f.storeLane(out, f64x2.div(v128.load64Splat(out), total), 0);
      });
      f.set(p.x, i32.add(p.x, p.bytes));
      f.set(p.out, i32.add(p.out, p.bytes));
    });
    return null;
  });
}

const onlyFirst = i64x2.const(-1n, 0n);

function powerAt(
  f: FunctionWriter,
  x: Variable<'i32'>,
  at: Variable<'i32'>,
  top: Variable<'v128'>,
  load: 'load' | 'load64Splat',
): Variable<'v128'> {
  return f.let(math.exp(f, f.let(f64x2.sub(v128[load](i32.add(x, at)), top))));
}
