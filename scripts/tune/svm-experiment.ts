/**
 * The experiment of section 4.1 of Blondel et al., NeurIPS 2022: the penalty of a multiclass support vector machine, through its
 * dual, on made-up data of 700 training and 200 validation samples and 5 classes; time an outer step against the number of
 * features, for each inner solver, differentiated implicitly and by unrolling. docs/hyperparameter.md says what is timed. Here: what
 * the runs of both programs have in common.
 */
export const solvers = ['mirror-descent', 'projected-gradient', 'block-coordinate-descent'] as const;
export type Solver = (typeof solvers)[number];

export interface ExperimentRow {
  readonly features: number;
  readonly program: 'stillpoint' | 'jaxopt';
  readonly solver: Solver;
  readonly adjoint: 'implicit' | 'unrolled';
  /** Of an outer step, inner solve and derivative: the median without the first, which begins cold. */
  readonly secondsPerStep: number;
  /** Before the first: what is formed once of the data, what is compiled. */
  readonly setup: number;
  /** Relative, of the derivative by log θ at `checkedAt`, from a cold start. */
  readonly gradientError: number;
  /** The lowest that was seen. */
  readonly validationLoss: number;
  readonly steps: number;
}

export interface ExperimentOptions {
  /** Numbers of features. */
  readonly features: readonly number[];
  /** Of each run at the most. */
  readonly outerSteps: number;
  /** No run begins another step after so many. */
  readonly seconds: number;
  readonly unrolledSteps: number;
  readonly seed: number;
  readonly onRow?: (row: ExperimentRow) => void;
  readonly signal?: AbortSignal;
}

/** What the runs of both programs have in common. */
export const common = {
  /** θ over the number of features: where the outer loop begins, and, near the best, where gradients are compared. */
  start: 100,
  checkedAt: 10,
  /** Adam on log θ. */
  stepSize: 0.4,
  /** Of inner solves and of linear systems. */
  tolerance: 1e-6,
  /** Inner steps at the most, as in the paper. */
  innerSteps: { 'mirror-descent': 2500, 'projected-gradient': 2500, 'block-coordinate-descent': 500 },
} as const;

/** A sweep over blocks is not unrolled: it is not written in tfjs, and would need memory for each of its 700 blocks. */
export const variants = solvers.flatMap((solver) => [
  { solver, adjoint: 'implicit' as const },
  ...(solver === 'block-coordinate-descent' ? [] : [{ solver, adjoint: 'unrolled' as const }]),
]);

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
