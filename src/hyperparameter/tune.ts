/**
 * Hyperparameters by the gradient of a validation loss: an outer method of src/optimize moves them, an inner problem is
 * solved at each place, and the derivative of its solution comes from `customRoot`.
 */
import { run, runAsync } from '../optimize/index.js';
import type { TensorTree } from '../tensor/index.js';
import type { TuneResult } from './result.js';
import { Session } from './session.js';
import type { TuneOptions } from './settings.js';

/**
 * Minimises outer(x*(θ), θ) over θ, where x*(θ) solves the inner problem.
 *
 * Does not throw where it does not converge: `result` and `message` say how it ended.
 *
 * @throws InputError on options that cannot be, and a checkpoint of another run
 */
export function tune<X extends TensorTree, H extends TensorTree>(
  options: TuneOptions<X, H>,
): TuneResult<X, H> {
  const session = new Session(options);
  while (!session.ended) {
    session.attempt(() => run(session.method, session.objective, session.place, session.runOptions));
  }
  return session.finish();
}

/** As `tune`, but lets other work have its turn between the outer method's steps: a page stays alive, a signal can arrive. */
export async function tuneAsync<X extends TensorTree, H extends TensorTree>(
  options: TuneOptions<X, H>,
): Promise<TuneResult<X, H>> {
  const session = new Session(options);
  while (!session.ended) {
    // What the signal has to interrupt are evaluations, each of them long: every one is followed by a pause.
    const solution = runAsync(session.method, session.objective, session.place, {
      ...session.runOptions,
      pause: 0,
    });
    await solution.then(
      (found) => session.attempt(() => found),
      (error) =>
        session.attempt(() => {
          throw error;
        }),
    );
  }
  return session.finish();
}
