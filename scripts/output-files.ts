/**
 * The files that a command writes: opened before the work, so that a path that cannot be written is told at once,
 * and put in place together at its end, or not at all.
 */
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError } from '../src/message/index.js';
import { createTrajectoryWriter, type TrajectoryWriter } from '../systems/index.js';

/**
 * Runs `work` with a writer for each path that is given. Files are kept where it returns true; where it returns
 * false or throws nothing is left behind.
 *
 * @throws InputError when two paths are the same or one cannot be written
 */
export async function withOutputFiles<K extends string, T extends { keep: boolean }>(
  paths: Readonly<Record<K, string | undefined>>,
  work: (writers: Readonly<Record<K, TrajectoryWriter | null>>) => T | Promise<T>,
): Promise<T> {
  const given = Object.entries<string | undefined>(paths).filter(([, path]) => path !== undefined);
  const places = given.map(([, path]) => placeOf(path as string));
  const twice = places.findIndex((place, k) => places.indexOf(place) !== k);
  if (twice >= 0) throw new InputError(`${given[twice][1]} is named for two outputs; name two files`);
  const writers = {} as Record<K, TrajectoryWriter | null>;
  const opened: TrajectoryWriter[] = [];
  try {
    for (const key of Object.keys(paths) as K[]) {
      const path = paths[key];
      writers[key] = path === undefined ? null : createTrajectoryWriter(path);
      if (writers[key]) opened.push(writers[key]);
    }
    const outcome = await work(writers);
    for (const writer of opened) {
      if (outcome.keep) writer.close();
      else writer.abort();
    }
    return outcome;
  } catch (error) {
    for (const writer of opened) writer.abort();
    throw error;
  }
}

/** Where a path leads, along links where there are any. */
function placeOf(path: string): string {
  if (path === '' || path === '-') {
    throw new InputError(
      `an output goes to a file, found "${path}" for its name; for standard output give /dev/stdout`,
    );
  }
  // Only files can be followed: a link to a pipe leads to no path.
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? realpathSync(path) : resolve(path);
}
