/**
 * Values of WebAssembly code: typed expressions that encode themselves.
 *
 * An expression is the bytes that leave it on the stack. Operations are tables from names to opcodes, so that one more
 * is one line. Source: WebAssembly Core Specification 2.0, chapter 5 (binary format); threads proposal for atomics.
 */

export type ValueType = 'i32' | 'f64' | 'v128';

/** Bytes in nested lists, flattened once at the end. */
export type Code = readonly (number | Code)[];

export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  readonly code: Code;
}

export type I32 = Value<'i32'>;
export type F64 = Value<'f64'>;
export type V128 = Value<'v128'>;

/** A value, or a number where an i32 or f64 is expected. */
type Or<T extends ValueType> = T extends 'i32' | 'f64' ? Value<T> | number : Value<T>;

const value = <T extends ValueType>(type: T, ...code: Code): Value<T> => ({ type, code });

export function unsigned(n: number): number[] {
  const bytes: number[] = [];
  let rest = n >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(n: number): number[] {
  const bytes: number[] = [];
  let rest = n | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

function bytesOf(...numbers: number[]): number[] {
  return [...new Uint8Array(Float64Array.from(numbers).buffer)];
}

export function asI32(x: Or<'i32'>): I32 {
  return typeof x === 'number' ? value('i32', 0x41, signed(x)) : x;
}

export function asF64(x: Or<'f64'>): F64 {
  return typeof x === 'number' ? value('f64', 0x44, bytesOf(x)) : x;
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const immediate = (align: number, offset: number): number[] => [align, ...unsigned(offset)];

type I32Binary = (a: Or<'i32'>, b: Or<'i32'>) => I32;
type F64Binary = (a: Or<'f64'>, b: Or<'f64'>) => F64;
type F64Compare = (a: Or<'f64'>, b: Or<'f64'>) => I32;
type V128Binary = (a: V128, b: V128) => V128;
type V128Unary = (a: V128) => V128;

const i32Binary =
  (opcode: number): I32Binary =>
  (a, b) =>
    value('i32', asI32(a).code, asI32(b).code, opcode);
const f64Binary =
  (opcode: number): F64Binary =>
  (a, b) =>
    value('f64', asF64(a).code, asF64(b).code, opcode);
const f64Compare =
  (opcode: number): F64Compare =>
  (a, b) =>
    value('i32', asF64(a).code, asF64(b).code, opcode);
const f64Unary =
  (opcode: number) =>
  (a: Or<'f64'>): F64 =>
    value('f64', asF64(a).code, opcode);
const v128Binary =
  (opcode: number): V128Binary =>
  (a, b) =>
    value('v128', a.code, b.code, simd(opcode));
const v128Unary =
  (opcode: number): V128Unary =>
  (a) =>
    value('v128', a.code, simd(opcode));
const v128Shift =
  (opcode: number) =>
  (a: V128, by: Or<'i32'>): V128 =>
    value('v128', a.code, asI32(by).code, simd(opcode));

export const i32 = {
  const: (n: number): I32 => asI32(n),
  add: i32Binary(0x6a),
  sub: i32Binary(0x6b),
  mul: i32Binary(0x6c),
  divU: i32Binary(0x6e),
  remU: i32Binary(0x70),
  and: i32Binary(0x71),
  or: i32Binary(0x72),
  xor: i32Binary(0x73),
  shl: i32Binary(0x74),
  shrS: i32Binary(0x75),
  shrU: i32Binary(0x76),
  eq: i32Binary(0x46),
  ne: i32Binary(0x47),
  ltS: i32Binary(0x48),
  ltU: i32Binary(0x49),
  gtS: i32Binary(0x4a),
  gtU: i32Binary(0x4b),
  leS: i32Binary(0x4c),
  leU: i32Binary(0x4d),
  geS: i32Binary(0x4e),
  geU: i32Binary(0x4f),
  eqz: (a: I32): I32 => value('i32', a.code, 0x45),
  load: (address: Or<'i32'>, offset = 0): I32 =>
    value('i32', asI32(address).code, 0x28, immediate(2, offset)),
  /** Towards zero; out of range saturates, NaN is 0. */
  truncSatF64S: (a: F64): I32 => value('i32', a.code, 0xfc, 0x02),
};

export const f64 = {
  const: (x: number): F64 => asF64(x),
  add: f64Binary(0xa0),
  sub: f64Binary(0xa1),
  mul: f64Binary(0xa2),
  div: f64Binary(0xa3),
  min: f64Binary(0xa4),
  max: f64Binary(0xa5),
  abs: f64Unary(0x99),
  neg: f64Unary(0x9a),
  ceil: f64Unary(0x9b),
  floor: f64Unary(0x9c),
  nearest: f64Unary(0x9e),
  sqrt: f64Unary(0x9f),
  eq: f64Compare(0x61),
  ne: f64Compare(0x62),
  lt: f64Compare(0x63),
  gt: f64Compare(0x64),
  le: f64Compare(0x65),
  ge: f64Compare(0x66),
  convertI32S: (a: I32): F64 => value('f64', a.code, 0xb7),
  load: (address: Or<'i32'>, offset = 0): F64 =>
    value('f64', asI32(address).code, 0x2b, immediate(3, offset)),
};

export const v128 = {
  load: (address: Or<'i32'>, offset = 0): V128 =>
    value('v128', asI32(address).code, simd(0), immediate(4, offset)),
  /** One double into both lanes. */
  load64Splat: (address: Or<'i32'>, offset = 0): V128 =>
    value('v128', asI32(address).code, simd(10), immediate(3, offset)),
  /** One double into the lower lane, zero into the upper. */
  load64Zero: (address: Or<'i32'>, offset = 0): V128 =>
    value('v128', asI32(address).code, simd(93), immediate(3, offset)),
  /** `into` with one lane replaced from memory. */
  load64Lane: (address: Or<'i32'>, into: V128, lane: 0 | 1, offset = 0): V128 =>
    value('v128', asI32(address).code, into.code, simd(87), immediate(3, offset), lane),
  and: v128Binary(78),
  /** a and not b */
  andNot: v128Binary(79),
  or: v128Binary(80),
  xor: v128Binary(81),
  not: v128Unary(77),
  /** Bits of a where the mask is 1, of b elsewhere. */
  bitselect: (a: V128, b: V128, mask: V128): V128 => value('v128', a.code, b.code, mask.code, simd(82)),
  anyTrue: (a: V128): I32 => value('i32', a.code, simd(83)),
};

/** Two doubles: each result lane takes lane 0 or 1 of a, or 2 or 3, which are those of b. */
function shuffle(a: V128, b: V128, first: 0 | 1 | 2 | 3, second: 0 | 1 | 2 | 3): V128 {
  const bytes = [first, second].flatMap((lane) => Array.from({ length: 8 }, (_, k) => lane * 8 + k));
  return value('v128', a.code, b.code, simd(13), bytes);
}

export const f64x2 = {
  const: (low: number, high = low): V128 => value('v128', simd(12), bytesOf(low, high)),
  splat: (a: Or<'f64'>): V128 => value('v128', asF64(a).code, simd(20)),
  extractLane: (a: V128, lane: 0 | 1): F64 => value('f64', a.code, simd(33), lane),
  shuffle,
  add: v128Binary(240),
  sub: v128Binary(241),
  mul: v128Binary(242),
  div: v128Binary(243),
  min: v128Binary(244),
  max: v128Binary(245),
  /** `b < a ? b : a`: a where either is NaN; one machine instruction, unlike min. */
  pmin: v128Binary(246),
  /** `a < b ? b : a`: a where either is NaN. */
  pmax: v128Binary(247),
  abs: v128Unary(236),
  neg: v128Unary(237),
  sqrt: v128Unary(239),
  ceil: v128Unary(0x74),
  floor: v128Unary(0x75),
  trunc: v128Unary(0x7a),
  nearest: v128Unary(0x94),
  eq: v128Binary(71),
  ne: v128Binary(72),
  lt: v128Binary(73),
  gt: v128Binary(74),
  le: v128Binary(75),
  ge: v128Binary(76),
  /** The two lower int32 lanes as doubles. */
  convertLowI32x4S: v128Unary(0xfe),
};

export const i64x2 = {
  const: (low: bigint, high = low): V128 =>
    value('v128', simd(12), [...new Uint8Array(BigInt64Array.of(low, high).buffer)]),
  add: v128Binary(206),
  sub: v128Binary(209),
  shl: v128Shift(203),
  shrS: v128Shift(204),
  shrU: v128Shift(205),
  eq: v128Binary(214),
  ne: v128Binary(215),
  ltS: v128Binary(216),
  gtS: v128Binary(217),
  allTrue: (a: V128): I32 => value('i32', a.code, simd(195)),
  /** The sign bits of the lanes: 0 to 3. */
  bitmask: (a: V128): I32 => value('i32', a.code, simd(196)),
};

export const i32x4 = {
  const: (a: number, b: number, c: number, d: number): V128 =>
    value('v128', simd(12), [...new Uint8Array(Int32Array.of(a, b, c, d).buffer)]),
  add: v128Binary(174),
  sub: v128Binary(177),
  shl: v128Shift(171),
  shrS: v128Shift(172),
  extractLane: (a: V128, lane: 0 | 1 | 2 | 3): I32 => value('i32', a.code, simd(27), lane),
  /** Two doubles towards zero into the lower lanes; the upper ones are zero. */
  truncSatF64x2SZero: v128Unary(0xfc),
  /** The lower two lanes with their signs, as int64. */
  extendLowToI64x2S: v128Unary(199),
};

const storeOpcodes: Readonly<Record<ValueType, { opcode: number[]; align: number }>> = {
  i32: { opcode: [0x36], align: 2 },
  f64: { opcode: [0x39], align: 3 },
  v128: { opcode: simd(11), align: 4 },
};

/** The statement that stores a value. */
export function storeCode(address: Or<'i32'>, x: Value, offset: number): Code {
  const { opcode, align } = storeOpcodes[x.type];
  return [asI32(address).code, x.code, opcode, immediate(align, offset)];
}

/** The statement that stores one lane of two doubles. */
export function storeLaneCode(address: Or<'i32'>, x: V128, lane: 0 | 1, offset: number): Code {
  return [asI32(address).code, x.code, simd(91), immediate(3, offset), lane];
}
