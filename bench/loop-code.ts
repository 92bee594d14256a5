/**
 * What the innermost loop of a WebAssembly function does in one turn, counted from the module's bytes.
 *
 * Reads modules such as the kernels': one function, nested loops, vectors. Not a validator. Source of the format:
 * WebAssembly Core Specification 2.0, chapter 5.
 */

/** Additions, subtractions and multiplications, quotients and roots count each lane. */
export interface LoopCounts {
  readonly sums: number;
  readonly quotients: number;
  readonly roots: number;
  /** Vector instructions that are none of these and touch no memory: shuffles, masks, comparisons. */
  readonly otherVectors: number;
  /** All instructions, but for those that only name a local variable or a constant, or close a block. */
  readonly instructions: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export interface InnermostLoop {
  /** Done at each turn. */
  readonly always: LoopCounts;
  /** Done at a turn whose branch is taken; branches within it are not looked into. */
  readonly branch: LoopCounts;
}

/** An instruction: its opcode, those with a prefix as prefix · 256 + opcode; or a block of them. */
type Item = number | { readonly opcode: number; readonly items: Item[] };

const [blockCode, loopCode, ifCode, elseCode, endCode] = [0x02, 0x03, 0x04, 0x05, 0x0b];
const vector = (opcode: number): number => 0xfd * 256 + opcode;

/** @throws Error when the module's only function has not just one innermost loop, with one branch at most */
export function innermostLoop(module: Uint8Array): InnermostLoop {
  const loops = innermost(functionBody(module));
  if (loops.length !== 1) throw new Error(`one innermost loop was expected, found ${loops.length}`);
  const [items] = loops;
  const branches = items.flatMap((item) => (typeof item === 'object' ? [item] : []));
  if (branches.length > 1 || branches.some(({ opcode }) => opcode !== ifCode)) {
    throw new Error(`one branch in the loop was expected, found ${branches.length}`);
  }
  return { always: count(items), branch: count(branches[0]?.items ?? []) };
}

/** Bodies of loops that hold no loops. */
function innermost(items: readonly Item[]): (readonly Item[])[] {
  return items.flatMap((item) => {
    if (typeof item === 'number') return [];
    const inner = innermost(item.items);
    return inner.length === 0 && item.opcode === loopCode ? [item.items] : inner;
  });
}

function count(items: readonly Item[]): LoopCounts {
  const own = items.map((item) => (typeof item === 'number' ? item : item.opcode));
  const total = (value: (opcode: number) => number): number =>
    own.reduce((sum, opcode) => sum + value(opcode), 0);
  return {
    sums: total((opcode) => lanes(opcode, [240, 241, 242], [0xa0, 0xa1, 0xa2])),
    quotients: total((opcode) => lanes(opcode, [243], [0xa3])),
    roots: total((opcode) => lanes(opcode, [239], [0x9f])),
    otherVectors: total((opcode) =>
      opcode >= vector(0) &&
      !silent(opcode) &&
      !(opcode in loads) &&
      !(opcode in stores) &&
      lanes(opcode, [239, 240, 241, 242, 243], []) === 0
        ? 1
        : 0,
    ),
    instructions: total((opcode) => (silent(opcode) ? 0 : 1)),
    bytesRead: total((opcode) => loads[opcode] ?? 0),
    bytesWritten: total((opcode) => stores[opcode] ?? 0),
  };
}

function lanes(opcode: number, vectors: readonly number[], scalars: readonly number[]): number {
  if (vectors.some((known) => opcode === vector(known))) return 2;
  return scalars.includes(opcode) ? 1 : 0;
}

const silent = (opcode: number): boolean =>
  (opcode >= 0x20 && opcode <= 0x22) || (opcode >= 0x41 && opcode <= 0x44) || opcode === vector(12);

/** Bytes that an instruction moves. */
const loads: Readonly<Record<number, number>> = {
  40: 4,
  41: 8,
  42: 4,
  43: 8,
  [vector(0)]: 16,
  [vector(7)]: 1,
  [vector(8)]: 2,
  [vector(9)]: 4,
  [vector(10)]: 8,
  [vector(84)]: 1,
  [vector(85)]: 2,
  [vector(86)]: 4,
  [vector(87)]: 8,
  [vector(92)]: 4,
  [vector(93)]: 8,
};
const stores: Readonly<Record<number, number>> = {
  54: 4,
  55: 8,
  56: 4,
  57: 8,
  [vector(11)]: 16,
  [vector(88)]: 1,
  [vector(89)]: 2,
  [vector(90)]: 4,
  [vector(91)]: 8,
};

/** Instructions of the first function, in blocks. */
function functionBody(module: Uint8Array): Item[] {
  const code = new Reader(module, 8);
  while (code.byte() !== 10) code.skip(code.unsigned());
  code.unsigned();
  const functions = code.unsigned();
  if (functions !== 1) throw new Error(`a module of one function was expected, found ${functions}`);
  code.unsigned();
  for (let rest = code.unsigned(); rest > 0; rest--) {
    code.unsigned();
    code.byte();
  }
  return readBlock(code);
}

/** Up to the block's end; what stands behind an `else` counts to the block. */
function readBlock(code: Reader): Item[] {
  const items: Item[] = [];
  for (;;) {
    const opcode = readInstruction(code);
    if (opcode === endCode) return items;
    if (opcode === blockCode || opcode === loopCode || opcode === ifCode) {
      items.push({ opcode, items: readBlock(code) });
    } else if (opcode !== elseCode) items.push(opcode);
  }
}

/** Reads an instruction with its immediates. */
function readInstruction(code: Reader): number {
  const first = code.byte();
  if (first === 0xfd) return readVectorInstruction(code);
  if (first === 0xfc) {
    const opcode = code.unsigned();
    if (opcode > 7) throw new Error(`the instruction 0xfc ${opcode} is not known here`);
    return first * 256 + opcode;
  }
  if (first >= blockCode && first <= ifCode) code.skip(1);
  else if (first === 0x0c || first === 0x0d || first === 0x10) code.unsigned();
  else if (first >= 0x20 && first <= 0x24) code.unsigned();
  else if (first >= 0x28 && first <= 0x3e) {
    code.unsigned();
    code.unsigned();
  } else if (first === 0x41 || first === 0x42) code.unsigned();
  else if (first === 0x43) code.skip(4);
  else if (first === 0x44) code.skip(8);
  else if (
    !((first >= 0x45 && first <= 0xc4) || [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(first))
  ) {
    throw new Error(`the instruction 0x${first.toString(16)} is not known here`);
  }
  return first;
}

function readVectorInstruction(code: Reader): number {
  const opcode = code.unsigned();
  const inMemory = opcode <= 11 || (opcode >= 84 && opcode <= 93);
  if (inMemory) {
    code.unsigned();
    code.unsigned();
  }
  if (opcode === 12 || opcode === 13) code.skip(16);
  if ((opcode >= 21 && opcode <= 34) || (opcode >= 84 && opcode <= 91)) code.skip(1);
  return vector(opcode);
}

class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw new Error('the module ends too early');
    return this.bytes[this.at++];
  }

  /** LEB128; of a signed number, only its length matters here. */
  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 128) return value;
    }
  }

  skip(count: number): void {
    this.at += count;
  }
}
