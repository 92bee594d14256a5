/** How large vectors are, in all frames or in the shown one, and so how long arrows are drawn, and which are noise. */
import { displacementSizes } from './displacement-sizes.js';
import type { Drawing } from './drawing.js';
import { extentOf, type Frame } from './frame.js';
import type { Look } from './look.js';
import { type Run, typicalLength } from './run.js';
import { vectorSummary, vectorsOf } from './vectors.js';
import { wrappedPositions } from './wrapping.js';

/** Relative size of forces that are rounding errors of the energy. */
const NOISE = 1e-7;
/** Sizes that are noise in any unit that people use. */
const SMALLEST = 1e-9;

/** What vectors are measured by. */
export interface ArrowSizes {
  /** The longest vector. */
  readonly largest: number;
  /** A size that stands for all of them: arrows of this size are about as long as neighbours are apart. */
  readonly usual: number;
  /** Shorter ones are noise, and are not drawn. */
  readonly noise: number;
}

type Arrowed = Pick<Look & Drawing, 'arrows' | 'reference'>;

const known = new WeakMap<
  Run,
  Map<string | null, { readonly of: readonly unknown[]; readonly sizes: ArrowSizes }>
>();

/** Of what the arrows show, in all frames or in this one; what is noise is the same in all of them. */
export function arrowSizes(run: Run, frame: Frame, look: Arrowed & Pick<Drawing, 'arrowScope'>): ArrowSizes {
  const all = runSizes(run, look);
  if (look.arrowScope !== 'frame' || look.arrows === null) return all;
  const vectors = vectorsOf(run, frame, look);
  // One that is far longer than the others does not leave the picture.
  const { high = 0, rms = 0 } = (vectors && vectorSummary(vectors)) ?? {};
  return {
    ...all,
    largest: high,
    usual: run.vectors.includes(look.arrows) ? Math.max(rms, high / 3) : high / 2,
  };
}

/** Looked for once for each version of a run. */
function runSizes(run: Run, { arrows, reference }: Arrowed): ArrowSizes {
  const computed = arrows !== null && !run.vectors.includes(arrows);
  const of = [run.version, reference, computed ? displacementSizes(run, { reference }).seen : 0];
  const ofRun = known.get(run) ?? new Map();
  known.set(run, ofRun);
  const before = ofRun.get(arrows);
  if (before !== undefined && of.every((value, k) => value === before.of[k])) return before.sizes;
  const sizes = sizesOf(run, arrows, reference);
  ofRun.set(arrows, { of, sizes });
  return sizes;
}

function sizesOf(run: Run, arrows: string | null, reference: number): ArrowSizes {
  if (arrows === null) return { largest: 0, usual: 0, noise: 0 };
  if (run.vectors.includes(arrows)) {
    const largest = run.summaries(arrows).reduce((most, summary) => Math.max(most, summary?.high ?? 0), 0);
    return { largest, usual: typicalLength(run, arrows), noise: noiseOf(run, arrows) };
  }
  const { largest } = displacementSizes(run, { reference });
  return { largest, usual: largest / 2, noise: 1e-5 * run.spacing };
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
export function arrowLength(run: Run, frame: Frame, look: Look & Drawing): number {
  const { usual } = arrowSizes(run, frame, look);
  return usual > 0 ? (0.8 * run.spacing * look.arrowScale) / usual : 0;
}

/** How far the shown arrows of a frame stick out of the cuboid around it, at most; 0 where none does. */
export function arrowOverhang(run: Run, frame: Frame, look: Look & Drawing): number {
  const vectors = vectorsOf(run, frame, look);
  if (vectors === null || look.arrows === null) return 0;
  const by = arrowLength(run, frame, look);
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
