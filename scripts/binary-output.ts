/** A file of bytes, written whole or not at all; whether it can be written is found out before the work. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../src/message/index.js';
import { fileError } from '../systems/index.js';

/**
 * Writes what `work` gives to a path. Where it throws nothing is left behind, and what stood there is as it was.
 *
 * @throws InputError when the path cannot be written
 */
export async function writeWhole(path: string, work: () => Promise<Uint8Array>): Promise<void> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw new InputError(`cannot write ${path}: it is a directory; name a file`);
  // A device or a pipe is written to as it is, and what a link names in its own folder.
  const device = found !== undefined && !found.isFile();
  const target = found?.isFile() ? realpathSync(path) : path;
  const beside = device ? target : join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  const explained = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw fileError(error, 'write', path);
    }
  };
  explained(() => closeSync(openSync(beside, 'w')));
  try {
    const bytes = await work();
    explained(() => {
      writeFileSync(beside, bytes);
      if (!device) renameSync(beside, target);
    });
  } catch (error) {
    if (!device) rmSync(beside, { force: true });
    throw error;
  }
}
