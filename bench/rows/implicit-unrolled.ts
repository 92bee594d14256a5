/** The gradient of a relaxed packing by every diameter: implicitly, and through the steps of a descent; ours and JAX's. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { parameterDirection, softSphere } from '../../potentials/index.js';
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
import { packingGradient, type Question } from './packing-gradient.js';
import type { OwnAnswer } from './peak-memory.js';

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
const counts = [128, 1024, 4096, 32_768];
/** Of a descent; the last is where 128 spheres have come to rest. */
const allSteps = [100, 1600, 25_600];
/** A gradient that would take longer is not taken. */
const mostSeconds = 5;
const mostBytes = totalmem() / 4;
/** Turns of a gradient and the peer's together take no longer, but for the first. */
const secondsOfTurns = 8;
const mostTurns = 5;

/** What was measured of one gradient, by ours or JAX. */
interface Cost {
  readonly seconds: number;
  readonly bytes: number;
}

interface Answer {
  readonly seconds: number;
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
  for (const count of setting.quick ? [24] : counts) {
    parts.push(await measureOne(count, setting.quick ? [5, 10] : allSteps, setting));
  }
  return {
    checks: parts.flatMap(({ checks }) => checks),
    series: [],
    ratios: [],
    tables: [
      {
        title: 'Implicit, at the relaxed packing: milliseconds of one gradient, and MB that it needs:',
        header: ['spheres', 'ours', 'of it the zero modes', 'ours, MB', 'JAXopt', 'JAXopt, MB'],
        rows: parts.map(({ implicit }) => implicit),
      },
      {
        title: 'Through the steps of a descent: milliseconds of one gradient, and MB that it needs:',
        header: ['spheres', 'steps', 'ours', 'ours, MB', 'JAX', 'JAX, MB', 'differs from implicit by'],
        rows: parts.flatMap(({ unrolled }) => unrolled),
      },
    ],
    contents: [
      `The library’s bidisperse packings, relaxed to a largest force of ${looseForce}; the gradient of <w, x> with respect to the diameter of every sphere. Implicit: x is the packing relaxed from there to ${maxForce} (not timed), and one linear solve by CG to ${linearTolerance} gives the gradient; ours finds the zero modes, and whether the packing is a minimum, anew in each call. JAXopt’s CG knows no zero modes and asks for no minimum, so w is what the forces become when all diameters change a little at random, which has no part along them.`,
      `Unrolled: x is what so many steps of gradient descent of length ${rate} come to, and the gradient is taken in reverse through all of them, the steps included: by JAX (lax.scan) and by our kernels, which keep the positions of every step. The last column is how far the gradient is from the implicit one, over its largest component: a descent that has not come to rest gives the gradient of something else. FIRE or conjugate gradients, which come to rest sooner, are not what one wants to differentiate. A descent of ${number(allSteps[allSteps.length - 1])} steps of 128 spheres does come to rest; there all ways must agree.`,
      `JAX has a list of pairs, as ours. Memory is the growth of the resident size of the process to its peak over one call, from /proc; ours in a process that does nothing else; what is below a MB says nothing. A gradient that would take more than a quarter of the machine’s memory or ${mostSeconds} seconds, by what a step took in the descent before, is not taken, and what it would need stands in brackets. Times are medians of up to ${mostTurns} turns, as many as come to ${secondsOfTurns} seconds, of one call where a call takes longer. Both on the CPU in double precision, JAX on all cores, ours on as many threads from 4,000 spheres on.`,
    ],
    scripts: {
      'command line': '$STILLPOINT_PYTHON bench/peers/unrolled.py',
      'bench/peers/unrolled.py': readFileSync(script, 'utf8'),
    },
  };
}

async function measureOne(
  count: number,
  descents: readonly number[],
  { quick, rounds, directory }: Setting,
): Promise<Part> {
  const packed = randomPacking(count);
  const potential = softSphere({ diameter: numberColumn(packed, 'diameter') });
  const { system } = relax(packed, potential, { maxForce: looseForce });
  const relaxed = relax(system, potential, { maxForce, maxSteps: 100_000, maxStep: Infinity });
  const question: Question = {
    count,
    start: coordinates(system),
    rest: coordinates(relaxed.system),
    w: forcesOfRandomGrowth(relaxed),
    rate,
    // Rounding of positions that are carried from process to process must not start another relaxation.
    maxForce: 2 * maxForce,
    linearTolerance,
  };
  const peer = new PythonPeer(script);
  try {
    await peer.ask({
      positions: pairsOf(question.start),
      rest: pairsOf(question.rest),
      weights: pairsOf(question.w),
      diameters: [...numberColumn(packed, 'diameter')],
      edge: packed.box.vectors[0],
      reach: 1.2,
      rate,
      linearTolerance,
    });
    /** One gradient by both, their times in turns, and whether they agree. */
    const compare = async (steps: number | null, tolerance: number) => {
      const own = inOwnProcess(question, steps, directory);
      await peer.ask({ prepare: steps });
      const first = await peer.ask<Answer>({ run: true });
      const what = `${count} spheres, ${steps === null ? 'implicit' : `${steps} steps`}, ours and JAX`;
      const check = vectorAgreement(what, own.gradient, first.gradient, tolerance);
      const fitting = Math.floor(secondsOfTurns / (own.seconds + first.seconds));
      // One turn more does not count, and a median of less than three is no better than the first.
      const turns = quick ? 1 : Math.min(rounds, mostTurns, fitting - 1);
      let times = { ours: own.seconds, theirs: first.seconds };
      if (turns >= 3 || quick) {
        const work = packingGradient(question, steps);
        const samples = await inTurns(
          turns,
          () => ({ seconds: secondsPerCall(1, work) }),
          async () => ({ seconds: (await peer.ask<Answer>({ run: true })).seconds }),
        );
        times = {
          ours: summarize(samples.ours.seconds).median,
          theirs: summarize(samples.peer.seconds).median,
        };
      }
      const ours: Cost = { seconds: times.ours, bytes: own.grown };
      const theirs: Cost = { seconds: times.theirs, bytes: first.grown };
      return { ours, theirs, gradient: own.gradient, check };
    };

    const implicit = await compare(null, 1e-5);
    const checks = [implicit.check];
    const unrolled: string[][] = [];
    let before: { steps: number; ours: Cost; theirs: Cost } | null = null;
    for (const steps of descents) {
      const grown = before ? steps / before.steps : 0;
      const [ours, theirs] = [before?.ours, before?.theirs].map((cost) => ({
        seconds: grown * (cost?.seconds ?? 0),
        bytes: grown * (cost?.bytes ?? 0),
      }));
      if ([ours, theirs].some(({ seconds, bytes }) => seconds > mostSeconds || bytes > mostBytes)) {
        const needed = [ours, theirs].flatMap((cost) => [`(${ms(cost.seconds)})`, `(${mb(cost.bytes)})`]);
        unrolled.push([number(count), number(steps), ...needed, 'not run']);
        continue;
      }
      const found = await compare(steps, 1e-8);
      checks.push(found.check);
      const off = vectorAgreement(
        `${count} spheres, ${steps} steps and implicit`,
        found.gradient,
        implicit.gradient,
        1e-6,
      );
      if (count === counts[0] && steps === descents[descents.length - 1]) checks.push(off);
      unrolled.push([number(count), number(steps), ...costs(found), off.difference.toExponential(1)]);
      before = { steps, ...found };
    }
    const fresh = relax(relaxed.system, potential, { maxForce: question.maxForce });
    const modes = secondsPerCall(1, () => fresh.curvature());
    const [mine, mineBytes, ...jax] = costs(implicit);
    return { checks, implicit: [number(count), mine, ms(modes), mineBytes, ...jax], unrolled };
  } finally {
    peer.close();
  }
}

/** Our gradient in a process that has done nothing else, so that its growth is what the gradient needs. */
function inOwnProcess(question: Question, steps: number | null, directory: string): OwnAnswer {
  const [asked, answered] = ['question', 'answer'].map((name) => join(directory, name));
  writeFileSync(asked, serialize([question, steps]));
  const program = fileURLToPath(new URL('./peak-memory.js', import.meta.url));
  execFileSync(process.execPath, ['--expose-gc', program, asked, answered], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return deserialize(readFileSync(answered));
}

const ms = (seconds: number): string => number(seconds * 1e3);
const mb = (bytes: number): string => number(bytes / 2 ** 20);
const costs = (found: { readonly ours: Cost; readonly theirs: Cost }): string[] =>
  [found.ours, found.theirs].flatMap(({ seconds, bytes }) => [ms(seconds), mb(bytes)]);

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
