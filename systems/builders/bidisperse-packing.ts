/**
 * Two sizes of discs or spheres thrown at random into a periodic box: the start of a jammed packing.
 *
 * The spheres overlap; relaxing them under a soft-sphere energy makes the packing.
 */
import { checkOptions, InputError } from '../../src/message/index.js';
import { random } from '../../src/random/index.js';
import { createBox } from '../box.js';
import { createSystem, type System } from '../system.js';
import { checkedCount, checkedPositive } from './check.js';

export interface BidispersePackingOptions {
  /** Number of spheres. The first half are of species A, the rest B; of an odd number A has one more. */
  count: number;
  /** 2 by default. */
  dimension?: 2 | 3;
  /** Diameters of A and of B. */
  diameters: readonly [number, number];
  /** Sum of the spheres' volumes (areas in two dimensions) over the box's; may be above 1, as they overlap. */
  packingFraction: number;
  /** 0 by default. */
  seed?: number;
}

const optionNames: readonly (keyof BidispersePackingOptions)[] = [
  ...(['count', 'dimension', 'diameters', 'packingFraction', 'seed'] as const),
];

/**
 * A square or cubic periodic box with spheres at uniformly random places, and their diameters as the column
 * `diameter`. The edge L follows from the packing fraction: Σ π d² / 4 = packingFraction · L² in two dimensions,
 * Σ π d³ / 6 = packingFraction · L³ in three.
 *
 * @throws InputError when a number is not positive
 */
export function bidispersePacking(options: BidispersePackingOptions): System {
  checkOptions('bidispersePacking', options, optionNames);
  const { count, dimension = 2, diameters, packingFraction, seed = 0 } = options;
  checkedCount('count', count);
  checkedPositive('packingFraction', packingFraction);
  if (dimension !== 2 && dimension !== 3)
    throw new InputError(`dimension must be 2 or 3, found ${dimension}`);
  if (diameters.length !== 2)
    throw new InputError(`diameters must be two numbers, found ${diameters.length}`);
  for (const diameter of diameters) checkedPositive('each diameter', diameter);

  const large = Math.ceil(count / 2);
  const diameter = Float64Array.from({ length: count }, (_, i) => diameters[i < large ? 0 : 1]);
  const volume = (d: number): number => (dimension === 2 ? (Math.PI * d ** 2) / 4 : (Math.PI * d ** 3) / 6);
  const occupied = large * volume(diameters[0]) + (count - large) * volume(diameters[1]);
  const edge = (occupied / packingFraction) ** (1 / dimension);
  const { uniform } = random(seed);
  return createSystem({
    positions: Float64Array.from({ length: count * dimension }, () => edge * uniform()),
    species: Array.from({ length: count }, (_, i) => (i < large ? 'A' : 'B')),
    box: createBox(new Array<number>(dimension).fill(edge)),
    columns: { diameter },
  });
}
