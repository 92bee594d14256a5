/**
 * Checked values: what a saved view may hold. A field takes a value from outside, and gives it back typed or says what
 * was found, where, and what was expected. A slice of the session lists its fields beside its type.
 */
import { InputError } from '../../src/message/index.js';

/** @throws InputError that names the place, what was found and what was expected */
export type Field<T> = (value: unknown, where: string) => T;

export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

export function number(low = -Infinity, high = Infinity): Field<number> {
  const expected =
    low === -Infinity && high === Infinity ? 'a finite number' : `a number from ${low} to ${high}`;
  return (value, where) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high) return value;
    throw unexpected(value, where, expected);
  };
}

export function whole(low: number, high = Number.MAX_SAFE_INTEGER): Field<number> {
  return (value, where) => {
    if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high)
      return value as number;
    const range = high === Number.MAX_SAFE_INTEGER ? `${low} on` : `${low} to ${high}`;
    throw unexpected(value, where, `a whole number from ${range}`);
  };
}

export const flag: Field<boolean> = (value, where) => {
  if (typeof value === 'boolean') return value;
  throw unexpected(value, where, 'true or false');
};

export const text: Field<string> = (value, where) => {
  if (typeof value === 'string' && value.length <= 1000) return value;
  throw unexpected(value, where, 'a text');
};

export function oneOf<T extends string | number>(...values: readonly T[]): Field<T> {
  return (value, where) => {
    const found = values.find((known) => known === value);
    if (found !== undefined) return found;
    throw unexpected(value, where, `one of ${values.join(', ')}`);
  };
}

export function nullable<T>(field: Field<T>): Field<T | null> {
  return (value, where) => (value === null ? null : field(value, where));
}

/** A list of any length up to `most`. */
export function list<T>(field: Field<T>, most = 10_000): Field<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value) || value.length > most)
      throw unexpected(value, where, `a list of at most ${most}`);
    return value.map((item, k) => field(item, `${where}[${k}]`));
  };
}

/** Exactly so many numbers. */
export function vector<T extends readonly number[]>(length: T['length']): Field<T> {
  const items = list(number(), length);
  return (value, where) => {
    const found = items(value, where);
    if (found.length !== length) throw unexpected(value, where, `${length} numbers`);
    return found as unknown as T;
  };
}

/** An object with these fields; those that it lacks are taken from `missing`, where that is given. */
export function record<T extends object>(fields: Fields<T>, missing?: T): Field<T> {
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw unexpected(value, where, 'an object');
    const given = value as Readonly<Record<string, unknown>>;
    const names = Object.keys(fields) as (keyof T & string)[];
    const stranger = Object.keys(given).find((name) => !names.includes(name as keyof T & string));
    if (stranger !== undefined) {
      throw new InputError(`${where} has the unknown entry "${stranger}"; known are ${names.join(', ')}`);
    }
    const entries = names.map((name) =>
      !Object.hasOwn(given, name) && missing !== undefined
        ? [name, missing[name]]
        : [name, fields[name](given[name], where === '' ? name : `${where}.${name}`)],
    );
    return Object.fromEntries(entries) as T;
  };
}

function unexpected(value: unknown, where: string, expected: string): InputError {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
  return new InputError(`${where || 'the view'}: found ${found}, expected ${expected}`);
}
