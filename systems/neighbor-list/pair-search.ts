/**
 * Finding the pairs: each thread lists those of a share of the cells in a room of its own, then the rooms are joined.
 *
 * How many pairs there will be is guessed from the density and remembered from one search to the next; where the room
 * has not sufficed, the search is done again with twice as much.
 */
import type { CrewFunctions } from './crew-functions.js';
import { cellCount, type Grid } from './grid.js';
import type { MemoryLayout } from './memory-layout.js';

/** Entries of room beyond the guess, and how much more than was needed there is to be the next time. */
const spare = 1024;
const headroom = 1.2;

export class PairSearch {
  /** Room for a thread's entries, in entries an atom. */
  private entriesAnAtom = 0;

  constructor(
    private readonly functions: CrewFunctions,
    private readonly layout: MemoryLayout,
    private readonly reach: number,
    private readonly packed: boolean,
  ) {}

  /** Writes the list behind all else. Returns how many entries it has. */
  run(grid: Grid, ghosts: number): number {
    const { functions, layout, packed, reach } = this;
    const { arena, at, count, stride } = layout;
    const atomStart = layout.ints(at.atomStart, cellCount(grid) + 1);
    const cells = functions.shares(count).map((atom) => firstAtLeast(atomStart, atom));
    const atoms = cells.map((cell) => atomStart[cell]);
    let anAtom = this.entriesAnAtom || guessEntries(atomStart, count, grid, reach);
    const padding = packed ? (count + ghosts) * stride * 8 : 0;
    for (;;) {
      const wanted = cells.slice(1).map((_, k) => spare + Math.ceil(anAtom * (atoms[k + 1] - atoms[k])));
      const all = sumOf(wanted);
      // What is left may do: the guess is a generous one.
      const part = Math.min(1, (arena.left - 16) / (4 * all));
      const rooms = wanted.map((room) => Math.floor(part * room));
      arena.reserve(4 * sumOf(rooms) + 16, `the list of ${count} atoms`);
      at.list = arena.used;
      const starts = rooms.map((_, k) => at.list + 4 * sumOf(rooms.slice(0, k)));
      const { plan: p, positions, ghostStart, rowPlaces, rowAt, rows, rowsEnd, ranges, first } = at;
      const common = [p, positions, count, at.atomStart, ghostStart, rowPlaces, rowAt, rows, rowsEnd];
      const found = functions.each('scan', cells, (k) => {
        const room = [starts[k], starts[k] + 4 * rooms[k], packed ? 0 : 3, padding];
        return [...common, ranges + k * at.rangeBytes, first, ...room];
      });
      if (found.every((entries) => entries >= 0)) return this.join(found, starts, atoms);
      const what = `a neighbour list of ${count} atoms with about ${all} pairs closer than ${reach}`;
      if (part < 1) arena.reserve(4 * all + 16, what);
      anAtom *= 1.5;
    }
  }

  /** Moves what threads have found together, in the order of their shares. */
  private join(found: readonly number[], starts: readonly number[], atoms: readonly number[]): number {
    const { functions, layout } = this;
    const { arena, at } = layout;
    const before = found.map((_, k) => sumOf(found.slice(0, k)));
    found.forEach((n, k) => {
      if (k > 0) this.moveDown(starts[k], at.list + 4 * before[k], 4 * n);
    });
    functions.each('raise', atoms, (k) => [at.first + 4, before[k]]);
    layout.ints(at.first, 1)[0] = 0;
    const most = found.map((n, k) => n / Math.max(1, atoms[k + 1] - atoms[k]));
    this.entriesAnAtom = headroom * Math.max(...most);
    const entries = sumOf(found);
    arena.take(4 * entries);
    at.end = arena.used;
    return entries;
  }

  /** Moves so many bytes down: as many at a time as the way is long, so that threads do not write what others read. */
  private moveDown(source: number, target: number, bytes: number): void {
    const { functions } = this;
    const way = source - target;
    if (way < bytes / 16) {
      functions.alone('move', 0, bytes, source, target);
      return;
    }
    for (let from = 0; from < bytes; from += way) {
      const words = Math.min(way, bytes - from) / 4;
      const shares = functions.shares(words).map((word) => from + 4 * word);
      functions.each('move', shares, () => [source, target]);
    }
  }
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** The first place at which ascending numbers reach `value`. */
function firstAtLeast(ascending: Int32Array, value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Pairs an atom if all have as many atoms around them as there are in an atom's own cell on the average. */
function guessEntries(atomStart: Int32Array, count: number, grid: Grid, reach: number): number {
  let squares = 0;
  for (let c = 0; c + 1 < atomStart.length; c++) squares += (atomStart[c + 1] - atomStart[c]) ** 2;
  const cellSize = grid.cellsPerLength
    .slice(0, grid.dimension)
    .reduce((volume, density) => volume / density, 1);
  const ball = grid.dimension === 3 ? (4 / 3) * Math.PI * reach ** 3 : Math.PI * reach ** 2;
  return 2 + (ball / cellSize) * (squares / Math.max(1, count)) * 0.5;
}
