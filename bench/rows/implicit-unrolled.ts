/** The gradient of a relaxed packing by every diameter: implicitly, and through the steps of a descent; ours and JAX's. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { findBlock, parameterDirection, softSphere } from '../../potentials/index.js';
import { random } from '../../src/random/index.js';
import { type Equilibrium, relax } from '../../src/relax/index.js';
import { coordinates, numberColumn } from '../../systems/index.js';
import { packageRoot } from '../machine.js';
import { PythonPeer } from '../peers/python.js';
import { number } from '../report.js';
import { type Check, type Measurement, type Row, type Setting, vectorAgreement } from '../row.js';
import { summarize } from '../statistics.js';
import { inTurns, secondsPerCall } from '../timing.js';
import { looseForce, randomPacking } from './packing.js';
import { grownBy, unrolledGradient } from './unrolled-descent.js';

export const implicitUnrolled: Row = {
  name: 'implicit-unrolled',
  title: 'Gradient by all diameters of a packing: implicit, and through an unrolled descent',
  peers: ['jax'],
  run: measure,
};

const script = join(packageRoot(), 'bench', 'peers', 'unrolled.py');
const linearTolerance = 1e-10;
const maxForce = 1e-10;
/** Length of a step of the descent: a third of where it would become unstable. */
const rate = 0.1;

/** Packings, and the steps that are unrolled on each. */
const plan: readonly (readonly [count: number, steps: readonly number[]])[] = [
  [128, [100, 400, 1600]],
  [1024, [100, 400, 1600]],
  [4096, [100, 400]],
  [32_768, [25, 100, 400]],
];

interface Answer {
  readonly seconds: number;
  readonly bytes: number;
  readonly grown: number;
  readonly gradient: number[];
}

interface Part {
  readonly checks: readonly Check[];
  readonly implicit: readonly string[];
  readonly unrolled: readonly (readonly string[])[];
}

async function measure(setting: Setting): Promise<Measurement> {
  const parts: Part[] = [];
  const chosen = setting.quick ? ([[24, [5, 10]]] as const) : plan;
  for (const [count, steps] of chosen) parts.push(await measureOne(count, steps, setting));
  return {
    checks: parts.flatMap(({ checks }) => checks),
    series: [],
    ratios: [],
    tables: [
      {
        title: 'Implicit, at the relaxed packing: milliseconds of one gradient, and MB that it needs:',
        header: ['spheres', 'ours', 'ours, MB', 'JAXopt', 'JAXopt, MB'],
        rows: parts.map(({ implicit }) => implicit),
      },
      {
        title: 'Through the steps of a descent: milliseconds of one gradient, and MB that it needs:',
        header: ['spheres', 'steps', 'ours', 'ours, MB', 'JAX', 'JAX, MB', 'differs from implicit by'],
        rows: parts.flatMap(({ unrolled }) => unrolled),
      },
    ],
    contents: [
      `The library’s bidisperse packings, relaxed to a largest force of ${looseForce}; the gradient of <w, x> with respect to the diameter of every sphere. Implicit: x is the packing relaxed from there to ${maxForce} (not timed), and one linear solve by CG to ${linearTolerance} gives the gradient; ours finds the zero modes anew in each call. JAXopt’s CG knows no zero modes, so w is what the forces become when all diameters change a little at random, which has no part along them.`,
      `Unrolled: x is what so many steps of gradient descent of length ${rate} come to, and the gradient is taken in reverse through all of them, the steps included: by JAX (lax.scan) and by our kernels, which keep the positions of every step. Both must agree to 1e-8. The last column is how far the gradient still is from the implicit one, over its largest component: the descent has not come to rest, and FIRE or conjugate gradients, which come to rest sooner, are not what one wants to differentiate.`,
      'JAX has a list of pairs, as ours. Memory is the growth of the resident size of the process to its peak over one call, from /proc; a program that would take more than a quarter of the machine’s memory, as XLA says when it has compiled it, is not run, and the estimate stands in its place. Both on the CPU in double precision, JAX on all cores, ours on as many threads from 4,000 spheres on.',
    ],
    scripts: {
      'command line': '$STILLPOINT_PYTHON bench/peers/unrolled.py',
      'bench/peers/unrolled.py': readFileSync(script, 'utf8'),
    },
  };
}

async function measureOne(
  count: number,
  allSteps: readonly number[],
  { quick, rounds }: Setting,
): Promise<Part> {
  const packed = randomPacking(count);
  const potential = softSphere({ diameter: numberColumn(packed, 'diameter') });
  const { system } = relax(packed, potential, { maxForce: looseForce });
  const relaxed = relax(system, potential, { maxForce, maxSteps: 100_000, maxStep: Infinity });
  const start = coordinates(system);
  const model = potential.bind(system);
  const { offset, size } = findBlock(model.layout, 'diameter');
  const w = forcesOfRandomGrowth(relaxed);
  // Large packings take seconds a turn: there the first run, of programs that are compiled, is the sample.
  const turns = quick ? 1 : count > 4000 ? 0 : Math.min(rounds, 3);
  const peer = new PythonPeer(script);
  try {
    await peer.ask({
      positions: pairsOf(start),
      rest: pairsOf(coordinates(relaxed.system)),
      weights: pairsOf(w),
      diameters: [...numberColumn(packed, 'diameter')],
      edge: packed.box.vectors[0],
      reach: 1.3,
      rate,
      linearTolerance,
    });
    const time = async (
      mine: () => void,
      first: { ours: number; theirs: number },
    ): Promise<{ ours: number; theirs: number }> => {
      if (turns === 0) return first;
      const { ours, peer: theirs } = await inTurns(
        turns,
        () => ({ seconds: secondsPerCall(1, mine) }),
        async () => ({ seconds: (await peer.ask<Answer>({ run: true })).seconds }),
      );
      return { ours: summarize(ours.seconds).median, theirs: summarize(theirs.seconds).median };
    };

    let gradient: Float64Array = new Float64Array(0);
    // An equilibrium of its own for each call, so that what one found out of the Hessian is not used by the next.
    const solve = (): void => {
      const fresh = relax(relaxed.system, potential, { maxForce: 2 * maxForce });
      gradient = fresh.vjp(w, { tolerance: linearTolerance }).diameter.data;
    };
    let seconds = 0;
    const grown = grownBy(() => {
      seconds = secondsPerCall(1, solve);
    });
    await peer.ask({ prepare: null });
    const theirs = await peer.ask<Answer>({ run: true });
    const implicit = await time(solve, { ours: seconds, theirs: theirs.seconds });
    const checks = [vectorAgreement(`${count} spheres: implicit`, gradient, theirs.gradient, 1e-5)];

    const unrolled: string[][] = [];
    for (const steps of allSteps) {
      let mine: Float64Array = new Float64Array(0);
      const descend = (): void => {
        mine = unrolledGradient(model, start, w, steps, rate).subarray(offset, offset + size);
      };
      const memory = grownBy(() => {
        seconds = secondsPerCall(1, descend);
      });
      const { bytes } = await peer.ask<Answer>({ prepare: steps });
      const fits = bytes < totalmem() / 4;
      if (!fits) {
        const estimate = `not run: ${number(bytes / 2 ** 20)}`;
        unrolled.push([
          String(count),
          String(steps),
          ms(seconds),
          mb(memory),
          '',
          estimate,
          off(mine, gradient),
        ]);
        continue;
      }
      const through = await peer.ask<Answer>({ run: true });
      checks.push(vectorAgreement(`${count} spheres, ${steps} steps`, mine, through.gradient, 1e-8));
      const both = await time(descend, { ours: seconds, theirs: through.seconds });
      unrolled.push([
        ...[String(count), String(steps), ms(both.ours), mb(memory), ms(both.theirs), mb(through.grown)],
        off(mine, gradient),
      ]);
    }
    return {
      checks,
      implicit: [String(count), ms(implicit.ours), mb(grown), ms(implicit.theirs), mb(theirs.grown)],
      unrolled,
    };
  } finally {
    peer.close();
  }
}

const ms = (seconds: number): string => number(seconds * 1e3);
const mb = (bytes: number): string => number(bytes / 2 ** 20);
const off = (found: Float64Array, expected: Float64Array): string =>
  vectorAgreement('', found, expected, 0).difference.toExponential(1);

const pairsOf = (x: Float64Array): number[][] =>
  Array.from({ length: x.length / 2 }, (_, i) => [x[2 * i], x[2 * i + 1]]);

/** A cotangent without a part along translations and rattlers. */
function forcesOfRandomGrowth({ model, positions }: Equilibrium): Float64Array {
  const { normal } = random(5);
  const diameter = Float64Array.from({ length: model.system.count }, normal);
  const forces = new Float64Array(positions.data.length);
  model.mixedProduct(positions.data, parameterDirection(model.layout, model.system, { diameter }), forces);
  return forces;
}
