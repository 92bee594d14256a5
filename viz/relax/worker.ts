/** The worker's own file: TensorFlow.js and the kernels are loaded here and nowhere else in a page. */
import { startThreads } from '../../src/wasm/index.js';
import { createDesk } from './desk.js';
import type { FromWorker, ToWorker } from './protocol.js';

/** What a worker is to itself; the compiler knows windows alone. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;
const desk = createDesk((message) => scope.postMessage(message));
// Where the page is isolated, large systems run on all cores; elsewhere this is done at once.
const threads = startThreads();
scope.onmessage = async ({ data }) => {
  await threads;
  await desk.receive(data);
};
