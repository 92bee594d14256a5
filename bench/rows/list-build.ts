/** Building the melt's neighbour list, against LAMMPS building its own of the same pairs. */
import { coordinates, NeighborList } from '../../systems/index.js';
import { lammpsCommand, runLammps } from '../peers/lammps.js';
import { type Measurement, type Row, ratio, type Setting, series } from '../row.js';
import { callsWithin, inTurns, secondsPerCall } from '../timing.js';
import { makeMelt, meltScript } from './melt.js';

export const listBuild: Row = {
  name: 'list-build',
  title: 'Neighbour list build, 32,000 atoms, one core',
  peers: ['lammps'],
  run: measure,
};

const script = (steps: number): string => `units lj
atom_style atomic
read_data melt.data
mass 1 1.0
pair_style lj/cut 2.5
pair_coeff 1 1 1.0 1.0 2.5
neighbor 0.3 bin
neigh_modify delay 0 every 1 check no
thermo 1000000
run ${steps}
`;

async function measure({ quick, rounds, directory }: Setting): Promise<Measurement> {
  const cells = quick ? 6 : 20;
  const system = makeMelt(directory, cells);
  const list = new NeighborList(system.box, system.count, { cutoff: 2.5, skin: 0.3, threads: 1 });
  const here = coordinates(system);
  // Going to and fro by more than half the skin makes every update a build.
  const there = Float64Array.from(here);
  there[0] += 0.2;
  let away = false;
  const build = (): void => {
    away = !away;
    list.update(away ? there : here);
  };
  list.update(here);
  const pairs = list.list?.length ?? 0;
  const steps = quick ? 2 : 20;
  const { output } = runLammps(directory, 'in.check', script(1));
  const peerPairs = Number(/Total # of neighbors = (\d+)/.exec(output)?.[1]);
  const builds = list.builds;
  const calls = quick ? 2 : callsWithin(0.5, build);
  if (list.builds === builds) build();
  const checks = [
    { what: 'number of pairs within 2.8', difference: Math.abs(pairs - peerPairs), tolerance: 0 },
    { what: 'updates that did not build', difference: list.builds > builds ? 0 : 1, tolerance: 0 },
  ];
  const { ours, peer } = await inTurns(
    rounds,
    () => ({ build: secondsPerCall(calls, build) }),
    () => {
      const { times } = runLammps(directory, 'in.time', script(steps));
      return { neigh: times.neigh / times.steps, both: (times.neigh + times.comm) / times.steps };
    },
  );
  return {
    checks,
    series: [
      series('ours, NeighborList.update that builds', ours.build),
      series('LAMMPS, Neigh section', peer.neigh),
      series('LAMMPS, Neigh and Comm sections', peer.both),
    ],
    ratios: [
      ratio('ours / LAMMPS Neigh', ours.build, peer.neigh, { goal: 1 }),
      ratio('ours / LAMMPS Neigh + Comm', ours.build, peer.both),
    ],
    contents: [
      `Ours is one update that finds an atom moved too far: wrapping, cell binning, sorting atoms along the cells, making and binning the periodic ghosts, the half list of ${pairs.toLocaleString('en-US')} pairs, placing. A sample is the mean of ${calls} builds.`,
      `LAMMPS's Neigh section is binning and its half list alone, at each of ${steps} steps; making the ghosts is in its Comm section. It sorts its atoms along its bins once, before the loop.`,
    ],
    scripts: {
      'command line': lammpsCommand('in.melt; then in.time'),
      'in.melt': meltScript(cells),
      'in.time': script(steps),
    },
  };
}
