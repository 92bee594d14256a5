/**
 * LAMMPS as a peer: input scripts run by its program, and the times, energies and vectors that it prints.
 *
 * Each run is a process of its own that reads the same files; what LAMMPS reports of its own loop is the time, so
 * that starting it does not count.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../systems/index.js';
import { coordinates } from '../../systems/index.js';

const program = process.env.STILLPOINT_LAMMPS ?? 'lmp';

/** The version as LAMMPS prints it, or undefined where it does not run. */
export function lammpsVersion(): string | undefined {
  try {
    return /- (\d+ \w+ \d{4}[^\n]*)/.exec(
      execFileSync(program, ['-h'], { encoding: 'utf8', stdio: 'pipe' }),
    )?.[1];
  } catch {
    return undefined;
  }
}

/** Seconds of each section of the last loop that LAMMPS timed, and of the loop. */
export interface LammpsTimes {
  readonly steps: number;
  readonly loop: number;
  readonly pair: number;
  readonly neigh: number;
  readonly comm: number;
  readonly other: number;
}

export interface LammpsRun {
  readonly output: string;
  /** Of the last loop, and of each. */
  readonly times: LammpsTimes;
  readonly loops: readonly LammpsTimes[];
  /** The last line of thermodynamic output, by column. */
  readonly thermo: Readonly<Record<string, number>>;
}

/** The command line that `runLammps` uses. */
export const lammpsCommand = (script: string, ranks = 1): string =>
  [...command(ranks), '-in', script].join(' ');

/** Only as many ranks as there are cores: Open MPI then lets them wait without giving their core away. */
function command(ranks: number): string[] {
  const ours = [program, '-sf', 'opt', '-log', 'none'];
  if (ranks === 1) return ours;
  const root = process.getuid?.() === 0 ? ['--allow-run-as-root'] : [];
  return ['mpirun', '-np', `${ranks}`, ...root, ...ours];
}

/** The first line that `mpirun` prints about itself, or undefined where it does not run. */
export function mpiVersion(): string | undefined {
  try {
    return execFileSync('mpirun', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0];
  } catch {
    return undefined;
  }
}

/**
 * Runs an input script in `directory`, with LAMMPS's optimised styles where it has them.
 *
 * @param ranks MPI processes, each on a core
 * @throws Error with LAMMPS's own words when it stops
 */
export function runLammps(directory: string, name: string, script: string, ranks = 1): LammpsRun {
  writeFileSync(join(directory, name), script);
  let output: string;
  try {
    const [file, ...options] = command(ranks);
    output = execFileSync(file, [...options, '-in', name], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, OMP_NUM_THREADS: '1' },
      maxBuffer: 2 ** 28,
    });
  } catch (error) {
    const said = String((error as { stdout?: unknown }).stdout ?? error);
    throw new Error(`LAMMPS stopped at ${name}: ${/ERROR[^\n]*/.exec(said)?.[0] ?? said.slice(-500)}`);
  }
  const loops = parseTimes(output);
  return { output, times: loops[loops.length - 1], loops, thermo: parseThermo(output) };
}

/** Of each loop. */
export function parseTimes(output: string): LammpsTimes[] {
  const loops = [...output.matchAll(/Loop time of (\S+) on \d+ procs for (\d+) steps/g)];
  if (loops.length === 0) throw new Error('LAMMPS printed no loop time');
  return loops.map((loop, k) => {
    const breakdown = output.slice(loop.index, loops[k + 1]?.index);
    const section = (name: string): number => {
      const row = new RegExp(`^${name}\\s*\\|([^|]*)\\|([^|]*)\\|`, 'm').exec(breakdown);
      return row ? Number(row[2]) : 0;
    };
    return {
      steps: Number(loop[2]),
      loop: Number(loop[1]),
      pair: section('Pair'),
      neigh: section('Neigh'),
      comm: section('Comm'),
      other: section('Other'),
    };
  });
}

export function parseThermo(output: string): Record<string, number> {
  const lines = output.split('\n');
  const end = lines.findLastIndex((line) => line.startsWith('Loop time of'));
  const head = lines.findLastIndex((line, k) => k < end && line.trimStart().startsWith('Step'));
  if (end < 0 || head < 0) throw new Error('LAMMPS printed no thermodynamic output');
  const names = lines[head].trim().split(/\s+/);
  const numeric = lines.slice(head + 1, end).filter((line) => /^\s*\d+\s/.test(line));
  const values = numeric[numeric.length - 1].trim().split(/\s+/).map(Number);
  return Object.fromEntries(names.map((name, k) => [name, values[k]]));
}

/** A column-wise read of `write_dump … custom … id a b c` with every digit, in the order of the atoms' ids. */
export function readDump(file: string, columns: number): Float64Array {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const start = lines.findIndex((line) => line.startsWith('ITEM: ATOMS')) + 1;
  const values = new Float64Array((lines.length - start) * columns);
  for (const line of lines.slice(start)) {
    const [id, ...rest] = line.split(' ').map(Number);
    for (let k = 0; k < columns; k++) values[(id - 1) * columns + k] = rest[k];
  }
  return values;
}

/** An orthorhombic periodic system as a LAMMPS data file, with every digit. Species are types in the order given. */
export function writeData(file: string, system: System, species: readonly string[]): void {
  const { count, dimension: d, box } = system;
  const x = coordinates(system);
  const edge = (k: number): number => box.vectors[k * d + k];
  const bounds = ['x', 'y', 'z'].map((axis, k) => {
    const [low, high] = k < d ? [0, edge(k)] : [-0.5, 0.5];
    return `${low} ${high} ${axis}lo ${axis}hi`;
  });
  const atoms = Array.from({ length: count }, (_, i) => {
    const place = Array.from({ length: 3 }, (_, k) => (k < d ? x[i * d + k] : 0));
    return `${i + 1} ${species.indexOf(system.species[i]) + 1} ${place.join(' ')}`;
  });
  const header = [`${count} atoms`, `${species.length} atom types`, ...bounds];
  writeFileSync(
    file,
    `written for a benchmark\n\n${header.join('\n')}\n\nAtoms # atomic\n\n${atoms.join('\n')}\n`,
  );
}
