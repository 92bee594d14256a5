/**
 * Relaxations beside the page: a worker that is started with the first question, and ended by `close`. Imports nothing
 * that computes, so that a page which never relaxes never loads it.
 */
import type {
  FromWorker,
  RelaxAnswer,
  RelaxFrame,
  RelaxQuestion,
  SensitivityAnswer,
  ToWorker,
} from './protocol.js';

export interface RelaxRun {
  /** Called with the frames on the way, a few at a time. */
  readonly onFrames?: (frames: readonly RelaxFrame[]) => void;
  /** Stops it: the answer then holds what was reached. */
  readonly signal?: AbortSignal;
}

export interface Relaxer {
  /** @throws Error where potential and structure do not fit: its message says why */
  relax(question: RelaxQuestion, run?: RelaxRun): Promise<RelaxAnswer>;
  /** ∂x* with respect to a parameter, of an equilibrium that was answered and not released. */
  sensitivity(equilibrium: number, parameter: string): Promise<SensitivityAnswer>;
  /** The worker forgets an equilibrium. */
  release(equilibrium: number): void;
  /** Ends the worker; what is under way is rejected. */
  close(): void;
}

/** What a relaxer needs of a worker. */
export type RelaxWorker = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;

/** The worker beside this file, as bundlers find it. */
export function startWorker(): RelaxWorker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'stillpoint' });
}

interface Waiting {
  done(answer: RelaxAnswer & SensitivityAnswer): void;
  fail(error: Error): void;
  onFrames?(frames: readonly RelaxFrame[]): void;
}

export function createRelaxer(start: () => RelaxWorker = startWorker): Relaxer {
  const waiting = new Map<number, Waiting>();
  let worker: RelaxWorker | null = null;
  let closed = false;
  let last = 0;

  function running(): RelaxWorker {
    if (worker !== null) return worker;
    worker = start();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => receive(data);
    worker.onerror = (event) => {
      end(`The relaxation failed: ${event.message || 'its worker could not be loaded'}`);
    };
    return worker;
  }

  function receive(message: FromWorker): void {
    const question = waiting.get(message.id);
    if (question === undefined) return;
    if (message.kind === 'frames') {
      question.onFrames?.(message.frames);
      return;
    }
    waiting.delete(message.id);
    if (message.kind === 'failed') question.fail(new Error(message.message));
    else question.done(message.answer as RelaxAnswer & SensitivityAnswer);
  }

  function ask<A>(message: (id: number) => ToWorker, { onFrames, signal }: RelaxRun = {}): Promise<A> {
    if (closed) return Promise.reject(new Error('the relaxer is closed'));
    const id = ++last;
    const stop = (): void => running().postMessage({ kind: 'stop', id } satisfies ToWorker);
    const answered = new Promise<A>((done, fail) => {
      waiting.set(id, { done: done as Waiting['done'], fail, ...(onFrames ? { onFrames } : {}) });
      running().postMessage(message(id));
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
    });
    return answered.finally(() => signal?.removeEventListener('abort', stop));
  }

  function end(reason: string): void {
    worker?.terminate();
    worker = null;
    for (const question of waiting.values()) question.fail(new Error(reason));
    waiting.clear();
  }

  return {
    relax: (question, run) => ask((id) => ({ kind: 'relax', id, question }), run),
    sensitivity: (equilibrium, parameter) =>
      ask((id) => ({ kind: 'sensitivity', id, equilibrium, parameter })),
    release: (equilibrium) => {
      worker?.postMessage({ kind: 'release', equilibrium } satisfies ToWorker);
    },
    close() {
      closed = true;
      end('the relaxer is closed');
    },
  };
}
