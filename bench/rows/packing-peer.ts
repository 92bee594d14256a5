/** The packing in JAX-MD and JAXopt, started from the same digits as ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { softSphere } from '../../potentials/index.js';
import { type Equilibrium, relax } from '../../src/relax/index.js';
import { coordinates, type System, withPositions } from '../../systems/index.js';
import { packageRoot } from '../machine.js';
import { PythonPeer } from '../peers/python.js';
import { diameters, looseForce, randomPacking } from './packing.js';

export const maxForce = 1e-12;
export const linearTolerance = 1e-10;
const script = join(packageRoot(), 'bench', 'peers', 'packing.py');

export interface Answer {
  readonly seconds: number;
  readonly steps: number;
  readonly positions: number[][];
  readonly energy: number;
  readonly sensitivity: number[];
}

/** The same FIRE as JAX-MD's, which limits no step. */
export const rest = (system: System, potential = softSphere({ diameter: [...diameters] })): Equilibrium =>
  relax(system, potential, { maxForce, maxStep: Infinity });

/** The peer makes the start, so that our first call is the first of its process. */
export async function startPeer(count: number): Promise<{ peer: PythonPeer; system: System }> {
  const random = randomPacking(count);
  const x = coordinates(random);
  const peer = new PythonPeer(script);
  const request = {
    positions: Array.from({ length: count }, (_, i) => [x[2 * i], x[2 * i + 1]]),
    diameters: random.species.map((species) => diameters[species === 'A' ? 0 : 1]),
    second: random.species.map((species) => Number(species === 'B')),
    edge: random.box.vectors[0],
    maxForce: looseForce,
    linearTolerance,
  };
  await peer.ask(request);
  await peer.ask({ prepare: 'relax' });
  const { positions } = await peer.ask<Answer>({ run: 'relax', values: true });
  await peer.ask({ ...request, positions, maxForce });
  return { peer, system: withPositions(random, Float64Array.from(positions.flat())) };
}

export const packingScripts = (): Record<string, string> => ({
  'command line': '$STILLPOINT_PYTHON bench/peers/packing.py',
  'bench/peers/packing.py': readFileSync(script, 'utf8'),
});
