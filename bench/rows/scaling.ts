/** Time and memory an atom from a thousand to a million atoms: whether anything grows faster than the system. */
import { lennardJones } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { coordinates, lattice, NeighborList, perturb } from '../../systems/index.js';
import { agreement, type Check, type Measurement, type Row, ratio, type Setting } from '../row.js';
import { summarize } from '../statistics.js';
import { secondsPerCall } from '../timing.js';
import { localDirection } from './local-direction.js';

export const scaling: Row = {
  name: 'scaling',
  title: 'Time and bytes an atom, Lennard-Jones, 1,000 to 1,000,000 atoms',
  peers: [],
  run: measure,
};

const cutoff = 2.5;
const skin = 0.3;
const works = ['energy and gradient', 'list build', 'Hessian product'] as const;

interface Size {
  readonly count: number;
  readonly work: Readonly<Record<(typeof works)[number], () => void>>;
  /** Calls in a sample. */
  readonly calls: number;
  readonly bytes: { readonly model: number; readonly resident: number; readonly list: number };
  readonly check: Check;
}

async function measure({ quick, rounds }: Setting): Promise<Measurement> {
  const sizes: Size[] = [];
  for (const cells of quick ? [6, 8] : [6, 13, 20, 30, 63]) sizes.push(await prepare(cells));
  const samples = sizes.map(
    () =>
      ({ 'energy and gradient': [], 'list build': [], 'Hessian product': [] }) as Record<
        (typeof works)[number],
        number[]
      >,
  );
  // All sizes in each round, so that a busy minute does not fall on one of them.
  for (let round = 0; round < Math.min(rounds, 7); round++) {
    sizes.forEach(({ work, calls, count }, k) => {
      for (const name of works) samples[k][name].push(secondsPerCall(calls, work[name]) / count);
    });
  }
  const reference = sizes.findIndex(({ count }) => count >= 32_000);
  const [last, middle] = [samples[samples.length - 1], samples[Math.max(0, reference)]];
  const nanoseconds = (seconds: number[]): string => {
    const { median, min } = summarize(seconds);
    return `${(median * 1e9).toFixed(0)} (${(min * 1e9).toFixed(0)})`;
  };
  return {
    checks: sizes.map(({ check }) => check),
    series: [],
    ratios: works.map((name) =>
      ratio(`${name} an atom: largest / 32,000 atoms`, last[name], middle[name], { goal: 1.5 }),
    ),
    tables: [
      {
        title: 'Nanoseconds an atom, median (fastest):',
        header: ['atoms', ...works],
        rows: sizes.map(({ count }, k) => [
          count.toLocaleString('en-US'),
          ...works.map((name) => nanoseconds(samples[k][name])),
        ]),
      },
      {
        title: 'Bytes an atom:',
        header: ['atoms', 'model: array buffers', 'model: resident memory', 'of it the list’s own arrays'],
        rows: sizes.map(({ count, bytes }) => [
          count.toLocaleString('en-US'),
          ...[bytes.model, bytes.resident, bytes.list].map((value) => (value / count).toFixed(0)),
        ]),
      },
    ],
    contents: [
      `Face-centred cubic at density 0.8442, each coordinate off its site by a normal deviate of 0.05; cutoff ${cutoff}, skin ${skin}. Energy and gradient and the Hessian product with a list that stays; a list build as in the row \`list-build\`.`,
      'Array buffers: growth of process.memoryUsage().arrayBuffers from before the model is bound to after its first gradient and Hessian product. Resident memory: growth of the rest of the process too, which includes what the collector has not given back. The list’s arrays are those of a NeighborList of the same system; the positions handed in are not counted.',
    ],
  };
}

async function prepare(cells: number): Promise<Size> {
  const crystal = lattice({ structure: 'fcc', latticeConstant: (4 / 0.8442) ** (1 / 3), repeat: cells });
  const system = perturb(crystal, 0.05, 1);
  const { count, box } = system;
  const x = coordinates(system);
  const { normal } = random(2);
  const v = x.map(normal);
  const out = new Float64Array(x.length);

  await collectGarbage();
  const before = process.memoryUsage();
  const model = lennardJones({}, { cutoff }).bind(system, { skin, threads: 1 });
  model.gradient(x, out);
  const gradient = Float64Array.from(out);
  model.hessianProduct(x, v, out);
  await collectGarbage();
  const after = process.memoryUsage();

  const list = new NeighborList(box, count, { cutoff, skin });
  list.update(x);
  const own = Object.values(list).reduce((sum: number, value: unknown) => {
    return ArrayBuffer.isView(value) ? sum + value.byteLength : sum;
  }, 0);
  const there = Float64Array.from(x);
  there[0] += 0.2;
  let away = false;

  const along = localDirection(system, cutoff, 3);
  const step = 1e-4;
  const moved = (sign: number): number => model.energy(x.map((value, i) => value + sign * step * along[i]));
  const slope = gradient.reduce((sum, g, i) => sum + g * along[i], 0);
  const check = agreement(
    `${count} atoms: forces along a direction, differences of the energy`,
    slope,
    (moved(1) - moved(-1)) / (2 * step),
    1e-4,
  );
  return {
    count,
    calls: Math.max(1, Math.round(200_000 / count)),
    bytes: {
      model: after.arrayBuffers - before.arrayBuffers,
      resident: after.rss - before.rss,
      list: own,
    },
    check,
    work: {
      'energy and gradient': () => model.gradient(x, out),
      'list build': () => {
        away = !away;
        list.update(away ? there : x);
      },
      'Hessian product': () => model.hessianProduct(x, v, out),
    },
  };
}

/** Array buffers are given back a little after the collection that finds them unused. */
async function collectGarbage(): Promise<void> {
  for (let k = 0; k < 2; k++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
