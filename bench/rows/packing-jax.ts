/** Relaxing the packing of 128 soft spheres and differentiating it, against JAX-MD and JAXopt. */
import { softSphere } from '../../potentials/index.js';
import type { Equilibrium } from '../../src/relax/index.js';
import { numberColumn } from '../../systems/index.js';
import {
  agreement,
  type Measurement,
  type Row,
  ratio,
  type Setting,
  series,
  vectorAgreement,
} from '../row.js';
import { callsWithin, inTurns, secondsPerCall } from '../timing.js';
import { startNote } from './packing.js';
import { type Answer, linearTolerance, maxForce, packingScripts, rest, startPeer } from './packing-peer.js';

const contents = [
  startNote,
  `Relaxed by FIRE (JAX-MD’s defaults, the same here) to a largest force of ${maxForce}, the linear systems by CG to ${linearTolerance}, in double precision on the CPU. JAX runs on all cores and over all pairs, ours on one core with a neighbour list.`,
  'JAX’s compile time is tracing, lowering and compiling ahead of time, by `jax.jit(f).lower(…).compile()`; its run time is that of the compiled program until its result is ready. Ours has no step that is set apart: its first call in a fresh process traces, emits and warms up.',
];

export const sensitivityRow: Row = {
  name: 'packing-sensitivity',
  title: `Relax the 128-sphere packing to ${maxForce} and differentiate it by one diameter`,
  peers: ['jax'],
  run: measureOne,
};

export const allDiametersRow: Row = {
  name: 'packing-all-diameters',
  title: 'Sensitivity of the relaxed 128-sphere packing to all 128 diameters at once',
  peers: ['jax'],
  run: measureAll,
};

async function measureOne({ quick, rounds }: Setting): Promise<Measurement> {
  const { peer, system } = await startPeer(quick ? 16 : 128);
  const work = (): { equilibrium: Equilibrium; sensitivity: ReturnType<Equilibrium['sensitivity']> } => {
    const equilibrium = rest(system);
    return {
      equilibrium,
      sensitivity: equilibrium.sensitivity({ diameter: [0, 1] }, { tolerance: linearTolerance }),
    };
  };
  let found = {} as ReturnType<typeof work>;
  const first = secondsPerCall(1, () => {
    found = work();
  });
  try {
    const compile = await peer.ask<Answer>({ prepare: 'one' });
    const theirs = await peer.ask<Answer>({ run: 'one', values: true });
    const checks = [
      agreement('energy of the minimum', found.equilibrium.energy, theirs.energy, 1e-9),
      vectorAgreement('sensitivity', found.sensitivity.vectors.data, theirs.sensitivity, 1e-6),
    ];
    const calls = quick ? 1 : callsWithin(0.3, work);
    let relaxing = 0;
    const samples = await inTurns(
      rounds,
      () => {
        relaxing = 0;
        const both = secondsPerCall(calls, () => {
          relaxing += work().equilibrium.seconds / calls;
        });
        return { both, relaxing };
      },
      async () => ({ both: (await peer.ask<Answer>({ run: 'one' })).seconds }),
    );
    return {
      checks,
      series: [
        series(
          `ours, both (${found.equilibrium.steps} steps, ${found.sensitivity.linear.iterations} CG steps)`,
          samples.ours.both,
        ),
        series('ours, relaxing alone', samples.ours.relaxing),
        series('ours, first call in the process', [first]),
        series(`JAX-MD + JAXopt, both (${theirs.steps} steps)`, samples.peer.both),
        series('JAX, compile time', [compile.seconds]),
      ],
      ratios: [
        ratio('ours / JAX without compiling', samples.ours.both, samples.peer.both, { goal: 1 / 20 }),
        ratio('ours, first call / JAX with compiling', [first], [compile.seconds + theirs.seconds], {
          goal: 1 / 200,
        }),
      ],
      contents,
      scripts: packingScripts(),
    };
  } finally {
    peer.close();
  }
}

async function measureAll({ quick, rounds }: Setting): Promise<Measurement> {
  const { peer, system } = await startPeer(quick ? 16 : 128);
  const { count } = system;
  const column = numberColumn(system, 'diameter');
  const equilibrium = rest(system, softSphere({ diameter: column }));
  const work = (): Float64Array => equilibrium.jacobian('diameter', { tolerance: linearTolerance }).data;
  const jacobian = work();
  // The peer gives one diameter after the other; ours stand side by side.
  const coordinateCount = jacobian.length / count;
  const mine = Float64Array.from(
    jacobian,
    (_, k) => jacobian[(k % coordinateCount) * count + Math.floor(k / coordinateCount)],
  );
  try {
    await peer.ask<Answer>({ prepare: 'one' });
    const theirs = await peer.ask<Answer>({ run: 'one', values: true });
    const compile = await peer.ask<Answer>({ prepare: 'every' });
    const all = await peer.ask<Answer>({ run: 'every', values: true });
    const checks = [
      agreement('energy of the minimum', equilibrium.energy, theirs.energy, 1e-9),
      vectorAgreement('sensitivities', mine, all.sensitivity, 1e-6),
    ];
    const samples = await inTurns(
      rounds,
      () => ({ all: secondsPerCall(1, work) }),
      async () => ({ all: (await peer.ask<Answer>({ run: 'every' })).seconds }),
    );
    return {
      checks,
      series: [
        series('ours', samples.ours.all),
        series('JAXopt, vmapped root_jvp', samples.peer.all),
        series('JAX, compile time', [compile.seconds]),
      ],
      ratios: [ratio('ours / JAX without compiling', samples.ours.all, samples.peer.all, { goal: 1 / 20 })],
      contents: ['From the relaxed packing on: the relaxation is not in it.', ...contents],
      scripts: packingScripts(),
    };
  } finally {
    peer.close();
  }
}
