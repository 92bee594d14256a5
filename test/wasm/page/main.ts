/** Lets workers do `crystalSums`, with threads of their own where the page may have them, and ends them when told to. */
import { type CrystalSums, crystalSums } from '../crystal-sums.js';

const owners: Worker[] = [];

function inWorker(wanted: number): Promise<CrystalSums> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'owner' });
  owners.push(worker);
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<CrystalSums>) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(wanted);
  });
}

function endOwners(): void {
  for (const owner of owners.splice(0)) owner.terminate();
}

Object.assign(globalThis, {
  inWorker,
  endOwners,
  onPage: crystalSums,
  isolated: globalThis.crossOriginIsolated,
});
