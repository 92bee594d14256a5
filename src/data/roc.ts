/** How well scores tell two classes apart. */
import { InputError } from '../message/index.js';

/**
 * The area under the receiver operating characteristic: the chance that a positive sample scores higher than a negative
 * one, ties counting half (Hanley and McNeil, Radiology 143, 29, 1982). 1 is perfect, 0.5 is chance.
 *
 * @param positive one a sample: whether it is of the class that high scores stand for
 * @throws InputError where there are no positive or no negative samples, or a score is NaN
 */
export function rocArea(scores: ArrayLike<number>, positive: ArrayLike<number | boolean>): number {
  const { length } = scores;
  if (positive.length !== length) {
    throw new InputError(`rocArea: ${length} scores need ${length} classes, found ${positive.length}`);
  }
  const bad = Array.from(scores).findIndex((score) => Number.isNaN(score));
  if (bad >= 0) throw new InputError(`rocArea: the score of sample ${bad} is NaN`);
  const order = Array.from({ length }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0;
  let positives = 0;
  for (let from = 0; from < length; ) {
    let to = from;
    while (to < length && scores[order[to]] === scores[order[from]]) to++;
    // Equal scores share the mean of their ranks, which begin at 1.
    for (let k = from; k < to; k++) {
      if (!positive[order[k]]) continue;
      positives++;
      ranks += (from + to + 1) / 2;
    }
    from = to;
  }
  const negatives = length - positives;
  if (positives === 0 || negatives === 0) {
    throw new InputError('rocArea: all samples are of one class; the area needs two');
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
