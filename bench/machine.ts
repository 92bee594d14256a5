/** What the machine is and which peers it has, with their versions. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lammpsVersion, mpiVersion } from './peers/lammps.js';
import { pythonVersions } from './peers/python.js';

export type Peer = 'tfjs-wasm' | 'lammps' | 'mpi' | 'jax' | 'numpy';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly loadAverage: number;
  /** Of node, V8, this package, and every peer that was found. */
  readonly versions: Readonly<Record<string, string>>;
  /** Peers that are not here, with what to do about it. */
  readonly missing: Readonly<Partial<Record<Peer, string>>>;
}

export function describeMachine(): Machine {
  const processors = cpus();
  const versions: Record<string, string> = {
    stillpoint: packageVersion(join(packageRoot(), 'package.json')),
    node: process.versions.node,
    V8: process.versions.v8,
    tfjs: installed('@tensorflow/tfjs') ?? '',
  };
  const missing: Partial<Record<Peer, string>> = {};

  const wasm = installed('@tensorflow/tfjs-backend-wasm');
  if (wasm) versions['tfjs-backend-wasm'] = wasm;
  else missing['tfjs-wasm'] = 'npm install (it is a development dependency)';

  const lammps = lammpsVersion();
  if (lammps) versions.LAMMPS = lammps;
  else missing.lammps = 'install LAMMPS (Debian: lammps), or name its program in STILLPOINT_LAMMPS';

  const mpi = mpiVersion();
  if (mpi) versions.MPI = mpi;
  else missing.mpi = 'install mpirun of the MPI that LAMMPS was built with (Debian: openmpi-bin)';

  const python = pythonVersions();
  Object.assign(versions, python);
  if (!('numpy' in python)) missing.numpy = 'a Python with NumPy: see bench/requirements.txt';
  const absent = ['jax', 'jaxlib', 'jax-md', 'jaxopt'].filter((name) => !(name in python));
  if (absent.length > 0) missing.jax = `no ${absent.join(', ')} in Python: see bench/requirements.txt`;

  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg()[0],
    versions,
    missing,
  };
}

/** The directory that holds package.json, from the sources and from dist/ alike. */
export function packageRoot(): string {
  let at = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    try {
      if (JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')).name === 'stillpoint') return at;
    } catch {
      // no package.json at this level
    }
    if (dirname(at) === at) throw new Error('the package.json of stillpoint was not found above bench/');
    at = dirname(at);
  }
}

const require = createRequire(import.meta.url);

function installed(name: string): string | undefined {
  try {
    return packageVersion(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function packageVersion(file: string): string {
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
