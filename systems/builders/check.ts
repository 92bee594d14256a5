/** The checks that the builders' options share. */
import { InputError } from '../../src/message/index.js';

/** @throws InputError unless `value` is a whole number from 1 on */
export function checkedCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InputError(`${name} must be a whole number from 1 on, found ${value}`);
}

/** @throws InputError unless `value` is a positive finite number */
export function checkedPositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new InputError(`${name} must be a positive number, found ${value}`);
}

/** Repeats along each lattice vector, from one number for all or one a vector. */
export function checkedRepeat(repeat: number | readonly number[], dimension: 2 | 3): number[] {
  const all = typeof repeat === 'number' ? new Array<number>(dimension).fill(repeat) : [...repeat];
  if (all.length !== dimension) {
    throw new InputError(`repeat needs ${dimension} numbers, one a lattice vector, found ${all.length}`);
  }
  for (const times of all) checkedCount('repeat', times);
  return all;
}
