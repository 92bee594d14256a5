/** A script of this folder that serves problems (serve.py): its process, its data in files, its text for the report. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../machine.js';
import { PythonPeer } from './python.js';

const folder = join(packageRoot(), 'bench', 'peers');

/** Lets `work` ask the script, and ends it. */
export async function withScript<T>(name: string, work: (peer: PythonPeer) => Promise<T>): Promise<T> {
  const peer = new PythonPeer(join(folder, name));
  try {
    return await work(peer);
  } finally {
    peer.close();
  }
}

/** What was run, for `Measurement.scripts`. */
export function scriptTexts(name: string): Record<string, string> {
  const texts = [name, 'serve.py'].map((file) => [
    `bench/peers/${file}`,
    readFileSync(join(folder, file), 'utf8'),
  ]);
  return { 'command line': `$STILLPOINT_PYTHON bench/peers/${name}`, ...Object.fromEntries(texts) };
}

/** Each array in a file of the directory: the paths, by name. */
export function filesOf(
  directory: string,
  arrays: Readonly<Record<string, Float64Array | Int32Array>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, values]) => {
      const file = join(directory, name);
      writeFileSync(file, values);
      return [name, file];
    }),
  );
}
