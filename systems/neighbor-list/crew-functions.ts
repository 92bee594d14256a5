/** WebAssembly functions in one memory, each run by the caller alone or by all threads on shares of the work. */
import type { Arena, Crew, SharedInstance } from '../../src/wasm/index.js';

type Exported = (...operands: number[]) => number | undefined;

export class CrewFunctions {
  /** How many share the work. */
  readonly parties: number;
  private readonly own: Readonly<Record<string, Exported>>;
  private readonly shared: SharedInstance | null;

  constructor(module: WebAssembly.Module, { memory }: Arena, crew: Crew | null) {
    this.parties = crew?.parties ?? 1;
    this.own = new WebAssembly.Instance(module, { env: { memory } }).exports as Record<string, Exported>;
    this.shared = crew?.threads.instantiate(module, memory) ?? null;
  }

  alone(name: string, ...operands: number[]): number {
    return this.own[name](...operands) ?? 0;
  }

  /** Calls a function with `from`, `to` and further operands on equal shares of `count` things. */
  share(name: string, count: number, ...operands: number[]): void {
    if (!this.shared) this.own[name](0, count, ...operands);
    else this.each(name, this.shares(count), () => operands);
  }

  /** The same on given shares, with operands of each thread's own. Returns what each gave. */
  each(name: string, shares: readonly number[], operands: (party: number) => readonly number[]): number[] {
    const lists = shares.slice(1).map((end, k) => [shares[k], end, ...operands(k)]);
    return this.shared ? this.shared.call(name, lists) : lists.map((list) => this.alone(name, ...list));
  }

  /** Where the shares of `count` things begin, and the end. */
  shares(count: number): number[] {
    return Array.from({ length: this.parties + 1 }, (_, k) => Math.floor((k * count) / this.parties));
  }
}
