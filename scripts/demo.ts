/**
 * `stillpoint demo`: the main job from end to end, on the packing of the paper on implicit differentiation (Blondel et
 * al., NeurIPS 2022): make it, relax it, differentiate it, and hold the derivative against a finite difference.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv } from 'yargs';
import { potentialFromConfig, softSphere } from '../potentials/index.js';
import { InputError } from '../src/message/index.js';
import { type Equilibrium, relax, relaxModelAsync, type Sensitivity } from '../src/relax/index.js';
import { bidispersePacking, coordinates, fileError } from '../systems/index.js';
import { defineCommand, type Outcome } from './command.js';
import { evaluate } from './evaluation.js';
import { examples, integer, positive, printOptions } from './options.js';
import { withOutputFiles } from './output-files.js';
import { createProgress, relaxing } from './progress.js';
import {
  evaluationFields,
  evaluationRows,
  fileLines,
  relaxationFields,
  relaxationSuccess,
  sensitivityFields,
  sensitivityRows,
  unitsNote,
} from './report.js';
import { describeSystem, frameOf, sensitivityStructure } from './structure.js';
import type { Row } from './summary.js';

const parameter = 'diameter.B';
const direction = { diameter: { B: 1 } };
/** A tenth of this difference is what the step and rounding make; more means that one of the two is wrong. */
const acceptableDifference = 1e-5;
/** Every which step of the relaxation is kept. */
const every = 5;

export const demoCommand = defineCommand({
  options: (yargs: Argv) =>
    examples(
      printOptions(
        yargs
          .option('count', {
            describe: 'spheres',
            default: 128,
            requiresArg: true,
            coerce: integer('--count', 2),
          })
          .option('dimension', { choices: [2, 3] as const, default: 2 as 2 | 3, requiresArg: true })
          .option('diameters', {
            describe: 'of the first and of the second half of the spheres',
            type: 'string',
            default: '1,0.6',
            requiresArg: true,
            coerce: readDiameters,
          })
          .option('packing-fraction', {
            describe: 'volume of the spheres over that of the box',
            default: 0.98,
            requiresArg: true,
            coerce: positive('--packing-fraction'),
          })
          .option('seed', {
            describe: 'of the random start',
            default: 0,
            requiresArg: true,
            coerce: integer('--seed', 0),
          })
          .option('max-force', {
            describe: 'done when no sphere feels a larger force',
            default: 1e-12,
            requiresArg: true,
            coerce: positive('--max-force'),
          })
          .option('output', {
            alias: 'o',
            describe: 'folder for the files',
            type: 'string',
            default: 'stillpoint-output',
            requiresArg: true,
          }),
      ),
      [
        ['another random start', 'demo --seed 7'],
        ['spheres in three dimensions', 'demo --dimension 3 --packing-fraction 0.7'],
      ],
    ),

  async run(args, terminal): Promise<Outcome> {
    const { count, dimension, diameters, packingFraction, seed, maxForce, output } = args;
    const paths = pathsIn(output);
    const clock = stopwatch();
    const start = bidispersePacking({ count, dimension, diameters, packingFraction, seed });
    clock.lap('packing');
    const potential = {
      kind: 'soft-sphere',
      parameters: { diameter: { A: diameters[0], B: diameters[1] } },
    };
    const model = potentialFromConfig(potential).bind(start);
    model.energy(coordinates(start));
    clock.lap('compilation');
    const { rest, sensitivity, difference } = await withOutputFiles(paths, async (files) => {
      const progress = createProgress(terminal, relaxing(maxForce), args);
      const rest = await relaxModelAsync(model, {
        ...(terminal.interrupted ? { signal: terminal.interrupted } : {}),
        maxForce,
        maxSteps: 100_000,
        trajectory: every,
        onStep: progress.update,
      });
      progress.end();
      clock.lap('relaxation');
      const sensitivity = rest.sensitivity(direction);
      rest.curvature();
      clock.lap('derivative');
      const difference = compare(rest, sensitivity, diameters);
      clock.lap('finite difference');
      files.start?.append(start);
      for (const frame of rest.trajectory) files.trajectory?.append(...frameOf(model, frame));
      files.sensitivity?.append(sensitivityStructure(rest, sensitivity, { parameter, direction, potential }));
      return { keep: true, rest, sensitivity, difference };
    });
    clock.lap('files');

    const evaluation = evaluate(model, coordinates(rest.system));
    const agrees = difference <= acceptableDifference;
    const relaxation = relaxationFields(rest);
    const failure = `the sensitivity and the finite difference differ by ${difference.toExponential(1)}: relax further (--max-force), or take more spheres`;
    return {
      done: rest.converged && agrees,
      json: {
        ...evaluationFields(evaluation),
        ...relaxation,
        ...(rest.converged && !agrees ? { result: 'derivative-differs', message: failure } : {}),
        ...sensitivityFields(parameter, rest, sensitivity),
        finiteDifference: difference,
        times: clock.seconds,
        files: paths,
      },
      summary: {
        title: `bidisperse packing · ${describeSystem(start)}`,
        subtitle: `soft-sphere · diameters ${diameters.join(' and ')} · packing fraction ${packingFraction} · seed ${seed}`,
        success: relaxationSuccess(rest, 'fire'),
        rows: [
          ...evaluationRows(evaluation),
          ...sensitivityRows(parameter, rest, sensitivity),
          {
            label: 'finite difference',
            value: difference,
            digits: 2,
            note: 'relative difference from two packings relaxed again',
          },
          ...timeRows(clock.seconds),
        ],
        footer: [unitsNote, ...fileLines(paths)],
      },
    };
  },
});

function readDiameters(given: unknown): readonly [number, number] {
  const parts = String(given).split(',');
  const numbers = parts.map(positive('--diameters'));
  if (numbers.length === 2) return [numbers[0], numbers[1]];
  throw new InputError(`--diameters must be two numbers such as 1,0.6; found "${given}"`);
}

/**
 * How far the sensitivity is from a central difference of the equilibria at diameters a little larger and a little
 * smaller, relative to its norm. Where the packing as a whole has gone means nothing, and is taken out.
 */
function compare(
  rest: Equilibrium,
  { vectors }: Sensitivity,
  [first, second]: readonly [number, number],
): number {
  const { count, dimension, box } = rest.system;
  const h = 1e-6 * second;
  // As near to the equilibrium as the rounding of positions allows.
  const maxForce = 1e-15 * Math.max(10, (box.volume ?? 1) ** (1 / dimension));
  const [above, below] = [h, -h].map((change) => {
    const changed = softSphere({ diameter: { A: first, B: second + change } });
    return coordinates(relax(rest.system, changed, { maxForce, maxSteps: 20_000 }).system);
  });
  const rattlers = new Set(rest.curvature().zeroModes.rattlers);
  const held = Array.from({ length: count }, (_, i) => i).filter((i) => !rattlers.has(i));
  let error = 0;
  let norm = 0;
  for (let k = 0; k < dimension; k++) {
    const moved = held.map((i) => (above[i * dimension + k] - below[i * dimension + k]) / (2 * h));
    const mean = moved.reduce((sum, value) => sum + value, 0) / held.length;
    held.forEach((i, n) => {
      error += (moved[n] - mean - vectors.get(i, k)) ** 2;
      norm += vectors.get(i, k) ** 2;
    });
  }
  // Where nothing answers there is only rounding to compare with: an atom is taken to move by 1e-4 at least.
  return error === 0 ? 0 : Math.sqrt(error / Math.max(norm, 1e-8 * held.length));
}

/** The files in their folder, which is made. */
function pathsIn(folder: string) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, 'make the folder', folder);
  }
  return {
    start: join(folder, 'start.extxyz'),
    trajectory: join(folder, 'trajectory.extxyz'),
    sensitivity: join(folder, 'sensitivity.extxyz'),
  };
}

interface Stopwatch {
  /** Seconds of each lap. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Ends a lap. */
  lap(name: string): void;
}

function stopwatch(): Stopwatch {
  const seconds: Record<string, number> = {};
  let last = performance.now();
  return {
    seconds,
    lap(name) {
      const now = performance.now();
      seconds[name] = (now - last) / 1000;
      last = now;
    },
  };
}

function timeRows(seconds: Readonly<Record<string, number>>): Row[] {
  return Object.entries(seconds).map(([name, value], k) => ({
    label: k === 0 ? 'time' : '',
    value: Number((value * 1000).toPrecision(3)),
    digits: 3,
    note: `ms, ${name}`,
  }));
}
