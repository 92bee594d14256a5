/**
 * What a thread does. Its text is what runs in the thread, so that it may use nothing from outside; in Node and in a
 * browser alike.
 *
 * A call is a number of parts, which whoever is there takes: the caller from the first on, threads from the last. So
 * nobody waits for a thread that the machine has not got round to running, and it does not matter which are awake.
 *
 * Between calls a thread waits and sees no events. Mail (modules that it shall know, or forget) comes as events, so a
 * thread that has mail leaves its loop and takes it up again when it has read all of it.
 */

/** Places in the control block, in int32s. What is set before the ticket is seen by whoever takes a part by it. */
export const control = {
  bell: 0,
  /** Which parts are left: bits 0 … 7 the first, bits 8 … 15 the one after the last; above, a number of the call. */
  ticket: 1,
  mail: 2,
  /** Parts of the call that threads have finished. */
  finished: 3,
  instance: 4,
  function: 5,
  failed: 6,
  ready: 7,
  /** Whether a call is going on. */
  busy: 8,
  /** Then for each part the number of operands, and operands. */
  header: 10,
} as const;

export interface Setup {
  readonly block: SharedArrayBuffer;
  /** Where the results begin. */
  readonly bytes: number;
  readonly mostParts: number;
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

  const work = ({ block, bytes, mostParts, mostOperands, control: at }: Setup): void => {
    const ints = new Int32Array(block, 0, bytes / 4);
    const results = new Float64Array(block, bytes, mostParts);
    /** Since when there has been nothing to do, and when that was last looked at; milliseconds. */
    let since = performance.now();
    let last = since;
    /** How long its last part took this thread, and so may take another: milliseconds. */
    let worked = 0;
    for (let spins = 1; ; spins++) {
      const rung = Atomics.load(ints, at.bell);
      const ticket = Atomics.load(ints, at.ticket);
      // Mail comes before the calls that need it, and is looked for after the ticket.
      if (Atomics.load(ints, at.mail) !== read) return;
      const part = ((ticket >> 8) & 255) - 1;
      if (part < (ticket & 255)) {
        if ((spins & 63) !== 0) continue;
        // Calls often follow each other closely, and waking up takes long: a while is spent awake. But not where this
        // thread is in the way of others, which shows in time that is missing, or in a call that does not end although
        // nothing of it is left: then the caller waits for this thread's processor.
        const now = performance.now();
        const patience = Atomics.load(ints, at.busy) !== 0 ? Math.min(Math.max(worked, 0.05), 1) : 1;
        if (now - since > patience || now - last > 0.2) {
          Atomics.wait(ints, at.bell, rung);
          since = performance.now();
          last = since;
        } else last = now;
        continue;
      }
      if (Atomics.compareExchange(ints, at.ticket, ticket, ticket - 256) !== ticket) continue;
      const began = performance.now();
      try {
        const own = at.header + part * (mostOperands + 1);
        const instance = instances.get(ints[at.instance]);
        const run = instance?.exports[instance.names[ints[at.function]]];
        if (!run) throw new Error('an instance is missing');
        results[part] = run(...ints.subarray(own + 1, own + 1 + ints[own])) ?? 0;
      } catch {
        Atomics.store(ints, at.failed, 1);
      }
      Atomics.add(ints, at.finished, 1);
      Atomics.notify(ints, at.finished);
      since = performance.now();
      last = since;
      worked = since - began;
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
