/** How large the vectors of a run are, and so how long arrows are drawn, and which of them are noise. */
import type { Drawing } from './drawing.js';
import { extentOf, type Frame } from './frame.js';
import type { Look } from './look.js';
import { longest, type Run, typicalLength } from './run.js';
import { displacements, referenceOf, vectorsOf } from './vectors.js';
import { wrappedPositions } from './wrapping.js';

/** Relative size of forces that are rounding errors of the energy. */
const NOISE = 1e-7;
/** Sizes that are noise in any unit that people use. */
const SMALLEST = 1e-9;

/** What the vectors of a run are measured by. */
export interface ArrowSizes {
  /** The longest vector of all frames. */
  readonly largest: number;
  /** A size that stands for all of them: arrows of this size are about as long as neighbours are apart. */
  readonly usual: number;
  /** Shorter ones are noise, and are not drawn. */
  readonly noise: number;
}

type Arrowed = Pick<Look & Drawing, 'arrows' | 'reference'>;

const latest = new WeakMap<Run, { readonly of: readonly unknown[]; readonly sizes: ArrowSizes }>();

/** Of what the arrows show; looked for once for each version of a run. */
export function arrowSizes(run: Run, { arrows, reference }: Arrowed): ArrowSizes {
  const of = [arrows, run.version, reference];
  const known = latest.get(run);
  if (known !== undefined && of.every((value, k) => value === known.of[k])) return known.sizes;
  const sizes = sizesOf(run, arrows, reference);
  latest.set(run, { of, sizes });
  return sizes;
}

function sizesOf(run: Run, arrows: string | null, reference: number): ArrowSizes {
  if (arrows === null) return { largest: 0, usual: 0, noise: 0 };
  if (run.vectors.includes(arrows)) {
    const largest = run.summaries(arrows).reduce((most, summary) => Math.max(most, summary?.high ?? 0), 0);
    return { largest, usual: typicalLength(run, arrows), noise: noiseOf(run, arrows) };
  }
  const largest = largestDisplacement(run, reference);
  return { largest, usual: largest / 2, noise: 1e-5 * run.spacing };
}

/** Displacements that are looked at, to know how long they get; more would be felt. */
const MOST_LOOKED_AT = 500_000;

/** In frames that are in memory, evenly spread where all of them are too many, the last one among them. */
function largestDisplacement(run: Run, reference: number): number {
  const before = run.reference(referenceOf(run, { reference }));
  if (before === null) return 0;
  const most = Math.max(1, Math.floor(MOST_LOOKED_AT / Math.max(1, before.count)));
  const stride = Math.ceil(run.length / most);
  let largest = 0;
  for (let k = run.length - 1; k >= 0; k -= stride) {
    const frame = run.peek(k);
    if (frame !== null) largest = Math.max(largest, longest(displacements(before, frame) ?? []));
  }
  return largest;
}

/**
 * At a minimum forces are what rounding leaves of them. For forces that is a fraction of the energy of an atom over the distance of its neighbours.
 */
function noiseOf(run: Run, column: string): number {
  if (!/^forces?$/.test(column)) return SMALLEST;
  let energy = 0;
  for (const value of run.info('energy')) energy = Math.max(energy, Math.abs(value ?? 0));
  return energy > 0 ? (NOISE * energy) / (run.first.count * run.spacing) : SMALLEST;
}

/** How long an arrow is for a vector of length 1: such that usual ones span most of the distance of neighbours. */
export function arrowLength(run: Run, look: Look & Drawing): number {
  const { usual } = arrowSizes(run, look);
  return usual > 0 ? (0.8 * run.spacing * look.arrowScale) / usual : 0;
}

/** How far the shown arrows of a frame stick out of the cuboid around it, at most; 0 where none does. */
export function arrowOverhang(run: Run, frame: Frame, look: Look & Drawing): number {
  const vectors = vectorsOf(run, frame, look);
  if (vectors === null || look.arrows === null) return 0;
  const by = arrowLength(run, look);
  const { center, size } = extentOf(frame);
  const from = look.wrap ? wrappedPositions(frame) : frame.positions;
  let most = 0;
  for (let k = 0; k < from.length; k++) {
    const m = k % 3;
    const out = Math.abs(from[k] + by * vectors[k] - center[m]) - size[m] / 2;
    if (out > most && Number.isFinite(out)) most = out;
  }
  return most;
}
