import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseThermo, parseTimes, readDump, writeData } from '../../bench/peers/lammps.js';
import { createBox, createSystem } from '../../systems/index.js';

/** Of a real run, shortened. */
const output = `
Step PotEng
       0  -9.5
Loop time of 1e-06 on 1 procs for 0 steps with 32 atoms

WARNING: No fixes with time integration, atoms won't move
Step PotEng
       0  -9.5
      40  -10.25
Loop time of 0.4 on 1 procs for 40 steps with 32 atoms

MPI task timing breakdown:
Section |  min time  |  avg time  |  max time  |%varavg| %total
---------------------------------------------------------------
Pair    | 0.36       | 0.36       | 0.36       |   0.0 | 90.00
Neigh   | 0.01       | 0.01       | 0.01       |   0.0 |  2.50
Comm    | 0.02       | 0.02       | 0.02       |   0.0 |  5.00
Output  | 1e-05      | 1e-05      | 1e-05      |   0.0 |  0.00
Modify  | 0          | 0          | 0          |   0.0 |  0.00
Other   |            | 0.01       |            |       |  2.50
`;

describe('what LAMMPS prints', () => {
  it('gives the times of each loop', () => {
    const loops = parseTimes(output);
    expect(loops).toHaveLength(2);
    expect(loops[0]).toMatchObject({ steps: 0, loop: 1e-6, pair: 0 });
    expect(loops[1]).toEqual({
      steps: 40,
      loop: 0.4,
      pair: 0.36,
      neigh: 0.01,
      comm: 0.02,
      other: 0.01,
    });
  });

  it('gives the last line of its thermodynamic output', () => {
    expect(parseThermo(output)).toEqual({ Step: 40, PotEng: -10.25 });
  });

  it('is refused where there is no loop', () => {
    expect(() => parseTimes('ERROR: Unknown pair style')).toThrow(/loop time/);
    expect(() => parseThermo('ERROR: Unknown pair style')).toThrow(/thermodynamic/);
  });
});

describe('files for LAMMPS', () => {
  it('hold every digit, with species as types', () => {
    const directory = mkdtempSync(join(tmpdir(), 'stillpoint-test-'));
    try {
      const positions = [
        [0.1, 1 / 3],
        [Math.PI, 2],
      ];
      const system = createSystem({ positions, species: ['B', 'A'], box: createBox([4, 5]) });
      const file = join(directory, 'x.data');
      writeData(file, system, ['A', 'B']);
      const text = readFileSync(file, 'utf8');
      expect(text).toContain('2 atoms\n2 atom types\n0 4 xlo xhi\n0 5 ylo yhi\n-0.5 0.5 zlo zhi\n');
      expect(text).toContain(`1 2 0.1 ${1 / 3} 0\n2 1 ${Math.PI} 2 0\n`);

      const dump = join(directory, 'x.dump');
      writeFileSync(dump, 'ITEM: TIMESTEP\n0\nITEM: ATOMS id fx fy\n2 3 4\n1 1.5 -2\n');
      expect([...readDump(dump, 2)]).toEqual([1.5, -2, 3, 4]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
