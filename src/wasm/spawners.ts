/** How threads are started: worker_threads in Node, web workers in a browser that shares memory. */
import { type Registration, type Setup, serve } from './thread-body.js';

export interface Worker {
  post(message: Setup | Registration): void;
  end(): void;
}

export interface Spawner {
  /** Threads that the machine runs at once, the caller's own among them. */
  readonly available: number;
  /** Whether threads start while their owner waits for them; else it has to return to its events first. */
  readonly startsAtOnce: boolean;
  spawn(): Worker;
}

let found: Spawner | null | undefined;

/** Null where there are no threads, no shared memory, or no waiting, as on the main thread of a page. */
export function spawner(): Spawner | null {
  if (found === undefined) {
    const shares = typeof SharedArrayBuffer !== 'undefined' && typeof Atomics !== 'undefined';
    found = shares ? (nodeSpawner() ?? browserSpawner()) : null;
  }
  return found;
}

function nodeSpawner(): Spawner | null {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') return null;
  const threads = process.getBuiltinModule('node:worker_threads');
  const os = process.getBuiltinModule('node:os');
  if (!threads || !os) return null;
  const text = `(${serve.toString()})((hear) => {
    process.getBuiltinModule('node:worker_threads').parentPort.on('message', hear);
  })`;
  return {
    available: os.availableParallelism(),
    startsAtOnce: true,
    spawn() {
      const worker = new threads.Worker(text, { eval: true, execArgv: [] });
      // A process ends when its own work is done.
      worker.unref();
      return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
    },
  };
}

function browserSpawner(): Spawner | null {
  // Only workers may wait, and memory is shared only in pages that are isolated from others (COOP and COEP headers).
  const scope = globalThis as { crossOriginIsolated?: boolean; WorkerGlobalScope?: unknown };
  if (!scope.crossOriginIsolated || typeof scope.WorkerGlobalScope !== 'function') return null;
  if (typeof Worker !== 'function' || typeof Blob !== 'function') return null;
  const text = `(${serve.toString()})((hear) => { onmessage = (event) => hear(event.data); })`;
  let url: string | null = null;
  return {
    available: navigator.hardwareConcurrency || 1,
    startsAtOnce: false,
    spawn() {
      url ??= URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
      const worker = new globalThis.Worker(url, { name: 'stillpoint thread' });
      // A page may forbid such workers; then there are none, and nothing is said.
      worker.onerror = (event) => event.preventDefault();
      return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
    },
  };
}
