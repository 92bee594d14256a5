/**
 * When to leave distant pairs out of a list for a while.
 *
 * A pair that is farther apart than the range and a margin cannot come into range before an atom has moved half the
 * margin. The margin is chosen from how fast atoms move: such that a pruned list serves for a number of evaluations,
 * since pruning costs about half of one.
 */
import type { PairData, PairKernel } from '../src/kernel/index.js';
import type { NeighborList } from '../systems/index.js';

/** Evaluations that a pruned list should serve for. */
const worthwhile = 16;
/** With a larger share of the skin as its margin, a pruned list is hardly shorter. */
const mostOfSkin = 0.6;

export class Pruning {
  private margin = 0;
  private pruned = false;
  /** Evaluations since the list's mark, which is at the pruning, or at the last look without one. */
  private uses = 0;

  constructor(
    private readonly kernel: PairKernel,
    private readonly list: NeighborList,
    private readonly reach: number,
  ) {}

  /** The list has been built; it holds all pairs. */
  restart(): void {
    if (this.kernel.prune && this.list.list) this.look(false, 0);
  }

  /** To be called before each evaluation with the positions in place. */
  update(data: PairData): void {
    const { kernel, list } = this;
    if (!kernel.prune || !list.list) return;
    this.uses++;
    const moved = list.movedSinceMark;
    if (this.pruned ? moved <= this.margin / 2 : moved > 0 && this.uses < worthwhile) return;
    const margin = (2 * worthwhile * moved) / this.uses;
    const prune = margin <= mostOfSkin * list.skin;
    if (prune || this.pruned) kernel.prune(data, prune ? this.reach + margin : Infinity);
    this.look(prune, margin);
  }

  private look(pruned: boolean, margin: number): void {
    this.list.mark();
    this.pruned = pruned;
    this.margin = margin;
    this.uses = 0;
  }
}
