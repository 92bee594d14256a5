/** Names that a caller wrote: an option that is not known is told, with the one that was probably meant. */
import { InputError } from './input-error.js';

/**
 * The compiler finds unknown options in TypeScript; this finds them in JavaScript, where they would do nothing.
 *
 * @param who takes the options, for the message
 * @param known every option that there is
 * @throws InputError that names the first unknown one
 */
export function checkOptions<T extends object>(
  who: string,
  options: T,
  known: readonly (keyof T & string)[],
): void {
  const names: readonly string[] = known;
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    const meant = near === null ? '' : ` (did you mean "${near}"?)`;
    throw new InputError(`${who} has no option "${name}"${meant}; its options are ${names.join(', ')}`);
  }
}

/** The known name with the fewest changed letters, where they are few; else null. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const changes = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (changes < fewest) [best, fewest] = [candidate, changes];
  }
  return best;
}

/** Letters to insert, delete or replace (Levenshtein, Soviet Physics Doklady 10, 707, 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) {
      const replaced = row[k - 1] + (a[i - 1] === b[k - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[k] + 1, next[k - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
