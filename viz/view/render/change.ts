/** Tells whether any of some values is another than the last time, so that only what has changed is made again. */
export class Change {
  #last: readonly unknown[] | null = null;

  by(...values: readonly unknown[]): boolean {
    const last = this.#last;
    if (
      last !== null &&
      last.length === values.length &&
      last.every((value, k) => Object.is(value, values[k]))
    ) {
      return false;
    }
    this.#last = values;
    return true;
  }

  forget(): void {
    this.#last = null;
  }
}
