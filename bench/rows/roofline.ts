/** What the pair loop does to a pair, how fast it does it, and how that stands to what the machine could do. */
import type { Potential } from '../../potentials/index.js';
import { coordinates, createBox, createSystem, NeighborList, type System } from '../../systems/index.js';
import { innermostLoop, type LoopCounts } from '../loop-code.js';
import { watchFunction } from '../loop-watch.js';
import { lammpsCommand, runLammps } from '../peers/lammps.js';
import { openPeak, openStream } from '../roofs.js';
import { agreement, type Check, type Measurement, type Row, ratio, type Setting, series } from '../row.js';
import { summarize } from '../statistics.js';
import { callsWithin, processorSeconds } from '../timing.js';
import { cutoff, forceCases, forceScript, skin } from './force-evaluation.js';
import { makeMelt, meltScript } from './melt.js';

export const roofline: Row = {
  name: 'roofline',
  title: 'Pairs a second, bytes a pair and share of the roofline, one core',
  peers: ['lammps'],
  run: measure,
};

/** Doubles that lie in the caches nearest to a core. */
const cachedBytes = 256 * 1024;

interface Work {
  readonly what: string;
  readonly potential: Potential;
  readonly system: System;
  /** Energy and pairs within the cutoff, found by others than the model. */
  readonly energy: number;
  readonly pairs: number;
}

/** What the loop has before it: pairs are of the real list, couples are what goes through the loop at a turn. */
interface ListCounts {
  readonly listed: number;
  readonly pairs: number;
  readonly couples: number;
  /** Atoms and their periodic images. */
  readonly sites: number;
}

async function measure(setting: Setting): Promise<Measurement> {
  const { quick, directory } = setting;
  const cells = quick ? 6 : 20;
  const [smallCells, copies] = quick ? [6, 2] : [16, 4];
  const oneCore = forceCases.filter(({ cores = 1 }) => cores === 1);
  const melt = makeMelt(directory, cells);
  const pairs = pairsByDistance(melt);
  const works: Work[] = oneCore.map(({ name, potential, style, coefficients }) => {
    const { thermo } = runLammps(directory, 'in.check', forceScript(style, coefficients, 1, false));
    return { what: label(name, melt), potential, system: melt, energy: thermo.PotEng, pairs };
  });
  const [{ name, potential, style, coefficients }] = oneCore;
  const small = makeMelt(directory, smallCells);
  const { thermo } = runLammps(directory, 'in.check', forceScript(style, coefficients, 1, false));
  const system = tiled(small, copies);
  works.push({
    what: label(name, system),
    potential,
    system,
    energy: thermo.PotEng * copies ** 3,
    pairs: pairsByDistance(small) * copies ** 3,
  });

  const parts = works.map((work) => measureOne(work, setting));
  const rows = <K extends 'pairsRow' | 'codeRow' | 'bytesRow' | 'roofRow'>(key: K) =>
    parts.map((part) => part[key]);
  return {
    checks: parts.flatMap(({ checks }) => checks),
    series: parts.flatMap((part) => part.series),
    ratios: parts.map((part) => part.ratio),
    tables: [
      {
        title: 'Pairs, and the time of the loop (fastest samples)',
        header: [
          'work',
          'pairs listed',
          'within the cutoff',
          'million pairs a second',
          'ns a pair',
          'the same, whole call',
        ],
        rows: rows('pairsRow'),
      },
      {
        title: 'The loop’s code, for one pair',
        header: [
          'work',
          '+ − ×',
          'quotients',
          'roots',
          'other vector instructions',
          'instructions in all',
          'instructions a ns',
          'operations done on padding',
        ],
        rows: rows('codeRow'),
      },
      {
        title: 'Bytes a pair',
        header: [
          'work',
          'streamed: list',
          'streamed: atoms and images',
          'gathered: positions',
          'gathered: forces, read and written',
          'gathered: table of powers',
        ],
        rows: rows('bytesRow'),
      },
      {
        title: 'Roofs and what is reached, billions of operations a second (fastest samples)',
        header: [
          'work',
          'SIMD128 peak',
          'streamed bytes, at GB/s',
          'roof of streaming',
          'gathered bytes, at GB/s',
          'roof of gathering',
          'reached',
          'share of the lowest roof',
        ],
        rows: rows('roofRow'),
      },
    ],
    contents: [
      `Atoms are those of the force rows; the million are ${copies}³ copies of a smaller melt, side by side. No atom moves, so from the second call on the loop runs over a list without the pairs beyond the cutoff; rows of odd length end on a padding site.`,
      'Times are processor time, of the loop alone inside calls of model.gradient and of the whole call. Operations and gathered bytes are counted from the module’s bytes as the engine was given them; a quotient or a root counts as one operation, and what the loop does to padding sites does not count as done.',
      'Streamed is what has to pass by once in each evaluation: the list, positions (read), forces (read and written), each of 32 bytes an atom or image. Its rate is that of reading an array just as long from end to end. Gathered is what goes from and to the caches for each pair; its rate is that of reading 256 KiB again and again.',
    ],
    scripts: {
      'command line': `${lammpsCommand('in.melt')}; then ${lammpsCommand('in.check')}`,
      'in.melt': meltScript(cells),
      ...Object.fromEntries(
        oneCore.map((each) => [
          `in.check, ${each.name}`,
          forceScript(each.style, each.coefficients, 1, false),
        ]),
      ),
    },
  };
}

function measureOne(work: Work, { quick, rounds }: Setting) {
  const { what, potential, system } = work;
  const x = coordinates(system);
  const gradient = new Float64Array(x.length);
  // The list is counted and let go before the model makes its own.
  const list = countList(system, x);
  let evaluate = (): number => 0;
  let energy = 0;
  const loop = watchFunction('gradient', () => {
    const model = potential.bind(system, { skin, threads: 1, kernels: 'webassembly' });
    evaluate = () => model.gradient(x, gradient);
    energy = evaluate();
  });
  const code = innermostLoop(loop.module);
  const bytes = bytesAPair(list, code);
  const operations = operationsOf(code.always) + operationsOf(code.branch);
  const checks: Check[] = [
    agreement(`${what}: pairs within the cutoff, all distances`, list.pairs, work.pairs, 1e-6),
    agreement(`${what}: energy, LAMMPS`, energy, work.energy, 1e-9),
    agreement(`${what}: energy of the timed loop, LAMMPS`, evaluate(), work.energy, 1e-9),
    {
      what: `${what}: forces that are not finite`,
      difference: gradient.every(Number.isFinite) ? 0 : 1,
      tolerance: 0,
    },
  ];

  const peak = openPeak();
  const stream = openStream(bytes.streamed * list.pairs);
  const cache = openStream(cachedBytes);
  const calls = quick ? 2 : callsWithin(0.25, evaluate);
  const samples = { call: [] as number[], loop: [] as number[], roof: [] as number[] };
  const rates = { peak: Infinity, stream: Infinity, cache: Infinity };
  const gathered = bytes.positions + bytes.forces + bytes.table;
  // Round −1 warms up and does not count.
  for (let round = -1; round < rounds; round++) {
    loop.reset();
    const call = processorSeconds(calls, evaluate);
    const now = {
      peak: peak.secondsPerOperation(),
      stream: stream.secondsPerByte(),
      cache: cache.secondsPerByte(),
    };
    if (round < 0) continue;
    samples.call.push(call);
    samples.loop.push(loop.seconds / loop.calls);
    samples.roof.push(list.pairs * lowest(now));
    for (const name of ['peak', 'stream', 'cache'] as const) rates[name] = Math.min(rates[name], now[name]);
  }
  /** Seconds a pair at the lowest of the roofs. */
  function lowest(each: typeof rates): number {
    return Math.max(operations * each.peak, bytes.streamed * each.stream, gathered * each.cache);
  }

  const seconds = summarize(samples.loop).min / list.pairs;
  const billions = (perSecond: number): string => (perSecond / 1e9).toFixed(1);
  const instructions = (code.always.instructions + code.branch.instructions) / 2;
  const perPair = (value: (counts: LoopCounts) => number): string =>
    ((value(code.always) + value(code.branch)) / 2).toFixed(1);
  return {
    checks,
    series: [series(`${what}: the loop`, samples.loop), series(`${what}: model.gradient`, samples.call)],
    ratio: ratio(`share of the lowest roof, ${what}`, samples.roof, samples.loop),
    pairsRow: [
      what,
      list.listed.toLocaleString('en-US'),
      list.pairs.toLocaleString('en-US'),
      (1e-6 / seconds).toFixed(0),
      (seconds * 1e9).toFixed(2),
      ((summarize(samples.call).min / list.pairs) * 1e9).toFixed(2),
    ],
    codeRow: [
      what,
      perPair(({ sums }) => sums),
      perPair(({ quotients }) => quotients),
      perPair(({ roots }) => roots),
      perPair(({ otherVectors }) => otherVectors),
      perPair(({ instructions }) => instructions),
      (instructions / seconds / 1e9).toFixed(1),
      `${((1 - list.pairs / (2 * list.couples)) * 100).toFixed(1)} %`,
    ],
    bytesRow: [
      what,
      ...[bytes.list, bytes.atoms, bytes.positions, bytes.forces, bytes.table].map((n) => n.toFixed(1)),
    ],
    roofRow: [
      what,
      billions(1 / rates.peak),
      `${bytes.streamed.toFixed(1)}, at ${billions(1 / rates.stream)}`,
      billions(operations / (bytes.streamed * rates.stream)),
      `${gathered.toFixed(1)}, at ${billions(1 / rates.cache)}`,
      billions(operations / (gathered * rates.cache)),
      billions(operations / seconds),
      (lowest(rates) / seconds).toFixed(3),
    ],
  };
}

/** Both lanes belong to the turn's couple; a pair has half of them. */
function operationsOf({ sums, quotients, roots }: LoopCounts): number {
  return (sums + quotients + roots) / 2;
}

/**
 * Positions and the list are read before it is known whether a couple is in range, and nothing else. What the branch
 * writes are the neighbours' forces, which it has read before; what else it reads is a function's table.
 */
function bytesAPair(
  { pairs, couples, sites }: ListCounts,
  { always, branch }: ReturnType<typeof innermostLoop>,
) {
  const entries = 2 * 4;
  const positions = (always.bytesRead - entries) / 2;
  const forces = branch.bytesWritten;
  const table = (branch.bytesRead - branch.bytesWritten) / 2;
  const list = (entries * couples) / pairs;
  // Sites are padded to four doubles: positions are read, forces read and written.
  const atoms = (3 * 32 * sites) / pairs;
  return { list, atoms, positions, forces, table, streamed: list + atoms };
}

/** A list of the same cutoff and skin, whose pairs are looked at one by one. */
function countList(system: System, x: Float64Array): ListCounts {
  const list = new NeighborList(system.box, system.count, { cutoff, skin, threads: 1 });
  list.update(x);
  const { first, positions, sites } = list;
  const partners = list.list ?? new Int32Array(0);
  let pairs = 0;
  let couples = 0;
  for (let i = 0; i < system.count; i++) {
    let row = 0;
    for (let k = first[i]; k < first[i + 1]; k++) {
      let squared = 0;
      for (let axis = 0; axis < 3; axis++) {
        squared += (positions[list.stride * i + axis] - positions[partners[k] + axis]) ** 2;
      }
      if (squared < cutoff ** 2) row++;
    }
    pairs += row;
    couples += Math.ceil(row / 2);
  }
  return { listed: first[system.count], pairs, couples, sites };
}

/** All pairs of a box with right angles, each at its nearest image. */
function pairsByDistance(system: System): number {
  const { count, box } = system;
  const edges = [0, 4, 8].map((k) => box.vectors[k]);
  const p = coordinates(system);
  let pairs = 0;
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      let squared = 0;
      for (let axis = 0; axis < 3; axis++) {
        const d = p[3 * i + axis] - p[3 * j + axis];
        const nearest = d - edges[axis] * Math.round(d / edges[axis]);
        squared += nearest * nearest;
      }
      if (squared < cutoff * cutoff) pairs++;
    }
  }
  return pairs;
}

/** Copies of a periodic system side by side, so many along each edge. */
function tiled(system: System, copies: number): System {
  const { count, box } = system;
  const positions = coordinates(system);
  const edges = [0, 4, 8].map((k) => box.vectors[k]);
  const all = new Float64Array(3 * count * copies ** 3);
  for (let copy = 0; copy < copies ** 3; copy++) {
    const shift = [copy % copies, Math.floor(copy / copies) % copies, Math.floor(copy / copies ** 2)];
    for (let k = 0; k < 3 * count; k++) {
      all[3 * count * copy + k] = positions[k] + shift[k % 3] * edges[k % 3];
    }
  }
  return createSystem({ positions: all, box: createBox(edges.map((edge) => edge * copies)) });
}

const label = (name: string, { count }: System): string => `${name}, ${count.toLocaleString('en-US')} atoms`;
