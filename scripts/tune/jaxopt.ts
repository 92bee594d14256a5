/**
 * The experiment's runs in JAXopt, where there is a Python that has it: the one that STILLPOINT_PYTHON names. The script
 * lies in the repository, beside this file, and not in what is installed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ClassificationData, oneHot } from '../../src/data/index.js';
import type { TrainingPair } from '../../src/hyperparameter/index.js';
import { InputError } from '../../src/message/index.js';
import { common, type ExperimentOptions, type ExperimentRow, median, variants } from './svm-experiment.js';

/** What the script says of a run. */
interface Answer {
  readonly times: readonly number[];
  readonly losses: readonly number[];
  readonly slope: number;
  readonly compiling: number;
}

export interface Jaxopt {
  readonly python: string;
  readonly script: string;
  readonly versions: string;
}

/**
 * What there is, or why there is none.
 *
 * @throws InputError where the Python that is named does not do
 */
export function findJaxopt(): Jaxopt | string {
  const python = process.env.STILLPOINT_PYTHON;
  if (!python) return 'without JAXopt (STILLPOINT_PYTHON names a Python that has it)';
  const script = scriptPlace();
  if (script === undefined) return 'without JAXopt, whose script is in the repository only';
  return { python, script, versions: versionsOf(python) };
}

/** @param exact the derivative by log θ that theirs is compared with */
export async function jaxoptRuns(
  { python, script }: Jaxopt,
  { training, validation }: TrainingPair<ClassificationData>,
  exact: number,
  { outerSteps, seconds, unrolledSteps, signal }: ExperimentOptions,
  onRow: (row: ExperimentRow) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-svm-'));
  try {
    const sets = { X: training.X, Y: oneHot(training), Z: validation.X, Yz: oneHot(validation) };
    const files = Object.fromEntries(
      Object.entries(sets).map(([name, values]) => {
        const file = join(folder, name);
        writeFileSync(file, values);
        return [name, file];
      }),
    );
    const { width, classes } = training;
    const { start, checkedAt, stepSize, tolerance, innerSteps } = common;
    const request = {
      ...{ files, width, classes, stepSize, tolerance, unrolledSteps, outerSteps, seconds },
      training: training.count,
      validation: validation.count,
      start: start * width,
      checkedAt: checkedAt * width,
      runs: variants.map((variant) => ({ ...variant, innerSteps: innerSteps[variant.solver] })),
    };
    let next = 0;
    await answersOf<Answer>(python, script, request, signal, ({ times, losses, slope, compiling }) =>
      onRow({
        features: width,
        program: 'jaxopt',
        ...variants[next++],
        secondsPerStep: median(times.length > 1 ? times.slice(1) : times),
        setup: compiling,
        gradientError: Math.abs(slope / exact - 1),
        validationLoss: Math.min(...losses),
        steps: times.length,
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Beside this file in the source; from the compiled program, where its source is. */
function scriptPlace(): string | undefined {
  return ['./svm-jaxopt.py', '../../../scripts/tune/svm-jaxopt.py']
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((place) => existsSync(place));
}

function versionsOf(python: string): string {
  const program =
    'import jax, jaxopt; from importlib.metadata import version; print("JAXopt", version("jaxopt") + ", JAX", version("jax"))';
  try {
    return execFileSync(python, ['-c', program], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').pop() : error;
    throw new InputError(
      `STILLPOINT_PYTHON is ${python}, which does not import jax and jaxopt (${reason}); name another, or unset it`,
    );
  }
}

/** Hands a script one request on its standard input, and each line of its output to `onAnswer` as it comes. */
async function answersOf<T>(
  python: string,
  script: string,
  request: unknown,
  signal: AbortSignal | undefined,
  onAnswer: (answer: T) => void,
): Promise<void> {
  const child = spawn(python, [script], { stdio: 'pipe' });
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop);
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints += text;
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  child.stdin.end(JSON.stringify(request));
  for await (const line of createInterface({ input: child.stdout })) onAnswer(JSON.parse(line) as T);
  const code = await ended;
  signal?.removeEventListener('abort', stop);
  if (code !== 0 && !signal?.aborted) {
    throw new Error(`${script} ended with ${code}: ${complaints.trim().slice(-1500)}`);
  }
}
