/**
 * A process of its own that takes one gradient of a packing: seconds, and the memory that it needs.
 *
 * Not for import: in a process that has done other work, memory that was freed is used again, and the growth of the
 * process says too little. Takes the names of a file with a question and of one for the answer.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { secondsPerCall } from '../timing.js';
import { packingGradient, type Question } from './packing-gradient.js';
import { grownBy } from './unrolled-descent.js';

export interface OwnAnswer {
  readonly seconds: number;
  /** Bytes. */
  readonly grown: number;
  readonly gradient: Float64Array;
}

const [question, steps]: [Question, number | null] = deserialize(readFileSync(process.argv[2]));
// Kernels are compiled and bound before, as JAX's program is.
packingGradient(question, 1)();
const work = packingGradient(question, steps);
let gradient = new Float64Array(0);
let seconds = 0;
globalThis.gc?.();
const grown = grownBy(() => {
  seconds = secondsPerCall(1, () => {
    gradient = Float64Array.from(work());
  });
});
const answer: OwnAnswer = { seconds, grown, gradient };
writeFileSync(process.argv[3], serialize(answer));
