/** A number of threads that wait for calls, and how calls are handed to them. */
import type { Spawner, Worker } from './spawners.js';
import { control, type Exports, type Registration } from './thread-body.js';
import type { SharedInstance, Threads } from './threads.js';

/** Most operands of a call. */
const mostOperands = 32;

/** Workers whose pool is gone have no one to call them. */
const abandoned = new FinalizationRegistry<readonly Worker[]>((workers) => {
  for (const worker of workers) worker.end();
});

export class ThreadPool implements Threads {
  private readonly ints: Int32Array;
  private readonly results: Float64Array;
  private readonly workers: readonly Worker[];
  private nextId = 0;
  private readonly registry = new FinalizationRegistry<number>((id) => this.tell({ id }));

  constructor(
    readonly count: number,
    spawner: Spawner,
  ) {
    const bytes = 8 * Math.ceil((4 * (control.header + count * (mostOperands + 1))) / 8);
    const block = new SharedArrayBuffer(bytes + 8 * count);
    this.ints = new Int32Array(block, 0, bytes / 4);
    this.results = new Float64Array(block, bytes, count);
    this.workers = Array.from({ length: count - 1 }, (_, k) => {
      const worker = spawner.spawn();
      worker.post({ block, bytes, count, index: k + 1, mostOperands, control });
      return worker;
    });
    abandoned.register(this, this.workers);
  }

  /** Waits so many milliseconds for the threads to start. False where they do not, as where a machine forbids them. */
  awake(most: number): boolean {
    const deadline = performance.now() + most;
    for (;;) {
      const there = Atomics.load(this.ints, control.ready);
      if (there >= this.count - 1) return true;
      if (performance.now() >= deadline) return false;
      Atomics.wait(this.ints, control.ready, there, 100);
    }
  }

  instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): SharedInstance {
    const id = this.nextId++;
    const names = WebAssembly.Module.exports(module).map((e) => e.name);
    this.tell({ id, module, memory, names });
    const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
    const shared: SharedInstance = {
      call: (name, operands) => this.call(id, names.indexOf(name), exports[name], operands),
    };
    this.registry.register(shared, id);
    return shared;
  }

  private tell(registration: Registration): void {
    for (const worker of this.workers) worker.post(registration);
    Atomics.add(this.ints, control.mail, 1);
    this.ring();
  }

  private ring(): void {
    Atomics.add(this.ints, control.bell, 1);
    Atomics.notify(this.ints, control.bell);
  }

  private call(
    id: number,
    functionIndex: number,
    own: Exports[string],
    operands: readonly (readonly number[])[],
  ): number[] {
    const { ints, results } = this;
    const parties = operands.length;
    if (parties > this.count) throw new Error(`${parties} parties for ${this.count} threads`);
    for (let k = 1; k < parties; k++) {
      const at = control.header + k * (mostOperands + 1);
      if (operands[k].length > mostOperands) throw new Error(`${operands[k].length} operands are too many`);
      ints[at] = operands[k].length;
      ints.set(operands[k], at + 1);
    }
    ints[control.instance] = id;
    ints[control.function] = functionIndex;
    ints[control.parties] = parties;
    Atomics.store(ints, control.finished, 1);
    Atomics.add(ints, control.generation, 1);
    this.ring();
    const first = own(...operands[0]) ?? 0;
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(ints, control.finished);
      if (done === this.count) break;
      if (spins > 20_000) Atomics.wait(ints, control.finished, done, 100);
    }
    if (Atomics.exchange(ints, control.failed, 0) !== 0)
      throw new Error('a thread failed in a WebAssembly function');
    return operands.map((_, k) => (k === 0 ? first : results[k]));
  }
}
