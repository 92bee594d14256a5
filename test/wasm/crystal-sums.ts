/** The same sums over a crystal's pairs for Node and for a browser, as a digest of all of their bits. */
import { startThreads } from 'stillpoint';
import { lennardJones } from 'stillpoint/potentials';
import { coordinates, lattice } from 'stillpoint/systems';

export interface CrystalSums {
  /** Threads that there were. */
  readonly threads: number;
  readonly energy: number;
  /** Of energy, forces and a Hessian product. */
  readonly digest: string;
}

/** Asks for threads, and takes as many as there are. */
export async function crystalSums(wanted: number): Promise<CrystalSums> {
  const threads = await startThreads(wanted);
  const crystal = lattice({ structure: 'fcc', latticeConstant: 1.6, repeat: 11 });
  // No logarithm, sine or the like, whose last bits are the engine's own.
  const shaken = (value: number, k: number): number => value + (((k * 29) % 97) / 97 - 0.5) / 8;
  const x = coordinates(crystal).map(shaken);
  const model = lennardJones({}, { cutoff: 2.5 }).bind(crystal, { threads: wanted });
  const [gradient, product] = [new Float64Array(x.length), new Float64Array(x.length)];
  const energy = model.gradient(x, gradient);
  const direction = x.map((_, k) => ((k * 37) % 101) / 101 - 0.5);
  model.hessianProduct(x, direction, product);
  return { threads, energy, digest: digest([Float64Array.of(energy), gradient, product]) };
}

/** FNV-1a over the words of numbers. */
function digest(vectors: readonly Float64Array[]): string {
  let hash = 0x811c9dc5;
  for (const vector of vectors) {
    for (const word of new Uint32Array(vector.buffer, vector.byteOffset, 2 * vector.length)) {
      hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
    }
  }
  return hash.toString(16);
}
