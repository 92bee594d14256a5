/**
 * When to leave distant pairs out of a list for a while.
 *
 * A pair that is farther apart than the range and a margin cannot come into range before an atom has moved half the
 * margin. The margin is chosen from how fast atoms move: such that a pruned list serves for a number of evaluations,
 * since pruning costs about half of one.
 */
import type { PairData, PairKernel } from '../src/kernel/index.js';

/** Evaluations that a pruned list should serve for. */
const worthwhile = 16;
/** With a larger share of the skin as its margin, a pruned list is hardly shorter. */
const mostOfSkin = 0.6;

export class Pruning {
  /** Coordinates that the margin is counted from: of the pruning, or of the last look without one. */
  private reference: Float64Array | null = null;
  private margin = 0;
  private pruned = false;
  /** Evaluations since `reference`. */
  private uses = 0;

  constructor(
    private readonly kernel: PairKernel,
    private readonly reach: number,
    private readonly skin: number,
  ) {}

  /** A new list has been built at `x`; it holds all pairs. */
  restart(x: Float64Array): void {
    if (!this.kernel.prune) return;
    this.look(x, false, 0);
  }

  /** To be called before each evaluation with the positions in place. */
  update(x: Float64Array, data: PairData): void {
    const { kernel, reference } = this;
    if (!kernel.prune || !reference || !data.list) return;
    this.uses++;
    const moved = largestMove(x, reference);
    if (this.pruned ? moved <= this.margin / 2 : moved > 0 && this.uses < worthwhile) return;
    const margin = (2 * worthwhile * moved) / this.uses;
    const prune = margin <= mostOfSkin * this.skin;
    if (prune || this.pruned) kernel.prune(data, prune ? this.reach + margin : Infinity);
    this.look(x, prune, margin);
  }

  private look(x: Float64Array, pruned: boolean, margin: number): void {
    this.reference ??= new Float64Array(x.length);
    this.reference.set(x);
    this.pruned = pruned;
    this.margin = margin;
    this.uses = 0;
  }
}

/** An upper bound of how far an atom has moved: √3 times the largest change of a coordinate at most. */
function largestMove(x: Float64Array, reference: Float64Array): number {
  let most = 0;
  for (let k = 0; k < x.length; k++) {
    const change = Math.abs(x[k] - reference[k]);
    if (change > most) most = change;
  }
  return Math.sqrt(3) * most;
}
