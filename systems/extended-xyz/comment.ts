/**
 * The comment line of an extended XYZ frame: `key=value` pairs, typed, in their order.
 *
 * Follows the specification of libAtoms/extxyz: bare and quoted strings, numbers, T and F, vectors in quotes or
 * braces (`"1 2 3"`), vectors and matrices in brackets (`[1, 2, 3]`, `[[1, 2], [3, 4]]`); and ASE's `"_JSON …"`. What
 * the keys mean is for `header.ts`.
 */
import { InputError } from '../../src/message/index.js';
import type { Info, InfoScalar } from '../system.js';
import { readLogical, readNumber, writeNumber } from './scalars.js';

/** How ASE begins a quoted value that is JSON. */
const JSON_MARK = '_JSON ';

const BARE = /^[^\s=",{}[\]\\]+$/;

/** @throws InputError that says what was found and at which character */
export function parseComment(line: string): Map<string, Info> {
  const found = new Map<string, Info>();
  let at = skipSpace(line, 0);
  while (at < line.length) {
    const key = readKey(line, at);
    at = skipSpace(line, key.end);
    if (line[at] !== '=') {
      throw new InputError(
        `found "${key.text}" without a value in the comment line; expected key=value (a flag is written ${key.text}=T)`,
      );
    }
    const value = readValue(line, at + 1, key.text);
    if (found.has(key.text)) throw new InputError(`the comment line gives "${key.text}" twice; give it once`);
    found.set(key.text, value.value);
    at = skipSpace(line, value.end);
    if (at === value.end && at < line.length) {
      throw new InputError(
        `found "${line.slice(at, at + 12)}" right after the value of "${key.text}" (character ${at + 1}); expected a space`,
      );
    }
  }
  return found;
}

/**
 * `key=value` as it stands in the comment line; what `parseComment` reads back as the same value.
 *
 * What the plain notations cannot hold without doubt (matrices, lists of strings, a list of one, an empty string, a
 * string that looks like a number) is written as ASE does, `"_JSON …"`, so that ASE reads it as what it is too.
 */
export function formatEntry(key: string, value: Info): string {
  if (key === '') throw new InputError('a comment entry has an empty name; give it a name');
  const name = BARE.test(key) ? key : quote(key);
  const what = `the comment entry "${key}"`;
  if (!['number', 'boolean', 'string'].includes(typeof value) && !Array.isArray(value)) {
    throw new InputError(
      `${what} is ${JSON.stringify(value)}; expected a number, a truth value, a string or a list`,
    );
  }
  return `${name}=${plainNotation(value, what) ?? quote(`${JSON_MARK}${json(value, what)}`)}`;
}

interface Word {
  /** Between the quotes, escapes and all. */
  readonly text: string;
  readonly end: number;
}

function readKey(line: string, start: number): Word {
  if (line[start] === '"') {
    const word = readQuoted(line, start, 'a key');
    return { text: unescaped(word.text), end: word.end };
  }
  let end = start;
  while (end < line.length && line[end] !== '=' && !isSpace(line, end)) end++;
  if (end === start)
    throw new InputError(`found "=" without a key in the comment line (character ${start + 1})`);
  const text = line.slice(start, end);
  if (text.includes('"')) {
    throw new InputError(`found a stray quote in "${text}" in the comment line; expected key="value"`);
  }
  return { text, end };
}

function readValue(line: string, after: number, key: string): { value: Info; end: number } {
  const start = skipSpace(line, after);
  const first = line[start];
  if (first === undefined) {
    throw new InputError(
      `"${key}=" has no value at the end of the comment line; an empty one is written ${key}=""`,
    );
  }
  if (first === '"') {
    const word = readQuoted(line, start, `the value of "${key}"`);
    return { value: quotedValue(word.text), end: word.end };
  }
  if (first === '{') {
    const close = line.indexOf('}', start);
    if (close < 0) throw new InputError(`the value of "${key}" opens a { that is never closed`);
    return { value: bracedValue(line.slice(start + 1, close)), end: close + 1 };
  }
  if (first === '[') return readBrackets(line, start, key);
  const word = readBare(line, start, '');
  // `empty= next=1`, as ASE writes an empty string: what follows the space is the next pair.
  if (start > after && word.text.includes('=')) return { value: '', end: after };
  if (/(?<!\\)"/.test(word.text)) {
    throw new InputError(`found a stray quote in ${key}=${word.text}; put the whole value in quotes`);
  }
  return { value: scalar(word.text), end: word.end };
}

function readQuoted(line: string, start: number, what: string): Word {
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line[at] === '"') return { text: line.slice(start + 1, at), end: at + 1 };
  }
  throw new InputError(`${what} opens a quote at character ${start + 1} that is never closed`);
}

/** A word up to a space or one of the characters `stop`; a backslash takes the next character with it. */
function readBare(line: string, start: number, stop: string): Word {
  let end = start;
  while (end < line.length && !isSpace(line, end) && !stop.includes(line[end]))
    end += line[end] === '\\' ? 2 : 1;
  end = Math.min(end, line.length);
  return { text: line.slice(start, end), end };
}

/** `[a, b, c]` or `[[a, b], [c, d]]`. */
function readBrackets(line: string, start: number, key: string): { value: Info; end: number } {
  const bad = (at: number, expected: string): InputError =>
    new InputError(
      at >= line.length
        ? `the value of "${key}" opens a [ that is never closed`
        : `found "${line.slice(at, at + 12)}" in the value of "${key}" (character ${at + 1}); expected ${expected}`,
    );
  const list = <T>(
    from: number,
    item: (at: number) => { value: T; end: number },
  ): { value: T[]; end: number } => {
    const values: T[] = [];
    let at = skipSpace(line, from + 1);
    if (line[at] === ']') return { value: values, end: at + 1 };
    while (true) {
      const next = item(at);
      values.push(next.value);
      at = skipSpace(line, next.end);
      if (line[at] === ']') return { value: values, end: at + 1 };
      if (line[at] !== ',') throw bad(at, '"," or "]"');
      at = skipSpace(line, at + 1);
    }
  };
  const element = (at: number): { value: InfoScalar; end: number } => {
    if (line[at] === '"') {
      const word = readQuoted(line, at, `the value of "${key}"`);
      return { value: unescaped(word.text), end: word.end };
    }
    const word = readBare(line, at, ',[]{}"=');
    if (word.end === at) throw bad(at, 'a value');
    return { value: scalar(word.text), end: word.end };
  };
  if (line[skipSpace(line, start + 1)] !== '[') return list(start, element);
  const matrix = list(start, (at) => {
    if (line[at] !== '[') throw bad(at, '"["');
    return list(at, element);
  });
  if (matrix.value.some((row) => row.length !== matrix.value[0].length)) {
    throw new InputError(`the rows of "${key}" are of unequal length; a matrix has rows of one length`);
  }
  return matrix;
}

/** Numbers or truth values between quotes are a vector (one alone a scalar); all else is a string. */
function quotedValue(raw: string): Info {
  const words = raw.trim().split(/\s+/);
  const numbers = words.map(readNumber);
  if (numbers.every((value) => value !== null)) return numbers.length === 1 ? numbers[0] : numbers;
  const logicals = words.map(readLogical);
  if (logicals.every((value) => value !== null)) return logicals.length === 1 ? logicals[0] : logicals;
  if (raw.startsWith(JSON_MARK)) return jsonValue(unescaped(raw));
  return unescaped(raw);
}

function bracedValue(raw: string): Info {
  const typed = quotedValue(raw);
  if (typeof typed !== 'string') return typed;
  const words = raw.trim().split(/\s+/);
  return words.length === 1 ? words[0] : words;
}

/** ASE's way with matrices; what is no scalar, vector or matrix stays the string that it was. */
function jsonValue(text: string): Info {
  try {
    const value: unknown = JSON.parse(text.slice(JSON_MARK.length));
    if (isInfo(value)) return value;
  } catch {
    // Not JSON after all: the string itself is the value.
  }
  return text;
}

function isInfo(value: unknown): value is Info {
  if (!Array.isArray(value)) return isInfoScalar(value);
  if (value.every(isInfoScalar)) return true;
  return value.every(
    (row) => Array.isArray(row) && row.length === value[0].length && row.every(isInfoScalar),
  );
}

function isInfoScalar(value: unknown): value is InfoScalar {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function scalar(word: string): InfoScalar {
  return readNumber(word) ?? readLogical(word) ?? word.replace(/\\([\s=",{}[\]\\])/g, '$1');
}

function unescaped(raw: string): string {
  return raw.includes('\\') ? raw.replace(/\\(.)/gs, (_, next: string) => (next === 'n' ? '\n' : next)) : raw;
}

function plainNotation(value: Info, what: string): string | null {
  if (typeof value === 'number') return writeNumber(value, what);
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'string') {
    if (BARE.test(value) && scalar(value) === value) return value;
    const certain =
      value.trim() !== '' && typeof quotedValue(value) === 'string' && !value.startsWith(JSON_MARK);
    return certain ? quote(value) : null;
  }
  const numbers = value.every((item) => typeof item === 'number');
  if (value.length < 2 || !(numbers || value.every((item) => typeof item === 'boolean'))) return null;
  return `"${value.map((item) => plainNotation(item, what)).join(' ')}"`;
}

function json(value: Info, what: string): string {
  // Not JSON.stringify for numbers: it makes null of NaN and 0 of −0.
  if (typeof value === 'number') return writeNumber(value, what);
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  return `[${value.map((item) => json(item, what)).join(', ')}]`;
}

function quote(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (at < line.length && isSpace(line, at)) at++;
  return at;
}

function isSpace(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 32 || code === 9;
}
