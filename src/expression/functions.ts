/**
 * The fixed table of functions that an expression may call, with their values in float64.
 *
 * Code is emitted from these names alone: nothing that a user typed reaches it.
 */
import { erf, erfc } from '../tensor/index.js';
import type { Node } from './graph.js';

const table = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
  erfc,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  roundHalfEven,
  atan2: Math.atan2,
  pow: (x: number, y: number) => x ** y,
  minimum: Math.min,
  maximum: Math.max,
  modulo: (x: number, y: number) => x - y * Math.floor(x / y),
  less: (x: number, y: number) => Number(x < y),
  lessEqual: (x: number, y: number) => Number(x <= y),
  equal: (x: number, y: number) => Number(x === y),
  and: (x: number, y: number) => Number(x !== 0 && y !== 0),
  or: (x: number, y: number) => Number(x !== 0 || y !== 0),
  not: (x: number) => Number(x === 0),
  isNaN: (x: number) => Number(Number.isNaN(x)),
  isFinite: (x: number) => Number(Number.isFinite(x)),
} satisfies Record<string, (...operands: number[]) => number>;

export type FunctionName = keyof typeof table;

export const functions: Readonly<Record<FunctionName, (...operands: number[]) => number>> = table;

export function applyFunction(name: FunctionName, operands: readonly number[]): number {
  return functions[name](...operands);
}

/** One where they hold, zero elsewhere: constant but where they jump. */
export const predicates: ReadonlySet<FunctionName> = new Set([
  'less',
  'lessEqual',
  'equal',
  'and',
  'or',
  'not',
  'isNaN',
  'isFinite',
] as const);

const alwaysNonNegative: ReadonlySet<FunctionName> = new Set<FunctionName>([
  'exp',
  'cosh',
  'acosh',
  'erfc',
  'abs',
  ...predicates,
]);

export function isNonNegativeFunction(name: FunctionName, operands: readonly Node[]): boolean {
  if (name === 'maximum') return operands.some((o) => o.nonNegative);
  if (name === 'minimum') return operands.every((o) => o.nonNegative);
  if (name === 'pow' || name === 'tanh' || name === 'sinh' || name === 'erf') return operands[0].nonNegative;
  return alwaysNonNegative.has(name);
}

/** Ties to the even neighbour, as tfjs rounds. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
