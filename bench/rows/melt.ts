/**
 * The Lennard-Jones melt of LAMMPS's own benchmark (bench/in.lj) after 100 steps: density 0.8442, T 1.44 at the
 * start. Made once by LAMMPS, so that every program starts from the same digits.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBox, createSystem, type System } from '../../systems/index.js';
import { runLammps } from '../peers/lammps.js';

export const meltScript = (cells: number): string => `units lj
atom_style atomic
lattice fcc 0.8442
region box block 0 ${cells} 0 ${cells} 0 ${cells}
create_box 1 box
create_atoms 1 box
mass 1 1.0
velocity all create 1.44 87287 loop geom
pair_style lj/cut 2.5
pair_coeff 1 1 1.0 1.0 2.5
neighbor 0.3 bin
neigh_modify delay 0 every 20 check no
fix 1 all nve
run 100
write_data melt.data nocoeff
`;

/** Writes melt.data to `directory` and reads it back. */
export function makeMelt(directory: string, cells: number): System {
  runLammps(directory, 'in.melt', meltScript(cells));
  return readMelt(join(directory, 'melt.data'));
}

function readMelt(file: string): System {
  const lines = readFileSync(file, 'utf8').split('\n');
  const edges = ['xlo', 'ylo', 'zlo'].map((label) => {
    const [low, high] = (lines.find((line) => line.includes(label)) ?? '').split(' ').map(Number);
    return high - low;
  });
  const count = Number(lines.find((line) => line.endsWith(' atoms'))?.split(' ')[0]);
  const start = lines.findIndex((line) => line.startsWith('Atoms')) + 2;
  const positions = new Float64Array(count * 3);
  for (const line of lines.slice(start, start + count)) {
    const [id, , ...place] = line.split(' ').map(Number);
    for (let k = 0; k < 3; k++) positions[(id - 1) * 3 + k] = place[k];
  }
  return createSystem({ positions, box: createBox(edges) });
}
