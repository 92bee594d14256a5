/**
 * The search: which sites lie within reach of the atoms of each cell, two candidates at a time and without a branch on
 * the distance, which no processor could guess.
 */
import {
  defineFunction,
  type FunctionWriter,
  f64,
  f64x2,
  type I32,
  i32,
  i64x2,
  type V128,
  type Variable,
  v128,
  type WasmFunction,
} from '../../../src/wasm/index.js';
import { type Frame, intAt, plan, planned, siteShift } from './frame.js';

/** Bytes of a row of cells to be searched in its table: dy, dz, cells along x, and a `RowKind`. */
export const searchRowBytes = 16;

/** Which sites of a row of cells are candidates. Of two rows that are not the same, one looks for atoms in the other. */
export const rowKind = { own: 0, atomsAndGhosts: 1, ghostsAlone: 2 } as const;

const parameters = {
  from: 'i32',
  to: 'i32',
  plan: 'i32',
  positions: 'i32',
  count: 'i32',
  atomStart: 'i32',
  ghostStart: 'i32',
  rowPlaces: 'i32',
  rowAt: 'i32',
  rows: 'i32',
  rowsEnd: 'i32',
  /** Room for two int32s a range: two ranges a row. */
  ranges: 'i32',
  first: 'i32',
  entries: 'i32',
  /** Where the room for entries ends. */
  stop: 'i32',
  /** Entries are byte offsets of sites, shifted right by this. */
  entryShift: 'i32',
  /** Byte offset of the site that fills rows up to even lengths; 0: they are left as they are. */
  padding: 'i32',
} as const;

type Parameters = { readonly [K in keyof typeof parameters]: Variable<'i32'> };

/**
 * Lists the partners of the atoms in cells `from … to − 1`, one after the other from `entries` on; `first[i + 1]` is
 * where those of atom i end. Returns how many entries there are, or −1 as soon as the room might not do.
 */
export function scanFunction({ dimension }: Frame): WasmFunction {
  return defineFunction('scan', parameters, 'i32', (f, p) => {
    const limit = f.let(f64x2.splat(planned(p.plan, plan.reachSquared)));
    const shape = [0, 1, 2].map((k) => f.let(i32.truncSatF64S(planned(p.plan, plan.shape, k))));
    const out = f.let(p.entries);
    const cell = f.local('i32');
    f.for(cell, p.from, p.to, 1, () => {
      const begin = f.let(i32.load(intAt(p.atomStart, cell)));
      const end = f.let(i32.load(intAt(p.atomStart, cell), 4));
      f.if(i32.ne(begin, end), () => {
        const { ranges, candidates } = findRanges(f, p, shape, cell, begin, siteShift(dimension));
        const atoms = f.let(f64.convertI32S(i32.sub(end, begin)));
        const most = f64.add(f64.mul(f64.convertI32S(candidates), atoms), f64.add(atoms, 2));
        // Differences of addresses, which are unsigned; the room may be more than an int32 holds in bytes, not in entries.
        const room = f64.convertI32S(i32.shrU(i32.sub(p.stop, out), 2));
        f.if(f64.gt(most, room), () => f.return(i32.const(-1)));
        scanCell(f, p, dimension, { begin, end, ranges, limit, out });
      });
    });
    return i32.shrU(i32.sub(out, p.entries), 2);
  });
}

/** Writes the ranges of candidates of a cell, as byte offsets of sites; the first is that of the cell's own row. */
function findRanges(
  f: FunctionWriter,
  p: Parameters,
  [nx, ny, nz]: readonly Variable<'i32'>[],
  cell: I32,
  begin: I32,
  shift: number,
): { ranges: Variable<'i32'>; candidates: Variable<'i32'> } {
  const ranges = f.let(p.ranges);
  const candidates = f.let(i32.const(0));
  const place = f.let(i32.divU(cell, nx));
  const cx = f.let(i32.sub(cell, i32.mul(place, nx)));
  const own = f.let(i32.load(intAt(p.rowAt, place)));
  const cz = f.let(i32.divU(own, ny));
  const cy = f.let(i32.sub(own, i32.mul(cz, ny)));
  const add = (from: I32, to: I32): void => {
    f.store(ranges, i32.shl(from, shift));
    f.store(ranges, i32.shl(to, shift), 4);
    f.set(candidates, i32.add(candidates, i32.sub(to, from)));
    f.set(ranges, i32.add(ranges, 8));
  };
  const row = f.local('i32');
  f.for(row, p.rows, p.rowsEnd, searchRowBytes, () => {
    const ry = f.let(i32.add(cy, i32.load(row)));
    const rz = f.let(i32.add(cz, i32.load(row, 4)));
    // Unsigned, so that what lies before the grid counts as beyond it.
    f.if(i32.and(i32.ltU(ry, ny), i32.ltU(rz, nz)), () => {
      const along = f.let(i32.load(row, 8));
      const kind = f.let(i32.load(row, 12));
      const base = f.let(i32.mul(i32.load(intAt(p.rowPlaces, i32.add(i32.mul(rz, ny), ry))), nx));
      const left = f.let(i32.sub(cx, along));
      f.if(i32.ltS(left, 0), () => f.set(left, i32.const(0)));
      const right = f.let(i32.add(i32.add(cx, along), 1));
      f.if(i32.gtS(right, nx), () => f.set(right, nx));
      const leftCell = f.let(i32.shl(i32.add(base, left), 2));
      const rightCell = f.let(i32.shl(i32.add(base, right), 2));
      f.if(i32.ne(kind, rowKind.ghostsAlone), () => {
        const from = f.let(i32.load(i32.add(p.atomStart, leftCell)));
        const to = f.let(i32.load(i32.add(p.atomStart, rightCell)));
        f.if(
          i32.eq(kind, rowKind.own),
          () => add(begin, to),
          () => {
            f.if(i32.ltU(from, to), () => add(from, to));
          },
        );
      });
      const from = f.let(i32.load(i32.add(p.ghostStart, leftCell)));
      const to = f.let(i32.load(i32.add(p.ghostStart, rightCell)));
      f.if(i32.ltU(from, to), () => add(f.let(i32.add(p.count, from)), f.let(i32.add(p.count, to))));
    });
  });
  return { ranges, candidates };
}

function scanCell(
  f: FunctionWriter,
  p: Parameters,
  d: 2 | 3,
  cell: {
    readonly begin: I32;
    readonly end: I32;
    /** The end of the ranges. */
    readonly ranges: I32;
    readonly limit: V128;
    readonly out: Variable<'i32'>;
  },
): void {
  const { out } = cell;
  const bytes = 1 << siteShift(d);
  const keep = (offset: I32, kept: I32): void => {
    f.store(out, i32.shrU(offset, p.entryShift));
    f.set(out, i32.add(out, i32.shl(kept, 2)));
  };
  const i = f.local('i32');
  f.for(i, cell.begin, cell.end, 1, () => {
    const offset = f.let(i32.shl(i, siteShift(d)));
    const at = f.let(i32.add(p.positions, offset));
    const x = Array.from({ length: d }, (_, k) => f.let(v128.load64Splat(at, 8 * k)));
    const row = f.let(out);
    const range = f.local('i32');
    // In its own row an atom looks for later atoms only.
    const j = f.let(i32.add(offset, bytes));
    f.for(range, p.ranges, cell.ranges, 8, () => {
      f.if(i32.ne(range, p.ranges), () => f.set(j, i32.load(range)));
      const end = f.let(i32.load(range, 4));
      f.while(
        () => i32.ltU(i32.add(j, bytes), end),
        () => {
          const a = f.let(i32.add(p.positions, j));
          const near = f.let(i64x2.bitmask(within(f, d, x, a, i32.add(a, bytes), cell.limit)));
          keep(j, i32.and(near, 1));
          keep(i32.add(j, bytes), i32.shrU(near, 1));
          f.set(j, i32.add(j, 2 * bytes));
        },
      );
      f.if(i32.ltU(j, end), () => {
        const a = f.let(i32.add(p.positions, j));
        keep(j, i32.and(i64x2.bitmask(within(f, d, x, a, a, cell.limit)), 1));
      });
    });
    f.if(i32.and(i32.ne(p.padding, 0), i32.and(i32.shrU(i32.sub(out, row), 2), 1)), () => {
      f.store(out, i32.shrU(p.padding, p.entryShift));
      f.set(out, i32.add(out, 4));
    });
    f.store(intAt(p.first, i), i32.shrU(i32.sub(out, p.entries), 2), 4);
  });
}

/** The mask of a couple of candidates at two addresses, the squares of their distances below the limit. */
function within(f: FunctionWriter, d: 2 | 3, x: readonly V128[], a: I32, b: I32, limit: V128): V128 {
  const low = f.let(v128.load(a));
  const high = f.let(v128.load(b));
  const others = [f64x2.shuffle(low, high, 0, 2), f64x2.shuffle(low, high, 1, 3)];
  if (d === 3) others.push(v128.load64Lane(b, v128.load64Zero(a, 16), 1, 16));
  const squares = others.map((other, k) => {
    const apart = f.let(f64x2.sub(other, x[k]));
    return f64x2.mul(apart, apart);
  });
  return f64x2.lt(
    squares.reduce((sum, square) => f64x2.add(sum, square)),
    limit,
  );
}

/** `raise(from, to, at, by)`: adds `by` to the int32s `from … to − 1` at `at`. */
export function raiseFunction(): WasmFunction {
  const raised = { from: 'i32', to: 'i32', at: 'i32', by: 'i32' } as const;
  return defineFunction('raise', raised, null, (f, p) => {
    const i = f.local('i32');
    f.for(i, p.from, p.to, 1, () => {
      const at = f.let(intAt(p.at, i));
      f.store(at, i32.add(i32.load(at), p.by));
    });
    return null;
  });
}
