/** The command line as tests call it: in this process, with all that it prints, in a folder of their own. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main, type Terminal } from '../../scripts/index.js';

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The JSON object that was printed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into fields whose values they know
  readonly json: any;
}

export async function stillpoint(...argv: string[]): Promise<Result> {
  return stillpointOn({}, ...argv);
}

export async function stillpointOn(terminal: Partial<Terminal>, ...argv: string[]): Promise<Result> {
  let out = '';
  let err = '';
  const code = await main(
    argv,
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      colour: false,
      progressWidth: null,
      ...terminal,
    },
    '0.0.0-test',
  );
  const one = out.startsWith('{') && out.trimEnd().split('\n').length === 1;
  return { code, out, err, json: one ? JSON.parse(out) : null };
}

export interface Folder {
  path(name: string): string;
  /** Writes a file and gives its path. */
  write(name: string, text: string): string;
  /** The names of all files that are there, hidden ones too. */
  files(): string[];
  remove(): void;
}

export function temporaryFolder(): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-test-'));
  return {
    path: (name) => join(folder, name),
    write(name, text) {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    files: () => readdirSync(folder).sort(),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export const packing2d = 'test/data/packings/polydisperse-2d-64.extxyz';
export const packing3d = 'test/data/packings/bidisperse-3d-128.extxyz';
export const fluid = 'test/data/nist-lj/config4.extxyz';
