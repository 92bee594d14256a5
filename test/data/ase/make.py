# How the files of test/data/ase were made: ASE 3.29.0, numpy 2.4, Python 3.11.
import numpy as np
from ase import Atoms
from ase.build import bulk, molecule, fcc111
from ase.calculators.lj import LennardJones
from ase.io import write

rng = np.random.default_rng(0)

a = bulk('Cu') * (2, 1, 1)
a.info.update(name='hello world', n=3, x=1.5e-7, flag=True, vector=np.array([1.0, 2.0, 3.0]),
              integers=np.array([1, 2]), matrix=np.arange(6).reshape(2, 3), flags=np.array([True, False]),
              labels=np.array(['a', 'b c']), quoted='say "hi"', negative=-1, empty='', nested={'a': 1})
a.arrays['charge'] = np.array([0.1, 1 / 3])
a.arrays['tag'] = np.array([1, -2])
a.arrays['fixed'] = np.array([True, False])
a.arrays['site'] = np.array(['aa', 'b'])
a.arrays['velo'] = rng.random((2, 3))
write('every-kind.extxyz', a, format='extxyz')

write('slab.extxyz', fcc111('Cu', (1, 1, 2)), format='extxyz')
write('water.xyz', molecule('H2O'), format='xyz')
write('water.extxyz', molecule('H2O'), format='extxyz')

frames = []
for k in range(3):
    b = bulk('Ar', cubic=True, a=1.6)
    b.rattle(0.02 * k, seed=k)
    b.calc = LennardJones(rc=2.5)
    b.get_potential_energy(); b.get_forces()
    frames.append(b)
write('trajectory.extxyz', frames, format='extxyz')

# A slab whose bottom is held, relaxed by ASE: energies shifted at the cutoff, as `truncation: shift`.
from ase.constraints import FixAtoms
from ase.optimize import FIRE

s = bulk('Ar', 'fcc', a=1.55, cubic=True) * (2, 2, 2)
s.center(vacuum=3, axis=2)
s.pbc = (True, True, False)
s.rattle(0.03, seed=5)
lowest = sorted(range(len(s)), key=lambda i: s.positions[i, 2])[:8]
s.set_constraint(FixAtoms(sorted(lowest)))
write('held.extxyz', s, format='extxyz')
s.calc = LennardJones(sigma=1, epsilon=1, rc=2.5)
FIRE(s, logfile=None, maxstep=0.02, dt=0.01, dtmax=0.05).run(fmax=1e-9, steps=100_000)
write('held-relaxed.extxyz', s, format='extxyz')
