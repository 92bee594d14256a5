/** Values that are the same for all pairs of two classes, computed when a kernel first needs them. */
import { evaluateInvariants } from '../instructions.js';
import { type PairData, type PairFunction, tableInput } from '../pair-kernel.js';
import type { Prepared } from './layout.js';
import type { KernelName, PairLoop } from './pair-loops.js';

export class FixedValues {
  /** By what they were computed from. */
  private readonly known = new Map<KernelName, { tables: Float64Array; values: Float64Array }>();

  constructor(
    private readonly pair: PairFunction,
    private readonly loops: Readonly<Record<KernelName, PairLoop>>,
  ) {}

  /** The values of a kernel, where it looks for them. */
  of(name: KernelName, state: Prepared): Float64Array {
    const place = state.fixed[name];
    if (state.filled.has(name)) return place;
    state.filled.add(name);
    const { tables } = state.data;
    let known = this.known.get(name);
    if (known?.tables !== tables) {
      known = { tables, values: this.compute(name, state.data) };
      this.known.set(name, known);
    }
    place.set(known.values);
    return place;
  }

  private compute(name: KernelName, { tables, classCount }: PairData): Float64Array {
    const { code, fixed } = this.loops[name];
    const classPairs = classCount ** 2;
    const values = new Float64Array(fixed.length * classPairs);
    const places = new Map(this.pair.tables.map((_, k) => [tableInput(k), k * classPairs]));
    for (let t = 0; t < classPairs; t++) {
      const numbers = evaluateInvariants(code, (input) => tables[(places.get(input) ?? Number.NaN) + t]);
      fixed.forEach((value, k) => {
        values[t * fixed.length + k] = numbers[value];
      });
    }
    return values;
  }
}
