/** Arrays to the loops, in parts for threads. */
import { Loops, parts } from '../dense/index.js';
import { openHeap } from '../memory/index.js';
import { type BinaryName, binaryOperations, type UnaryName, unaryOperations } from './functions.js';
import { binaryLoop, type Repeated, writeBinary, writeUnary } from './loops.js';
import { rowsOfPairs } from './rows.js';
import { writeSoftmax } from './softmax.js';

/** Operands with fewer numbers may lie anywhere: they are copied. */
const mostCopied = 1024;
/** What a loop is given at the least, in numbers: parts of threads end at lines of the cache. */
const line = 8;

interface Opened {
  readonly loops: Loops;
  /** Where small operands are copied to. */
  readonly scratch: readonly Float64Array[];
}

let opened: Opened | null | undefined;

function open(): Opened | null {
  if (opened !== undefined) return opened;
  const heap = openHeap();
  const scratch = [heap?.allocate(mostCopied), heap?.allocate(mostCopied)];
  opened = null;
  if (heap && scratch[0] && scratch[1]) {
    const unary = (Object.keys(unaryOperations) as UnaryName[]).map(writeUnary);
    const binary = (Object.keys(binaryOperations) as BinaryName[]).flatMap((name) =>
      (['none', 'first', 'second'] as const).map((repeated) => writeBinary(name, repeated)),
    );
    const loops = new Loops(heap, [...unary, ...binary, writeSoftmax()]);
    opened = { loops, scratch: [scratch[0], scratch[1]] };
  }
  return opened;
}

/** out = f(x), element by element. */
export function unaryInHeap(name: UnaryName, x: Float64Array, out: Float64Array): boolean {
  const found = out.length >= 2 * line && x.length === out.length ? open() : null;
  if (found === null) return false;
  const { loops } = found;
  if (!loops.heap.holds(x) || !loops.heap.holds(out)) return false;
  const parties = loops.parties(x.length * unaryOperations[name].work);
  loops.run(
    name,
    parts(x.length, parties, line).map(({ from, to }) => [
      x.byteOffset + from * 8,
      out.byteOffset + from * 8,
      (to - from) * 8,
    ]),
  );
  return true;
}

/** out = f(a, b) of the shape that a and b are broadcast to. */
export function binaryInHeap(
  name: BinaryName,
  a: Float64Array,
  aShape: readonly number[],
  b: Float64Array,
  bShape: readonly number[],
  out: Float64Array,
  shape: readonly number[],
): boolean {
  // The last pair of a row overlaps the one before, whose operands must still be there.
  const found = out.length >= 2 * line && out !== a && out !== b ? open() : null;
  if (!found?.loops.heap.holds(out)) return false;
  const rows = rowsOfPairs(aShape, bShape, shape);
  if (rows === null) return false;
  const first = address(found, a, 0);
  const second = address(found, b, 1);
  if (first === null || second === null) return false;
  const { loops } = found;
  const { count, length, a: left, b: right } = rows;
  const repeated: Repeated = left.step === 0 ? 'first' : right.step === 0 ? 'second' : 'none';
  const parties = loops.parties(out.length * binaryOperations[name].work);
  // One long row is cut along itself, many rows are shared.
  const shares = count === 1 ? parts(length, parties, line) : parts(count, parties, line);
  loops.run(
    binaryLoop(name, repeated),
    shares.map(({ from, to }) => {
      const along = count === 1;
      return [
        first + from * 8 * (along ? left.step : left.row),
        left.row * 8,
        second + from * 8 * (along ? right.step : right.row),
        right.row * 8,
        out.byteOffset + from * 8 * (along ? 1 : length),
        along ? 1 : to - from,
        (along ? to - from : length) * 8,
      ];
    }),
  );
  return true;
}

/** Softmax of rows of so many numbers. */
export function softmaxInHeap(x: Float64Array, width: number, out: Float64Array): boolean {
  const found = width >= 2 && x.length > 0 ? open() : null;
  if (!found?.loops.heap.holds(x) || !found.loops.heap.holds(out)) return false;
  const { loops } = found;
  const parties = loops.parties(x.length * unaryOperations.exp.work);
  loops.run(
    'softmax',
    parts(x.length / width, parties, line).map(({ from, to }) => [
      x.byteOffset + from * width * 8,
      out.byteOffset + from * width * 8,
      to - from,
      width * 8,
    ]),
  );
  return true;
}

/** Where an operand lies, or a copy of a small one; null for a large one outside the heap. */
function address({ loops, scratch }: Opened, values: Float64Array, operand: 0 | 1): number | null {
  if (values.length > line && loops.heap.holds(values)) return values.byteOffset;
  if (values.length > mostCopied) return null;
  scratch[operand].set(values);
  return scratch[operand].byteOffset;
}
