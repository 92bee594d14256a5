/**
 * How exact inner solves have to be: roughly at first, to the last tolerance where the outer gradient has become small
 * (Pedregosa, "Hyperparameter optimization with approximate gradient", ICML 2016).
 */
export interface InnerTolerance {
  readonly now: number;
  readonly isLast: boolean;
  /** The largest entry of the outer gradient at a step of the outer method. */
  follow(error: number): void;
  /** From here on the last one. */
  finish(): void;
}

/**
 * The share of the way from the first gradient to `goal`, in orders of magnitude, is that of the inner tolerance.
 *
 * @param goal of the outer gradient
 */
export function innerTolerance(roughest: number, last: number, goal: number): InnerTolerance {
  let now = roughest;
  let first: number | null = null;
  return {
    get now() {
      return now;
    },
    get isLast() {
      return now <= last;
    },
    follow(error) {
      first ??= error;
      const way = Math.log(first / goal);
      const share = way > 0 ? Math.min(1, Math.max(0, Math.log(first / error) / way)) : 1;
      const [from, to] = [Math.log10(roughest), Math.log10(last)];
      const wanted = 10 ** Math.floor(from + share * (to - from) + 1e-9);
      now = Math.max(last, Math.min(now, wanted));
    },
    finish() {
      now = last;
    },
  };
}
