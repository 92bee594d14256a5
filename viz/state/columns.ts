/** Whether a run has the columns that a look asks for. */
import { InputError } from '../../src/message/index.js';
import { colorNames } from './color-source.js';
import type { Look } from './look.js';
import type { Run } from './run.js';
import { vectorNames } from './vectors.js';

/**
 * @param who begins the message
 * @throws InputError where there is no such column to colour by, or no such vector
 */
export function checkColumns(run: Run, { colorBy, arrows }: Partial<Look>, who: string): void {
  for (const [name, known] of [
    [colorBy, colorNames(run)],
    [arrows, vectorNames(run)],
  ] as const) {
    if (name === null || name === undefined || known.includes(name)) continue;
    throw new InputError(
      `${who} shows the column "${name}", which ${run.name} has not; it has ${known.join(', ') || 'none of that kind'}`,
    );
  }
}
