/** Waiting for work whose length nobody knows beforehand: for as long as something moves. */
import { InputError } from '../src/message/index.js';

export interface Patience {
  /** A number that changes while something moves. */
  progress(): number;
  /** Without progress for so long it is given up. */
  readonly seconds: number;
  /** What is told then. */
  readonly message: string;
}

/** What the work gives. @throws InputError where nothing has moved for so long */
export function patiently<T>(work: Promise<T>, { progress, seconds, message }: Patience): Promise<T> {
  return new Promise((done, fail) => {
    let before = progress();
    let still = 0;
    const looks = 10;
    const looking = setInterval(
      () => {
        const now = progress();
        still = now === before ? still + 1 : 0;
        before = now;
        if (still >= looks) end(() => fail(new InputError(message)));
      },
      (1000 * seconds) / looks,
    );
    const end = (settle: () => void): void => {
      clearInterval(looking);
      settle();
    };
    work.then(
      (value) => end(() => done(value)),
      (error: unknown) => end(() => fail(error)),
    );
  });
}
