/** What the page does: all that `relaxedPacking` tells, under a name that the test asks for. */
import { relaxedPacking } from '../relaxed-packing.js';

Object.assign(globalThis, { relaxedPacking });
