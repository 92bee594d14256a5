/** Kernels that give bool tensors from pairs of elements, and the choice that such a tensor makes. */
import * as tf from '@tensorflow/tfjs';
import { allocate } from '../backend.js';
import { binary } from './binary.js';
import { type Call, type Kernel, type KernelTable, sizeOf } from './kernel.js';
import * as loops from './loops.js';

/** A kernel from a comparison of numbers. Strings are compared by their places in the order of all that occur. */
function compare(f: (a: number, b: number) => boolean, loop?: loops.CompareLoop): Kernel {
  const numbers = binary((a, b) => (f(a, b) ? 1 : 0), 'bool', { ...(loop && { compare: loop }) });
  return (call) => {
    const { a, b } = call.inputs;
    if (a.dtype !== 'string') return numbers(call);
    const { backend } = call;
    const texts = [a, b].map((t) =>
      (backend.elements(t) as Uint8Array[]).map((bytes) => tf.util.decodeString(bytes)),
    );
    const order = [...new Set(texts.flat())].sort();
    const [left, right] = [a, b].map((t, k) =>
      backend.output(
        t.shape,
        'int32',
        Int32Array.from(texts[k], (text) => order.indexOf(text)),
      ),
    );
    const result = numbers({ ...call, inputs: { a: left, b: right } });
    backend.release(left);
    backend.release(right);
    return result;
  };
}

/** The usual case, of one type of array each: a loop that engines make fast. */
function choose(chosen: Uint8Array, yes: Float64Array, no: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = chosen[i] !== 0 ? yes[i] : no[i];
}

/** Elements of `t` where the condition holds, of `e` elsewhere; a condition of rank 1 may choose whole rows. */
function select({ inputs: { condition, t, e }, backend }: Call): tf.TensorInfo {
  const chosen = backend.values(condition);
  const yes = backend.values(t);
  const no = backend.values(e);
  const dtype = tf.upcastType(t.dtype, e.dtype);
  const result = allocate(dtype, sizeOf(t.shape));
  const row = chosen.length === 0 ? 0 : result.length / chosen.length;
  if (row === 1) {
    if (
      chosen instanceof Uint8Array &&
      yes instanceof Float64Array &&
      no instanceof Float64Array &&
      result instanceof Float64Array
    ) {
      choose(chosen, yes, no, result);
    } else for (let i = 0; i < result.length; i++) result[i] = chosen[i] ? yes[i] : no[i];
  } else {
    for (let i = 0; i < chosen.length; i++) {
      result.set((chosen[i] ? yes : no).subarray(i * row, i * row + row), i * row);
    }
  }
  return backend.output(t.shape, dtype, result);
}

export const comparisonKernels: KernelTable = {
  Equal: compare((a, b) => a === b, loops.equal),
  Greater: compare((a, b) => a > b, loops.greater),
  GreaterEqual: compare((a, b) => a >= b, loops.greaterEqual),
  Less: compare((a, b) => a < b, loops.less),
  LessEqual: compare((a, b) => a <= b, loops.lessEqual),
  LogicalAnd: compare((a, b) => a !== 0 && b !== 0),
  LogicalOr: compare((a, b) => a !== 0 || b !== 0),
  LogicalXor: compare((a, b) => (a !== 0) !== (b !== 0)),
  NotEqual: compare((a, b) => a !== b),
  Select: select,
};
