/** Text files written together: all of them, or none. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../src/message/index.js';

/** @throws InputError where one cannot be written; what stood there is then as it was */
export function writeWhole(files: Readonly<Record<string, string | Uint8Array>>): void {
  const parts = Object.keys(files).map((path) => `${path}.part`);
  let at = Object.keys(files)[0];
  try {
    for (const [path, content] of Object.entries(files)) {
      at = path;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.part`, content);
    }
    for (const path of Object.keys(files)) {
      at = path;
      renameSync(`${path}.part`, path);
    }
  } catch (error) {
    for (const part of parts) rmSync(part, { force: true });
    throw new InputError(`cannot write ${at}: ${error instanceof Error ? error.message : error}`);
  }
}
