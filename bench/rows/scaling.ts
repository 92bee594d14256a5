/** Time and memory an atom from a thousand to four million atoms: whether anything grows faster than the system. */
import { type EnergyModel, lennardJones } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, lattice, NeighborList, perturb, type System } from '../../systems/index.js';
import {
  agreement,
  type Check,
  type Measurement,
  type Ratio,
  type Row,
  ratio,
  type Setting,
} from '../row.js';
import { summarize } from '../statistics.js';
import { secondsPerCall } from '../timing.js';
import { localDirection } from './local-direction.js';

export const scaling: Row = {
  name: 'scaling',
  title: 'Time and bytes an atom, Lennard-Jones, 1,000 to 4,000,000 atoms, one and two threads',
  peers: [],
  run: measure,
};

const cutoff = 2.5;
const skin = 0.3;
const goal = 1.3;
const works = ['energy and gradient', 'list build', 'Hessian product'] as const;
type Work = (typeof works)[number];

/** One system with so many threads. */
interface Size {
  readonly count: number;
  readonly threads: number;
  readonly work: Readonly<Record<Work, () => void>>;
  /** Calls in a sample. */
  readonly calls: number;
  readonly bytes: { readonly model: number; readonly list: number };
  readonly check: Check;
}

async function measure({ quick, rounds }: Setting): Promise<Measurement> {
  const sizes: Size[] = [];
  for (const cells of quick ? [6, 11] : [6, 13, 20, 30, 63, 100]) {
    sizes.push(...(await prepare(cells)));
  }
  const samples = sizes.map(
    () => Object.fromEntries(works.map((name) => [name, []])) as unknown as Record<Work, number[]>,
  );
  // All sizes in each round, so that a busy minute does not fall on one of them.
  for (let round = 0; round < Math.min(rounds, 7); round++) {
    sizes.forEach(({ work, calls, count }, k) => {
      for (const name of works) samples[k][name].push(secondsPerCall(calls, work[name]) / count);
    });
  }
  const ratios = [1, 2].flatMap((threads): Ratio[] => {
    const own = sizes.flatMap((size, k) => (size.threads === threads ? [k] : []));
    const last = own[own.length - 1];
    const middle = own.find((k) => sizes[k].count >= 32_000) ?? own[0];
    const which = `${sizes[last].count.toLocaleString('en-US')} / ${sizes[middle].count.toLocaleString('en-US')} atoms, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    const bytes = (k: number): number[] => [sizes[k].bytes.model / sizes[k].count];
    return [
      ...works.map((name) =>
        ratio(`${name} an atom, ${which}`, samples[last][name], samples[middle][name], { goal }),
      ),
      ratio(`bytes an atom, ${which}`, bytes(last), bytes(middle), { goal }),
    ];
  });
  const nanoseconds = (seconds: number[]): string => {
    const { median, min } = summarize(seconds);
    return `${(median * 1e9).toFixed(0)} (${(min * 1e9).toFixed(0)})`;
  };
  const label = ({ count, threads }: Size): (string | number)[] => [count.toLocaleString('en-US'), threads];
  return {
    checks: sizes.map(({ check }) => check),
    series: [],
    ratios,
    tables: [
      {
        title: 'Nanoseconds an atom, median (fastest):',
        header: ['atoms', 'threads', ...works],
        rows: sizes.map((size, k) => [...label(size), ...works.map((name) => nanoseconds(samples[k][name]))]),
      },
      {
        title: 'Bytes an atom, resident:',
        header: ['atoms', 'threads', 'model', 'a list alone'],
        rows: sizes.map((size) => [
          ...label(size),
          ...[size.bytes.model, size.bytes.list].map((value) => (value / size.count).toFixed(0)),
        ]),
      },
    ],
    contents: [
      `Face-centred cubic at density 0.8442, each coordinate off its site by a normal deviate of 0.05; cutoff ${cutoff}, skin ${skin}. Energy and gradient and the Hessian product with a list that stays; a list build as in the row \`list-build\`. Below 4,000 atoms one thread does all.`,
      'Bytes: growth of the process’s resident memory from before the model is bound to after its first two gradients and its first Hessian product, and over the first two builds of a list of the same system; for small systems that is mostly code. The positions handed in are not counted.',
    ],
  };
}

/** A system with one thread and with two. */
async function prepare(cells: number): Promise<Size[]> {
  const crystal = lattice({ structure: 'fcc', latticeConstant: (4 / 0.8442) ** (1 / 3), repeat: cells });
  const system = perturb(crystal, 0.05, 1);
  const x = coordinates(system);
  const { normal } = random(2);
  const v = x.map(normal);
  const along = localDirection(system, cutoff, 3);
  return [await prepareThreads(system, x, v, along, 1), await prepareThreads(system, x, v, along, 2)];
}

async function prepareThreads(
  system: System,
  x: Float64Array,
  v: Float64Array,
  along: Float64Array,
  threads: number,
): Promise<Size> {
  const { count, box } = system;
  const out = new Float64Array(x.length);
  const model = lennardJones({}, { cutoff }).bind(system, { skin, threads });
  const modelBytes = await growth(() => {
    model.gradient(x, out);
    model.gradient(x, out);
    model.hessianProduct(x, v, out);
  });
  const check = forcesFollowEnergies(x, along, model);

  const list = new NeighborList(box, count, { cutoff, skin, threads });
  const there = Float64Array.from(x);
  there[0] += 0.2;
  let away = false;
  const build = (): void => {
    away = !away;
    list.update(away ? there : x);
  };
  const listBytes = await growth(() => {
    build();
    build();
  });
  return {
    count,
    threads,
    calls: Math.max(1, Math.round(200_000 / count)),
    bytes: { model: modelBytes, list: listBytes },
    check,
    work: {
      'energy and gradient': () => model.gradient(x, out),
      'list build': build,
      'Hessian product': () => model.hessianProduct(x, v, out),
    },
  };
}

function forcesFollowEnergies(x: Float64Array, along: Float64Array, model: EnergyModel): Check {
  const gradient = new Float64Array(x.length);
  model.gradient(x, gradient);
  const step = 1e-4;
  const moved = (sign: number): number => model.energy(x.map((value, i) => value + sign * step * along[i]));
  const slope = gradient.reduce((sum, g, i) => sum + g * along[i], 0);
  return agreement(
    `${model.system.count} atoms: forces along a direction, differences of the energy`,
    slope,
    (moved(1) - moved(-1)) / (2 * step),
    1e-4,
  );
}

/** By how much resident memory grows, garbage left out. */
async function growth(work: () => void): Promise<number> {
  await collectGarbage();
  const before = process.memoryUsage.rss();
  work();
  await collectGarbage();
  return process.memoryUsage.rss() - before;
}

/** Array buffers are given back a little after the collection that finds them unused. */
async function collectGarbage(): Promise<void> {
  for (let k = 0; k < 2; k++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
