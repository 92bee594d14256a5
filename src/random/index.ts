/** Seeded random numbers, the same on every machine. Not for cryptography. */
export { type Random, random } from './random.js';
