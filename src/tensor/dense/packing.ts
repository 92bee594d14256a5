/**
 * Copies parts of matrices into the order in which the tiles read them.
 *
 * A panel is four (or two) neighbouring rows of A, or columns of B, as one stream: the numbers of the first step along
 * the inner dimension, those of the second, and so on. Lanes beyond the edge hold anything: they only reach results that
 * nobody reads.
 */
import {
  defineFunction,
  type FunctionWriter,
  f64x2,
  type I32,
  i32,
  type V128,
  v128,
  type WasmFunction,
} from '../../wasm/index.js';

const parameters = {
  /** Address of the first lane's first step. */
  source: 'i32',
  /** Bytes from a lane to the next, or from a step to the next: the other of the two are neighbours. */
  stride: 'i32',
  panels: 'i32',
  steps: 'i32',
  out: 'i32',
  /** Address of the last lane's first step. */
  last: 'i32',
} as const;

/**
 * name(source, stride, panels, steps, out, last) for lanes that lie `stride` bytes apart, each with its steps side by
 * side: two steps at a time, transposed in registers. Lanes beyond the last repeat it.
 */
export function writeTransposingPack(name: string, width: 2 | 4): WasmFunction {
  return defineFunction(name, parameters, null, (f, p) => {
    const panel = f.local('i32');
    const out = f.let(p.out);
    const at = Array.from({ length: width }, () => f.local('i32'));
    const end = f.local('i32');
    const even = f.let(i32.shl(i32.and(p.steps, -2), 3));
    f.for(panel, 0, p.panels, 1, () => {
      f.set(at[0], p.source);
      for (let lane = 1; lane < width; lane++) {
        f.set(at[lane], i32.add(at[lane - 1], p.stride));
        f.if(i32.gtU(at[lane], p.last), () => f.set(at[lane], p.last));
      }
      f.set(p.source, i32.add(at[width - 1], p.stride));
      f.set(end, i32.add(at[0], even));
      f.while(
        () => i32.ne(at[0], end),
        () => {
          const numbers = at.map((address) => f.let(v128.load(address)));
          for (let lane = 0; lane < width; lane += 2) {
            const [upper, lower] = [numbers[lane], numbers[lane + 1]];
            f.store(out, f64x2.shuffle(upper, lower, 0, 2), lane * 8);
            f.store(out, f64x2.shuffle(upper, lower, 1, 3), (width + lane) * 8);
          }
          for (const address of at) f.set(address, i32.add(address, 16));
          f.set(out, i32.add(out, 16 * width));
        },
      );
      f.if(i32.and(p.steps, 1), () => {
        for (let lane = 0; lane < width; lane += 2) {
          f.store(out, v128.load64Lane(at[lane + 1], v128.load64Zero(at[lane]), 1), lane * 8);
        }
        f.set(out, i32.add(out, 8 * width));
      });
    });
    return null;
  });
}

/**
 * name(source, stride, panels, steps, out, last) for lanes side by side and steps `stride` bytes apart. Lanes beyond the
 * last are what lies behind it.
 */
export function writeCopyingPack(name: string, width: 2 | 4): WasmFunction {
  return defineFunction(name, parameters, null, (f, p) => {
    const left = f.let(p.panels);
    const panelBytes = f.let(i32.mul(p.steps, width * 8));
    // Two panels at a time take whole cache lines; a last one goes alone.
    const both = copyPanels(f, width, 2);
    const one = copyPanels(f, width, 1);
    f.while(
      () => i32.gtU(left, 1),
      () => {
        both(p.source, p.stride, p.steps, p.out, panelBytes);
        f.set(p.source, i32.add(p.source, 2 * width * 8));
        f.set(p.out, i32.add(p.out, i32.shl(panelBytes, 1)));
        f.set(left, i32.sub(left, 2));
      },
    );
    f.if(left, () => one(p.source, p.stride, p.steps, p.out, panelBytes));
    return null;
  });
}

function copyPanels(f: FunctionWriter, width: 2 | 4, panels: 1 | 2) {
  const at = f.local('i32');
  const step = f.local('i32');
  const outs = Array.from({ length: panels }, () => f.local('i32'));
  return (source: I32, stride: I32, steps: I32, out: I32, panelBytes: I32): void => {
    f.set(at, source);
    for (const [k, o] of outs.entries()) f.set(o, k === 0 ? out : i32.add(outs[k - 1], panelBytes));
    f.for(step, 0, steps, 1, () => {
      const numbers: V128[] = [];
      for (let k = 0; k < panels * width; k += 2) numbers.push(f.let(v128.load(at, k * 8)));
      outs.forEach((o, panel) => {
        for (let lane = 0; lane < width; lane += 2) f.store(o, numbers[(panel * width + lane) / 2], lane * 8);
        f.set(o, i32.add(o, width * 8));
      });
      f.set(at, i32.add(at, stride));
    });
  };
}
