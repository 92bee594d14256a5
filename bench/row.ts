/**
 * A row of the table: one piece of work, timed beside a peer that does the same work, with the checks that show it
 * is the same. Rows know nothing of each other; each runs in a process of its own.
 */
import type { Peer } from './machine.js';
import { pairedRatios, type Summary, summarize } from './statistics.js';

export interface Row {
  readonly name: string;
  readonly title: string;
  /** What must be installed for the row to run. */
  readonly peers: readonly Peer[];
  run(setting: Setting): Promise<Measurement>;
}

export interface Setting {
  /** Small systems and few rounds: shows that the row runs, and gives no figure to quote. */
  readonly quick: boolean;
  readonly rounds: number;
  /** A directory of the row's own for files that the peers read and write. */
  readonly directory: string;
}

/** Something that must be true for the times to be comparable. */
export interface Check {
  readonly what: string;
  readonly difference: number;
  readonly tolerance: number;
}

export interface Series {
  readonly what: string;
  readonly unit: string;
  readonly summary: Summary;
}

export interface Ratio {
  readonly what: string;
  /** Of the ratios of samples taken next to each other. */
  readonly summary: Summary;
  /** Our fastest sample over the peer's fastest: what the machine would give if nobody else used it. */
  readonly fastest: number;
  /** The largest median that meets the goal; `atLeast` turns it into the smallest. */
  readonly goal?: number;
  readonly atLeast?: boolean;
}

export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Measurement {
  readonly checks: readonly Check[];
  readonly series: readonly Series[];
  readonly ratios: readonly Ratio[];
  readonly tables?: readonly Table[];
  /** What is in each number, in sentences. */
  readonly contents: readonly string[];
  /** What the peer ran: command lines and input files, by name. */
  readonly scripts?: Readonly<Record<string, string>>;
}

export function passes({ difference, tolerance }: Check): boolean {
  return difference <= tolerance;
}

/** Values that must agree, against the size of what they are. */
export function agreement(what: string, ours: number, peer: number, tolerance: number): Check {
  return { what, difference: Math.abs(ours - peer) / Math.max(Math.abs(peer), 1e-300), tolerance };
}

/** The largest difference of two vectors against the largest component. */
export function vectorAgreement(
  what: string,
  ours: ArrayLike<number>,
  peer: ArrayLike<number>,
  tolerance: number,
): Check {
  let difference = ours.length === peer.length ? 0 : Infinity;
  let largest = 0;
  for (let i = 0; i < peer.length; i++) {
    // Math.max of NaN is NaN, and stays it.
    difference = Math.max(difference, Math.abs(ours[i] - peer[i]));
    largest = Math.max(largest, Math.abs(peer[i]));
  }
  return { what, difference: largest > 0 ? difference / largest : difference, tolerance };
}

/** Times in a unit that reads well. */
export function series(what: string, seconds: readonly number[]): Series {
  const { median } = summarize(seconds);
  const [unit, scale] = median >= 1 ? ['s', 1] : median >= 1e-3 ? ['ms', 1e3] : ['µs', 1e6];
  return { what, unit: unit as string, summary: summarize(seconds.map((s) => s * (scale as number))) };
}

export function ratio(
  what: string,
  ours: readonly number[],
  peer: readonly number[],
  goal: Pick<Ratio, 'goal' | 'atLeast'> = {},
): Ratio {
  const fastest = Math.min(...ours) / Math.min(...peer);
  return { what, summary: summarize(pairedRatios(ours, peer)), fastest, ...goal };
}
