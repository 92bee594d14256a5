/** What owns the threads. */
import { crystalSums } from '../crystal-sums.js';

addEventListener('message', async (event: MessageEvent<number>) => {
  postMessage(await crystalSums(event.data));
});
