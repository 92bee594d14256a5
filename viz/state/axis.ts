/**
 * The upright axis of a plot: where it ends, its marks, and how they are written. No two marks read the same, however
 * little of the numbers changes: what they have in common is then told once, as the axis's origin. Knows no pixels but
 * how many marks and letters have room.
 */

export interface Axis {
  readonly marks: readonly number[];
  /** Of the marks; differences to the origin where there is one. */
  readonly labels: readonly string[];
  /** The number that the labels are added to; empty where they are the marks themselves. */
  readonly origin: string;
  /** Where a value lies: 0 at the lower end, 1 at the upper one. */
  at(value: number): number;
}

/** How far apart the ends of the values are from those of the axis, in parts of it. */
const MARGIN = 0.07;
const MOST_MARKS = 5;
const MOST_LETTERS = 8;
/** What differs by less than so much of itself differs by rounding. */
const ROUNDING = 1e-13;

/** For values from `low` to `high`. */
export function linearAxis(low: number, high: number): Axis {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= ROUNDING * largest) return singleAxis(low);
  const [from, to] = widened(low, high);
  const { multiples, power } = evenMarks(from, to);
  const marks = multiples.map((n) => scaled(n, power));
  const at = (value: number): number => (value - from) / (to - from);
  const labels = written(marks, power);
  if (labels.every(({ length }) => length <= MOST_LETTERS)) return { marks, labels, origin: '', at };
  // As round as it can be with two digits left for the differences.
  const origin = Math.floor(multiples[0] / 10) * 10;
  const differences = multiples.map((n) => scaled(n - origin, power));
  const [told] = written([scaled(origin, power)], power + 1, 20);
  return { marks, labels: written(differences, power), origin: told, at };
}

/** For positive values from `low` to `high`; marks are powers of ten, or rounder numbers within one. */
export function logarithmicAxis(low: number, high: number): Axis {
  const [from, to] = high > low ? widened(Math.log10(low), Math.log10(high)) : around(Math.log10(low), 0.5);
  const within = (mark: number): boolean => Math.log10(mark) >= from && Math.log10(mark) <= to;
  const [first, last] = [Math.ceil(from), Math.floor(to)];
  const by = Math.max(1, Math.ceil((last - first + 1) / MOST_MARKS));
  let marks: number[] = [];
  for (let power = first; power <= last; power += by) marks.push(scaled(1, power));
  if (marks.length < 2) {
    const decades = [first - 1, first];
    marks = decades.flatMap((power) => [1, 2, 5].map((digit) => scaled(digit, power))).filter(within);
  }
  if (marks.length >= 2) {
    const labels = marks.map((mark) => written([mark], order(mark))[0]);
    return { marks, labels, origin: '', at: (value) => (Math.log10(value) - from) / (to - from) };
  }
  return { ...linearAxis(low, high), at: (value) => (Math.log10(value) - from) / (to - from) };
}

/** All values are the same: one mark, with all its digits. */
function singleAxis(value: number): Axis {
  const [from, to] = around(value, value === 0 ? 1 : Math.abs(value) / 10);
  const at = (other: number): number => (other - from) / (to - from);
  const label = String(Number(value.toPrecision(MOST_LETTERS - 2)));
  return Number(label) === value
    ? { marks: [value], labels: [label], origin: '', at }
    : { marks: [value], labels: ['0'], origin: String(value), at };
}

function around(value: number, by: number): [number, number] {
  return [value - by, value + by];
}

function widened(low: number, high: number): [number, number] {
  const by = (high - low) * MARGIN;
  return [low - by, high + by];
}

/** Multiples of 1, 2 or 5 times a power of ten, as many as have room. */
function evenMarks(from: number, to: number): { multiples: number[]; power: number } {
  for (let power = order((to - from) / MOST_MARKS); ; power++) {
    for (const digit of [1, 2, 5]) {
      const [first, last] = [from, to].map((end) => end / scaled(digit, power));
      const count = Math.floor(last) - Math.ceil(first) + 1;
      if (count > MOST_MARKS) continue;
      return { multiples: Array.from({ length: count }, (_, k) => (Math.ceil(first) + k) * digit), power };
    }
  }
}

/** n · 10^power, rounded once. */
function scaled(n: number, power: number): number {
  return power < 0 ? n / 10 ** -power : n * 10 ** power;
}

/** Numbers to the digit of that power of ten, all in the same way: plain, or with their own powers. */
function written(values: readonly number[], power: number, letters = MOST_LETTERS): string[] {
  const plain = values.map((value) =>
    value === 0 ? '0' : value.toFixed(Math.min(100, Math.max(0, -power))),
  );
  const small = values.some((value) => value !== 0 && Math.abs(value) < 1e-3);
  if ((!small || power >= -3) && plain.every(({ length }) => length <= letters)) return plain;
  return values.map((value) => {
    if (value === 0) return '0';
    const digits = Math.min(15, Math.max(0, order(value) - power));
    return Number(value.toExponential(digits)).toExponential();
  });
}

/** The power of ten of a number's first digit. */
function order(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)) + 1e-9);
}
