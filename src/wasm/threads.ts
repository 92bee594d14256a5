/**
 * Threads that run WebAssembly functions in one shared memory, for the length of a call: the caller waits.
 *
 * Threads are started when they are first needed and sleep between calls. They keep no process alive: it ends when its
 * own work is done. In a browser they are workers of the worker that needs them, which has to let them start by
 * `startThreads`. Where threads or shared memory are not to be had there are none, and callers run alone.
 */
import { spawner } from './spawners.js';
import { ThreadPool } from './thread-pool.js';

/** A module in a shared memory, known to all threads. */
export interface SharedInstance {
  /**
   * Calls an exported function once a list of operands, on all threads at once, and waits for all. Which thread runs
   * which list, and how many of them, is not said: lists must not wait for each other.
   *
   * @param operands lists of numbers, as many as there are threads, or more where the work is better shared so
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

/** How long threads may take to start, in milliseconds, before the caller goes on alone. */
const patience = 10_000;

/** How many threads this machine runs at once; 1 where threads are not to be had. */
export function availableThreads(): number {
  return spawner()?.available ?? 1;
}

let started: ThreadPool | null = null;

/** `count` threads or more, the caller among them; null where there are none but the caller. */
export function threads(count: number): Threads | null {
  const pool = poolOf(count);
  return pool?.awake(spawner()?.startsAtOnce ? patience : 0) ? pool : null;
}

/** The same, but where threads have yet to start it lets them and does not wait: null until they have. */
export function threadsAtHand(count: number): Threads | null {
  const pool = poolOf(count);
  return pool?.awake(0) ? pool : null;
}

/**
 * Starts threads ahead of their use. In Node that spares the first use a moment. In a browser it is the only way to
 * have threads: in a worker, before potentials are bound, of a page that is cross-origin isolated.
 *
 * @param count threads, the caller's own among them; by default as many as the machine runs at once
 * @returns how many threads there are: `count`, or 1 where there are no others
 */
export async function startThreads(count = availableThreads()): Promise<number> {
  const found = spawner();
  if (!found || count < 2) return 1;
  if (!started || started.count < count) started = new ThreadPool(count, found);
  const pool = started;
  const deadline = performance.now() + patience;
  while (!pool.awake(0)) {
    if (performance.now() > deadline) return 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return count;
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

function poolOf(count: number): ThreadPool | null {
  const found = spawner();
  if (!found || count < 2) return null;
  const enough = started !== null && started.count >= count;
  // What cannot start while its owner waits is not started here: whoever runs alone now shall not find threads later.
  if (!enough && found.startsAtOnce) started = new ThreadPool(count, found);
  return enough || found.startsAtOnce ? started : null;
}
