/** The rooms of the source and the directions between them, as docs and design have them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

/** From the bottom up: a room imports rooms of its own storey or below. `src` itself is the package's entry. */
const storeys: readonly (readonly string[])[] = [
  ['src/message', 'src/random'],
  ['src/tensor', 'src/wasm'],
  ['src/linear', 'src/kernel', 'src/expression'],
  ['src/implicit', 'src/optimize', 'src/projection', 'src/proximal', 'src/loss', 'src/data'],
  ['potentials', 'systems'],
  ['src/relax', 'src/fit', 'src/hyperparameter', 'src/distillation', 'src/dictionary'],
  ['scripts', 'viz', 'bench', 'src'],
];
const withoutAtoms = [...storeys[1], ...storeys[2], 'src/implicit', 'src/optimize'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const tops = ['src', 'potentials', 'systems', 'scripts', 'viz', 'bench'].filter((name) => existsSync(name));
const files = tops.flatMap(typeScriptFiles);
const imports = files.flatMap(importsOf);

function typeScriptFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return typeScriptFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(from: string): Import[] {
  const text = readFileSync(from, 'utf8');
  const statements =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*'(\.[^']*)'|\bimport\s*\(?\s*'(\.[^']*)'/g;
  const modules = [...text.matchAll(statements)].filter(([, , bare]) => !bare?.endsWith('.css'));
  return modules.map(([, named, bare]) => ({
    from,
    to: normalize(join(dirname(from), (named ?? bare).replace(/\.js$/, '.ts'))),
  }));
}

/** The room that a file is in: `src/tensor`, `potentials`; `src` for what lies in src itself. */
function roomOf(file: string): string {
  const [top, next, ...rest] = file.split(sep);
  return top === 'src' && rest.length > 0 ? `src/${next}` : top;
}

function storeyOf(room: string): number {
  return storeys.findIndex((rooms) => rooms.includes(room));
}

const shown = ({ from, to }: Import): string => `${from} imports ${to}`;

describe('the rooms of the source', () => {
  test('are found, with their imports', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.map(shown)).toContain('systems/system.ts imports src/message/index.ts');
    for (const { from, to } of imports) expect(files, `imported by ${from}`).toContain(to);
  });

  test('all have their storey', () => {
    const rooms = [...new Set(files.map(roomOf))];
    expect(rooms.filter((room) => storeyOf(room) < 0)).toEqual([]);
  });

  test('import only from their own storey and from below', () => {
    const upward = imports.filter(({ from, to }) => storeyOf(roomOf(to)) > storeyOf(roomOf(from)));
    expect(upward.map(shown)).toEqual([]);
  });

  test('do not import each other in a circle', () => {
    const edges = new Map<string, Set<string>>();
    for (const { from, to } of imports) {
      if (roomOf(from) === roomOf(to)) continue;
      edges.set(roomOf(from), (edges.get(roomOf(from)) ?? new Set()).add(roomOf(to)));
    }
    const reaches = (start: string): Set<string> => {
      const seen = new Set<string>();
      const queue = [...(edges.get(start) ?? [])];
      for (let room = queue.pop(); room !== undefined; room = queue.pop()) {
        if (seen.has(room)) continue;
        seen.add(room);
        queue.push(...(edges.get(room) ?? []));
      }
      return seen;
    };
    expect([...edges.keys()].filter((room) => reaches(room).has(room))).toEqual([]);
  });

  test('are entered by their index alone', () => {
    const around = imports.filter(
      ({ from, to }) => roomOf(from) !== roomOf(to) && !to.endsWith(`${sep}index.ts`),
    );
    expect(around.map(shown)).toEqual([]);
  });

  test('have an index each', () => {
    const rooms = readdirSync('src').filter((name) => statSync(join('src', name)).isDirectory());
    const folders = [...rooms.map((name) => join('src', name)), 'potentials', 'systems', 'scripts'];
    expect(folders.filter((folder) => !readdirSync(folder).includes('index.ts'))).toEqual([]);
  });

  test('below potentials and systems know no atoms', () => {
    const found = files
      .filter((file) => withoutAtoms.includes(roomOf(file)))
      .flatMap((file) =>
        identifiers(readFileSync(file, 'utf8'))
          .filter((name) => words(name).some((word) => word === 'atom' || word === 'atoms'))
          .map((name) => `${file}: ${name}`),
      );
    expect(found).toEqual([]);
  });
});

describe('the files of the project', () => {
  test('name no place on the machine of whoever wrote them', () => {
    const place = /(?<![\w.~$}-])\/(?:home|Users|root|work|farm|mnt)\/[\w.-]+\//;
    const found = projectFiles('.').filter((file) => place.test(readFileSync(file, 'utf8')));
    expect(found).toEqual([]);
  });
});

function identifiers(text: string): string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/.*$/gm, ' ')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g, ' ');
  return [...new Set(code.match(/[A-Za-z_$][\w$]*/g))];
}

/** `maxAtomForce` as max, atom, force. */
function words(name: string): string[] {
  return name.split(/[_$\d]+|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());
}

function projectFiles(folder: string): string[] {
  const passedOver = ['node_modules', 'dist', '.git', '.vite', 'stillpoint-output'];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (passedOver.includes(entry.name)) return [];
    if (entry.isDirectory()) return projectFiles(path);
    return /\.(?:ts|mjs|json|md|sh|html|yml|yaml|css)$|^run$/.test(entry.name) ? [path] : [];
  });
}
