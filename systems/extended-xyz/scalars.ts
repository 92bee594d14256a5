/**
 * The words of an extended XYZ file as values and back: numbers, truth values, strings.
 *
 * Numbers are written as the shortest decimal that reads back as the same double, and read with Fortran's
 * exponent letter (`1.0D-3`) too. NaN and infinities are not numbers here.
 */
import { InputError } from '../../src/message/index.js';

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[dDeE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const TRUE = /^(?:T|TRUE|[tT]rue)$/;
const FALSE = /^(?:F|FALSE|[fF]alse)$/;

/** The number that a word stands for, or null. */
export function readNumber(word: string): number | null {
  const value = Number(word);
  // `Number` also takes 0x10, 0b1, 0o7 and the empty word, none of which is a number of this format.
  if (Number.isFinite(value) && word.length > 0 && !isRadixMark(word.charCodeAt(1))) return value;
  if (!DECIMAL.test(word)) return null;
  const fortran = Number(word.replace(/[dD]/, 'e'));
  return Number.isFinite(fortran) ? fortran : null;
}

/** The integer that a word stands for, or null where it is none or too large for a double to hold. */
export function readInteger(word: string): number | null {
  if (!INTEGER.test(word)) return null;
  const value = Number(word);
  return Number.isSafeInteger(value) ? value : null;
}

/** The truth value that a word stands for, or null. */
export function readLogical(word: string): boolean | null {
  if (TRUE.test(word)) return true;
  return FALSE.test(word) ? false : null;
}

/** The shortest decimal that reads back as the same double; `what` names the number in the error. */
export function writeNumber(value: number, what: string): string {
  if (!Number.isFinite(value)) {
    throw new InputError(`${what} is ${value}; only finite numbers can be written to extended XYZ`);
  }
  return Object.is(value, -0) ? '-0' : String(value);
}

function isRadixMark(code: number): boolean {
  const letter = code | 32;
  return letter === 120 || letter === 98 || letter === 111;
}
