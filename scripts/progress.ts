/**
 * One line about a relaxation under way: how far it has come, energy, largest force, rate, time left.
 *
 * Forces fall by about the same factor in the same time, so the share that is done and the time that is left are
 * reckoned on the logarithm of the largest force.
 */
import type { RelaxProgress } from '../src/relax/index.js';
import type { Terminal } from './terminal.js';

/** Redrawn this often at most, in milliseconds. */
const interval = 100;
/** The fall of the force is measured over this share of the time so far: the start says little about the end. */
const recent = 0.5;

export interface Progress {
  update(progress: RelaxProgress): void;
  /** Clears the line. */
  end(): void;
}

interface Sample {
  readonly time: number;
  readonly level: number;
}

const silent: Progress = { update() {}, end() {} };

export interface ProgressOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Silent where messages do not go to a terminal, and where nobody wants to see them. */
export function createProgress(
  terminal: Terminal,
  label: string,
  target: number,
  { json, quiet }: ProgressOptions,
  now: () => number = () => performance.now(),
): Progress {
  const width = terminal.progressWidth;
  if (width === null || json || quiet) return silent;
  const began = now();
  const goal = Math.log(Math.max(target, Number.MIN_VALUE));
  const samples: Sample[] = [];
  let lowest = Infinity;
  let drawn = began;
  let shown = false;
  return {
    update({ step, energy, maxForce }) {
      const time = now();
      // Nothing flickers past in a relaxation that is over at once.
      if (time - drawn < interval) return;
      drawn = time;
      const level = Math.log(maxForce);
      lowest = Math.min(lowest, level);
      samples.push({ time, level: lowest });
      const elapsed = time - began;
      const line = describe({
        label,
        step,
        energy,
        maxForce,
        share: share(samples[0].level, lowest, goal),
        rate: (step / elapsed) * 1000,
        left: timeLeft(samples, time, elapsed, goal),
      });
      terminal.err(`\r\x1b[2K${fitted(line, width - 1)}`);
      shown = true;
    },
    end() {
      if (shown) terminal.err('\r\x1b[2K');
      shown = false;
    },
  };
}

function share(first: number, lowest: number, goal: number): number {
  return first > goal ? Math.min(1, Math.max(0, (first - lowest) / (first - goal))) : 1;
}

/** Milliseconds until the force has fallen to the goal at its present rate; null where it does not fall. */
function timeLeft(samples: readonly Sample[], time: number, elapsed: number, goal: number): number | null {
  const since = samples.findLast((sample) => time - sample.time >= recent * elapsed) ?? samples[0];
  const last = samples[samples.length - 1];
  const fall = (since.level - last.level) / (last.time - since.time);
  return fall > 0 ? Math.max(0, last.level - goal) / fall : null;
}

interface Line {
  readonly label: string;
  readonly step: number;
  readonly energy: number;
  readonly maxForce: number;
  readonly share: number;
  readonly rate: number;
  readonly left: number | null;
}

/** From the widest form to the narrowest. */
function describe({ label, step, energy, maxForce, share, rate, left }: Line): string[] {
  const bar = (cells: number): string => {
    const full = Math.round(share * cells);
    return `${'━'.repeat(full)}${'─'.repeat(cells - full)}`;
  };
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const steps = `step ${String(step).padEnd(6)}`;
  const force = `max force ${maxForce.toExponential(2)}`;
  const speed = `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} steps/s`;
  const rest = left === null ? '' : `${duration(left)} left`;
  const value = `energy ${energy.toPrecision(8)}`;
  return [
    `${label} ${bar(20)}${percent}  ${steps}  ${value}  ${force}  ${speed}  ${rest}`,
    `${bar(12)}${percent}  ${steps}  ${force}  ${rest}`,
    `${percent}  ${force}`,
  ];
}

function fitted(forms: readonly string[], width: number): string {
  return (forms.find((form) => form.length <= width) ?? forms[forms.length - 1]).slice(0, width);
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return seconds < 360_000
    ? `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
    : 'days';
}
