/**
 * Threads that run WebAssembly functions in one shared memory, for the length of a call: the caller waits.
 *
 * Threads are started when they are first needed and sleep between calls. They keep no process alive: it ends when its
 * own work is done. Where threads or shared memory are not to be had (a browser page, for now) there are none, and
 * callers run alone.
 */
import type * as Os from 'node:os';
import type * as WorkerThreads from 'node:worker_threads';

/** A module in a shared memory, known to all threads. */
export interface SharedInstance {
  /**
   * Calls an exported function on all threads at once, and waits for all.
   *
   * @param operands one list of numbers a thread; as many threads take part as there are lists
   * @returns the results, in the order of the lists
   */
  call(name: string, operands: readonly (readonly number[])[]): number[];
}

export interface Threads {
  /** Threads that there are, the caller's own among them. */
  readonly count: number;
  instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): SharedInstance;
}

/** The threads that share the work of one owner. */
export interface Crew {
  readonly threads: Threads;
  /** How many take part, the caller's own among them. */
  readonly parties: number;
}

/** Things to do something about from which on several threads pay. */
const manyThings = 4000;

/** Most operands of a call. */
const mostOperands = 32;
/** Places in the control block, in int32s. */
const generation = 0;
const finished = 1;
const instanceOf = 2;
const functionOf = 3;
const taking = 4;
const failed = 5;
const ready = 6;
const header = 8;

/** How long threads may take to start, in milliseconds, before the caller goes on alone. */
const patience = 10_000;

type Exports = Readonly<Record<string, (...operands: number[]) => number | undefined>>;

interface Registration {
  readonly id: number;
  /** Absent: the instance is not needed any more. */
  readonly module?: WebAssembly.Module;
  readonly memory?: WebAssembly.Memory;
  readonly names?: readonly string[];
}

/** How many threads this machine runs at once; 1 where threads are not to be had. */
export function availableThreads(): number {
  const node = nodeModules();
  return node ? node.os.availableParallelism() : 1;
}

let started: NodeThreads | null = null;

/** `count` threads or more, the caller among them; null where there are none but the caller. */
export function threads(count: number): Threads | null {
  const crew = crewOf(count);
  return crew?.awake(patience) ? crew : null;
}

/** The same, but where threads have yet to start it lets them and does not wait: null until they have. */
export function threadsAtHand(count: number): Threads | null {
  const crew = crewOf(count);
  return crew?.awake(0) ? crew : null;
}

/**
 * The threads for work on so many things; null where there are few, or one thread is wanted, or no other is to be had.
 *
 * @param wanted threads, by default all that the machine runs at once
 */
export function crewFor(things: number, wanted = availableThreads()): Crew | null {
  const found = things < manyThings ? null : threads(wanted);
  return found && { threads: found, parties: wanted };
}

function crewOf(count: number): NodeThreads | null {
  const node = nodeModules();
  if (!node || count < 2) return null;
  if (!started || started.count < count) started = new NodeThreads(count, node.worker);
  return started;
}

function nodeModules(): { worker: typeof WorkerThreads; os: typeof Os } | null {
  if (typeof process === 'undefined' || typeof SharedArrayBuffer === 'undefined') return null;
  if (typeof process.getBuiltinModule !== 'function') return null;
  const worker = process.getBuiltinModule('node:worker_threads');
  const os = process.getBuiltinModule('node:os');
  return worker && os ? { worker, os } : null;
}

class NodeThreads implements Threads {
  private readonly ints: Int32Array;
  private readonly results: Float64Array;
  private readonly ports: WorkerThreads.MessagePort[] = [];
  private nextId = 0;
  private readonly registry = new FinalizationRegistry<number>((id) => this.tell({ id }));

  constructor(
    readonly count: number,
    worker: typeof WorkerThreads,
  ) {
    const bytes = 8 * Math.ceil((4 * (header + count * (mostOperands + 1))) / 8);
    const control = new SharedArrayBuffer(bytes + 8 * count);
    this.ints = new Int32Array(control, 0, bytes / 4);
    this.results = new Float64Array(control, bytes, count);
    for (let index = 1; index < count; index++) {
      const { port1, port2 } = new worker.MessageChannel();
      const thread = new worker.Worker(`(${serve.toString()})()`, {
        eval: true,
        workerData: { control, bytes, count, index, port: port2, header, mostOperands },
        transferList: [port2],
        execArgv: [],
      });
      thread.unref();
      port1.unref();
      this.ports.push(port1);
    }
  }

  /** Waits so many milliseconds for the threads to start. False where they do not, as where a machine forbids them. */
  awake(most: number): boolean {
    const deadline = performance.now() + most;
    for (;;) {
      const there = Atomics.load(this.ints, ready);
      if (there >= this.count - 1) return true;
      if (performance.now() >= deadline) return false;
      Atomics.wait(this.ints, ready, there, 100);
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
    for (const port of this.ports) port.postMessage(registration);
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
      const at = header + k * (mostOperands + 1);
      ints[at] = operands[k].length;
      ints.set(operands[k], at + 1);
    }
    ints[instanceOf] = id;
    ints[functionOf] = functionIndex;
    ints[taking] = parties;
    Atomics.store(ints, finished, 1);
    Atomics.add(ints, generation, 1);
    Atomics.notify(ints, generation);
    const first = own(...operands[0]) ?? 0;
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(ints, finished);
      if (done === this.count) break;
      if (spins > 20_000) Atomics.wait(ints, finished, done, 100);
    }
    if (Atomics.exchange(ints, failed, 0) !== 0) throw new Error('a thread failed in a WebAssembly function');
    return operands.map((_, k) => (k === 0 ? first : results[k]));
  }
}

/** What a thread does; its text runs in the thread, so that it may use nothing from outside. */
function serve(): void {
  const { receiveMessageOnPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { control, bytes, count, index, port, header, mostOperands } = workerData as {
    control: SharedArrayBuffer;
    bytes: number;
    count: number;
    index: number;
    port: WorkerThreads.MessagePort;
    header: number;
    mostOperands: number;
  };
  const ints = new Int32Array(control, 0, bytes / 4);
  const results = new Float64Array(control, bytes, count);
  const instances = new Map<number, { exports: Exports; names: readonly string[] }>();
  const own = header + index * (mostOperands + 1);
  let seen = 0;
  Atomics.add(ints, 6, 1);
  Atomics.notify(ints, 6);
  for (;;) {
    for (let spins = 0; Atomics.load(ints, 0) === seen; spins++) {
      // Calls often follow each other closely; sleeping at once would cost a wake-up each.
      if (spins > 2_000) Atomics.wait(ints, 0, seen);
    }
    seen = Atomics.load(ints, 0);
    for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
      const { id, module, memory, names } = got.message as Registration;
      if (!module || !memory || !names) instances.delete(id);
      else {
        const { exports } = new WebAssembly.Instance(module, { env: { memory } });
        instances.set(id, { exports: exports as Exports, names });
      }
    }
    // A thread without a part reports all the same: the caller must not write the next call while one still reads.
    if (index < ints[4]) {
      try {
        const instance = instances.get(ints[2]);
        const run = instance?.exports[instance.names[ints[3]]];
        if (!run) throw new Error('an instance is missing');
        results[index] = run(...ints.subarray(own + 1, own + 1 + ints[own])) ?? 0;
      } catch {
        Atomics.store(ints, 5, 1);
      }
    }
    Atomics.add(ints, 1, 1);
    Atomics.notify(ints, 1);
  }
}
