/**
 * JSON that knows its lines: the value of a text, and where each of its entries stands, so that an error about an
 * entry can name the line. Strict JSON, as `JSON.parse`; a key that comes twice is an error.
 */
import { InputError } from '../src/message/index.js';

export interface LocatedJson {
  readonly value: unknown;
  /** The line, from 1, of the entry at a path of keys and indices, or of the nearest one above it. */
  line(path: readonly string[]): number;
}

const space = /[ \t\r\n]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON's own grammar excludes control characters from strings
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/** @throws InputError with `name:line:`, what was found and what was expected */
export function parseLocatedJson(text: string, name: string): LocatedJson {
  const lines = new Map<string, number>();
  let at = text.startsWith('\ufeff') ? 1 : 0;

  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const fail = (expected: string): InputError => {
    const found = at < text.length ? `found ${JSON.stringify(text[at])}` : 'the file ends';
    return new InputError(`${name}:${lineAt(at)}: ${found}, expected ${expected}`);
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return null;
    at += match[0].length;
    return match[0];
  };
  const skip = (): string => {
    take(space);
    return text[at] ?? '';
  };
  const expect = (character: string, otherwise: string): void => {
    if (skip() !== character) throw fail(otherwise);
    at++;
  };

  const readValue = (path: readonly string[]): unknown => {
    const first = skip();
    if (!lines.has(keyOf(path))) lines.set(keyOf(path), lineAt(at));
    if (first === '{') return readObject(path);
    if (first === '[') return readArray(path);
    const word = take(first === '"' ? string : literal);
    if (word === null)
      throw fail(first === '"' ? 'a string that is closed and has only valid escapes' : 'a value');
    return JSON.parse(word);
  };
  const readObject = (path: readonly string[]): Record<string, unknown> => {
    const entries: [string, unknown][] = [];
    at++;
    if (skip() === '}') at++;
    else {
      do {
        skip();
        const start = at;
        const key = take(string);
        if (key === null) throw fail('a key in double quotes');
        const entry = [...path, JSON.parse(key) as string];
        if (lines.has(keyOf(entry)))
          throw new InputError(`${name}:${lineAt(start)}: ${key} is given twice; give it once`);
        lines.set(keyOf(entry), lineAt(start));
        expect(':', '":" after the key');
        entries.push([entry[entry.length - 1], readValue(entry)]);
      } while (goesOn('}'));
    }
    return Object.fromEntries(entries);
  };
  const readArray = (path: readonly string[]): unknown[] => {
    const values: unknown[] = [];
    at++;
    if (skip() === ']') at++;
    else {
      do {
        values.push(readValue([...path, String(values.length)]));
      } while (goesOn(']'));
    }
    return values;
  };
  /** Past a comma: true. Past the closing character: false. */
  const goesOn = (close: string): boolean => {
    const next = skip();
    if (next !== ',' && next !== close) throw fail(`"," or "${close}"`);
    at++;
    return next === ',';
  };

  const value = readValue([]);
  if (skip() !== '') throw fail('nothing more after the value');
  return {
    value,
    line(path) {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(keyOf(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return lines.get(keyOf([])) ?? 1;
    },
  };
}

function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}
