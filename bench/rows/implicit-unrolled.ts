/** The gradient of the equilibrium by every diameter: implicitly, and through the steps of the relaxation. */
import { totalmem } from 'node:os';
import { parameterDirection, softSphere } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import type { Equilibrium } from '../../src/relax/index.js';
import { numberColumn } from '../../systems/index.js';
import { number } from '../report.js';
import { type Check, type Measurement, type Row, type Setting, vectorAgreement } from '../row.js';
import { summarize } from '../statistics.js';
import { callsWithin, inTurns, secondsPerCall } from '../timing.js';
import { startNote } from './packing.js';
import { type Answer, linearTolerance, packingScripts, rest, startPeer } from './packing-peer.js';

export const implicitUnrolled: Row = {
  name: 'implicit-unrolled',
  title: 'Gradient by all diameters of a packing: implicit, and through the unrolled relaxation',
  peers: ['jax'],
  run: measure,
};

async function measure(setting: Setting): Promise<Measurement> {
  const checks: Check[] = [];
  const rows: string[][] = [];
  for (const count of setting.quick ? [16] : [128, 256, 512]) {
    const { check, cells } = await measureOne(count, setting);
    checks.push(check);
    rows.push(cells);
  }
  return {
    checks,
    series: [],
    ratios: [],
    tables: [
      {
        title: 'Median milliseconds of one gradient, and MB that it needs:',
        header: [
          'spheres',
          'steps',
          'ours, implicit',
          'ours, MB',
          'JAXopt, implicit',
          'JAX, MB',
          'JAX, unrolled',
          'JAX unrolled, MB',
          'unrolled differs by',
        ],
        rows,
      },
    ],
    contents: [
      startNote,
      `The gradient of <w, x*> with respect to the diameter of every sphere. Implicit: from the relaxed packing on, one linear solve by CG to ${linearTolerance}. Unrolled: reverse mode through as many steps of FIRE as JAX needs, the steps included. Ours finds the zero modes anew in each call. JAXopt’s CG knows no zero modes and diverges where w has a part along them, which ours would project out; so w is what the forces become when all diameters change a little at random, which has none.`,
      'Memory: ours is the growth of the process’s largest resident size over the first call; JAX’s is what the compiled program needs beside arguments and results, as XLA says; one that would take more than a quarter of the machine’s memory is not run. The last column is the largest difference of the unrolled gradient from the implicit one, over its largest component.',
    ],
    scripts: packingScripts(),
  };
}

async function measureOne(
  count: number,
  { quick, rounds }: Setting,
): Promise<{ check: Check; cells: string[] }> {
  const { peer, system, unroll } = await startPeer(count);
  try {
    const potential = softSphere({ diameter: numberColumn(system, 'diameter') });
    // A new equilibrium, so that what the last call found out of the Hessian is not used again.
    const fresh = () => rest(system, potential);
    const equilibrium = fresh();
    const weights = forcesOfRandomGrowth(equilibrium);
    const gradient = (at = fresh()): Float64Array =>
      at.vjp(weights, { tolerance: linearTolerance }).diameter.data;
    const before = process.resourceUsage().maxRSS;
    const mine = gradient(equilibrium);
    const grown = (process.resourceUsage().maxRSS - before) / 1024;

    await peer.ask({ prepare: 'relax' });
    const { steps } = await peer.ask<Answer>({ run: 'relax' });
    await unroll(steps);
    await peer.ask({
      weights: Array.from({ length: count }, (_, i) => [weights[2 * i], weights[2 * i + 1]]),
    });
    await peer.ask({ prepare: 'relax' });
    await peer.ask({ run: 'relax' });
    const implicit = await peer.ask<Answer>({ prepare: 'gradient' });
    const theirs = await peer.ask<Answer>({ run: 'gradient', values: true });
    const unrolled = await peer.ask<Answer>({ prepare: 'unrolled' });
    // XLA says how much memory the program will take; one that would fill the machine is not run.
    const fits = unrolled.bytes < totalmem() / 4;
    const through = fits ? await peer.ask<Answer>({ run: 'unrolled', values: true }) : null;

    const samples = await inTurns(
      Math.min(rounds, 7),
      () => {
        const equilibria = Array.from({ length: quick ? 1 : callsWithin(0.05, fresh) }, fresh);
        let k = 0;
        return { implicit: secondsPerCall(equilibria.length, () => gradient(equilibria[k++])) };
      },
      async () => ({
        implicit: (await peer.ask<Answer>({ run: 'gradient' })).seconds,
        unrolled: fits ? (await peer.ask<Answer>({ run: 'unrolled' })).seconds : Number.NaN,
      }),
    );
    const milliseconds = (seconds: readonly number[]): string => number(summarize(seconds).median * 1e3);
    const finite = (values: Answer['gradient']): number[] => values.map((value) => value ?? Number.NaN);
    const off = (gradient: Answer['gradient']): string => {
      const { difference } = vectorAgreement('', finite(gradient), finite(theirs.gradient), 0);
      return Number.isFinite(difference) ? difference.toExponential(1) : 'not finite';
    };
    return {
      check: vectorAgreement(`${count} spheres: implicit gradient`, mine, finite(theirs.gradient), 1e-6),
      cells: [
        String(count),
        String(steps),
        milliseconds(samples.ours.implicit),
        number(grown),
        milliseconds(samples.peer.implicit),
        number(implicit.bytes / 2 ** 20),
        fits ? milliseconds(samples.peer.unrolled) : 'not run',
        number(unrolled.bytes / 2 ** 20),
        through ? off(through.gradient) : '',
      ],
    };
  } finally {
    peer.close();
  }
}

/** A cotangent without a part along translations and rattlers. */
function forcesOfRandomGrowth({ model, positions }: Equilibrium): Float64Array {
  const { normal } = random(5);
  const diameter = Float64Array.from({ length: model.system.count }, normal);
  const forces = new Float64Array(positions.data.length);
  model.mixedProduct(positions.data, parameterDirection(model.layout, model.system, { diameter }), forces);
  return forces;
}
