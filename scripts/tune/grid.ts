/** A grid search with as many inner solves as the tuning had evaluations, to compare with. */
import type * as tf from '@tensorflow/tfjs';
import { solveAt } from '../../src/hyperparameter/index.js';
import { float64 } from '../../src/tensor/index.js';
import type { Subject } from './subject.js';

export interface GridPoint {
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly loss: number;
  /** Of all points up to this one. */
  readonly best: number;
}

export interface GridSearch {
  readonly points: readonly GridPoint[];
  readonly best: GridPoint;
  readonly seconds: number;
}

/**
 * Three orders of magnitude to either side of where the tuning began, evenly on a logarithmic scale; lists of hyperparameters
 * get one common value, as they would by hand.
 */
export function gridSearch({ folds, initial }: Subject, evaluations: number): GridSearch {
  const began = performance.now();
  const names = Object.keys(initial);
  const side = Math.max(1, Math.floor(evaluations ** (1 / names.length)));
  const points: GridPoint[] = [];
  let best = Infinity;
  for (let k = 0; k < side ** names.length; k++) {
    const values = names.map((name, n) => {
      const given = initial[name];
      const start = typeof given === 'number' ? given : given[0];
      const place = Math.floor(k / side ** n) % side;
      return side === 1 ? start : start * 10 ** (6 * (place / (side - 1)) - 3);
    });
    const hyper = Object.fromEntries(
      names.map((name, n) => {
        const given = initial[name];
        return [name, typeof given === 'number' ? float64(values[n]) : float64(given.map(() => values[n]))];
      }),
    );
    let loss = 0;
    for (const fold of folds) {
      const found = solveAt(fold, hyper, { tolerance: 1e-6 });
      loss += found.loss / folds.length;
      found.x.dispose();
    }
    for (const tensor of Object.values<tf.Tensor>(hyper)) tensor.dispose();
    if (loss < best) best = loss;
    points.push({
      hyperparameters: Object.fromEntries(names.map((name, n) => [name, values[n]])),
      loss,
      best,
    });
  }
  const winner = points.reduce((low, point) => (point.loss < low.loss ? point : low));
  return { points, best: winner, seconds: (performance.now() - began) / 1000 };
}
