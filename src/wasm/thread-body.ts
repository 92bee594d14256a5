/**
 * What a thread does. Its text is what runs in the thread, so that it may use nothing from outside; in Node and in a
 * browser alike.
 *
 * Between calls a thread sleeps on the bell and sees no events. Mail (modules that it shall know, or forget) comes as
 * events, so a thread that has mail leaves its loop and takes it up again when it has read all of it.
 */

/** Places in the control block, in int32s. What is set before the bell rings is seen by whoever hears it. */
export const control = {
  bell: 0,
  generation: 1,
  mail: 2,
  finished: 3,
  instance: 4,
  function: 5,
  parties: 6,
  failed: 7,
  ready: 8,
  /** Then for each thread the number of operands, and operands. */
  header: 10,
} as const;

export interface Setup {
  readonly block: SharedArrayBuffer;
  /** Where the results begin. */
  readonly bytes: number;
  readonly count: number;
  readonly index: number;
  readonly mostOperands: number;
  readonly control: typeof control;
}

export interface Registration {
  readonly id: number;
  /** Absent: the instance is not needed any more. */
  readonly module?: WebAssembly.Module;
  readonly memory?: WebAssembly.Memory;
  readonly names?: readonly string[];
}

export type Exports = Readonly<Record<string, (...operands: number[]) => number | undefined>>;

/** @param listen hands over what is posted: first a `Setup`, then registrations */
export function serve(listen: (hear: (message: Setup | Registration) => void) => void): void {
  const instances = new Map<number, { exports: Exports; names: readonly string[] }>();
  let setup: Setup | null = null;
  let read = 0;
  let seen = 0;

  const work = ({ block, bytes, count, index, mostOperands, control: at }: Setup): void => {
    const ints = new Int32Array(block, 0, bytes / 4);
    const results = new Float64Array(block, bytes, count);
    const own = at.header + index * (mostOperands + 1);
    for (let spins = 0; ; spins++) {
      const rung = Atomics.load(ints, at.bell);
      const generation = Atomics.load(ints, at.generation);
      if (Atomics.load(ints, at.mail) !== read) return;
      if (generation === seen) {
        // Calls often follow each other closely; sleeping at once would cost a wake-up each.
        if (spins > 2_000) Atomics.wait(ints, at.bell, rung);
        continue;
      }
      seen = generation;
      spins = 0;
      // A thread without a part reports all the same: the caller must not write the next call while one still reads.
      if (index < ints[at.parties]) {
        try {
          const instance = instances.get(ints[at.instance]);
          const run = instance?.exports[instance.names[ints[at.function]]];
          if (!run) throw new Error('an instance is missing');
          results[index] = run(...ints.subarray(own + 1, own + 1 + ints[own])) ?? 0;
        } catch {
          Atomics.store(ints, at.failed, 1);
        }
      }
      Atomics.add(ints, at.finished, 1);
      Atomics.notify(ints, at.finished);
    }
  };

  listen((message) => {
    if ('block' in message) {
      setup = message;
      const ints = new Int32Array(message.block);
      Atomics.add(ints, message.control.ready, 1);
      Atomics.notify(ints, message.control.ready);
    } else {
      read++;
      const { id, module, memory, names } = message;
      if (!module || !memory || !names) instances.delete(id);
      else {
        const { exports } = new WebAssembly.Instance(module, { env: { memory } });
        instances.set(id, { exports: exports as Exports, names });
      }
    }
    if (setup) work(setup);
  });
}
