/** Energy and forces of the melt with a neighbour list that stays, against LAMMPS's pair styles. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { lennardJones, morse, type Potential, pairPotential } from '../../potentials/index.js';
import { coordinates } from '../../systems/index.js';
import { lammpsCommand, readDump, runLammps } from '../peers/lammps.js';
import {
  agreement,
  type Measurement,
  type Row,
  ratio,
  type Setting,
  series,
  vectorAgreement,
} from '../row.js';
import { summarize } from '../statistics.js';
import { callsWithin, inTurns, medianSecondsPerCall } from '../timing.js';
import { makeMelt, meltScript } from './melt.js';

export interface ForceCase {
  name: string;
  title: string;
  potential: Potential;
  /** Threads of ours, and MPI ranks of LAMMPS; one by default. */
  cores?: number;
  /** LAMMPS's pair_style and pair_coeff. */
  style: string;
  coefficients: string;
  /** What our time may be of that of LAMMPS's Pair section; 0.75 by default. */
  goal?: number;
}

/** Of a sample, short ones, so that most of them are not interrupted. LAMMPS computes the energy once a loop. */
const batches = 7;
const loops = 3;

export const cutoff = 2.5;
export const skin = 0.3;

const buckingham = pairPotential({
  name: 'buckingham',
  energy: (r, { A, rho, C }) => tf.sub(tf.mul(A, tf.exp(tf.neg(tf.div(r, rho)))), tf.div(C, tf.pow(r, 6))),
});

export const forceCases: readonly ForceCase[] = [
  {
    name: 'lennard-jones',
    title: 'Lennard-Jones force evaluation, 32,000 atoms, one core',
    potential: lennardJones({}, { cutoff }),
    style: `lj/cut ${cutoff}`,
    coefficients: `1 1 1.0 1.0 ${cutoff}`,
  },
  {
    name: 'lennard-jones-two-cores',
    title: 'Lennard-Jones force evaluation, 32,000 atoms, two cores',
    potential: lennardJones({}, { cutoff }),
    cores: 2,
    style: `lj/cut ${cutoff}`,
    coefficients: `1 1 1.0 1.0 ${cutoff}`,
    goal: 0.8,
  },
  {
    name: 'morse',
    title: 'Morse force evaluation, 32,000 atoms, one core',
    potential: morse({ D: 1, alpha: 5, r0: 1.125 }, { cutoff }),
    style: `morse ${cutoff}`,
    coefficients: `1 1 1.0 5.0 1.125 ${cutoff}`,
  },
  {
    name: 'buckingham',
    title: 'Buckingham force evaluation, 32,000 atoms, one core',
    potential: buckingham({ A: 240_000, rho: 0.0835, C: 4 }, { cutoff }),
    style: `buck ${cutoff}`,
    coefficients: `1 1 240000.0 0.0835 4.0 ${cutoff}`,
  },
];

/** LAMMPS's evaluations of the melt with a list that stays. */
export const forceScript = (
  style: string,
  coefficients: string,
  steps: number,
  dump: boolean,
  loops = 1,
): string => `units lj
atom_style atomic
read_data melt.data
mass 1 1.0
pair_style ${style}
pair_coeff ${coefficients}
neighbor 0.3 bin
neigh_modify delay 0 every 1000000 check no
thermo_style custom step pe
thermo_modify norm no format float %.17g
thermo 1000000
run 0
${dump ? 'write_dump all custom forces.dump id fx fy fz modify format float %.17g\n' : ''}${`run ${steps}\n`.repeat(loops)}`;

export const forceEvaluations: readonly Row[] = forceCases.map((each) => ({
  name: each.name,
  title: each.title,
  peers: (each.cores ?? 1) > 1 ? ['lammps', 'mpi'] : ['lammps'],
  run: (setting) => measure(each, setting),
}));

async function measure(
  { potential, style, coefficients, cores = 1, goal = 0.75 }: ForceCase,
  { quick, rounds, directory }: Setting,
): Promise<Measurement> {
  const system = makeMelt(directory, quick ? 6 : 20);
  const x = coordinates(system);
  const gradient = new Float64Array(x.length);
  const model = potential.bind(system, { skin, threads: cores });
  const evaluate = (): number => model.gradient(x, gradient);

  const energy = evaluate();
  const checked = runLammps(directory, 'in.check', forceScript(style, coefficients, 1, true), cores);
  const forces = readDump(join(directory, 'forces.dump'), 3);
  const checks = [
    agreement('energy per atom', energy / system.count, checked.thermo.PotEng / system.count, 1e-9),
    vectorAgreement(
      'forces',
      gradient,
      forces.map((f) => -f),
      1e-9,
    ),
  ];

  const calls = quick ? 2 : callsWithin(0.05, evaluate);
  const steps = quick ? 2 : 20;
  const timed = forceScript(style, coefficients, steps, false, loops);
  const { ours, peer } = await inTurns(
    rounds,
    () => ({ evaluation: medianSecondsPerCall(batches, calls, evaluate) }),
    () => {
      const found = runLammps(directory, 'in.time', timed, cores).loops.slice(-loops);
      const median = (section: 'pair' | 'loop'): number =>
        summarize(found.map((times) => times[section] / times.steps)).median;
      return { pair: median('pair'), loop: median('loop') };
    },
  );
  return {
    checks,
    series: [
      series('ours, model.gradient', ours.evaluation),
      series('LAMMPS, Pair section', peer.pair),
      series('LAMMPS, loop', peer.loop),
    ],
    ratios: [
      ratio('ours / LAMMPS Pair', ours.evaluation, peer.pair, { goal }),
      ratio('ours / LAMMPS loop', ours.evaluation, peer.loop),
    ],
    contents: [
      `Ours is one call of model.gradient on ${system.count} atoms: the check whether an atom has moved half the skin, placing atoms and ghosts, clearing, the pair loop with energy and forces, folding ghosts back${cores > 1 ? `, all on ${cores} threads` : ''}. The list is not rebuilt; as no atom moves, pairs beyond the cutoff are left out of it from the second call on. A sample is the median of ${batches} batches of ${calls} calls.`,
      `LAMMPS's Pair section is its pair loop alone, forces without energy (which it computes on the first and last of ${steps} steps only). Its loop adds the communication of ghosts' positions and forces, clearing, and the timestep's bookkeeping; no fix moves the atoms and the list is not rebuilt. A sample is the median of ${loops} loops of ${steps} steps.${cores > 1 ? ` On ${cores} MPI ranks; a section is the mean of the ranks.` : ''}`,
    ],
    scripts: {
      'command line': `${lammpsCommand('in.melt')}; then ${lammpsCommand('in.time', cores)}`,
      'in.melt': meltScript(quick ? 6 : 20),
      'in.time': timed,
    },
  };
}
