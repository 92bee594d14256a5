/**
 * Pair energies as one tfjs function of all positions and parameters over brute-force pairs, with tfjs's own
 * derivatives: another road to every number that the kernels give. Truncations and mixing rules are written anew.
 */
import * as tf from '@tensorflow/tfjs';
import type { ParameterLayout } from '../../potentials/index.js';
import { float64, hvp, toFloat64, vjp } from '../../src/tensor/index.js';
import type { Box } from '../../systems/index.js';
import type { Pair } from './all-pairs.js';

export type Values = Readonly<Record<string, tf.Tensor>>;

/** u(r) and u′(r) for a list of pairs at once, with the values of each pair's parameters. */
export interface PairFormula {
  energy(r: tf.Tensor, p: Values): tf.Tensor;
  slope(r: tf.Tensor, p: Values): tf.Tensor;
}

export interface ReferenceOptions {
  readonly formula: PairFormula;
  readonly cutoff: number | null;
  readonly truncation: 'none' | 'shift' | 'force-shift' | 'smooth';
  readonly onset?: number;
  readonly mixing: (name: string) => (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
}

export interface ReferenceDerivatives {
  readonly energy: number;
  readonly gradient: Float64Array;
  readonly parameterGradient: Float64Array;
  readonly hessianProduct: Float64Array;
  readonly mixedTransposeProduct: Float64Array;
  readonly mixedProduct: Float64Array;
}

export function referenceDerivatives(
  options: ReferenceOptions,
  box: Box,
  pairs: readonly Pair[],
  layout: ParameterLayout,
  x: Float64Array,
  theta: Float64Array,
  v: Float64Array,
  direction: Float64Array,
): ReferenceDerivatives {
  const d = box.dimension;
  const count = x.length / d;
  tf.engine().startScope();
  try {
    const energy = energyOf(options, box, pairs, layout, count);
    const point = { x: float64(x, [count, d]), theta: float64(theta) };
    const first = vjp(energy, point, float64(1));
    const alongX = hvp(energy, point, { x: float64(v, [count, d]), theta: tf.zerosLike(point.theta) });
    const alongTheta = hvp(energy, point, { x: tf.zerosLike(point.x), theta: float64(direction) });
    return {
      energy: toFloat64(first.value)[0],
      gradient: toFloat64(first.vjp.x),
      parameterGradient: toFloat64(first.vjp.theta),
      hessianProduct: toFloat64(alongX.x),
      mixedTransposeProduct: toFloat64(alongX.theta),
      mixedProduct: toFloat64(alongTheta.x),
    };
  } finally {
    tf.engine().endScope();
  }
}

function energyOf(
  options: ReferenceOptions,
  box: Box,
  pairs: readonly Pair[],
  layout: ParameterLayout,
  count: number,
): (point: { x: tf.Tensor; theta: tf.Tensor }) => tf.Tensor {
  const d = box.dimension;
  const incidence = new Float64Array(pairs.length * count);
  pairs.forEach(({ i, j }, row) => {
    incidence[row * count + j] += 1;
    incidence[row * count + i] -= 1;
  });
  const D = float64(incidence, [pairs.length, count]);
  const shifts = float64(
    pairs.flatMap((pair) => [...pair.shift]),
    [pairs.length, d],
  );
  const choosers = layout.blocks.map((block) => ({
    block,
    first: chooser(pairs, layout, block, 'i'),
    second: chooser(pairs, layout, block, 'j'),
  }));
  return ({ x, theta }) => {
    if (pairs.length === 0) return tf.add(tf.mul(tf.sum(x), 0), tf.mul(tf.sum(theta), 0));
    const r = tf.sqrt(tf.sum(tf.square(tf.add(tf.matMul(D, x as tf.Tensor2D), shifts)), 1));
    const column = tf.reshape(theta, [-1, 1]) as tf.Tensor2D;
    const p = Object.fromEntries(
      choosers.map(({ block, first, second }) => {
        const a = tf.reshape(tf.matMul(first, column), [-1]);
        const b = tf.reshape(tf.matMul(second, column), [-1]);
        const mixed = block.level === 'species' || block.level === 'atom';
        return [block.name, mixed ? options.mixing(block.name)(a, b) : a];
      }),
    );
    return tf.sum(truncated(options, r, p));
  };
}

/** One row a pair, with a one where the pair's parameter stands in θ. */
function chooser(
  pairs: readonly Pair[],
  layout: ParameterLayout,
  block: ParameterLayout['blocks'][number],
  side: 'i' | 'j',
): tf.Tensor2D {
  const count = layout.species.length;
  const rows = new Float64Array(pairs.length * layout.size);
  const place = (pair: Pair): number => {
    const [a, b] = [layout.classes[pair.i], layout.classes[pair.j]];
    if (block.level === 'system') return 0;
    if (block.level === 'species') return side === 'i' ? a : b;
    if (block.level === 'atom') return pair[side];
    let at = 0;
    for (let p = 0; p < count; p++) {
      for (let q = p; q < count; q++, at++) if (p === Math.min(a, b) && q === Math.max(a, b)) return at;
    }
    throw new Error('no such pair');
  };
  pairs.forEach((pair, row) => {
    rows[row * layout.size + block.offset + place(pair)] = 1;
  });
  return float64(rows, [pairs.length, layout.size]) as tf.Tensor2D;
}

function truncated(options: ReferenceOptions, r: tf.Tensor, p: Values): tf.Tensor {
  const { formula, cutoff, truncation } = options;
  const u = formula.energy(r, p);
  if (cutoff === null || truncation === 'none') return u;
  const end = tf.add(tf.mul(r, 0), float64(cutoff));
  switch (truncation) {
    case 'shift':
      return tf.sub(u, formula.energy(end, p));
    case 'force-shift':
      return tf.sub(tf.sub(u, formula.energy(end, p)), tf.mul(formula.slope(end, p), tf.sub(r, end)));
    case 'smooth': {
      const onset = options.onset ?? 0.9 * cutoff;
      const square = tf.sub(tf.square(r), float64(onset ** 2));
      const t = tf.relu(tf.mul(square, float64(1 / (cutoff ** 2 - onset ** 2))));
      const powers = [tf.mul(tf.pow(t, 3), -10), tf.mul(tf.pow(t, 4), 15), tf.mul(tf.pow(t, 5), -6)];
      return tf.mul(u, tf.add(tf.addN(powers), 1));
    }
  }
}

/** The mixing rules over lists of pairs. */
export const rules = {
  arithmetic: (a: tf.Tensor, b: tf.Tensor) => tf.div(tf.add(a, b), 2),
  geometric: (a: tf.Tensor, b: tf.Tensor) => tf.mul(tf.sqrt(a), tf.sqrt(b)),
  harmonic: (a: tf.Tensor, b: tf.Tensor) => tf.div(2, tf.add(tf.div(1, a), tf.div(1, b))),
  'sixth-power': (a: tf.Tensor, b: tf.Tensor) =>
    tf.sqrt(cubeRoot(tf.div(tf.add(tf.square(tf.pow(a, 3)), tf.square(tf.pow(b, 3))), 2))),
  own: (a: tf.Tensor, b: tf.Tensor) => tf.sqrt(tf.div(tf.add(tf.square(a), tf.square(b)), 2)),
} as const;

function cubeRoot(x: tf.Tensor): tf.Tensor {
  return tf.pow(x, float64(1 / 3));
}

/** Largest difference over the largest number expected, which counts as 1e-3 at the least: forces may cancel. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 1e-3];
  for (let k = 0; k < expected.length; k++) {
    difference = Math.max(difference, Math.abs(found[k] - expected[k]));
    size = Math.max(size, Math.abs(expected[k]));
    if (Number.isNaN(found[k]) || Number.isNaN(expected[k])) return Number.NaN;
  }
  return difference / size;
}
