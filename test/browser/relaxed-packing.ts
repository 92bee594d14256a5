/** The same small job for Node and for a browser, from the package as its users import it. */
import { relax } from 'stillpoint';
import { softSphere } from 'stillpoint/potentials';
import { bidispersePacking, formatExtendedXyz, parseExtendedXyz } from 'stillpoint/systems';

export interface RelaxedPacking {
  readonly energy: number;
  readonly steps: number;
  readonly result: string;
  readonly sensitivity: number[];
  /** Whether the structure survives being written and read. */
  readonly roundTrip: boolean;
}

export function relaxedPacking(): RelaxedPacking {
  const start = bidispersePacking({ count: 32, diameters: [1, 0.6], packingFraction: 0.98, seed: 2 });
  const rest = relax(start, softSphere({ diameter: [1, 0.6] }), { maxForce: 1e-12 });
  const vectors = rest.jvp({ diameter: [0, 1] });
  const [again] = parseExtendedXyz(formatExtendedXyz(rest.system));
  return {
    energy: rest.energy,
    steps: rest.steps,
    result: rest.result,
    sensitivity: Array.from(vectors.data),
    roundTrip: again.positions.data.every((value, k) => value === rest.positions.data[k]),
  };
}
