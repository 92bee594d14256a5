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
