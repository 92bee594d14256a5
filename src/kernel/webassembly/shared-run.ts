/** Kernels that several threads run together: each takes a share of the rows, and their sums are added in order. */
import type { Crew, SharedInstance } from '../../wasm/index.js';
import type { Prepared } from './layout.js';
import { commonModules } from './modules.js';
import { reduceFunction } from './reduce.js';

export class SharedRun {
  /** The same in all threads. */
  private readonly instances = new Map<string, SharedInstance>();

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly moduleOf: (name: string) => WebAssembly.Module,
  ) {}

  /**
   * Runs a kernel on all rows.
   *
   * @param sums what all threads sum into in the end, or null
   * @param operandsOf the operands for the rows of a share and the sums of its thread
   * @returns the sum of the results
   */
  run(
    name: string,
    crew: Crew,
    { shares, otherSums }: Prepared,
    sums: Float64Array | null,
    operandsOf: (begin: number, end: number, sums: Float64Array | null) => number[],
  ): number {
    const parties = shares.slice(1).map((_, k) => k);
    const operands = parties.map((k) =>
      operandsOf(shares[k], shares[k + 1], sums && k > 0 ? otherSums[k - 1] : sums),
    );
    const results = this.instance(crew, name, () => this.moduleOf(name)).call(name, operands);
    if (sums) {
      const bytes = sums.length * 8;
      const share = 16 * Math.ceil(bytes / 16 / parties.length);
      const stride = otherSums.length > 1 ? otherSums[1].byteOffset - otherSums[0].byteOffset : 0;
      this.instance(crew, 'reduce', () => commonModules.get('reduce', true, reduceFunction)).call(
        'reduce',
        parties.map((k) => [
          Math.min(bytes, k * share),
          Math.min(bytes, (k + 1) * share),
          sums.byteOffset,
          otherSums[0].byteOffset,
          stride,
          otherSums.length,
        ]),
      );
    }
    return results.reduce((a, b) => a + b, 0);
  }

  private instance({ threads }: Crew, name: string, module: () => WebAssembly.Module): SharedInstance {
    const known = this.instances.get(name);
    if (known) return known;
    const made = threads.instantiate(module(), this.memory);
    this.instances.set(name, made);
    return made;
  }
}
