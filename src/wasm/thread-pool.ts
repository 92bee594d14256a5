/** A number of threads that wait for calls, and how calls are handed to them. */
import type { Spawner, Worker } from './spawners.js';
import { control, type Exports, type Registration } from './thread-body.js';
import type { SharedInstance, Threads } from './threads.js';

/** Most operands of a part, and most parts of a call. */
const mostOperands = 32;
const mostParts = 64;

/** Looks at whether threads have finished before the caller sleeps until one says so. */
const mostSpins = 20_000;
const failure = 'a thread failed in a WebAssembly function';

/** Workers whose pool is gone have no one to call them. */
const abandoned = new FinalizationRegistry<readonly Worker[]>((workers) => {
  for (const worker of workers) worker.end();
});

export class ThreadPool implements Threads {
  private readonly ints: Int32Array;
  private readonly results: Float64Array;
  private readonly workers: readonly Worker[];
  private nextId = 0;
  private calls = 0;
  private readonly registry = new FinalizationRegistry<number>((id) => this.tell({ id }));

  constructor(
    readonly count: number,
    spawner: Spawner,
  ) {
    const bytes = 8 * Math.ceil((4 * (control.header + mostParts * (mostOperands + 1))) / 8);
    const block = new SharedArrayBuffer(bytes + 8 * mostParts);
    this.ints = new Int32Array(block, 0, bytes / 4);
    this.results = new Float64Array(block, bytes, mostParts);
    this.workers = Array.from({ length: count - 1 }, () => {
      const worker = spawner.spawn();
      worker.post({ block, bytes, mostParts, mostOperands, control });
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

  /** Any number of parts, some at a time. */
  private call(
    id: number,
    functionIndex: number,
    own: Exports[string],
    operands: readonly (readonly number[])[],
  ): number[] {
    if (operands.length === 1) return [own(...operands[0]) ?? 0];
    const all: number[] = [];
    for (let from = 0; from < operands.length; from += mostParts) {
      all.push(...this.callOnce(id, functionIndex, own, operands.slice(from, from + mostParts)));
    }
    return all;
  }

  private callOnce(
    id: number,
    functionIndex: number,
    own: Exports[string],
    operands: readonly (readonly number[])[],
  ): number[] {
    const { ints, results } = this;
    const parts = operands.length;
    operands.forEach((list, part) => {
      if (list.length > mostOperands) throw new Error(`${list.length} operands are too many`);
      const at = control.header + part * (mostOperands + 1);
      ints[at] = list.length;
      ints.set(list, at + 1);
    });
    ints[control.instance] = id;
    ints[control.function] = functionIndex;
    Atomics.store(ints, control.finished, 0);
    Atomics.store(ints, control.busy, 1);
    this.calls = (this.calls + 1) & 0x7fff;
    Atomics.store(ints, control.ticket, (this.calls << 16) | (parts << 8));
    this.ring();
    let taken = 0;
    let thrown: unknown = null;
    for (;;) {
      const ticket = Atomics.load(ints, control.ticket);
      const part = ticket & 255;
      if (part >= ((ticket >> 8) & 255)) break;
      if (Atomics.compareExchange(ints, control.ticket, ticket, ticket + 1) !== ticket) continue;
      taken++;
      try {
        results[part] = own(...operands[part]) ?? 0;
      } catch (error) {
        thrown ??= error;
      }
    }
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(ints, control.finished);
      if (done === parts - taken) break;
      if (spins > mostSpins) Atomics.wait(ints, control.finished, done, 100);
    }
    Atomics.store(ints, control.busy, 0);
    if (Atomics.exchange(ints, control.failed, 0) !== 0) thrown ??= new Error(failure);
    if (thrown !== null) throw thrown;
    return operands.map((_, part) => results[part]);
  }
}
