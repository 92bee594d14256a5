/**
 * From θ to what pair kernels read, and back for gradients.
 *
 * Parameters of the system, of species and of pairs become tables over the classes of the two atoms; species are
 * mixed on the way. Parameters of atoms go to the kernels as they are, which mix them pair by pair.
 */

import type * as tf from '@tensorflow/tfjs';
import {
  computeDerivatives,
  evaluate,
  type Node,
  type ScalarFunction,
  traceDerivatives,
  Untraceable,
} from '../src/expression/index.js';
import { type MixedValue, type Mixing, mixingFunction, numericMixing } from './mixing.js';
import { type ParameterBlock, type ParameterLayout, pairIndex } from './parameter-values.js';

export class ParameterTables {
  /** Parameters that are read from tables, in the order of the tables. */
  readonly tabulated: readonly ParameterBlock[];
  /** Parameters with one value an atom. */
  readonly perAtom: readonly ParameterBlock[];
  private readonly rules: readonly ((a: number, b: number) => MixedValue)[];

  constructor(
    private readonly layout: ParameterLayout,
    mixing: (name: string) => Mixing,
  ) {
    this.tabulated = layout.blocks.filter((block) => block.level !== 'atom');
    this.perAtom = layout.blocks.filter((block) => block.level === 'atom');
    this.rules = this.tabulated.map((block) => numericRule(block, mixing));
  }

  get classCount(): number {
    return this.layout.species.length;
  }

  get size(): number {
    return this.tabulated.length * this.classCount ** 2;
  }

  /** Table values for θ. */
  fill(theta: Float64Array): Float64Array {
    const tables = new Float64Array(this.size);
    this.forEachEntry((k, t, a, b) => {
      tables[t] = this.entry(k, a, b, theta).value;
    });
    return tables;
  }

  /** How the tables change along a direction of θ. */
  push(theta: Float64Array, direction: Float64Array): Float64Array {
    const tables = new Float64Array(this.size);
    this.forEachEntry((k, t, a, b) => {
      const { first, second } = this.entry(k, a, b, theta);
      const [p, q] = this.places(k, a, b);
      tables[t] = times(first, direction[p]) + times(second, direction[q]);
    });
    return tables;
  }

  /** Adds to `gradient` (as long as θ) what a gradient with respect to the tables means for θ. */
  pull(theta: Float64Array, tables: Float64Array, gradient: Float64Array): void {
    this.forEachEntry((k, t, a, b) => {
      const { first, second } = this.entry(k, a, b, theta);
      const [p, q] = this.places(k, a, b);
      gradient[p] += times(first, tables[t]);
      gradient[q] += times(second, tables[t]);
    });
  }

  private entry(k: number, a: number, b: number, theta: Float64Array): MixedValue {
    const [p, q] = this.places(k, a, b);
    return this.rules[k](theta[p], theta[q]);
  }

  /** The two entries of θ that make a table's entry; the same one twice where it is not mixed. */
  private places(k: number, a: number, b: number): [number, number] {
    const { level, offset } = this.tabulated[k];
    if (level === 'species') return [offset + a, offset + b];
    const place = level === 'pair' ? offset + pairIndex(a, b, this.classCount) : offset;
    return [place, place];
  }

  private forEachEntry(visit: (k: number, t: number, a: number, b: number) => void): void {
    const count = this.classCount;
    for (let k = 0; k < this.tabulated.length; k++) {
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) visit(k, (k * count + a) * count + b, a, b);
      }
    }
  }
}

/** A slope may be infinite (that of √(ab) at 0), which means nothing to what does not change. */
const times = (slope: number, change: number): number => (change === 0 ? 0 : slope * change);

const unmixed = (a: number): MixedValue => ({ value: a, first: 1, second: 0 });

function numericRule(
  block: ParameterBlock,
  mixing: (name: string) => Mixing,
): (a: number, b: number) => MixedValue {
  if (block.level !== 'species') return unmixed;
  const known = numericMixing(mixing(block.name));
  if (known) return known;
  const rule = mixingFunction(mixing(block.name));
  const mix: ScalarFunction = ({ a, b }) => rule(a as tf.Scalar, b as tf.Scalar);
  const roots = traced(mix);
  return (a, b) => {
    if (roots === null) {
      const { value, gradient } = computeDerivatives(mix, { a, b }, 'a');
      return { value, first: gradient.a, second: gradient.b };
    }
    const [value, first, second] = evaluate(roots, { a, b });
    return { value, first, second };
  };
}

/** A mixing rule and its two derivatives, or null where they must be run: for a table, that costs next to nothing. */
function traced(mix: ScalarFunction): readonly Node[] | null {
  try {
    const { value, gradient } = traceDerivatives(mix, { a: {}, b: {} }, 'a');
    return [value, gradient.a, gradient.b];
  } catch (error) {
    if (error instanceof Untraceable) return null;
    throw error;
  }
}
