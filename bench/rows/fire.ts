/** FIRE to the same force tolerance, against LAMMPS's, with the same parameters from the same start: time a step. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lennardJones, type Potential, softSphere } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { type RelaxOptions, relax } from '../../src/relax/index.js';
import { lattice, perturb, removeAtoms, type System } from '../../systems/index.js';
import { lammpsCommand, readDump, runLammps, writeData } from '../peers/lammps.js';
import {
  agreement,
  type Check,
  type Measurement,
  type Row,
  ratio,
  type Setting,
  series,
  vectorAgreement,
} from '../row.js';
import { summarize } from '../statistics.js';
import { inTurns } from '../timing.js';
import { diameters, looselyRelaxedPacking, startNote } from './packing.js';

interface Case {
  name: string;
  title: string;
  system(quick: boolean): System;
  potential: Potential;
  species: readonly string[];
  timeStep: number;
  maxForce: number;
  /** LAMMPS's pair_style and pair_coeff. */
  pair: string;
  /** Writes what `pair` reads. */
  prepare?(directory: string): void;
  /** How far LAMMPS's version of the potential is from ours, against the size of the forces. */
  accuracy: number;
  note: string;
}

const tabulated = 100_000;

const vacancyCase = (cells: number, atoms: string): Case => ({
  name: `fire-lennard-jones-${4 * cells ** 3}`,
  title: `FIRE, ${atoms} atoms of Lennard-Jones with 1 % vacancies, time a step`,
  system: (quick) => crystalWithVacancies(quick ? 5 : cells),
  potential: lennardJones({}, { cutoff: 2.5 }),
  species: ['A'],
  timeStep: 0.01,
  maxForce: 1e-6,
  pair: 'pair_style lj/cut 2.5\npair_coeff 1 1 1.0 1.0 2.5',
  accuracy: 1e-9,
  note: 'Face-centred cubic at its equilibrium spacing (1.5496), every hundredth site empty, each coordinate off by a normal deviate of 0.005, so that no shell of neighbours crosses the cutoff.',
});

const cases: readonly Case[] = [
  {
    name: 'fire-packing-128',
    title: 'FIRE, the packing of 128 soft spheres, time a step',
    system: looselyRelaxedPacking,
    potential: softSphere({ diameter: [...diameters] }),
    species: ['A', 'B'],
    timeStep: 0.1,
    maxForce: 1e-12,
    pair: [
      `pair_style table linear ${tabulated}`,
      'pair_coeff 1 1 soft.table AA',
      'pair_coeff 1 2 soft.table AB',
      'pair_coeff 2 2 soft.table BB',
    ].join('\n'),
    prepare: (directory) => writeFileSync(join(directory, 'soft.table'), softTables()),
    accuracy: 1e-7,
    note: `${startNote} This LAMMPS has no harmonic/cut; the spheres are its pair_style table, linear in r² between ${tabulated.toLocaleString('en-US')} values, which evaluates no square root. Its minimum is that of the interpolated potential.`,
  },
  vacancyCase(10, '4,000'),
  vacancyCase(20, '32,000'),
];

export const fireRows: readonly Row[] = cases.map((each) => ({
  name: each.name,
  title: each.title,
  peers: ['lammps'],
  run: (setting) => measure(each, setting),
}));

/** What all turns of a row may take. */
const mostSeconds = 60;

async function measure(each: Case, { quick, rounds, directory }: Setting): Promise<Measurement> {
  const { potential, species, timeStep, maxForce, accuracy } = each;
  const system = each.system(quick);
  writeData(join(directory, 'start.data'), system, species);
  each.prepare?.(directory);
  const options: RelaxOptions = { method: 'fire', maxForce, timeStep, maxStep: 0.1, skin: 0.3, threads: 1 };
  const script = lammpsScript(each, system);

  const rest = relax(system, potential, options);
  const checked = runLammps(
    directory,
    'in.check',
    `${script}write_dump all custom end.dump id x y z modify format float %.17g\n`,
  );
  const end = readDump(join(directory, 'end.dump'), 3);
  const checks = [
    ...sameMinimum(each, system, end, checked.thermo.PotEng),
    agreement('energy of the minimum', rest.energy, checked.thermo.PotEng, Math.max(1e-9, accuracy)),
    { what: 'relaxations that did not converge', difference: rest.converged ? 0 : 1, tolerance: 0 },
  ];

  // A small system is relaxed several times a turn, so that a turn is not one moment of a busy machine.
  const repeats = Math.max(1, Math.min(15, Math.floor(0.1 / checked.times.loop)));
  const timed = again(script, repeats);
  // Many thousand atoms take seconds a turn; three turns at the least.
  const affordable = Math.max(3, Math.floor(mostSeconds / (repeats * (rest.seconds + checked.times.loop))));
  const { ours, peer } = await inTurns(
    Math.min(rounds, affordable),
    () => {
      const found = Array.from({ length: repeats }, () => relax(system, potential, options));
      return medians(found.map(({ seconds, steps }) => ({ seconds, steps })));
    },
    () => {
      const { loops } = runLammps(directory, 'in.time', timed);
      return medians(loops.map(({ loop, steps }) => ({ seconds: loop, steps })));
    },
  );
  return {
    checks,
    series: [
      series('ours, a step', ours.step),
      series('LAMMPS, a step', peer.step),
      series(`ours, ${rest.steps} steps`, ours.total),
      series(`LAMMPS, ${checked.times.steps} steps`, peer.total),
    ],
    ratios: [
      ratio('ours / LAMMPS, a step', ours.step, peer.step, { goal: 1 }),
      ratio('ours / LAMMPS, to the minimum', ours.total, peer.total),
    ],
    contents: [
      `${each.note} Largest force ${maxForce} on an atom.${repeats > 1 ? ` A sample is the median of ${repeats} relaxations, LAMMPS’s in one process.` : ''}`,
      'Ours is the loop of relax with the first evaluation and every list build. LAMMPS is the loop time of minimize, which leaves out its setup with the first evaluation and list. Both with a first time step of ' +
        `${timeStep}, at most four times that, growth after 5 downhill steps, mixing 0.1, velocity Verlet, no atom farther than 0.1 a step, skin 0.3.`,
    ],
    scripts: { 'command line': lammpsCommand('in.time'), 'in.time': timed },
  };
}

/** LAMMPS's minimum must be one of ours: the same energy there, and forces that vanish. */
function sameMinimum(each: Case, system: System, end: Float64Array, energy: number): Check[] {
  const { potential, accuracy } = each;
  const { count, dimension } = system;
  const x = Float64Array.from({ length: count * dimension }, (_, i) => {
    return end[Math.floor(i / dimension) * 3 + (i % dimension)];
  });
  const gradient = new Float64Array(x.length);
  const ours = potential.bind(system, { threads: 1 }).gradient(x, gradient);
  return [
    agreement('our energy at LAMMPS’s minimum', ours, energy, Math.max(1e-9, accuracy)),
    vectorAgreement(
      'our forces at LAMMPS’s minimum',
      [...gradient, 1],
      [...gradient.map(() => 0), 1],
      Math.max(2 * each.maxForce, accuracy),
    ),
  ];
}

function lammpsScript({ pair, timeStep, maxForce }: Case, { dimension }: System): string {
  return `units lj
dimension ${dimension}
atom_style atomic
read_data start.data
mass * 1.0
${pair}
neighbor 0.3 bin
neigh_modify delay 0 every 1 check yes
${dimension === 2 ? 'fix plane all enforce2d\n' : ''}timestep ${timeStep}
min_style fire
min_modify norm max integrator verlet dmax 0.1 tmax 4.0 tmin 0.0 delaystep 5 alpha0 0.1 halfstepback no initialdelay no
thermo_style custom step pe fmax
thermo_modify norm no format float %.17g
thermo 1000000
minimize 0.0 ${maxForce} 10000 100000
`;
}

/** The same minimisation several times, each from the same places. */
function again(script: string, times: number): string {
  if (times === 1) return script;
  const [minimize] = /^minimize.*$/m.exec(script) ?? [];
  const keep = `fix start all store/state 0 x y z
variable x0 atom f_start[1]
variable y0 atom f_start[2]
variable z0 atom f_start[3]
`;
  const back = `set group all x v_x0 y v_y0 z v_z0\n${minimize}\n`;
  return script.replace(`${minimize}\n`, `${keep}${minimize}\n${back.repeat(times - 1)}`);
}

/** Medians of the time to the minimum and of a step. */
function medians(found: readonly { readonly seconds: number; readonly steps: number }[]) {
  return {
    step: summarize(found.map(({ seconds, steps }) => seconds / steps)).median,
    total: summarize(found.map(({ seconds }) => seconds)).median,
  };
}

/** (1/2)(1 − r/σ)² and its force for the three pairs of species, in equal steps of r². */
function softTables(): string {
  const [a, b] = diameters;
  const pairs: [string, number][] = [
    ['AA', a],
    ['AB', (a + b) / 2],
    ['BB', b],
  ];
  const low = 1e-3;
  return pairs
    .map(([name, sigma]) => {
      const lines = Array.from({ length: tabulated }, (_, k) => {
        const r = Math.sqrt(low ** 2 + (k / (tabulated - 1)) * (sigma ** 2 - low ** 2));
        const overlap = Math.max(0, 1 - r / sigma);
        return `${k + 1} ${r} ${overlap ** 2 / 2} ${overlap / sigma}`;
      });
      return `${name}\nN ${tabulated} RSQ ${low} ${sigma}\n\n${lines.join('\n')}\n\n`;
    })
    .join('');
}

function crystalWithVacancies(cells: number): System {
  const crystal = lattice({ structure: 'fcc', latticeConstant: 1.5496032978, repeat: cells });
  const { integer } = random(7);
  const empty = new Set<number>();
  while (empty.size < crystal.count / 100) empty.add(integer(crystal.count));
  return perturb(removeAtoms(crystal, [...empty]), 0.005, 8);
}
