/** Several files of one result: found to be writable before the work, and each written whole or not at all. */
import { resolve } from 'node:path';
import { InputError } from '../../src/message/index.js';
import { writeWhole } from '../binary-output.js';

/**
 * Runs `work` and writes what it gives, one content a path.
 *
 * @throws InputError when two paths are the same or one cannot be written; nothing is left behind then
 */
export async function writeTogether(
  paths: readonly string[],
  work: () => Promise<readonly Uint8Array[]>,
): Promise<void> {
  const places = paths.map((path) => resolve(path));
  const twice = places.findIndex((place, k) => places.indexOf(place) !== k);
  if (twice >= 0) throw new InputError(`${paths[twice]} is named for two outputs; name two files`);
  let contents: readonly Uint8Array[] = [];
  const open = async (k: number): Promise<void> => {
    if (k === paths.length) {
      contents = await work();
      return;
    }
    await writeWhole(paths[k], async () => {
      await open(k + 1);
      return contents[k];
    });
  };
  await open(0);
}
