/** Files of one result, each written whole or not at all; whether they can be written is found out before the work. */
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../src/message/index.js';
import { fileError } from '../systems/index.js';
import { writeWhole } from './binary-output.js';

/**
 * Runs `work` and writes its `contents`, one a path.
 *
 * @param folder made where it is missing
 * @returns the `outcome` of the work
 * @throws InputError when two paths are the same or one cannot be written; nothing is left behind then
 */
export async function writeTogether<T>(
  paths: readonly string[],
  work: () => Promise<{ readonly contents: readonly (string | Uint8Array)[]; readonly outcome: T }>,
  folder?: string,
): Promise<T> {
  const places = paths.map((path) => resolve(path));
  const twice = places.findIndex((place, k) => places.indexOf(place) !== k);
  if (twice >= 0) throw new InputError(`${paths[twice]} is named for two outputs; name two files`);
  const made = folder !== undefined && makeFolder(folder);
  let done: Awaited<ReturnType<typeof work>> | undefined;
  const open = async (k: number): Promise<void> => {
    if (k === paths.length) {
      done = await work();
      return;
    }
    await writeWhole(paths[k], async () => {
      await open(k + 1);
      const content = (done as Awaited<ReturnType<typeof work>>).contents[k];
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    });
  };
  try {
    await open(0);
    return (done as Awaited<ReturnType<typeof work>>).outcome;
  } catch (error) {
    if (made) removeIfEmpty(folder);
    throw error;
  }
}

/** One file, at once: what stood there stays until the new one is complete. @throws InputError where it cannot be written */
export function replaceFile(path: string, content: string): void {
  const part = `${path}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw fileError(error, 'write', path);
  }
}

/** Whether it had to be made. */
function makeFolder(folder: string): boolean {
  try {
    return mkdirSync(folder, { recursive: true }) !== undefined;
  } catch (error) {
    throw fileError(error, 'write to', folder);
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody has put something there meanwhile.
  }
}
