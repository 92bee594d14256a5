/**
 * One line about a relaxation or a linear solve under way: how far it has come, its force or residual, rate, time left.
 *
 * Forces and residuals fall by about the same factor in the same time, so the share that is done and the time that is
 * left are reckoned on their logarithm.
 */
import type { LinearProgress } from '../src/linear/index.js';
import type { RelaxProgress } from '../src/relax/index.js';
import type { Terminal } from './terminal.js';

/** Redrawn this often at most, in milliseconds. */
const interval = 100;
/** The fall of the force is measured over this share of the time so far: the start says little about the end. */
const recent = 0.5;

export interface Progress<T> {
  update(progress: T): void;
  /** Clears the line. */
  end(): void;
}

interface Sample {
  readonly time: number;
  readonly level: number;
}

/** What is under way, and how it is told. */
export interface Task<T> {
  readonly label: string;
  /** Done when the quantity has fallen to it. */
  readonly target: number;
  readonly step: string;
  readonly quantity: string;
  state(progress: T): { readonly step: number; readonly value: number; readonly energy?: number };
}

export function relaxing(maxForce: number): Task<RelaxProgress> {
  return {
    label: 'relax',
    target: maxForce,
    step: 'step',
    quantity: 'max force',
    state: ({ step, energy, maxForce }) => ({ step, energy, value: maxForce }),
  };
}

export function solving(tolerance: number): Task<LinearProgress> {
  return {
    label: 'differentiate',
    target: tolerance,
    step: 'iteration',
    quantity: 'residual',
    state: ({ iterations, residual }) => ({ step: iterations, value: residual }),
  };
}

const silent: Progress<unknown> = { update() {}, end() {} };

export interface ProgressOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Silent where messages do not go to a terminal, and where nobody wants to see them. */
export function createProgress<T>(
  terminal: Terminal,
  task: Task<T>,
  { json, quiet }: ProgressOptions,
  now: () => number = () => performance.now(),
): Progress<T> {
  const width = terminal.progressWidth;
  if (width === null || json || quiet) return silent;
  const began = now();
  const goal = Math.log(Math.max(task.target, Number.MIN_VALUE));
  const samples: Sample[] = [];
  let lowest = Infinity;
  let drawn = began;
  let shown = false;
  return {
    update(progress) {
      const time = now();
      // Nothing flickers past in a relaxation that is over at once.
      if (time - drawn < interval) return;
      drawn = time;
      const state = task.state(progress);
      const level = Math.log(state.value);
      lowest = Math.min(lowest, level);
      samples.push({ time, level: lowest });
      const elapsed = time - began;
      const line = describe({
        ...task,
        ...state,
        count: state.step,
        step: task.step,
        share: share(samples[0].level, lowest, goal),
        rate: (state.step / elapsed) * 1000,
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
  readonly step: string;
  readonly count: number;
  readonly quantity: string;
  readonly value: number;
  readonly energy?: number;
  readonly share: number;
  readonly rate: number;
  readonly left: number | null;
}

/** From the widest form to the narrowest. */
function describe(line: Line): string[] {
  const { label, share, rate, left } = line;
  const bar = (cells: number): string => {
    const full = Math.round(share * cells);
    return `${'━'.repeat(full)}${'─'.repeat(cells - full)}`;
  };
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const count = `${line.step} ${String(line.count).padEnd(6)}`;
  const value = `${line.quantity} ${line.value.toExponential(2)}`;
  const speed = `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} ${line.step}s/s`;
  const rest = left === null ? '' : `${duration(left)} left`;
  const energy = line.energy === undefined ? '' : `energy ${line.energy.toPrecision(8)}  `;
  return [
    `${label} ${bar(20)}${percent}  ${count}  ${energy}${value}  ${speed}  ${rest}`,
    `${bar(12)}${percent}  ${count}  ${value}  ${rest}`,
    `${percent}  ${value}`,
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
